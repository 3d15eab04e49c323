import { createHash, randomBytes } from 'node:crypto';
import type { PairAnswer, Profile } from '@jouvence/protocol';
import type { Tx } from './database.ts';
import type { Site } from './sites.ts';
import { createToken, revokeTokens } from './tokens.ts';
import { getTrust, setControl } from './trust.ts';

const pairingMinutes = 30;
/** Crockford's base 32: nothing that could be taken for something else. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A code that opens once. Its secret exists only in the answer; an earlier code of the profile is closed. */
export async function createPairing(
  tx: Tx,
  site: Site,
  { profile, days }: { profile: Profile; days: number },
): Promise<{ code: string; expires: number }> {
  const secret = encode(randomBytes(16));
  await tx.run('delete from pairings where profile = $1 or expires < now()', [profile]);
  const row = await tx.row<{ expires: number }>(
    `insert into pairings (hash, profile, token_days, expires) values ($1, $2, $3, now() + make_interval(mins => $4))
     returning extract(epoch from expires)::bigint as expires`,
    [hashOf(secret), profile, days, pairingMinutes],
  );
  return { code: `${site.url}#${secret.match(/.{1,5}/g)!.join('-')}`, expires: row!.expires };
}

/** What the code's secret opens, once: `wrong` while other codes are open, `closed` when none is. */
export async function redeemPairing(
  tx: Tx,
  site: Site,
  { secret, control }: { secret: string; control: string },
): Promise<PairAnswer | 'wrong' | 'closed'> {
  const found = await tx.row<{ profile: Profile; days: number }>(
    'delete from pairings where hash = $1 and expires > now() returning profile, token_days as days',
    [hashOf(secret)],
  );
  if (!found) return (await tx.row('select 1 from pairings where expires > now() limit 1')) ? 'wrong' : 'closed';
  // Whoever was paired before is so no more.
  await revokeTokens(tx, found.profile);
  await setControl(tx, found.profile, control);
  const { key } = await getTrust(tx);
  const token = await createToken(tx, found.profile, found.days);
  return { profile: found.profile, ...token, identifier: site.identifier, trust: key };
}

/** 128 bits in 26 letters; the first holds three of them. */
function encode(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let index = 0; index < 26; index++) {
    text = alphabet[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
