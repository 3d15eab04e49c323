import type { Queryable } from '../store/index.ts';
import type { Series } from './series.ts';

/** The same as the states that requests are shown with. */
const stateOfJob = `case when j.ending = 'cancelled' or j.cancel_asked then 'cancelling'
  when j.ending is not null then 'cleaning' else j.step end`;

interface OpenRow {
  state: string | null;
  waitingFor: string | null;
  source: string | null;
  target: string | null;
  open: number;
  queued: number;
  oldestSeconds: number | null;
}

/** Everything that has not ended, once by each label: it is found by an index that holds nothing else. */
async function readOpen(db: Queryable): Promise<Series[]> {
  const { rows } = await db.query<OpenRow>(
    `select state, "waitingFor", source, target, count(*) as open,
       count(*) filter (where state = 'queued') as queued,
       extract(epoch from now() - min(created_at) filter (where state = 'queued'))::float8 as "oldestSeconds"
     from (
       select ${stateOfJob} as state, case when j.lease_until is null then j.waiting_for end as "waitingFor",
         r.source, r.target, j.created_at
       from jobs j join restore_requests r on r.id = j.subject
       where j.outcome is null and j.kind = 'restore') as every
     group by grouping sets ((state), ("waitingFor"), (source), (target))`,
  );
  const bySite = rows.flatMap(({ source, target, ...row }) => {
    const [role, site] = source !== null ? ['source', source] : ['target', target];
    return site === null ? [] : [{ ...row, labels: { role: role!, site } }];
  });
  return [
    gauge(
      'jouvence_requests_open',
      'Requests that have not ended, by state.',
      rows.filter(({ state }) => state !== null).map(({ state, open }) => [{ state: state! }, open]),
    ),
    gauge(
      'jouvence_requests_waiting',
      'Requests that nobody works on until what they wait for is there.',
      rows.filter(({ waitingFor }) => waitingFor !== null).map((row) => [{ for: row.waitingFor! }, row.open]),
    ),
    gauge(
      'jouvence_queue_requests',
      'Requests that have not begun, by site; each counts once at its source and once at its target.',
      bySite.map(({ labels, queued }) => [labels, queued]),
    ),
    gauge(
      'jouvence_queue_oldest_seconds',
      'Since when the oldest of them was asked for.',
      bySite.map(({ labels, oldestSeconds }) => [labels, oldestSeconds ?? 0]),
    ),
  ];
}

/** Counts every request there ever was: asked seldom. */
export async function readEnded(db: Queryable): Promise<Series[]> {
  const { rows } = await db.query<{ outcome: string; count: number }>(
    `select outcome, count(*) as count from jobs where kind = 'restore' and outcome is not null group by outcome`,
  );
  return [
    gauge(
      'jouvence_requests_kept',
      'Requests that have ended and are still kept, by outcome; to the minute.',
      rows.map(({ outcome, count }) => [{ outcome }, count]),
    ),
  ];
}

interface SiteRow {
  site: string;
  up: number | null;
  latencySeconds: number | null;
  checkedAt: number | null;
  paused: number;
  expiresAt: number | null;
}

async function readSites(db: Queryable): Promise<Series[]> {
  const { rows } = await db.query<SiteRow>(
    `select s.name as site, case s.health_state when 'ok' then 1 when 'unknown' then null else 0 end as up,
       s.latency_ms / 1000.0::float8 as "latencySeconds", extract(epoch from s.checked_at)::float8 as "checkedAt",
       (s.paused_at is not null)::int as paused,
       extract(epoch from (select min(t.expires_at) from site_tokens t where t.site_id = s.id))::float8 as "expiresAt"
     from sites s order by s.name`,
  );
  const column = (name: string, help: string, key: 'up' | 'latencySeconds' | 'checkedAt' | 'paused' | 'expiresAt') =>
    gauge(
      name,
      help,
      rows.filter((row) => row[key] !== null).map((row) => [{ site: row.site }, row[key]!]),
    );
  return [
    column('jouvence_site_up', 'Whether the last call to the site was answered as it should be.', 'up'),
    column('jouvence_site_latency_seconds', 'Of the last call that was answered.', 'latencySeconds'),
    column('jouvence_site_checked_timestamp_seconds', 'When the site was last called.', 'checkedAt'),
    column('jouvence_site_paused', 'Whether an operator has paused it.', 'paused'),
    column('jouvence_site_token_expires_timestamp_seconds', 'When the first of its tokens ends.', 'expiresAt'),
  ];
}

async function readHosts(db: Queryable): Promise<Series[]> {
  const { rows } = await db.query<{ host: string; seen: number; reserved: number }>(
    `select h.host, extract(epoch from h.seen_at)::float8 as seen,
       (select coalesce(sum(s.size_bytes), 0)::bigint from restore_spool s where s.host = h.host) as reserved
     from job_hosts h where h.seen_at > now() - interval '1 day'`,
  );
  return [
    gauge(
      'jouvence_worker_seen_timestamp_seconds',
      'When a worker of that host last looked for work.',
      rows.map(({ host, seen }) => [{ host }, seen]),
    ),
    gauge(
      'jouvence_spool_reserved_bytes',
      'Room that archives on their way have taken.',
      rows.map(({ host, reserved }) => [{ host }, reserved]),
    ),
  ];
}

/** What is to be told to people and has not gone out yet. */
async function readOutbox(db: Queryable): Promise<Series[]> {
  const { rows } = await db.query<{ way: string; waiting: number; failing: number; oldest: number }>(
    `select way, count(*) as waiting, count(*) filter (where tries > 0) as failing,
       extract(epoch from now() - min(created_at))::float8 as oldest
     from notice_messages where state = 'waiting' group by way order by way`,
  );
  const { rows: events } = await db.query<{ count: number }>(
    'select count(*) as count from notice_events where addressed_at is null',
  );
  return [
    gauge('jouvence_notices_unaddressed', 'Events of which it is not yet known whom they are told to.', [
      [{}, events[0]!.count],
    ]),
    gauge(
      'jouvence_notices_waiting',
      'Messages that have not gone out, by way; also those that wait for their hour or for more to be told with them.',
      rows.map(({ way, waiting }) => [{ way }, waiting]),
    ),
    gauge(
      'jouvence_notices_failing',
      'Those of them that have been tried in vain.',
      rows.map(({ way, failing }) => [{ way }, failing]),
    ),
    gauge(
      'jouvence_notices_oldest_seconds',
      'Since when the oldest of them waits.',
      rows.map(({ way, oldest }) => [{ way }, oldest]),
    ),
  ];
}

/** What the database knows, whichever process is asked. */
export async function readState(db: Queryable): Promise<Series[]> {
  const parts = await Promise.all([readOpen(db), readSites(db), readHosts(db), readOutbox(db)]);
  return parts.flat();
}

export function gauge(
  name: string,
  help: string,
  values: readonly (readonly [labels: Record<string, string>, value: number])[],
): Series {
  return { name, help, type: 'gauge', values: values.map(([labels, value]) => ({ labels, value })) };
}
