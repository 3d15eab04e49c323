import { setTimeout as sleep } from 'node:timers/promises';

/** Time, so that a test can be about next Tuesday at three in the morning. */
export interface Clock {
  now(): Date;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls once, later; the returned function takes it back. */
  setTimer(fn: () => void, delayMs: number): () => void;
  /** Resolves later, or rejects with an AbortError as soon as the signal says so. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  nowMs: () => Date.now(),
  setTimer(fn, delayMs) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
  sleep: (delayMs, signal) => sleep(delayMs, undefined, signal ? { signal } : {}),
};
