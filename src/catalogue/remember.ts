import type { Clock } from '../clock.ts';

export interface Memory<T> {
  /** What is remembered or on its way, else what `load` brings; with `refresh`, what it brings from now on. */
  get(key: string, load: () => Promise<T>, refresh?: boolean): Promise<T>;
}

/** More than any page shows at once; the oldest goes first. */
const maxEntries = 10_000;

/**
 * Remembers answers for a while, and asks once for all who ask at the same time. Failures are not remembered.
 * `load` belongs to nobody in particular: a caller that gives up does not take the answer away from the others.
 */
export function remember<T>(clock: Clock, keepMs: number): Memory<T> {
  const entries = new Map<string, { value: Promise<T>; expires: number }>();
  return {
    get(key, load, refresh = false) {
      const found = entries.get(key);
      if (found && !refresh && clock.nowMs() < found.expires) return found.value;
      const value = load();
      // While it is on its way it does not get old.
      const entry = { value, expires: Number.POSITIVE_INFINITY };
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
      value.then(
        () => {
          entry.expires = clock.nowMs() + keepMs;
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      return value;
    },
  };
}
