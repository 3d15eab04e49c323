import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '../database.ts';

/** A Moodle that fetches from us by Strasbourg's block. */
export interface Guest {
  hash: Buffer;
  roles: string[];
  people: boolean;
  anyCourse: boolean;
}

export interface GuestRules {
  days: number;
  roles: string[];
  people: boolean;
  anyCourse: boolean;
}

/** Its text exists only in the answer. Letters and digits: Moodle's PARAM_ALPHANUM, in the address of a download. */
export async function createGuestToken(tx: Tx, rules: GuestRules): Promise<{ token: string; expires: number }> {
  const token = randomBytes(32).toString('hex');
  const row = await tx.row<{ expires: number }>(
    `insert into block_tokens (hash, expires, roles, people, any_course)
     values ($1, now() + make_interval(days => $2), $3, $4, $5) returning extract(epoch from expires)::bigint as expires`,
    [hashOf(token), rules.days, rules.roles, rules.people, rules.anyCourse],
  );
  return { token, expires: row!.expires };
}

/** Undefined: no such token, or not any more. */
export function findGuest(tx: Tx, token: string): Promise<Guest | undefined> {
  return tx.row<Guest>(
    `select hash, roles, people, any_course as "anyCourse" from block_tokens where hash = $1 and expires > now()`,
    [hashOf(token)],
  );
}

/** With what was made for them; the archives go when the next one is made, or with the day. */
export const revokeGuestTokens = (tx: Tx): Promise<number> => tx.run('delete from block_tokens', []);

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
