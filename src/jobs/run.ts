import type { Clock } from '../clock.ts';
import { AppError, isAppError, toAppError } from '../errors.ts';
import { type Log, logAbout } from '../log.ts';
import { isConnectionError, type Store, type Transaction } from '../store/index.ts';
import {
  type Attempt,
  type ClaimedJob,
  changeJob,
  endAttempt,
  insertAttempt,
  type JobChange,
  markUndone,
  renewLease,
  selectLeft,
} from './jobs.sql.ts';
import type { Lease } from './lease.ts';
import { ProgressWriter } from './progress.ts';
import type { JobError, JobKind, JobLabels, JobObserver, Outcome, StepContext, StepResult, Trouble } from './types.ts';

export interface RunOptions {
  store: Store;
  kind: JobKind;
  job: ClaimedJob;
  lease: Lease;
  /** Of this worker. */
  host: string;
  clock: Clock;
  log: Log;
  labels: JobLabels;
  observe?: JobObserver | undefined;
}

/** What `advance` says: go on with the next thing, or let go of the job (it waits, or is over). */
type Next = 'on' | 'let-go';

type How = Parameters<JobObserver['stepEnded']>[0]['how'];

type Change = (change: JobChange, nextInMs?: number) => Promise<void>;

/** Carries one claimed job as far as it goes now. @throws AppError `lost-lease`; nothing is written after that. */
export async function runJob(options: RunOptions): Promise<void> {
  const run = new Run(options);
  while ((await run.advance()) === 'on');
}

