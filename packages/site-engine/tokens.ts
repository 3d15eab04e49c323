import { createHash, randomBytes } from 'node:crypto';
import type { Profile } from '@jouvence/protocol';
import type { Tx } from './database.ts';
import { MoodleError } from './errors.ts';
import { serviceOf } from './services.ts';

/** What a token opens; `expires` in Unix seconds. */
export interface Token {
  profile: Profile;
  /** The service account that it acts as. */
  callerId: number;
  hash: Buffer;
  expires: number;
}

/** A new token; its text exists only in the answer. */
export async function createToken(tx: Tx, profile: Profile, days: number): Promise<{ token: string; expires: number }> {
  const token = newToken();
  const row = await tx.row<{ expires: number }>(
    `insert into tokens (hash, profile, person_id, expires) values ($1, $2, $3, now() + make_interval(days => $4))
     returning extract(epoch from expires)::bigint as expires`,
    [hashOf(token), profile, await serviceOf(tx, profile), days],
  );
  return { token, expires: row!.expires };
}

/** A successor whose answer was lost is taken back by the next rotation, when nobody has used it for so long. */
const unusedSeconds = 600;

/**
 * A successor that lives as long as this token was meant to. This one ends when the successor is first used, and so do
 * successors that were made before that one: of two processes that rotate at once, each may keep its own.
 */
export async function rotateToken(tx: Tx, { hash }: Token): Promise<{ token: string; expires: number }> {
  const token = newToken();
  await tx.run('delete from tokens where replaces = $1 and created_at < now() - make_interval(secs => $2)', [
    hash,
    unusedSeconds,
  ]);
  const row = await tx.row<{ expires: number }>(
    `insert into tokens (hash, profile, person_id, expires, created_at, replaces)
     select $2, profile, person_id, clock_timestamp() + (expires - created_at), clock_timestamp(), hash
     from tokens where hash = $1 returning extract(epoch from expires)::bigint as expires`,
    [hash, hashOf(token)],
  );
  // Another call, with a successor, ended this token while this one ran.
  if (!row) throw unknownToken();
  return { token, expires: row.expires };
}

/**
 * Of one profile, or of all. Codes that are still open would give new ones: they go too.
 * @returns how many
 */
export async function revokeTokens(tx: Tx, profile: Profile | null = null): Promise<number> {
  await tx.run('delete from pairings where $1::text is null or profile = $1', [profile]);
  return tx.run('delete from tokens where $1::text is null or profile = $1', [profile]);
}

/** What the first use of a successor ends: what it replaces, and successors of that which are older. */
async function succeed(tx: Tx, hash: Buffer, replaces: Buffer): Promise<void> {
  await tx.run(
    `delete from tokens where hash = $2 or (replaces = $2 and created_at < (select created_at from tokens where hash = $1))`,
    [hash, replaces],
  );
  // A later one now follows this one.
  await tx.run('update tokens set replaces = $1 where replaces = $2 and hash <> $1', [hash, replaces]);
  await tx.run('update tokens set replaces = null where hash = $1', [hash]);
}

/**
 * Whose token this is; or, as Moodle answers, `invalidtoken` when it is unknown, and `accessexception` when it has
 * expired, which deletes it: from the next use on it is unknown.
 */
export async function useToken(tx: Tx, token: string): Promise<Token | MoodleError> {
  const hash = hashOf(token);
  const found = await tx.row<Omit<Token, 'hash'> & { expired: boolean; replaces: Buffer | null }>(
    `select profile, person_id as "callerId", extract(epoch from expires)::bigint as expires, expires < now() as expired,
       replaces from tokens where hash = $1`,
    [hash],
  );
  if (!found) return unknownToken();
  if (found.expired) {
    await tx.run('delete from tokens where hash = $1', [hash]);
    return accessException('Invalid token - token expired - check validuntil time for the token');
  }
  if (found.replaces) await succeed(tx, hash, found.replaces);
  return { profile: found.profile, callerId: found.callerId, hash, expires: found.expires };
}

/** Moodle's one message for whatever a token may not do. */
export const accessException = (why: string): MoodleError =>
  new MoodleError('webservice_access_exception', 'accessexception', 'Access control exception', why);

const unknownToken = () => new MoodleError('moodle_exception', 'invalidtoken', 'Invalid token - token not found');
const newToken = (): string => randomBytes(32).toString('hex');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
