import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { type Profile, type TicketClaims, type TrustKey, ticketSeconds, ticketType } from '@jouvence/protocol';
import type { Tx } from './database.ts';
import type { Person } from './people.ts';
import type { Site } from './sites.ts';

interface Trust {
  key: TrustKey;
  privateKey: string;
}

/** The site's key, made when it is first asked for. */
export async function getTrust(tx: Tx): Promise<Trust> {
  const found = await findTrust(tx);
  if (found) return found;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const kid = createHash('sha256').update(publicKey).digest('base64url').slice(0, 16);
  await tx.run(
    `insert into site_trust (site_id, kid, private_key, public_key) values (current_site(), $1, $2, $3)
     on conflict do nothing`,
    [kid, privateKey, publicKey],
  );
  // Of two that asked at once, both get the one that was first.
  return (await findTrust(tx))!;
}

async function findTrust(tx: Tx): Promise<Trust | undefined> {
  const row = await tx.row<{ kid: string; privateKey: string; publickey: string }>(
    `select kid, private_key as "privateKey", public_key as publickey from site_trust`,
  );
  if (!row) return undefined;
  const { kid, privateKey, publickey } = row;
  return { key: { kid, alg: 'EdDSA', publickey }, privateKey };
}

/** Where people's tickets may go, by the profile that was paired there; empty: nowhere. */
export async function setControl(tx: Tx, profile: Profile, control: string): Promise<void> {
  await tx.run('delete from site_controls where profile = $1', [profile]);
  if (control !== '') await tx.run('insert into site_controls (profile, control) values ($1, $2)', [profile, control]);
}

export async function listControls(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ control: string }>('select distinct control from site_controls order by control');
  return rows.map(({ control }) => control);
}

/** What `ticket.ts` of the protocol describes: that this person is signed in here, now. */
export function signTicket(
  { key, privateKey }: Trust,
  site: Site,
  person: Person,
  to: { control: string; state: string },
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims: TicketClaims = {
    iss: site.identifier,
    aud: to.control,
    sub: String(person.id),
    username: person.username,
    lang: person.language || site.language,
    state: to.state,
    iat: now,
    exp: now + ticketSeconds,
    jti: randomBytes(16).toString('base64url'),
  };
  const header = { typ: ticketType, alg: key.alg, kid: key.kid };
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
