const windowMs = 15 * 60_000;
const maxFailures = 5;
/** Beyond this many, those that began first are forgotten: memory stays small whoever tries whatever. */
const maxKept = 20_000;

/** Failed sign-ins by username and address, in memory: a restart forgives, and no row is written by strangers. */
export interface Attempts {
  mayTry(key: string): boolean;
  failed(key: string): void;
  succeeded(key: string): void;
}

export function countAttempts(now: () => number = Date.now): Attempts {
  const failures = new Map<string, { count: number; since: number }>();
  const current = (key: string) => {
    const entry = failures.get(key);
    if (entry && now() - entry.since >= windowMs) failures.delete(key);
    return failures.get(key);
  };
  return {
    mayTry: (key) => (current(key)?.count ?? 0) < maxFailures,
    failed(key) {
      const entry = current(key);
      if (entry) entry.count += 1;
      else failures.set(key, { count: 1, since: now() });
      for (const oldest of failures.keys()) {
        if (failures.size <= maxKept) break;
        failures.delete(oldest);
      }
    },
    succeeded: (key) => void failures.delete(key),
  };
}