class Run {
  readonly #options: RunOptions;
  readonly #job: ClaimedJob;
  /** Of the attempt under way; an earlier worker may have begun it. */
  #startedAtMs: number;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#job = options.job;
    const { step, attempt, steps } = options.job;
    const row = steps.find((each) => each.step === step && each.attempt === attempt);
    this.#startedAtMs = row?.startedAt.getTime() ?? options.clock.nowMs();
  }

  /** Every line of a step says which one it is, and of which site. */
  advance(): Promise<Next> {
    const { step } = this.#job;
    const site = this.#options.labels.siteOf?.(step);
    return logAbout({ step, ...(site !== undefined && { site }) }, () => this.#advance());
  }

  async #advance(): Promise<Next> {
    const { lease } = this.#options;
    if (lease.interruption === 'lost') lease.signal.throwIfAborted();
    if (lease.interruption === 'stop') return this.#letGo();
    if (this.#job.ending !== null) return this.#unwind();
    if (this.#job.cancelAsked || lease.interruption === 'cancel') {
      await this.#change({ ending: 'cancelled', waiting_for: null, tries: 0 });
      lease.beginUndoing();
      return 'on';
    }
    return this.#step();
  }

  async #step(): Promise<Next> {
    const { kind, lease, clock } = this.#options;
    const name = this.#job.step;
    const step = kind.steps.get(name);
    if (!step) throw new AppError('schema-mismatch', `${kind.name} ${this.#job.subject}: no step is called ${name}`);
    const progress = new ProgressWriter((now) => this.#writeProgress(now.fraction, now.done, now.total), clock);
    try {
      if (this.#job.attempt === 0) await this.#begin();
      const result = await step.run(await this.#context(progress));
      await progress.end();
      // A cancel that came while the last thing was done still counts; what was done is undone with the rest.
      if (lease.interruption) return 'on';
      return await this.#finish(result, progress.gotOn);
    } catch (error) {
      await progress.end();
      // Whether it was written is not known: whoever claims it next goes on with what is there.
      if (isAppError(error, 'database-unavailable')) throw error;
      if (lease.interruption || isAppError(error, 'lost-lease')) {
        if (!lease.interruption) lease.interrupt('lost');
        return 'on';
      }
      return this.#failed(error, progress.gotOn);
    }
  }

  /** What earlier attempts of this step left is undone before the next one begins. */
  async #begin(): Promise<void> {
    const step = this.#job.step;
    this.#startedAtMs = this.#options.clock.nowMs();
    await this.#undo([step], null);
    await this.#transaction(async (tx, change) => {
      const attempt = await insertAttempt(tx, this.#job.id, step);
      await change({ attempt, progress: 0, bytes_done: 0 });
    });
  }

  async #finish(result: StepResult, gotOn: boolean): Promise<Next> {
    const { step, attempt, id } = this.#job;
    if (result && 'wait' in result) {
      const { wait } = result;
      const error = wait.error ? { ...wait.error, retry: true, step } : null;
      const anew = gotOn || this.#isOther(error);
      this.#options.log[anew ? 'info' : 'debug']({ for: wait.for, afterMs: wait.afterMs, code: error?.code }, 'waits');
      return this.#letGo({ waiting_for: wait.for, tries: this.#job.tries + 1, error, waits_anew: anew }, wait.afterMs);
    }
    if (result && 'park' in result) {
      const { park } = result;
      return this.#park(park.for, park.error ? { ...park.error, retry: true, step } : null, gotOn);
    }
    if (result && 'refuse' in result) {
      const error: JobError = { ...result.refuse, retry: false, step };
      await this.#transaction(async (tx, change) => {
        await endAttempt(tx, id, step, attempt, false);
        await change({ ending: 'refused', error, waiting_for: null, tries: 0 });
      });
      this.#tellEnd({ step, attempt, how: 'refused', code: error.code });
      return 'on';
    }
    const again = result ? result.goto : undefined;
    const names = [...this.#options.kind.steps.keys()];
    const next = again ?? names[names.indexOf(step) + 1];
    const how = again === undefined ? 'finished' : 'again';
    const start: JobChange = { attempt: 0, tries: 0, error: null, progress: 0, bytes_done: 0, waiting_for: null };
    const then = await this.#transaction(async (tx, change): Promise<Next | 'cancelled'> => {
      if (next === undefined && (await this.#cancelledMeanwhile(tx))) return 'cancelled';
      await endAttempt(tx, id, step, attempt, again === undefined);
      if (next !== undefined) return this.#enter(tx, change, { ...start, step: next });
      await this.#end(tx, change, 'done', { progress: 1, error: null });
      return 'let-go';
    });
    if (then === 'cancelled') return 'on';
    this.#tellEnd({ step, attempt, how });
    if (next === undefined) this.#tellOver('done');
    return then;
  }

  /** Of an attempt, once that is written down. */
  #tellEnd({ step, attempt, how, code }: { step: string; attempt: number; how: How; code?: string }): void {
    const { kind, clock, log, observe } = this.#options;
    const ms = Math.max(0, clock.nowMs() - this.#startedAtMs);
    observe?.stepEnded({ kind: kind.name, step, how, ms });
    log.info({ attempt, how, ms, code }, 'step ended');
  }

  #tellOver(outcome: Outcome): void {
    const { kind, log, observe } = this.#options;
    const code = outcome === 'done' ? null : (this.#job.error?.code ?? null);
    observe?.ended({ kind: kind.name, outcome, code });
    log.info({ outcome, ...(code && { code }) }, 'ended');
  }

  /** Goes on with it, or leaves it there until it is called. */
  async #enter(tx: Transaction, change: Change, start: JobChange & { step: string }): Promise<Next> {
    const held = await this.#options.kind.entering?.(tx, { subject: this.#job.subject, step: start.step });
    if (!held) {
      await change(start);
      return 'on';
    }
    await change({ ...start, parked: true, waiting_for: held.park, waits_anew: true, lease_until: null, worker: null });
    return 'let-go';
  }

  /** The same attempt goes on when it is called. */
  #park(waitsFor: string, error: JobError | null, gotOn: boolean): Promise<Next> {
    const waits_anew = gotOn || this.#isOther(error);
    return this.#letGo({ parked: true, waiting_for: waitsFor, error, waits_anew });
  }

  /** Once someone was told that it is being cancelled, it must not end as done. */
  async #cancelledMeanwhile(tx: Transaction): Promise<boolean> {
    const held = await renewLease(tx, this.#job, this.#options.lease.leaseMs);
    if (held?.cancelAsked) this.#options.lease.interrupt('cancel');
    return held?.cancelAsked ?? false;
  }

  async #failed(thrown: unknown, gotOn: boolean): Promise<Next> {
    const { kind, log } = this.#options;
    const { step, attempt, id, tries } = this.#job;
    const decision = kind.decide(thrown, { step, tries, gotOn, undoing: false });
    const { code, message, details, said } = toAppError(thrown);
    const retry = decision.do === 'fail' ? decision.retry : true;
    const site = typeof details.site === 'string' && { site: details.site };
    const error: JobError = { code, message, ...(said.length > 0 && { said }), retry, step, ...site };
    log.warn({ step, attempt, tries, decision: decision.do, error: thrown }, 'step did not succeed');
    if (decision.do === 'fail') {
      await this.#transaction(async (tx, change) => {
        await endAttempt(tx, id, step, attempt, false);
        await change({ ending: 'failed', error, waiting_for: null, tries: 0 });
      });
      this.#tellEnd({ step, attempt, how: 'failed', code });
      return 'on';
    }
    if (decision.do === 'park') return this.#park(decision.for, error, gotOn);
    const anew = decision.do === 'again';
    if (anew) this.#tellEnd({ step, attempt, how: 'again', code });
    return this.#letGo(
      // A new attempt is a try, however far the last one got; a wait after some progress is the first of its row.
      {
        waiting_for: decision.for,
        tries: gotOn && !anew ? 1 : tries + 1,
        error,
        waits_anew: gotOn || this.#isOther(error),
        ...(anew && { attempt: 0 }),
      },
      decision.afterMs,
      anew,
    );
  }

  /** A wait for another reason is another wait. */
  #isOther(error: JobError | null): boolean {
    return error?.code !== this.#job.error?.code;
  }

  /** Undoes all that the job left anywhere, then ends it. */
  async #unwind(): Promise<Next> {
    const { kind, lease } = this.#options;
    try {
      await this.#undo(undefined, this.#job.ending);
    } catch (error) {
      if (lease.interruption || isAppError(error, 'lost-lease')) {
        if (!lease.interruption) lease.interrupt('lost');
        return 'on';
      }
      const decision = kind.decide(error, this.#undoTrouble(this.#job.step));
      if (decision.do === 'fail' || decision.do === 'park') throw error;
      return this.#letGo({ waiting_for: decision.for, tries: this.#job.tries + 1 }, decision.afterMs);
    }
    const outcome = this.#job.ending!;
    await this.#transaction((tx, change) => this.#end(tx, change, outcome, {}));
    this.#tellOver(outcome);
    return 'let-go';
  }

  /** @throws what an undo threw, when it is worth waiting for. */
  async #undo(steps: readonly string[] | undefined, ending: ClaimedJob['ending']): Promise<void> {
    const { kind, store, log } = this.#options;
    for (const left of await selectLeft(store, this.#job.id, steps)) {
      const undo = kind.steps.get(left.step)?.undo;
      if (!undo) {
        await this.#write((tx) => markUndone(tx, this.#job.id, left));
        continue;
      }
      try {
        await this.#guard();
        if ((await undo(this.#undoContext(left, ending))) === 'keep') continue;
        await this.#write((tx) => markUndone(tx, this.#job.id, left));
      } catch (error) {
        if (this.#options.lease.interruption || isAppError(error, 'lost-lease')) throw error;
        if (kind.decide(error, this.#undoTrouble(left.step)).do !== 'fail') throw error;
        const key = this.#key(left);
        log.error({ attemptKey: key, error }, 'something could not be undone and stays behind');
        const { subject } = this.#job;
        await this.#write(async (tx) => kind.leftBehind?.(tx, { subject, step: left.step, key, error }));
      }
    }
  }

  #undoTrouble(step: string): Trouble {
    return { step, tries: this.#job.tries, gotOn: false, undoing: true };
  }

  #undoContext(left: Attempt, ending: ClaimedJob['ending']) {
    const { lease, clock, host } = this.#options;
    return {
      subject: this.#job.subject,
      host,
      key: this.#key(left),
      finished: left.finished,
      ending,
      signal: lease.signal,
      guard: () => this.#guard(),
      write: <T>(fn: (tx: Transaction) => Promise<T>) => this.#write(fn),
      sleep: (delayMs: number) => clock.sleep(delayMs, lease.signal),
    };
  }

  async #context(progress: ProgressWriter): Promise<StepContext> {
    const { store, lease, clock, host } = this.#options;
    const left = await selectLeft(store, this.#job.id);
    const { subject, step, attempt, waitedMs, error } = this.#job;
    return {
      subject,
      host,
      step,
      attempt,
      key: this.#key({ step, attempt }),
      signal: lease.signal,
      waited: waitedMs === null ? null : { ms: waitedMs, code: error?.code ?? null },
      keyOf: (name) => {
        const last = left.find((each) => each.step === name);
        return last ? this.#key(last) : null;
      },
      guard: () => this.#guard(),
      write: (fn) => this.#write(fn),
      progress: (fraction, bytes) => progress.report({ fraction, done: bytes?.done ?? 0, total: bytes?.total ?? null }),
      bindHost: async (bound) => this.#change({ host: bound ? host : null }),
      undo: (steps) => this.#undo(steps, null),
      sleep: (delayMs) => clock.sleep(delayMs, lease.signal),
    };
  }

  async #writeProgress(fraction: number, done: number, total: number | null): Promise<void> {
    try {
      await this.#change({ progress: Math.min(1, Math.max(0, fraction)), bytes_done: done, bytes_total: total });
    } catch (error) {
      if (isAppError(error, 'lost-lease')) this.#options.lease.interrupt('lost');
      else this.#options.log.warn({ error }, 'progress not written');
    }
  }

  /** Lets others claim it, at once or later. */
  async #letGo(change: JobChange = {}, nextInMs = 0, endsAttempt = false): Promise<Next> {
    const { step, attempt, id } = this.#job;
    await this.#transaction(async (tx, write) => {
      if (endsAttempt) await endAttempt(tx, id, step, attempt, false);
      await write({ ...change, lease_until: null, worker: null }, nextInMs);
    });
    return 'let-go';
  }

  async #end(tx: Transaction, write: Change, outcome: Outcome, change: JobChange): Promise<void> {
    await write({ ...change, outcome, waiting_for: null, lease_until: null, worker: null, host: null });
    await this.#options.kind.ended?.(tx, { subject: this.#job.subject, outcome });
  }

  #key({ step, attempt }: { step: string; attempt: number }): string {
    return `${this.#job.subject}.${step}.${attempt}`;
  }

  #guard(): Promise<void> {
    return this.#options.lease.guard();
  }

  /** `change` writes under the fence; our copy of the job follows only once the transaction has committed. */
  async #transaction<T>(fn: (tx: Transaction, change: Change) => Promise<T>): Promise<T> {
    const committed: Partial<ClaimedJob> = {};
    const write = async (tx: Transaction, change: JobChange, nextInMs?: number): Promise<void> => {
      const held = await changeJob(tx, this.#job, change, nextInMs);
      if (!held) throw new AppError('lost-lease', `${this.#job.subject}: another worker has taken over`);
      for (const name of ['step', 'attempt', 'ending', 'tries', 'host', 'error'] as const) {
        if (change[name] !== undefined) Object.assign(committed, { [name]: change[name] });
      }
      if (change.waiting_for === null) committed.waitedMs = null;
    };
    try {
      const result = await this.#options.store.transaction((tx) =>
        fn(tx, (change, nextInMs) => write(tx, change, nextInMs)),
      );
      Object.assign(this.#job, committed);
      return result;
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      throw new AppError('database-unavailable', `the database went away: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  #write<T>(fn: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#transaction(async (tx, change) => {
      await change({});
      return fn(tx);
    });
  }

  #change(change: JobChange): Promise<void> {
    return this.#transaction((_tx, write) => write(change));
  }
}
