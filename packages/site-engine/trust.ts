import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { type TicketClaims, type TrustKey, ticketSeconds, ticketType } from '@jouvence/protocol';
import type { Tx } from './database.ts';
import type { Person } from './people.ts';
import type { Site } from './sites.ts';

interface Trust {
  key: TrustKey;
  privateKey: string;
  /** The control plane that tickets go to; empty: none. */
  control: string;
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
  const row = await tx.row<{ kid: string; privateKey: string; publickey: string; control: string }>(
    `select kid, private_key as "privateKey", public_key as publickey, control from site_trust`,
  );
  if (!row) return undefined;
  const { kid, privateKey, publickey, control } = row;
  return { key: { kid, alg: 'EdDSA', publickey }, privateKey, control };
}

/** Where people's tickets go from now on. Without an address the one of an earlier pairing stays. */
export async function setControl(tx: Tx, control: string): Promise<Trust> {
  const trust = await getTrust(tx);
  if (control === '') return trust;
  await tx.run('update site_trust set control = $1', [control]);
  return { ...trust, control };
}

/** What `ticket.ts` of the protocol describes: that this person is signed in here, now. */
export function signTicket({ key, privateKey, control }: Trust, site: Site, person: Person, state: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims: TicketClaims = {
    iss: site.identifier,
    aud: control,
    sub: String(person.id),
    username: person.username,
    lang: person.language || site.language,
    state,
    iat: now,
    exp: now + ticketSeconds,
    jti: randomBytes(16).toString('base64url'),
  };
  const header = { typ: ticketType, alg: key.alg, kid: key.kid };
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
