import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type TicketClaims, type TrustKey, ticketClaims, ticketSeconds, ticketType } from '@jouvence/protocol';

export interface TicketExpectation {
  /** The site's key, as it was given at pairing. */
  trust: TrustKey;
  /** The site's identifier, likewise. */
  identifier: string;
  /** Our own address, as we gave it to the site. */
  audience: string;
  /** What this browser was sent away with. */
  state: string;
  nowSeconds: number;
}

/** Why a ticket opens nothing; for our log, people are told only to try again. */
export type TicketFault =
  | 'malformed'
  | 'other-key'
  | 'forged'
  | 'other-site'
  | 'other-audience'
  | 'other-browser'
  | 'not-yet'
  | 'expired';

/** A site's clock may be this far from ours. Whoever remembers used tickets keeps them for `ticketSeconds` and twice this. */
export const ticketLeewaySeconds = 30;

const maxLength = 8192;

/**
 * What a site says by a ticket, if it is that site, for us, for this browser, and now. That it is used once, the caller
 * sees to, by `jti`. Nothing of the ticket chooses how it is checked: the key says which algorithm it must be.
 */
export function verifyTicket(
  ticket: string,
  expected: TicketExpectation,
): { claims: TicketClaims } | { refused: TicketFault } {
  const refused = (fault: TicketFault) => ({ refused: fault });
  const parts = ticket.length <= maxLength ? ticket.split('.') : [];
  const [header, payload, signature] = parts.map(decodeBase64Url);
  if (parts.length !== 3 || !header || !payload || !signature) return refused('malformed');
  const { typ, alg, kid, ...more } = (readObject(header) ?? {}) as Record<string, unknown>;
  if (typ !== ticketType || Object.keys(more).length > 0) return refused('malformed');
  if (alg !== expected.trust.alg || kid !== expected.trust.kid) return refused('other-key');
  if (!isSigned(Buffer.from(`${parts[0]}.${parts[1]}`), signature, expected.trust)) return refused('forged');

  const parsed = ticketClaims.safeParse(readObject(payload));
  if (!parsed.success) return refused('malformed');
  const claims = parsed.data;
  const lifetime = claims.exp - claims.iat;
  if (lifetime <= 0 || lifetime > ticketSeconds) return refused('malformed');
  if (claims.iss !== expected.identifier) return refused('other-site');
  if (claims.aud !== expected.audience) return refused('other-audience');
  if (claims.state !== expected.state) return refused('other-browser');
  if (claims.iat > expected.nowSeconds + ticketLeewaySeconds) return refused('not-yet');
  if (claims.exp <= expected.nowSeconds - ticketLeewaySeconds) return refused('expired');
  return { claims };
}

function isSigned(data: Buffer, signature: Buffer, { alg, publickey }: TrustKey): boolean {
  let key: KeyObject;
  try {
    key = createPublicKey(publickey);
  } catch {
    return false;
  }
  if (alg === 'EdDSA') return key.asymmetricKeyType === 'ed25519' && verify(null, data, key, signature);
  const strong = key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  return strong && verify('sha256', data, key, signature);
}

/** Only as it is written by whoever writes it right: one text, one meaning. */
function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}

function readObject(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
