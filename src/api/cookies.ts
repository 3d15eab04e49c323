import type { FastifyReply, FastifyRequest } from 'fastify';

/*
 * `__Host-`: only this host could set them, over TLS (browsers take localhost for as good), for all of its paths. So no
 * neighbour under the same domain can plant one.
 */
export const cookies = {
  /** What the browser was sent away with; it comes back by a form of another site, which `Lax` would not let through. */
  state: { name: '__Host-jouvence-state', sameSite: 'None', maxAgeSeconds: 900 },
  /** The same for an OpenID provider, which sends it back by a link. */
  openid: { name: '__Host-jouvence-openid', sameSite: 'Lax', maxAgeSeconds: 900 },
  /** Ends with the browser, and before that with the session. */
  person: { name: '__Host-jouvence-person', sameSite: 'Lax', maxAgeSeconds: undefined },
  /** The same of an operator. */
  operator: { name: '__Host-jouvence-operator', sameSite: 'Lax', maxAgeSeconds: undefined },
} as const;

export type Cookie = (typeof cookies)[keyof typeof cookies];

/**
 * What somebody has chosen in this browser, which tells nothing of who they are. Pages read and write them too
 * (`portal/choices.ts`), so that the portal and the pages without script look and speak the same.
 */
const choices = { language: ['fr', 'en'], theme: ['light', 'dark'] } as const;
type Choice = keyof typeof choices;
export type Theme = (typeof choices.theme)[number];
const aYear = 31_536_000;
const choiceCookie = (choice: Choice): string => `jouvence-${choice}`;

/** Undefined: nothing, or nothing that we know. */
export function chosenIn<Name extends Choice>(request: FastifyRequest, choice: Name) {
  const value = readCookie(request, { name: choiceCookie(choice) });
  return choices[choice].find((known) => known === value) as (typeof choices)[Name][number] | undefined;
}

export function keepChoice<Name extends Choice>(
  reply: FastifyReply,
  choice: Name,
  value: (typeof choices)[Name][number],
): void {
  reply.header('set-cookie', `${choiceCookie(choice)}=${value}; Path=/; SameSite=Lax; Max-Age=${aYear}`);
}

export function readCookie(request: FastifyRequest, { name }: { name: string }): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** An empty value takes it away. Values are letters, digits, `-`, `_` and `.`. */
export function setCookie(reply: FastifyReply, { name, sameSite, maxAgeSeconds }: Cookie, value: string): void {
  const age = value === '' ? '; Max-Age=0' : maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  reply.header('set-cookie', `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${age}`);
}
