import { SiteError } from '@jouvence/moodle-client';
import type { Clock } from '../clock.ts';
import { toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Outcome, SeenHealth, Site } from './site.ts';

export interface HealthKeeper {
  record(siteId: number, outcome: Outcome): void;
  /** The site, with what is not written yet: reading it must not cost a write. */
  over(site: Site): Site;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
  forget(siteId: number): void;
  close(): Promise<void>;
}

/** Calls come by the dozen, and a row per call would cost more than the calls; a page needs no newer picture than this. */
const writeEveryMs = 2_000;

/** Refusals that a living site utters are no illness; these are. */
const ills = new Set(['site-unreachable', 'site-timeout', 'site-bad-answer', 'busy']);

/** Keeps the last outcome per site in memory, and writes it now and then. */
export function keepHealth(options: {
  write: (siteId: number, health: SeenHealth) => Promise<void>;
  clock: Clock;
  log: Log;
}): HealthKeeper {
  const { write, clock, log } = options;
  const unwritten = new Map<number, SeenHealth>();
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  const writeAll = async (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    const taken = [...unwritten];
    unwritten.clear();
    for (const [siteId, health] of taken) {
      // What we know of a site's health must never be why work with it fails.
      await write(siteId, health).catch((error: unknown) =>
        log.warn({ err: error, site: siteId }, 'site health not kept'),
      );
    }
  };
  // One after the other, so that who waits for a flush also waits for one that was under way.
  const flush = (): Promise<void> => (writing = writing.then(writeAll));

  return {
    record(siteId, outcome) {
      const health = judgeOutcome(outcome, clock.now());
      if (!health) return;
      unwritten.set(siteId, health);
      cancelTimer ??= clock.setTimer(() => void flush(), writeEveryMs);
    },
    over(site) {
      const seen = unwritten.get(site.id);
      if (!seen) return site;
      const { state, since, latencyMs } = site.health;
      const health = {
        ...seen,
        latencyMs: seen.latencyMs ?? latencyMs,
        since: seen.state === state ? since : seen.checkedAt,
      };
      return { ...site, health };
    },
    flush,
    forget: (siteId) => void unwritten.delete(siteId),
    close: flush,
  };
}

/** Undefined: it says nothing about the site, such as a call that we gave up ourselves. */
function judgeOutcome(outcome: Outcome, checkedAt: Date): SeenHealth | undefined {
  const latencyMs = outcome.latencyMs ?? null;
  if (outcome.ok) return { state: 'ok', lastError: null, latencyMs, checkedAt };
  if (!(outcome.error instanceof SiteError)) return undefined;
  const { code, message } = toAppError(outcome.error);
  const lastError = { code, message };
  if (code === 'token-expired') return { state: 'expired', lastError, latencyMs, checkedAt };
  if (ills.has(code)) return { state: 'failing', lastError, latencyMs, checkedAt };
  return { state: 'ok', lastError: null, latencyMs, checkedAt };
}
