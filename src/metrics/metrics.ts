import type { Clock } from '../clock.ts';
import type { JobObserver } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { SiteObserver } from '../sites/index.ts';
import { type Migration, readMigrations, type Store } from '../store/index.ts';
import { forgetProcess, type ProcessName, pruneProcesses, readOthers, writeProcess } from './processes.sql.ts';
import { openSeries, render, type Series, seriesOf, withLabels } from './series.ts';
import { gauge, readEnded, readState } from './state.sql.ts';

/**
 * Counts what happens in this process, and answers Prometheus for all of them.
 *
 * There are several processes, on any number of machines, and one place that Prometheus asks: so each process but the
 * one that answers writes its series into the database every ten seconds, and the answer is these, those of the process
 * that answers, and what the tables say.
 */
export interface Metrics {
  readonly jobs: JobObserver;
  readonly sites: SiteObserver;
  /** A call to the API has been answered. */
  httpCall(about: { operation: string; status: number; ms: number }): void;
  /** Rows went because they were kept long enough. */
  deleted(table: string, rows: number): void;
  /** Writes this process's series now and then, until it is stopped. */
  keepPublished(): { stop(): Promise<void> };
  /** In the text format of Prometheus; without the database, what this process knows, and that the database is away. */
  text(): Promise<string>;
  /** Takes away what processes that were killed have left. */
  prune(): Promise<number>;
}

export interface MetricsOptions {
  store: Store;
  log: Log;
  clock: Clock;
  version: string;
  /** Which of our processes this is: api, worker. */
  process: string;
  host: string;
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));

const publishEveryMs = 10_000;
/** However many ask: the tables are looked at once in that time. */
const stateEveryMs = 5000;
const endedEveryMs = 60_000;

export function createMetrics({ store, log, clock, version, process: name, host }: MetricsOptions): Metrics {
  const self: ProcessName = { process: name, host, pid: process.pid };
  const series = openSeries(version, () => ({
    total: store.pool.totalCount,
    idle: store.pool.idleCount,
    waiting: store.pool.waitingCount,
  }));
  const state = remembered(clock, stateEveryMs, () => readState(store));
  const ended = remembered(clock, endedEveryMs, () => readEnded(store));

  async function ofDatabase(): Promise<Series[]> {
    try {
      const [now, then, others] = await Promise.all([state(), ended(), readOthers(store, self)]);
      const up = gauge('jouvence_database_up', 'Whether the database answered.', [[{}, 1]]);
      const theirs = others.flatMap(({ series: each, ...labels }) => withLabels(each, { ...labels }));
      return [up, ...now, ...then, ...theirs];
    } catch (error) {
      log.warn({ error }, 'metrics without the database');
      return [gauge('jouvence_database_up', 'Whether the database answered.', [[{}, 0]])];
    }
  }

  return {
    jobs: {
      claimed: (kind) => series.claimed.inc({ kind }),
      lost: (kind) => series.lost.inc({ kind }),
      stepEnded: ({ step, how, ms }) => series.stepSeconds.observe({ step, how }, ms / 1000),
      ended: ({ outcome, code }) => series.ended.inc({ outcome, code: code ?? '' }),
    },
    sites: {
      called({ site, function: called, code, ms }) {
        series.siteCalls.inc({ site, code });
        series.siteSeconds.observe({ function: called }, ms / 1000);
      },
      moved: ({ site, direction, bytes }) => series.moved.inc({ site, direction }, bytes),
    },
    httpCall: ({ operation, status, ms }) =>
      series.httpSeconds.observe({ operation, status: String(status) }, ms / 1000),
    deleted: (table, rows) => series.deleted.inc({ table }, rows),

    keepPublished() {
      const stopping = new AbortController();
      const loop = (async () => {
        while (!stopping.signal.aborted) {
          await seriesOf(series.registry)
            .then((own) => writeProcess(store, self, own))
            .catch((error: unknown) => log.debug({ error }, 'metrics not written'));
          await clock.sleep(publishEveryMs, stopping.signal).catch(() => {});
        }
        await forgetProcess(store, self).catch(() => {});
      })();
      return {
        stop: () => {
          stopping.abort();
          return loop;
        },
      };
    },

    async text() {
      const [own, rest] = await Promise.all([seriesOf(series.registry), ofDatabase()]);
      return render([...rest, ...withLabels(own, { ...self })]);
    },

    prune: () => pruneProcesses(store),
  };
}

/** The last answer for a while; of several who ask at once, one asks. A failure is not kept. */
function remembered<T>(clock: Clock, forMs: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let until = 0;
  return () => {
    if (answer && clock.nowMs() < until) return answer;
    until = clock.nowMs() + forMs;
    answer = ask();
    answer.catch(() => {
      answer = undefined;
    });
    return answer;
  };
}
