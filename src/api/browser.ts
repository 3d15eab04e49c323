import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts, Visit } from '../accounts/index.ts';
import { refuseForeignPages } from './authentication.ts';
import { type Cookie, cookies, readCookie, setCookie } from './cookies.ts';

/** The other end of a call, for the few handlers that make or end a session. */
export interface Browser {
  visit: Visit;
  /** @throws AppError `not-allowed` unless a page of ours sent this */
  mustBeOurs(): void;
  read(cookie: Cookie): string | undefined;
  set(cookie: Cookie, value: string): void;
}

export function browserOf(request: FastifyRequest, reply: FastifyReply, publicUrl: string): Browser {
  return {
    visit: { address: request.ip ?? '', browser: nameBrowser(request.headers['user-agent'] ?? '') },
    mustBeOurs: () => refuseForeignPages(request, publicUrl),
    read: (cookie) => readCookie(request, cookie),
    set: (cookie, value) => setCookie(reply, cookie, value),
  };
}

/**
 * Whoever was here before goes, person or operator: a browser is one or the other, and the key of a session is never one
 * that was there before signing in.
 */
export async function leave({ operatorSessions, sessions }: Accounts, browser: Browser): Promise<void> {
  const [operatorKey, personKey] = [browser.read(cookies.operator), browser.read(cookies.person)];
  if (operatorKey !== undefined) await operatorSessions.end(operatorKey);
  if (personKey !== undefined) await sessions.end(personKey);
  if (operatorKey !== undefined) browser.set(cookies.operator, '');
  if (personKey !== undefined) browser.set(cookies.person, '');
}

/** The first that fits: each of them names those below it too. */
const browsers = {
  Edge: /\bEdg/,
  Opera: /\bOPR\//,
  Firefox: /\bFirefox\/|\bFxiOS/,
  Chrome: /Chrome\/|CriOS/,
  Safari: /\bSafari\//,
};
const systems = { iOS: /iPhone|iPad/, Android: /Android/, Windows: /Windows/, macOS: /Mac OS X/, Linux: /Linux/ };

/** As whoever sits before it calls it: to know one's own in a list. What more it tells of itself is not kept. */
export function nameBrowser(userAgent: string): string {
  const named = [browsers, systems].flatMap((names) => {
    const found = Object.entries(names).find(([, pattern]) => pattern.test(userAgent));
    return found ? [found[0]] : [];
  });
  return named.length > 0 ? named.join(', ') : userAgent.slice(0, 40);
}
