import type { FastifyRequest } from 'fastify';
import { type Accounts, type Actor, localOperator } from '../accounts/index.ts';
import { AppError } from '../errors.ts';

/** Who calls; throws `unauthenticated` for nobody. */
export type Authenticate = (request: FastifyRequest) => Promise<Actor>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where nobody had to be anyone. */
    actor: Actor | null;
  }
}

/** For the network: `Authorization: Bearer jvt_…`. Unknown, expired and revoked are one answer: it tells nothing. */
export function authenticateToken(accounts: Accounts): Authenticate {
  return async (request) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const actor = bearer === undefined ? null : await accounts.tokens.authenticate(bearer);
    if (!actor)
      throw new AppError('unauthenticated', 'A token of an operator is needed: `jouvence tokens create NAME`.');
    return actor;
  };
}

/** For the socket in the data directory: its file rights have decided already. */
export const trustEveryCaller: Authenticate = async () => localOperator;
