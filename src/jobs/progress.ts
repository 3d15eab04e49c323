import type { Clock } from '../clock.ts';

export interface Progress {
  fraction: number;
  done: number;
  total: number | null;
}

/** A page that redraws more often than this shows nobody anything more, and each write is a transaction. */
const everyMs = 300;

/** Writes the latest of many reports, one at a time, at most every 300 ms. */
export class ProgressWriter {
  readonly #write: (progress: Progress) => Promise<void>;
  readonly #clock: Clock;
  #latest: Progress | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #takeBackTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #first: Progress | undefined;
  /** The work has got further than where it stood at its first report. */
  gotOn = false;

  constructor(write: (progress: Progress) => Promise<void>, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  report(progress: Progress): void {
    this.#first ??= progress;
    if (progress.fraction > this.#first.fraction || progress.done > this.#first.done) this.gotOn = true;
    this.#latest = progress;
    if (this.#takeBackTimer) return;
    const dueInMs = Math.max(0, this.#lastMs + everyMs - this.#clock.monotonicMs());
    this.#takeBackTimer = this.#clock.setTimer(() => this.#send(), dueInMs);
  }

  /** Nothing is written after this resolves. */
  async end(): Promise<void> {
    this.#takeBackTimer?.();
    await this.#writing;
  }

  #send(): void {
    const progress = this.#latest!;
    this.#lastMs = this.#clock.monotonicMs();
    this.#takeBackTimer = undefined;
    this.#writing = this.#writing.then(() => this.#write(progress));
  }
}
