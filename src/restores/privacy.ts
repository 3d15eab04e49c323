import type { Queryable } from '../store/index.ts';
import { keepCarried } from './rules/kept.sql.ts';

/** Somebody of a target, by the name of the site too: rows keep it when the site is gone. */
export interface PersonOfTarget {
  siteId: number;
  site: string;
  username: string;
}

const erased = '(erased)';

/** Requests that are theirs, that they sent for others, or that they cancelled. */
const theirs = `(r.target_id = $1 and (r.person = $2 or r.sender ->> 'username' = $2 or r.cancelled_by ->> 'username' = $2))`;

/** Ended before then, with their jobs; up to `limit`. That their courses are there is kept, and not by whom. */
export async function pruneRequests(tx: Queryable, before: Date, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select r.id from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
     where j.outcome is not null and j.updated_at < $1 order by r.number limit $2 for update of r skip locked`,
    [before, limit],
  );
  const ids = rows.map(({ id }) => id);
  await keepCarried(tx, ids);
  await tx.query('delete from restore_requests where id = any($1)', [ids]);
  return ids;
}

/** How long courses took that were carried before then; no request is needed for what estimates are made of. */
export async function pruneTimes(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    'delete from restore_times where request_id in (select request_id from restore_times where ended_at < $1 limit $2)',
    [before, limit],
  );
  return rowCount;
}

export const requestsOfPeople = {
  /** As they are kept, each with how far it got. */
  async export(db: Queryable, { siteId, site, username }: PersonOfTarget): Promise<Record<string, unknown>[]> {
    const { rows } = await db.query<{ request: Record<string, unknown> }>(
      `select (to_jsonb(r) - '{send_key,send_digest,instance_key}'::text[]) || jsonb_build_object('job',
         to_jsonb(j) - '{id,fence,worker,host,lease_until}'::text[] || jsonb_build_object('steps',
           (select coalesce(jsonb_agg(to_jsonb(s) - 'job_id' order by s.started_at), '[]') from job_steps s where s.job_id = j.id)),
         'dealt', (select coalesce(jsonb_agg(to_jsonb(d) - 'request_id'), '[]') from restore_dealt d where d.request_id = r.id)) as request
       from restore_requests r left join jobs j on j.kind = 'restore' and j.subject = r.id
       where ${theirs} or r.actor = $3 or exists (select from restore_dealt d where d.request_id = r.id and d.dealt_by = $3) order by r.number`,
      [siteId, username, `${username} (${site})`],
    );
    return rows.map(({ request }) => request);
  },

  /** Ids of those that have not ended. */
  async open(db: Queryable, { siteId, username }: PersonOfTarget): Promise<string[]> {
    const { rows } = await db.query<{ id: string }>(
      `select r.id from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
       where j.outcome is null and ${theirs} order by r.number`,
      [siteId, username],
    );
    return rows.map(({ id }) => id);
  },

  /**
   * The requests stay, as nobody's: that a course was carried is true of the course too, and of those who share it.
   * Who it was for, who asked and cancelled, and what the report said go.
   * Returns how many rows were changed.
   */
  async erase(tx: Queryable, { siteId, site, username }: PersonOfTarget): Promise<number> {
    const shown = `${username} (${site})`;
    const key = [siteId, username, erased, shown];
    const own = await tx.query(
      `update restore_requests r set
         person = case when person = $2 then $3 else person end,
         person_id = case when person = $2 then null else person_id end,
         actor = case when actor in ($2, $4) then $3 else actor end,
         sender = case when sender ->> 'username' = $2 then jsonb_set(sender, '{username}', to_jsonb($3::text)) else sender end,
         cancelled_by = case when cancelled_by ->> 'username' = $2
           then jsonb_set(cancelled_by, '{username}', to_jsonb($3::text)) else cancelled_by end,
         report = case when person = $2 then '{}' else report end,
         proof = case when person = $2 then null else proof end,
         asked = case when person = $2 then null else asked end,
         -- A key that somebody chose may say anything.
         send_key = null
       where ${theirs} or r.actor = $4`,
      key,
    );
    await tx.query(
      `update restore_list set person = case when target_id = $1 and person = $2 then $3 else person end,
         actor = case when actor = $4 then $3 else actor end
       where (target_id = $1 and person = $2) or actor = $4`,
      key,
    );
    // Of what has ended there is no turn, unless something went wrong.
    await tx.query('delete from restore_turns where target_id = $1 and person = $2', [siteId, username]);
    await tx.query('update restore_dealt set dealt_by = $2 where dealt_by = $1', [shown, erased]);
    return own.rowCount;
  },
};
