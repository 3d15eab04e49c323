import type { Profile } from '@jouvence/protocol';
import { sql } from 'kysely';
import type { Db, NewToken, PreviousToken } from './sites.sql.ts';

/** A token in the hands of whoever renews it. */
export interface HeldToken {
  sealed: string;
  setAt: Date;
  expiresAt: Date | null;
  previous: PreviousToken | null;
  tries: number;
}

interface Key {
  siteId: number;
  profile: Profile;
}

/** Nobody else renews it until then. Undefined: it is held, is gone, or is not `sealed` any more. */
export async function holdToken(
  db: Db,
  { siteId, profile }: Key,
  { now, until, sealed }: { now: Date; until: Date; sealed?: string },
): Promise<HeldToken | undefined> {
  return db
    .updateTable('site_tokens')
    .set({ renewing_until: until })
    .where('site_id', '=', siteId)
    .where('profile', '=', profile)
    .where((eb) => eb.or([eb('renewing_until', 'is', null), eb('renewing_until', '<', now)]))
    .where('sealed', 'is not', null)
    .$if(sealed !== undefined, (query) => query.where('sealed', '=', sealed!))
    .returning((eb) => eb.ref('sealed').$notNull().as('sealed'))
    .returning(['set_at as setAt', 'expires_at as expiresAt', 'previous', 'renew_tries as tries'])
    .executeTakeFirst();
}

/** False: what was held has been replaced by somebody. */
export async function replaceToken(
  db: Db,
  { siteId, profile }: Key,
  { from, to, previous }: { from: string; to: NewToken; previous: PreviousToken | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('site_tokens')
    .set({
      sealed: to.sealed,
      set_at: to.setAt,
      expires_at: to.expiresAt,
      previous: previous && JSON.stringify(previous),
    })
    .where('site_id', '=', siteId)
    .where('profile', '=', profile)
    .where('sealed', '=', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The site has seen the new token: the one before opens nothing any more. */
export async function forgetPrevious(db: Db, { siteId, profile }: Key, sealed: string): Promise<void> {
  await db
    .updateTable('site_tokens')
    .set({ previous: null })
    .where('site_id', '=', siteId)
    .where('profile', '=', profile)
    .where('sealed', '=', sealed)
    .execute();
}

export interface Failure {
  tries: number;
  after: Date;
  error: { code: string; message: string };
}

export async function releaseToken(db: Db, { siteId, profile }: Key, failure: Failure | undefined): Promise<void> {
  await db
    .updateTable('site_tokens')
    .set({
      renewing_until: null,
      renew_tries: failure?.tries ?? 0,
      renew_after: failure?.after ?? null,
      renew_error: failure ? JSON.stringify(failure.error) : null,
    })
    .where('site_id', '=', siteId)
    .where('profile', '=', profile)
    .execute();
}

/**
 * What is to be renewed now: tokens that end within 30 days, or in the last third of their life when that is shorter;
 * and what a process left half done. What has failed waits for its time.
 */
export function listDue(
  db: Db,
  now: Date,
): Promise<{ siteId: number; profile: Profile; sealed: string; due: boolean }[]> {
  const due = sql<boolean>`coalesce(expires_at - least(interval '30 days', (expires_at - set_at) / 3) <= ${now}, false)`;
  return db
    .selectFrom('site_tokens')
    .select((eb) => ['site_id as siteId', 'profile', eb.ref('sealed').$notNull().as('sealed'), due.as('due')])
    .where('sealed', 'is not', null)
    .where((eb) => eb.or([eb('renewing_until', 'is', null), eb('renewing_until', '<', now)]))
    .where((eb) => eb.or([eb('renew_after', 'is', null), eb('renew_after', '<=', now)]))
    .where((eb) => eb.or([due, eb('previous', 'is not', null)]))
    .orderBy('expires_at')
    .execute();
}
