import type { Clock } from '../clock.ts';

/** `late` when the work is not done by then; the work goes on. Rejects as the work does, or with the signal's reason. */
export function before<T>(
  work: Promise<T>,
  { clock, deadlineMs, signal }: { clock: Clock; deadlineMs: number; signal: AbortSignal | undefined },
): Promise<T | 'late'> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal!.reason);
    if (signal?.aborted) return abort();
    const cancelTimer = clock.setTimer(() => resolve('late'), deadlineMs);
    signal?.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      cancelTimer();
      signal?.removeEventListener('abort', abort);
    });
  });
}

/** What was started together, in the order in which it is done. */
export async function* asTheyCome<T>(works: Promise<T>[]): AsyncGenerator<T> {
  const waiting = new Map(works.map((work, index) => [index, work.then((value) => ({ index, value }))]));
  while (waiting.size > 0) {
    const { index, value } = await Promise.race(waiting.values());
    waiting.delete(index);
    yield value;
  }
}
