import { type Clock, measure } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';
import { type ClaimedJob, renewLease } from './jobs.sql.ts';

/** Why work on a job has to end: another worker has it, someone cancelled it, this worker stops. */
export type Interruption = 'lost' | 'cancel' | 'stop';

/**
 * A claim, kept alive from a timer three times per lease. A process that was stopped (SIGSTOP, swapping, a suspended
 * virtual machine) wakes with timers that never fired, so the time that is left is looked at again before each remote
 * effect, and what the database says decides: as long as nobody else claimed the job, it is still ours.
 */
export class Lease {
  readonly #store: Store;
  readonly #job: ClaimedJob;
  readonly leaseMs: number;
  readonly #clock: Clock;
  readonly #log: Log;
  /** How long ago it was last sure that the lease began. */
  #sinceMs: () => number;
  #controller = new AbortController();
  #interruption: Interruption | undefined;
  #renewing: Promise<void> | undefined;
  #takeBackTimer: () => void = () => {};
  #stopAsked = false;
  #ended = false;

  constructor(options: {
    store: Store;
    job: ClaimedJob;
    leaseMs: number;
    /** Milliseconds since before the claim was sent: the database's lease began later than that. */
    sinceClaimMs: () => number;
    clock: Clock;
    log: Log;
  }) {
    this.#store = options.store;
    this.#job = options.job;
    this.leaseMs = options.leaseMs;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#sinceMs = options.sinceClaimMs;
    this.#schedule();
  }

  get interruption(): Interruption | undefined {
    return this.#interruption;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A cancelled job is still ours: undoing it runs under a signal of its own, which no further cancel ends. */
  beginUndoing(): void {
    if (this.#interruption !== 'cancel') return;
    this.#interruption = undefined;
    this.#controller = new AbortController();
    if (this.#stopAsked) this.interrupt('stop');
  }

  /** @throws AppError `lost-lease`, or the reason why work has to end. */
  async guard(): Promise<void> {
    if (this.#sinceMs() > this.leaseMs / 2) await this.#renew();
    this.signal.throwIfAborted();
  }

  /** Looks at once whether it is still held, and wanted. */
  ask(): Promise<void> {
    return this.#renew();
  }

  interrupt(interruption: Interruption): void {
    if (interruption === 'stop') this.#stopAsked = true;
    // A lost lease outranks all: nothing may be written any more.
    if (this.#interruption === 'lost' || (this.#interruption !== undefined && interruption !== 'lost')) return;
    if (interruption === 'cancel' && this.#job.ending !== null) return;
    this.#interruption = interruption;
    this.#controller.abort(
      interruption === 'lost'
        ? new AppError('lost-lease', `${this.#job.kind} ${this.#job.subject}: another worker has taken over`)
        : new AppError('cancelled', `${this.#job.kind} ${this.#job.subject}: ${interruption} was asked for`),
    );
  }

  /** No more renewals; resolves when none is under way. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#takeBackTimer();
    await this.#renewing;
  }

  #schedule(): void {
    if (this.#ended || this.#interruption === 'lost') return;
    this.#takeBackTimer = this.#clock.setTimer(() => void this.#renew().then(() => this.#schedule()), this.leaseMs / 3);
  }

  #renew(): Promise<void> {
    this.#renewing ??= this.#askToRenew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #askToRenew(): Promise<void> {
    if (this.#ended) return;
    const sinceMs = measure(this.#clock);
    try {
      const held = await renewLease(this.#store, this.#job, this.leaseMs);
      if (!held) return this.interrupt('lost');
      this.#sinceMs = sinceMs;
      if (held.cancelAsked) this.interrupt('cancel');
    } catch (error) {
      this.#log.warn({ error }, 'lease not renewed');
      // Without the database nobody knows who holds it; past the lease we may no longer act.
      if (this.#sinceMs() > this.leaseMs) this.interrupt('lost');
    }
  }
}
