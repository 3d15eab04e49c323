import { randomUUID } from 'node:crypto';
import { type Clock, measure, Rest } from '../clock.ts';
import { isAppError } from '../errors.ts';
import { type Log, logAbout } from '../log.ts';
import type { Store } from '../store/index.ts';
import {
  type ClaimedJob,
  channel,
  claimJob,
  type JobNotice,
  nextDueInMs,
  readNotice,
  schemaVersion,
  touchHost,
} from './jobs.sql.ts';
import { Lease } from './lease.ts';
import { runJob } from './run.ts';
import type { JobKind, JobLabels, JobObserver } from './types.ts';

/*
 * A job goes through the steps of its kind in their order. It is claimed by one worker at a time: the claim lasts for
 * the lease, and raises the fence. Every write says which fence it was made under, so a worker that stalled past its
 * lease and wakes again changes nothing, and stops.
 *
 * A step has attempts. An attempt survives its worker: whoever claims the job next goes on with the same one, under
 * the same key, and sites answer a repeated key with what they already have. A new attempt (something was wrong with
 * what the last one made) begins only when what the last one left is undone.
 *
 *   due      → claimed   by a free worker, the longest due first
 *   claimed  → due       when it has to wait (for a site, for space), with a time; or when the worker stops or dies
 *   claimed  → parked    when it has to wait for something that will call it, its turn in a queue of its giver for one;
 *                        it may be given parked, too. It holds no worker's place, and costs no worker a look
 *   parked   → due       when it is called, or cancelled
 *   claimed  → ending    an error that waiting does not mend (failed), an expected end (refused), or somebody's wish
 *                        (cancelled): from then on only what was done is undone, last first
 *   ending   → ended     nothing of it is left anywhere, or what is left has been written down
 *   claimed  → ended     after the last step (done)
 *   parked   → ended     cancelled before it has done anything
 *   ended    → due       when it is retried, from a step that its kind names
 */

export interface WorkerOptions {
  store: Store;
  kinds: readonly JobKind[];
  /** Jobs at the same time. */
  concurrency: number;
  /** Stays the same on one machine and data directory: files of a job are found by it. */
  hostId: string;
  /** Default 10 s. */
  leaseMs?: number;
  /** A host silent for that long has lost what was bound to it. Default 5 minutes. */
  hostGoneMs?: number;
  log: Log;
  clock: Clock;
  /** For metrics. */
  observe?: JobObserver;
}

export interface Worker {
  start(): Promise<void>;
  /** Lets go of everything at the next safe point; another worker goes on with it. */
  stop(): Promise<void>;
}

/** Notifications can be lost, and a lease runs out in silence: so it also looks by itself, at least this often. */
const pollMs = 1000;
/** How soon what time, an operator or a site has changed is noticed. A little less than `pollMs`, or each second look would do. */
const tendMs = 900;
/** What is due may be in the hands of another worker that is just claiming it. */
const shortestRestMs = 20;

export function createWorker(options: WorkerOptions): Worker {
  return new JobWorker(options);
}

class JobWorker implements Worker {
  readonly #options: Required<Omit<WorkerOptions, 'observe'>> & Pick<WorkerOptions, 'observe'>;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #id: string;
  readonly #held = new Map<ClaimedJob, { lease: Lease; ended: Promise<void> }>();
  readonly #stopping = new AbortController();
  #looping: Promise<void> | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  readonly #rest: Rest;
  #schema = 0;

  constructor(options: WorkerOptions) {
    this.#options = { leaseMs: 10_000, hostGoneMs: 300_000, ...options };
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
    this.#rest = new Rest(options.clock);
    this.#id = `${options.hostId}/${process.pid}/${randomUUID().slice(0, 8)}`;
  }

