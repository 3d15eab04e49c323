/**
 * Work that must not crowd out the rest: so many at once, so many more in line. `undefined` instead of a promise: the
 * line is full, and nothing was begun.
 */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T> | undefined;

export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): TakeTurn {
  const line: (() => void)[] = [];
  let busy = 0;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      // Whoever is next takes over this place: `busy` stays as it is.
      const next = line.shift();
      if (next) next();
      else busy -= 1;
    }
  };
  return (work) => {
    if (busy < atOnce) {
      busy += 1;
      return run(work);
    }
    if (line.length >= waiting) return undefined;
    return new Promise<void>((resolve) => line.push(resolve)).then(() => run(work));
  };
}
