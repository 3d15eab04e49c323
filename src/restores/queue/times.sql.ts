import type { Queryable } from '../../store/index.ts';

/** How long one course really took, in milliseconds, waiting for turns left out. */
export interface Took {
  sizeBytes: number | null;
  /** While it had a turn of its source, between the turns, while it had one of its target, and after. */
  sourceMs: number;
  betweenMs: number;
  targetMs: number;
  afterMs: number;
}

/** Of a course that has arrived; in the transaction that ends it. */
export async function insertTook(tx: Queryable, requestId: string): Promise<void> {
  const sum = (steps: string[]) =>
    `coalesce(sum(s.ms) filter (where s.step in (${steps.map((step) => `'${step}'`).join(', ')})), 0)`;
  await tx.query(
    `insert into restore_times (request_id, source_id, target_id, size_bytes, source_ms, between_ms, target_ms, after_ms)
     select r.id, r.source_id, r.target_id, (r.archive ->> 'sizeBytes')::bigint,
       ${sum(['queued', 'backing-up', 'fetching'])}, ${sum(['checking', 'preparing'])},
       ${sum(['delivering', 'restoring'])}, ${sum(['enrolling', 'comparing', 'cleaning'])}
     from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id cross join lateral
       (select step, extract(epoch from coalesce(ended_at, clock_timestamp()) - started_at) * 1000 as ms
        from job_steps where job_id = j.id) s
     where r.id = $1 group by r.id
     on conflict (request_id) do update set ended_at = excluded.ended_at, size_bytes = excluded.size_bytes,
       source_ms = excluded.source_ms, between_ms = excluded.between_ms, target_ms = excluded.target_ms,
       after_ms = excluded.after_ms`,
    [requestId],
  );
}

const columns = `size_bytes as "sizeBytes", source_ms as "sourceMs", between_ms as "betweenMs",
  target_ms as "targetMs", after_ms as "afterMs"`;

/** The latest of a source and a target together; where there are few, of either; where there are few, of all. */
export async function selectTook(
  db: Queryable,
  { sourceId, targetId }: { sourceId: number; targetId: number },
  enough: number,
): Promise<{ of: 'pair' | 'site' | 'all'; took: Took[] }> {
  const latest = async (where: string, values: number[]) =>
    (await db.query<Took>(`select ${columns} from restore_times ${where} order by ended_at desc limit 200`, values))
      .rows;
  const pair = await latest('where source_id = $1 and target_id = $2', [sourceId, targetId]);
  if (pair.length >= enough) return { of: 'pair', took: pair };
  const either = await latest('where source_id = $1 or target_id = $2', [sourceId, targetId]);
  if (either.length >= enough) return { of: 'site', took: either };
  return { of: 'all', took: await latest('', []) };
}
