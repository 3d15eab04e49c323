import type { FastifyRequest } from 'fastify';
import { type Accounts, type Actor, localOperator } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import { cookies, readCookie } from './cookies.ts';

/** What a page asks by itself, again and again, says so: a page left open is not somebody at work. */
const backgroundHeader = 'x-jouvence-background';

/** Who calls; throws `unauthenticated` for nobody. */
export type Authenticate = (request: FastifyRequest) => Promise<Actor>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where nobody had to be anyone. */
    actor: Actor | null;
  }
}

/**
 * For the network: `Authorization: Bearer jvt_…` of an operator's program; the cookie of an operator who signed in, or of
 * somebody who entered from a site. A header decides alone. Unknown, expired and revoked are one answer: it tells nothing.
 */
export function authenticateCaller(accounts: Accounts, publicUrl: string): Authenticate {
  return async (request) => {
    const { authorization } = request.headers;
    const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    const actor =
      authorization === undefined
        ? await findVisitor(accounts, request)
        : bearer === undefined
          ? null
          : await accounts.tokens.authenticate(bearer);
    if (!actor)
      throw new AppError(
        'unauthenticated',
        'Sign in, or send a token of an operator: `jouvence tokens create NAME` makes one.',
      );
    if (authorization === undefined) refuseForeignPages(request, publicUrl);
    return actor;
  };
}

/** By cookie. Signing in as the one takes away the other's cookie: there are hardly ever two. */
async function findVisitor({ operatorSessions, sessions }: Accounts, request: FastifyRequest): Promise<Actor | null> {
  const operatorKey = readCookie(request, cookies.operator);
  // Asked again of the same call: a stream that looks whether it may go on. A page left open is not somebody at work.
  const touch = request.actor === null && request.headers[backgroundHeader] === undefined;
  const operator = operatorKey === undefined ? null : await operatorSessions.find(operatorKey, { touch });
  if (operator) return operator.actor;
  const personKey = readCookie(request, cookies.person);
  const person = personKey === undefined ? null : await sessions.find(personKey);
  return person?.person ?? null;
}

/**
 * A browser sends its cookie with whatever a page makes it send: what changes something must come from a page of ours,
 * and a browser says so by itself. @throws AppError `not-allowed`
 */
export function refuseForeignPages(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  if (origin !== undefined && (origin === publicUrl || origin === loopbackOrigin(request))) return;
  throw new AppError(
    'not-allowed',
    'This call does not come from a page of Jouvence. Is server.publicUrl the address in your browser?',
  );
}

/**
 * Where the browser is, when it is on this machine and asks it by such a name: only a page from this very port has that
 * origin, and no other name leads there (the server has refused names that are not its own). Undefined for any other.
 */
function loopbackOrigin({ headers }: FastifyRequest): string | undefined {
  const url = URL.parse(`http://${headers.host}`);
  return url && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname) && url.pathname === '/'
    ? url.origin
    : undefined;
}

/** Where browsers reach us: as configured, else on this machine. Never what a caller says of some other name. */
export function ownOrigin(request: FastifyRequest, publicUrl: string): string {
  const origin = publicUrl || loopbackOrigin(request);
  if (origin) return origin;
  throw new AppError('config-invalid', 'server.publicUrl is not set: it must be the address under which browsers come');
}

/** For the socket in the data directory: its file rights have decided already. */
export const trustEveryCaller: Authenticate = async () => localOperator;
