import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';

/** Deletes what was kept long enough, of one table. */
export interface Chore {
  /** Of whose rows it is counted and told. */
  table: string;
  /** It takes all at once, whatever the limit. */
  whole?: boolean;
  /** Deletes up to `limit` rows, in one transaction of its own; how many there were. */
  run(limit: number): Promise<number>;
}

export interface UpkeepOptions {
  store: Store;
  chores: readonly Chore[];
  log: Log;
  clock: Clock;
  onDeleted?: (table: string, rows: number) => void;
  /** Default ten minutes. */
  everyMs?: number;
}

/** 'tidy' in ASCII. */
const lockId = 0x74696479;
/** Small enough that nobody waits for it, and that what a kill undoes is soon done again. */
const batch = 500;

/**
 * Does all chores once, unless another process is at it. Killed anywhere, what was deleted is deleted, and the next one
 * goes on. Returns how many rows went, by table; null: another process was at it.
 */
export async function tidyOnce(options: UpkeepOptions, signal?: AbortSignal): Promise<Map<string, number> | null> {
  const { store, chores, log, onDeleted } = options;
  const client = await store.pool.connect();
  let broken = true;
  try {
    // Of the connection: it goes with a process that is killed.
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lockId]);
    if (!rows[0]!.held) {
      broken = false;
      return null;
    }
    const gone = new Map<string, number>();
    for (const { table, whole, run } of chores) {
      let rowsGone = 0;
      try {
        for (;;) {
          if (signal?.aborted) break;
          const count = await run(batch);
          rowsGone += count;
          if (count > 0) onDeleted?.(table, count);
          if (whole || count < batch) break;
        }
      } catch (error) {
        // One table must not keep the others.
        log.warn({ error, table }, 'upkeep');
      }
      if (rowsGone > 0) gone.set(table, (gone.get(table) ?? 0) + rowsGone);
    }
    if (gone.size > 0) log.info({ rows: Object.fromEntries(gone) }, 'kept long enough, and deleted');
    await client.query('select pg_advisory_unlock($1)', [lockId]);
    broken = false;
    return gone;
  } finally {
    client.release(broken);
  }
}

/** Now and then, until it is stopped. */
export function keepTidy(options: UpkeepOptions): { stop(): Promise<void> } {
  const { log, clock, everyMs = 600_000 } = options;
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await tidyOnce(options, stopping.signal).catch((error: unknown) => log.warn({ error }, 'upkeep'));
      await clock.sleep(everyMs, stopping.signal).catch(() => {});
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return loop;
    },
  };
}
