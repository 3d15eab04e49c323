import { notify, type Queryable } from '../store/index.ts';
import type { NoticeFacts, NoticeKind } from './types.ts';

/** Whoever delivers is woken by it; the rows are what is true. */
export const channel = 'notices';

export interface EventRow {
  id: number;
  facts: NoticeFacts;
  siteId: number | null;
  batch: string | null;
  tries: number;
  happenedAt: Date;
}

const columns = `id, facts, site_id as "siteId", batch, tries, happened_at as "happenedAt"`;

/** One statement; what is told once already is not told again. True when it is new. */
export async function insertEvent(tx: Queryable, facts: NoticeFacts): Promise<boolean> {
  const { siteId, person, once, only } = aboutOf(facts);
  const ended = facts.kind === 'ended' ? facts : null;
  const { rows } = await tx.query(
    `insert into notice_events (kind, facts, site_id, person_site_id, person, batch, subject, once_key)
     select $1, $2::jsonb, $3, $4, $5, $6, $7, $8
     where $9::text is null or exists (select from notice_events where once_key = $9)
     on conflict (once_key) do nothing returning pg_notify('${channel}', '')`,
    [
      facts.kind,
      JSON.stringify(facts),
      siteId,
      person === null ? null : siteId,
      person,
      ended?.batch?.id ?? null,
      ended?.request ?? null,
      once,
      only,
    ],
  );
  return rows.length > 0;
}

/** `once`: names what is told once. `only`: what must have been told before; that a site is back is news to whoever missed it. */
function aboutOf(facts: NoticeFacts): {
  siteId: number | null;
  person: string | null;
  once: string | null;
  only: string | null;
} {
  const none = { person: null, only: null };
  switch (facts.kind) {
    case 'ended':
      return { siteId: facts.target.id, person: facts.person, once: null, only: null };
    case 'stuck': {
      const what = facts.why === 'request' ? facts.request : (facts.site?.id ?? '');
      // What stands because of one cron or one worker changes from hour to hour: that is told once a day.
      const when = facts.why === 'request' ? facts.since : facts.since.slice(0, 10);
      return { ...none, siteId: facts.site?.id ?? null, once: `stuck:${facts.why}:${what}:${when}` };
    }
    case 'site': {
      const once = (state: string) => `site:${facts.site.id}:${state}:${facts.since}`;
      const only = facts.state === 'back' ? once('failing') : null;
      return { ...none, siteId: facts.site.id, once: once(facts.state), only };
    }
    case 'token': {
      const how = facts.error ? 'failing' : 'soon';
      return {
        ...none,
        siteId: facts.site.id,
        once: `token:${facts.site.id}:${facts.profile}:${facts.expiresAt}:${how}`,
      };
    }
  }
}

/**
 * The oldest that nobody has; kept locked until the transaction ends. None is ever put off by a quarter of an hour: a
 * time that lies further ahead means that the clock was set back.
 */
export async function takeEvent(tx: Queryable): Promise<EventRow | undefined> {
  const { rows } = await tx.query<EventRow>(
    `select ${columns} from notice_events where addressed_at is null
       and (next_at <= clock_timestamp() or next_at > clock_timestamp() + interval '15 minutes')
     order by next_at, id limit 1 for update skip locked`,
  );
  return rows[0];
}

export async function markAddressed(tx: Queryable, id: number, facts: NoticeFacts): Promise<void> {
  await tx.query('update notice_events set addressed_at = clock_timestamp(), error = null, facts = $2 where id = $1', [
    id,
    JSON.stringify(facts),
  ]);
}

export async function postponeEvent(
  tx: Queryable,
  id: number,
  error: { code: string; message: string },
  afterMs: number,
): Promise<void> {
  await tx.query(
    `update notice_events set tries = tries + 1, error = $2, next_at = clock_timestamp() + $3 * interval '1 ms'
     where id = $1 and addressed_at is null`,
    [id, JSON.stringify(error), afterMs],
  );
}

/** How many of those that were sent together have ended; this one too, in this transaction. */
export async function countEnded(tx: Queryable, batch: string, event: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(distinct subject)::int as count from notice_events
     where batch = $1 and (addressed_at is not null or id = $2)`,
    [batch, event],
  );
  return rows[0]!.count;
}

export interface Audience {
  audience: 'person' | 'operator' | 'administrators';
  siteId: number | null;
  name: string | null;
  kind: NoticeKind;
}

export async function insertNotice(tx: Queryable, event: number, to: Audience): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    'insert into notices (event_id, kind, audience, site_id, name) values ($1, $2, $3, $4, $5) returning id',
    [event, to.kind, to.audience, to.siteId, to.name],
  );
  return rows[0]!.id;
}

/** Anybody who waits for something to deliver. */
export const wake = (tx: Queryable, what = ''): Promise<void> => notify(tx, channel, what);
