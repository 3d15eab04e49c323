import type { Queryable } from '../store/index.ts';
import { forgetOldContacts } from './contacts.ts';

/** Somebody of a site. */
export interface PersonKey {
  siteId: number;
  username: string;
}

/** Everything that is kept of somebody here, as it is kept. */
export async function exportPerson(db: Queryable, { siteId, username }: PersonKey) {
  const key = [siteId, username];
  const all = async (sql: string) => (await db.query<Record<string, unknown>>(sql, key)).rows;
  return {
    events: await all(
      `select id, kind, facts, happened_at as "happenedAt" from notice_events
       where person_site_id = $1 and (person = $2 or facts #>> '{requester,username}' = $2) order by id`,
    ),
    notices: await all(
      `select n.id, n.kind, n.created_at as "createdAt",
         (select min(read_at) from notice_reads r where r.notice_id = n.id) as "readAt"
       from notices n where audience = 'person' and site_id = $1 and name = $2 order by n.id`,
    ),
    messages: await all(
      `select id, way, state, created_at as "createdAt", closed_at as "closedAt", ended_at as "endedAt", error
       from notice_messages where recipient = 'person' and site_id = $1 and name = $2 order by id`,
    ),
    preferences: await all(
      `select kind, way, wanted, changed_at as "changedAt" from notice_preferences
       where owner = 'person' and site_id = $1 and name = $2 order by kind, way`,
    ),
    contact: await all(
      'select email, language, seen_at as "seenAt" from notice_contacts where site_id = $1 and username = $2',
    ),
  };
}

/** Nothing of it is left, also what others were told of it. Returns how many rows there were. */
export async function erasePerson(tx: Queryable, { siteId, username }: PersonKey): Promise<number> {
  const key = [siteId, username];
  let count = 0;
  for (const sql of [
    `delete from notice_messages where recipient = 'person' and site_id = $1 and name = $2`,
    `delete from notice_events where person_site_id = $1 and person = $2`,
    `delete from notice_events where site_id = $1 and facts #>> '{requester,username}' = $2`,
    `delete from notices where audience = 'person' and site_id = $1 and name = $2`,
    `delete from notice_reads where reader = 'person ' || $1::text || ' ' || $2::text`,
    `delete from notice_preferences where owner = 'person' and site_id = $1 and name = $2`,
    'delete from notice_contacts where site_id = $1 and username = $2',
  ])
    count += (await tx.query(sql, key)).rowCount;
  return count;
}

/** What is older than this goes, except what still waits to be told. Returns how many notices' events went. */
export async function removeOld(db: Queryable, days: number): Promise<number> {
  await db.query(
    `delete from notice_messages where state <> 'waiting' and created_at < clock_timestamp() - $1 * interval '1 day'`,
    [days],
  );
  const { rowCount } = await db.query(
    `delete from notice_events e where addressed_at is not null and happened_at < clock_timestamp() - $1 * interval '1 day'
       and not exists (select from notices n join notice_message_items i on i.notice_id = n.id
         join notice_messages m on m.id = i.message_id where n.event_id = e.id and m.state = 'waiting')`,
    [days],
  );
  await forgetOldContacts(db);
  return rowCount;
}
