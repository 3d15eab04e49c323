/** How many processes may be at it at the same time. */
export interface Turns {
  /** Waits for a turn, does the work, gives it back. @throws the signal's reason */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function openTurns(most: number): Turns {
  let free = most;
  const waiting: (() => void)[] = [];
  const give = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async take(signal, work) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        give();
      }
    },
  };
}
