import type { ErrorCode, KeptSaid } from '../errors.ts';
import type { Queryable, Transaction } from '../store/index.ts';

export type Outcome = 'done' | 'failed' | 'refused' | 'cancelled';
export type Ending = Exclude<Outcome, 'done'>;

/** What went wrong; `said` has the message sentence by sentence, for other languages than English. */
export interface Reason {
  code: ErrorCode;
  message: string;
  said?: readonly KeptSaid[];
}

export interface JobError extends Reason {
  /** Trying again unchanged can help. */
  retry: boolean;
  step: string;
  /** Name of the site that it is about, if it is about one. */
  site?: string;
}

export interface StepRow {
  step: string;
  attempt: number;
  startedAt: Date;
  endedAt: Date | null;
}

/** A job as it stands; `worker.ts` says how one state follows from another. */
export interface Job {
  kind: string;
  subject: string;
  step: string;
  /** Of the step; 0: not begun. */
  attempt: number;
  ending: Ending | null;
  outcome: Outcome | null;
  cancelAsked: boolean;
  waitingFor: string | null;
  /** When it began to wait for what it waits for, also while it is just looking again. */
  waitingSince: Date | null;
  /** It waits until it is called, not until `nextAt`. */
  parked: boolean;
  nextAt: Date;
  error: JobError | null;
  progress: number;
  bytesDone: number;
  bytesTotal: number | null;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
  /** In the order in which they were begun. */
  steps: StepRow[];
}

/** What became of a step that did not throw. Nothing: it is finished, and the next one follows. */
export type StepResult =
  | undefined
  /** Does a step again, or an earlier one: a new attempt. */
  | { goto: string }
  /** An expected end: what was done is undone. */
  | { refuse: Reason }
  /** The same attempt goes on later. */
  | { wait: { for: string; afterMs: number; error?: Reason & { site?: string } } }
  /** The same attempt goes on when it is called (`Jobs.call`). */
  | { park: { for: string; error?: Reason & { site?: string } } };

/** What to do about an error. */
export type Decision =
  | { do: 'fail'; retry: boolean }
  /** The same attempt goes on later. */
  | { do: 'wait'; for: string; afterMs: number }
  /** The same attempt goes on when it is called; that it did not get on is not held against it. */
  | { do: 'park'; for: string }
  /** A new attempt of the same step, once what this one left is undone. */
  | { do: 'again'; for: string; afterMs: number };

export interface StepContext {
  readonly subject: string;
  /** Of the worker that carries it out. */
  readonly host: string;
  readonly step: string;
  readonly attempt: number;
  /** `<subject>.<step>.<attempt>`: every remote effect of this attempt carries it. */
  readonly key: string;
  /** Ends the step: the lease is lost, the job cancelled, the worker stopping. Its reason says which. */
  readonly signal: AbortSignal;
  /** This attempt has stood waiting, for so long and for an error of that code, and looks again. */
  readonly waited: { ms: number; code: ErrorCode | null } | null;
  /** The key of the last attempt of another step that was not undone. */
  keyOf(step: string): string | null;
  /** Before each remote effect: we still hold the job. @throws AppError `lost-lease` */
  guard(): Promise<void>;
  /** A transaction that commits only while we hold the job, and that tells those who watch it. */
  write<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Of this step, 0..1, and bytes where there are any. Cheap: written at most every 300 ms. */
  progress(fraction: number, bytes?: { done: number; total: number }): void;
  /** From now on only this host can go on with it, or any again. */
  bindHost(bound: boolean): Promise<void>;
  /** Undoes what attempts of these steps left, last first; what cannot be undone goes to `leftBehind`. */
  undo(steps: readonly string[]): Promise<void>;
  sleep(delayMs: number): Promise<void>;
}

/** What an attempt left is to be undone: found by its key, and no error when there is nothing. */
export interface UndoContext {
  readonly subject: string;
  readonly host: string;
  readonly key: string;
  /** The attempt came to its end. */
  readonly finished: boolean;
  /** Null: before a new attempt, or because it is no longer needed. */
  readonly ending: Ending | null;
  readonly signal: AbortSignal;
  guard(): Promise<void>;
  write<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>;
  sleep(delayMs: number): Promise<void>;
}

export interface Step {
  run(context: StepContext): Promise<StepResult>;
  /** `keep`: it is meant to stay. Throws when it could not be undone. */
  undo?(context: UndoContext): Promise<'undone' | 'keep'>;
}

/** Where an error came from. */
export interface Trouble {
  step: string;
  /** How many times in a row it has waited, or begun a new attempt, already. */
  tries: number;
  /** It got further this time than where it had stood. */
  gotOn: boolean;
  /** The error came from an `undo`. */
  undoing: boolean;
}

/** Work of one module: its steps, in order, and what its errors mean. */
export interface JobKind {
  name: string;
  steps: ReadonlyMap<string, Step>;
  decide(error: unknown, about: Trouble): Decision;
  /** Something could not be undone, and nobody will try again by itself. */
  leftBehind?(tx: Transaction, about: { subject: string; step: string; key: string; error: unknown }): Promise<void>;
  /** When a worker starts: clears what nobody needs any more on its host. */
  prepareHost?(host: string): Promise<void>;
  /** What its log lines carry, beside its kind and subject; asked once per claim. */
  describe?(db: Queryable, subject: string): Promise<JobLabels>;
  /**
   * In the transaction in which it goes to a step, the same one again included: it is parked there, waiting for that,
   * until it is called.
   */
  entering?(tx: Transaction, about: { subject: string; step: string }): Promise<{ park: string } | undefined>;
  /** Calls what is parked, and need not be any more. Each worker does it about once a second, so it is cheap. */
  tend?(): Promise<void>;
  /** In the transaction that ends it. */
  ended?(tx: Transaction, about: { subject: string; outcome: Outcome }): Promise<void>;
}

export interface JobLabels {
  fields: Record<string, unknown>;
  /** Which site a step has to do with. */
  siteOf?(step: string): string | undefined;
}

/** Told what a worker does, as it happens; it must neither throw nor take time. */
export interface JobObserver {
  claimed(kind: string): void;
  /** Another worker has taken a job over while this one held it. */
  lost(kind: string): void;
  /** An attempt came to its end; `ms` from its beginning, waiting and restarts included. */
  stepEnded(about: { kind: string; step: string; how: 'finished' | 'again' | 'refused' | 'failed'; ms: number }): void;
  /** The job is over; `code` is why it did not end as done. */
  ended(about: { kind: string; outcome: Outcome; code: string | null }): void;
}
