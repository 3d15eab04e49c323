import type { Notices } from '../notices/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Store } from '../store/index.ts';

interface Row {
  request: string;
  course: string;
  step: string;
  since: Date;
  error: { code: string; message: string } | null;
  siteId: number;
  site: string;
}

interface GoneHost {
  since: Date;
  count: number;
}

/** More than this is one thing that is wrong, and not so many requests. */
const mostAtOnce = 20;

/**
 * Looks for work that stands still, and has it told; each standstill once. What waits for its turn, for its hours or
 * for a site that is known to be away stands for a reason that is told elsewhere, or is nobody's fault.
 */
export async function tellStuck({
  store,
  settings,
  notices,
}: {
  store: Store;
  settings: Settings;
  notices: Notices;
}): Promise<void> {
  const { 'notices.stuckMinutes': minutes } = await settings.at();
  const { rows } = await store.query<Row>(
    `select r.id as request, r.course_name as course, j.step, s.since, j.error, s.site_id as "siteId",
       case when s.site_id = r.source_id then r.source else r.target end as site
     from jobs j join restore_requests r on r.id = j.subject
     cross join lateral (
       select coalesce(j.waiting_since, j.updated_at) as since,
         case when j.waiting_for = 'source' or j.step in ('queued', 'backing-up', 'fetching') then r.source_id
           else r.target_id end as site_id) s
     where j.kind = 'restore' and j.outcome is null and coalesce(j.waiting_for, '') not in ('turn', 'hours')
       and s.since < clock_timestamp() - $1 * interval '1 minute'
       and not exists (select from restore_standing f where f.site_id = s.site_id and f.since is not null)
       and not exists (select from restore_turns t
         where t.request_id = r.id and t.granted_at is null and t.side <> 'between')
     order by s.since limit 500`,
    [minutes],
  );
  const byCron = rows.filter(({ error }) => error?.code === 'site-cron');
  for (const waiting of Map.groupBy(byCron, ({ siteId }) => siteId).values()) {
    const { siteId, site, since, error } = waiting[0]!;
    await notices.tell(store, {
      ...{ kind: 'stuck', why: 'cron', request: null, course: null, step: null },
      site: { id: siteId, name: site },
      count: waiting.length,
      since: since.toISOString(),
      error,
    });
  }
  for (const { request, course, step, since, error, siteId, site } of rows
    .filter(({ error }) => error?.code !== 'site-cron')
    .slice(0, mostAtOnce))
    await notices.tell(store, {
      ...{ kind: 'stuck', why: 'request', count: 0 },
      site: { id: siteId, name: site },
      request,
      course,
      step,
      since: since.toISOString(),
      error: error && { code: error.code, message: error.message },
    });
  await tellGone(store, notices, minutes);
}

/** A host with courses of its own that nobody has seen for that long; others take them over when they can. */
async function tellGone(store: Store, notices: Notices, minutes: number): Promise<void> {
  const { rows } = await store.query<GoneHost>(
    `select h.seen_at as since, count(*)::int as count from job_hosts h
     join jobs j on j.host = h.host and j.outcome is null
     where h.seen_at < clock_timestamp() - $1 * interval '1 minute' group by h.host, h.seen_at`,
    [minutes],
  );
  for (const { since, count } of rows)
    await notices.tell(store, {
      ...{ kind: 'stuck', why: 'worker', site: null, request: null, course: null, step: null, error: null },
      count,
      since: since.toISOString(),
    });
}
