import { z } from 'zod';
import { text } from './wire.ts';

/** The public half of the key by which a site signs tickets: SubjectPublicKeyInfo in PEM. */
export const trustKey = z.object({
  kid: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  /** Ed25519 where the site's PHP has sodium, else RSA of 3072 bits. */
  alg: z.enum(['EdDSA', 'RS256']),
  publickey: text,
});
export type TrustKey = z.output<typeof trustKey>;

/**
 * A ticket says that somebody is signed in to a site, and nothing more: a compact JWS with the header
 * `{typ: 'jouvence-ticket', alg, kid}` and these claims, posted by the browser as `ticket` to `{aud}/enter`.
 */
export const ticketClaims = z.object({
  /** The site's identifier, as `get_site` gives it. */
  iss: text,
  /** Address of the control plane, as it was given at pairing. */
  aud: text,
  /** Id and username of the account on that site. */
  sub: z.string().regex(/^[1-9]\d{0,14}$/),
  username: text,
  lang: text,
  /** What the control plane gave the browser when it sent it to `enter.php`: binds the ticket to that browser. */
  state: z.string().regex(/^[A-Za-z0-9_-]{16,200}$/),
  /** Unix seconds; `exp` is 60 s after `iat`. */
  iat: z.int(),
  exp: z.int(),
  /** Once only. */
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
});
export type TicketClaims = z.output<typeof ticketClaims>;

/**
 * Below the site's base. In the query `state`, and `aud`, the address of the control plane, which is needed where a site
 * is paired with several. Without `state` the page leads to `{control}{startPath}/{identifier}`, where it begins.
 */
export const enterPath = '/local/jouvence/enter.php';
/** Below the control plane's address; `/` and the site's identifier follow, URL-encoded. */
export const startPath = '/enter';
export const ticketType = 'jouvence-ticket';
export const ticketSeconds = 60;
