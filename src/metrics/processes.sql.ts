import type { Queryable } from '../store/index.ts';
import type { Series } from './series.ts';

export interface ProcessName {
  process: string;
  host: string;
  pid: number;
}

/** A process that said nothing for so long is gone, or stands still: what it said is not true any more. */
const silentSeconds = 60;

export async function writeProcess(db: Queryable, { process, host, pid }: ProcessName, series: Series[]) {
  await db.query(
    `insert into process_metrics (process, host, pid, seen_at, series) values ($1, $2, $3, now(), $4)
     on conflict (process, host, pid) do update set seen_at = excluded.seen_at, series = excluded.series`,
    [process, host, pid, JSON.stringify(series)],
  );
}

export async function forgetProcess(db: Queryable, { process, host, pid }: ProcessName): Promise<void> {
  await db.query('delete from process_metrics where process = $1 and host = $2 and pid = $3', [process, host, pid]);
}

/** All but this one. */
export async function readOthers(
  db: Queryable,
  { process, host, pid }: ProcessName,
): Promise<(ProcessName & { series: Series[] })[]> {
  const { rows } = await db.query<ProcessName & { series: Series[] }>(
    `select process, host, pid, series from process_metrics
     where seen_at > now() - $4 * interval '1 second' and (process, host, pid) <> ($1, $2, $3)
     order by process, host, pid`,
    [process, host, pid, silentSeconds],
  );
  return rows;
}

/** Of processes that were killed. */
export async function pruneProcesses(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `delete from process_metrics where seen_at < now() - ${silentSeconds} * interval '10 seconds'`,
  );
  return rowCount;
}
