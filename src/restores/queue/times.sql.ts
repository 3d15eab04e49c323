import type { Queryable } from '../../store/index.ts';

/** How long one course really took, in milliseconds, waiting for turns left out; for a free worker on its way is in. */
export interface Took {
  sizeBytes: number | null;
  /** While it had a turn of its source, between the turns, while it had one of its target, and after. */
  sourceMs: number;
  betweenMs: number;
  targetMs: number;
  afterMs: number;
  /** Of it, with a worker. */
  busyMs: number;
}

/** Of a course that has arrived; in the transaction that ends it, while its row is there. */
export async function insertTook(tx: Queryable, requestId: string): Promise<void> {
  await tx.query(
    `insert into restore_times (request_id, source_id, target_id, size_bytes, source_ms, between_ms, target_ms, after_ms,
       busy_ms)
     select r.id, r.source_id, r.target_id, (r.archive ->> 'sizeBytes')::bigint, t.source_ms, t.between_ms, t.target_ms,
       extract(epoch from clock_timestamp() - t.part_at) * 1000,
       (select sum(extract(epoch from coalesce(s.ended_at, clock_timestamp()) - s.started_at) * 1000)
        from jobs j join job_steps s on s.job_id = j.id where j.kind = 'restore' and j.subject = r.id)
     from restore_requests r join restore_turns t on t.request_id = r.id
     where r.id = $1 and t.source_ms is not null and t.between_ms is not null and t.target_ms is not null
     on conflict (request_id) do update set ended_at = excluded.ended_at, size_bytes = excluded.size_bytes,
       source_ms = excluded.source_ms, between_ms = excluded.between_ms, target_ms = excluded.target_ms,
       after_ms = excluded.after_ms, busy_ms = excluded.busy_ms`,
    [requestId],
  );
}

const columns = `size_bytes as "sizeBytes", source_ms as "sourceMs", between_ms as "betweenMs",
  target_ms as "targetMs", after_ms as "afterMs",
  coalesce(busy_ms, source_ms + between_ms + target_ms + after_ms) as "busyMs"`;

/** The latest of a source and a target together; where there are few, of either; where there are few, of all. */
export async function selectTook(
  db: Queryable,
  { sourceId, targetId }: { sourceId: number; targetId: number },
  enough: number,
): Promise<{ of: 'pair' | 'site' | 'all'; took: Took[] }> {
  const latest = async (where: string, values: number[]) =>
    (await db.query<Took>(`select ${columns} from restore_times ${where} order by ended_at desc limit 60`, values))
      .rows;
  const pair = await latest('where source_id = $1 and target_id = $2', [sourceId, targetId]);
  if (pair.length >= enough) return { of: 'pair', took: pair };
  const either = await latest('where source_id = $1 or target_id = $2', [sourceId, targetId]);
  if (either.length >= enough) return { of: 'site', took: either };
  return { of: 'all', took: await latest('', []) };
}