  async start(): Promise<void> {
    const { store, hostId, concurrency } = this.#options;
    await touchHost(store, hostId, concurrency);
    this.#unlisten = await store.listen(channel, (payload) => this.#notice(readNotice(payload)));
    this.#schema = await schemaVersion(store);
    for (const kind of this.#kinds.values()) await kind.prepareHost?.(hostId);
    this.#looping = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#rest.wake();
    for (const { lease } of this.#held.values()) lease.interrupt('stop');
    await this.#looping;
    await Promise.all([...this.#held.values()].map(({ ended }) => ended));
    await this.#unlisten?.();
  }

  async #loop(): Promise<void> {
    const { store, concurrency, hostId, leaseMs, clock, log } = this.#options;
    let sinceSeenMs = measure(clock);
    let sinceTendedMs = () => Number.POSITIVE_INFINITY;
    while (!this.#stopping.signal.aborted) {
      try {
        if (sinceSeenMs() > Math.min(leaseMs, 10_000)) {
          await touchHost(store, hostId, concurrency);
          sinceSeenMs = measure(clock);
          if ((await schemaVersion(store)) !== this.#schema) log.error('the database was migrated: start again');
        }
        if (sinceTendedMs() >= tendMs) {
          sinceTendedMs = measure(clock);
          for (const kind of this.#kinds.values()) await kind.tend?.();
        }
        while (this.#held.size < concurrency && (await this.#claim()));
      } catch (error) {
        log.error({ error }, 'no work could be claimed');
      }
      await this.#rest.atMost(await this.#untilNext());
    }
  }

  /** How long nothing is to be done here, unless someone wakes it. */
  async #untilNext(): Promise<number> {
    const { store, hostId, concurrency, leaseMs } = this.#options;
    const longestMs = Math.min(pollMs, leaseMs / 2);
    if (this.#held.size >= concurrency) return longestMs;
    const dueInMs = await nextDueInMs(store, [...this.#kinds.keys()], hostId).catch(() => null);
    return Math.max(shortestRestMs, Math.min(longestMs, dueInMs ?? longestMs));
  }

  /** False when there is nothing to do. */
  async #claim(): Promise<boolean> {
    const { store, hostId, leaseMs, hostGoneMs, clock } = this.#options;
    if (this.#stopping.signal.aborted) return false;
    const sinceClaimMs = measure(clock);
    const kinds = [...this.#kinds.keys()];
    const job = await store.transaction((tx) =>
      claimJob(tx, { kinds, host: hostId, worker: this.#id, leaseMs, hostGoneMs, schema: this.#schema }),
    );
    if (!job) return false;
    const { log, observe } = this.#options;
    observe?.claimed(job.kind);
    logAbout({ job: job.kind, request: job.subject }, () => {
      log.debug({ step: job.step, fence: job.fence }, 'claimed');
      const lease = new Lease({ store, job, leaseMs, sinceClaimMs, clock, log });
      this.#held.set(job, { lease, ended: this.#work(job, lease, log) });
      if (this.#stopping.signal.aborted) lease.interrupt('stop');
    });
    return true;
  }

  async #work(job: ClaimedJob, lease: Lease, log: Log): Promise<void> {
    const { store, hostId: host, clock, observe } = this.#options;
    const kind = this.#kinds.get(job.kind)!;
    try {
      // What it is about is for the log alone: without it, work goes on.
      const none: JobLabels = { fields: {} };
      const labels = (await kind.describe?.(store, job.subject).catch(() => none)) ?? none;
      await logAbout(labels.fields, () => runJob({ store, kind, job, lease, host, clock, log, labels, observe }));
    } catch (error) {
      if (isAppError(error, 'lost-lease')) observe?.lost(job.kind);
      if (isAppError(error, 'lost-lease')) log.warn('another worker has taken over; stopped');
      else log.error({ error }, 'let go of without a word; it goes on when the lease has run out');
    } finally {
      await lease.end();
      this.#held.delete(job);
      this.#rest.wake();
    }
  }

  #notice(notice: JobNotice | null): void {
    if (notice && (!notice.due || !this.#kinds.has(notice.kind))) return;
    for (const [job, { lease }] of this.#held) {
      // Whatever became of it, the database says it: asking is cheaper than a second way to be told.
      if (!notice || (job.kind === notice.kind && job.subject === notice.subject)) void lease.ask();
    }
    this.#rest.wake();
  }
}
