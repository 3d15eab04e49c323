import { setTimeout as sleep } from 'node:timers/promises';

/** Time, so that a test can be about next Tuesday at three in the morning. */
export interface Clock {
  now(): Date;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds from no particular moment: they only grow, whatever is done to the clock. */
  monotonicMs(): number;
  /** Calls once, later; the returned function takes it back. */
  setTimer(fn: () => void, delayMs: number): () => void;
  /** Resolves later, or rejects with an AbortError as soon as the signal says so. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(fn, delayMs) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
  sleep: (delayMs, signal) => sleep(delayMs, undefined, signal ? { signal } : {}),
};

/**
 * How many milliseconds have passed since it was made: the greater of what both clocks say, because the one may be set
 * back, and the other stands still while the machine is suspended.
 */
export function measure(clock: Clock): () => number {
  const [wallMs, monotonicMs] = [clock.nowMs(), clock.monotonicMs()];
  return () => Math.max(clock.nowMs() - wallMs, clock.monotonicMs() - monotonicMs);
}

/** What a loop does when there is nothing to do, until somebody wakes it: also one who came before it began to rest. */
export class Rest {
  readonly #clock: Clock;
  #woken = false;
  #end: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#woken = true;
    this.#end();
  }

  async atMost(ms: number): Promise<void> {
    if (!this.#woken)
      await new Promise<void>((resolve) => {
        const takeBack = this.#clock.setTimer(resolve, ms);
        this.#end = () => {
          takeBack();
          resolve();
        };
      });
    this.#woken = false;
  }
}
