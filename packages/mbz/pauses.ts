import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long enough that the turns cost nothing, short enough for signals, timers and whoever else waits in this process. */
const mostMs = 20;

/**
 * For work whose data is always at hand: a loop that never waits for anything keeps timers from running, and a worker that cannot
 * renew its lease in time loses its job. To be awaited now and then; gives way to others when it is time.
 */
export function createPauses(signal?: AbortSignal): () => Promise<void> | undefined {
  let last = performance.now();
  const giveWay = async () => {
    await nextTurn();
    signal?.throwIfAborted();
    last = performance.now();
  };
  return () => (performance.now() - last > mostMs ? giveWay() : undefined);
}
