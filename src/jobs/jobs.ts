import { AppError } from '../errors.ts';
import { notify, type Queryable, type Store, type Transaction } from '../store/index.ts';
import {
  askCancel,
  callJobs,
  channel,
  countPlaces,
  deleteEnded,
  deleteJobs,
  insertEnded,
  insertJob,
  lockJob,
  readNotice,
  reopenJob,
  seenWorker,
  selectJobs,
  selectParked,
  touchJob,
} from './jobs.sql.ts';
import type { Job, JobError, Outcome } from './types.ts';

/** Everything but carrying them out, which is a worker's. A job is named by its kind and its giver's own id. */
export interface Jobs {
  /** Begins at `step` as soon as the transaction has committed and a worker is free; parked: when it is called. */
  add(tx: Transaction, job: { kind: string; subject: string; step: string; park?: string }): Promise<void>;
  /** One that ended before it began. */
  addEnded(
    tx: Transaction,
    job: { kind: string; subject: string; step: string; outcome: Outcome; error: JobError | null },
  ): Promise<void>;
  /** By subject; unknown ones are missing. */
  get(db: Queryable, kind: string, subjects: readonly string[]): Promise<Map<string, Job>>;
  /**
   * What it did is undone, then it ends as cancelled; one that has done nothing yet has ended at once, and its kind is
   * not told. @throws AppError `conflict` when it has ended, or is about to.
   */
  cancel(tx: Transaction, kind: string, subject: string): Promise<{ ended: boolean }>;
  /** Begins again at `step`. @throws AppError `conflict` unless it failed or was cancelled. */
  retry(tx: Transaction, job: { kind: string; subject: string; step: string; park?: string }): Promise<void>;
  /** What is parked goes on; for others it does nothing. */
  call(tx: Queryable, kind: string, subjects: readonly string[]): Promise<void>;
  /** Whoever watches jobs looks at all of them anew: something has changed that concerns many. */
  tellAll(tx: Queryable): Promise<void>;
  /** What is parked for one of these reasons. */
  parked(
    db: Queryable,
    kind: string,
    reasons: readonly string[],
  ): Promise<{ subject: string; waitingFor: string; waitedMs: number }[]>;
  /** How many jobs all workers together carry at once. */
  places(): Promise<number>;
  /** As if they had never been: a worker that has one finds its writes matching no row, and lets go. */
  forget(tx: Transaction, kind: string, subjects: readonly string[]): Promise<void>;
  /** The same for one that has ended. @throws AppError `conflict` when it has not, `not-found` */
  forgetEnded(tx: Transaction, kind: string, subject: string): Promise<void>;
  /** As it stands, and so it stays until the transaction ends. @throws AppError `not-found` */
  lock(tx: Transaction, kind: string, subject: string): Promise<Job>;
  /** What its giver keeps beside it has changed: its revision grows, and those who watch are told. */
  touch(tx: Transaction, kind: string, subject: string): Promise<void>;
  /** @throws AppError `busy` when no worker has been seen for half a minute */
  needWorker(): Promise<void>;
  /**
   * Subjects of jobs that changed, until the signal says stop; changes that come together come once. `'all'`, first
   * of all and whenever some were missed: look at everything.
   */
  changes(kind: string, signal: AbortSignal): AsyncIterable<string[] | 'all'>;
}

export function createJobs({ store }: { store: Store }): Jobs {
  return {
    add: insertJob,
    addEnded: insertEnded,
    async get(db, kind, subjects) {
      const jobs = await selectJobs(db, kind, subjects);
      return new Map(jobs.map((job) => [job.subject, job]));
    },
    async cancel(tx, kind, subject) {
      const asked = await askCancel(tx, kind, subject);
      if (asked) return asked;
      throw new AppError('conflict', `${subject} has ended already, or is about to: nothing is left to cancel`);
    },
    async retry(tx, job) {
      if (!(await reopenJob(tx, job, ['failed', 'cancelled']))) {
        throw new AppError('conflict', `${job.subject} has not failed and was not cancelled: it cannot be tried again`);
      }
    },
    forget: (tx, kind, subjects) => deleteJobs(tx, kind, subjects),
    async forgetEnded(tx, kind, subject) {
      if (await deleteEnded(tx, kind, subject)) return;
      if ((await selectJobs(tx, kind, [subject])).length === 0) throw notThere(subject);
      throw new AppError('conflict', `${subject} has not ended: it is cancelled first`);
    },
    async lock(tx, kind, subject) {
      const job = await lockJob(tx, kind, subject);
      if (!job) throw notThere(subject);
      return job;
    },
    touch: (tx, kind, subject) => touchJob(tx, kind, subject),
    call: callJobs,
    // The same that listeners are told after a lost connection.
    tellAll: (tx) => notify(tx, channel),
    parked: selectParked,
    places: () => countPlaces(store, 30_000),
    async needWorker() {
      if (!(await seenWorker(store, 30_000)))
        throw new AppError('busy', 'no worker runs: start one with "jouvence work"');
    },
    changes: (kind, signal) => changes(store, kind, signal),
  };
}

const notThere = (subject: string) => new AppError('not-found', `there is no ${subject}, or not any more`);

async function* changes(store: Store, kind: string, signal: AbortSignal): AsyncGenerator<string[] | 'all'> {
  let changed = new Set<string>();
  // Once it listens, look at everything: what happened before is seen, and what happens from now on is told.
  let missed = true;
  let wake: () => void = () => {};
  const unlisten = await store.listen(channel, (payload) => {
    const notice = readNotice(payload);
    if (notice?.kind === kind) changed.add(notice.subject);
    missed ||= notice === null;
    wake();
  });
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      if (changed.size === 0 && !missed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const subjects = [...changed];
      const all = missed;
      changed = new Set();
      missed = false;
      yield all ? 'all' : subjects;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await unlisten();
  }
}
