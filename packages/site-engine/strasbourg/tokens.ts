import { createHash, randomBytes } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { Tx } from '../database.ts';

/** A Moodle that fetches from us by Strasbourg's block. */
export interface Guest {
  hash: Buffer;
  roles: string[];
  people: boolean;
  anyCourse: boolean;
  /** Addresses and networks; none: all. */
  ips: string[];
}

export interface GuestRules extends Omit<Guest, 'hash'> {
  days: number;
  name: string;
}

export interface GuestToken extends Omit<GuestRules, 'days'> {
  id: number;
  /** Unix seconds. */
  created: number;
  expires: number;
  used: number | null;
}

/** Its text exists only in the answer. Letters and digits: Moodle's PARAM_ALPHANUM, in the address of a download. */
export async function createGuestToken(
  tx: Tx,
  { days, roles, people, anyCourse, name, ips }: GuestRules,
): Promise<{ id: number; token: string; expires: number }> {
  const token = randomBytes(32).toString('hex');
  const row = await tx.row<{ id: number; expires: number }>(
    `insert into block_tokens (hash, expires, roles, people, any_course, name, ips)
     values ($1, now() + make_interval(days => $2), $3, $4, $5, $6, $7)
     returning id, extract(epoch from expires)::bigint as expires`,
    [hashOf(token), days, roles, people, anyCourse, name, ips],
  );
  return { token, ...row! };
}

/** Newest first; those that have expired too. */
export function listGuestTokens(tx: Tx): Promise<GuestToken[]> {
  return tx.rows<GuestToken>(
    `select id, name, roles, people, any_course as "anyCourse", ips, extract(epoch from created_at)::bigint as created,
       extract(epoch from expires)::bigint as expires, extract(epoch from last_used_at)::bigint as used
     from block_tokens order by id desc`,
    [],
  );
}

/** That one, with what was made for it. */
export const revokeGuestToken = async (tx: Tx, id: number): Promise<boolean> =>
  (await tx.run('delete from block_tokens where id = $1', [id])) > 0;

/** Undefined: no such token, or not any more. */
export async function findGuest(tx: Tx, token: string): Promise<Guest | undefined> {
  const found = await tx.row<Guest & { isNoted: boolean }>(
    `select hash, roles, people, any_course as "anyCourse", ips,
       coalesce(last_used_at > now() - interval '1 minute', false) as "isNoted"
     from block_tokens where hash = $1 and expires > now()`,
    [hashOf(token)],
  );
  if (!found) return undefined;
  const { isNoted, ...guest } = found;
  if (!isNoted) await tx.run('update block_tokens set last_used_at = now() where hash = $1', [guest.hash]);
  return guest;
}

/** Whether it opens anything from there; by the rule that Moodle has for its own tokens. */
export function comesFrom({ ips }: Guest, address: string): boolean {
  if (ips.length === 0) return true;
  const list = new BlockList();
  for (const each of ips) {
    const [network, prefix] = each.split('/') as [string, string | undefined];
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** With what was made for them; the archives go when the next one is made, or with the day. */
export const revokeGuestTokens = (tx: Tx): Promise<number> => tx.run('delete from block_tokens', []);

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
