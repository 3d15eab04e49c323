import { z } from 'zod';
import { profile } from './shapes.ts';
import { trustKey } from './ticket.ts';
import { text, time } from './wire.ts';

/**
 * A pairing code is `{wwwroot}#{secret}`: what `cli/setup.php` prints. The secret is 128 bits in 26 letters of
 * Crockford's base 32 (lower case, no i, l, o, u), shown in groups of five; it opens once, for 30 minutes. It stands
 * after `#` so that a browser into which somebody pastes the code does not send it anywhere.
 */
export interface PairingCode {
  url: string;
  /** 26 letters, without the hyphens. */
  secret: string;
}

/** @returns undefined for what is no pairing code; people may type capitals, hyphens, spaces, o for 0, i and l for 1 */
export function readPairingCode(given: string): PairingCode | undefined {
  const at = given.lastIndexOf('#');
  if (at < 0) return undefined;
  const url = given.slice(0, at).trim().replace(/\/+$/, '');
  const secret = given
    .slice(at + 1)
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replace(/o/g, '0')
    .replace(/[il]/g, '1');
  return /^https?:\/\/\S+$/.test(url) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(secret) ? { url, secret } : undefined;
}

/** Form fields of the POST to `pairPath`. */
export const pairRequest = z.strictObject({
  secret: z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/),
  /** Address of the control plane, https (http on this machine only), without / at its end: where `enter.php` sends
   * people's tickets, and nowhere else. Empty: it has none. */
  control: text,
});

/**
 * The answer, HTTP 200. A refusal is a WireError: HTTP 400 `invalid-parameter` (the code stays open), 403 `not-allowed`,
 * 404 `not-found` when no code is open, 429 `busy` after too many tries. A profile that is paired again is paired with
 * the new control plane only: its earlier tokens end.
 */
export const pairAnswer = z.object({
  profile,
  token: text,
  expires: time,
  /** As `get_site` gives it. */
  identifier: text,
  trust: trustKey,
});
export type PairAnswer = z.output<typeof pairAnswer>;

export const pairPath = '/local/jouvence/pair.php';
