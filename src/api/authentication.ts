import type { FastifyRequest } from 'fastify';
import { type Accounts, type Actor, localOperator } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import { cookies, readCookie } from './cookies.ts';

/** Who calls; throws `unauthenticated` for nobody. */
export type Authenticate = (request: FastifyRequest) => Promise<Actor>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where nobody had to be anyone. */
    actor: Actor | null;
  }
}

/**
 * For the network: `Authorization: Bearer jvt_…` of an operator, or the cookie of somebody who entered from a site.
 * Unknown, expired and revoked are one answer: it tells nothing.
 */
export function authenticateCaller(accounts: Accounts, publicUrl: string): Authenticate {
  return async (request) => {
    const { authorization } = request.headers;
    const key = authorization === undefined ? readCookie(request, cookies.person) : undefined;
    if (key !== undefined) {
      const session = await accounts.sessions.find(key);
      if (session) {
        refuseForeignPages(request, publicUrl);
        return session.person;
      }
    }
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    const actor = bearer === undefined ? null : await accounts.tokens.authenticate(bearer);
    if (!actor)
      throw new AppError('unauthenticated', 'A token of an operator is needed: `jouvence tokens create NAME`.');
    return actor;
  };
}

/**
 * A browser sends its cookie with whatever a page makes it send: what changes something must come from a page of ours,
 * and a browser says so by itself. @throws AppError `not-allowed`
 */
export function refuseForeignPages(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (publicUrl !== '' && request.headers.origin === publicUrl) return;
  throw new AppError('not-allowed', 'This call does not come from a page of Jouvence.');
}

/** For the socket in the data directory: its file rights have decided already. */
export const trustEveryCaller: Authenticate = async () => localOperator;
