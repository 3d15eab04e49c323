import type { Clock } from '../../clock.ts';
import type { Said } from '../../errors.ts';
import { type Hours, readHours, type Settings } from '../../settings/index.ts';
import type { Sites } from '../../sites/index.ts';

/** What operators have decided about one source and one target. */
export interface Lane {
  sourceId: number;
  targetId: number;
  /** How many of its source, and of its target, may have a turn at once. */
  backups: number;
  restores: number;
  hours: Hours;
  zone: string;
  /** The source, or else the target, is paused by an operator. */
  paused: 'source' | 'target' | null;
  /** What is told of that, nothing while neither is paused; and why, in the operator's own words; empty: not said. */
  pausedBecause: Said | null;
  pauseReason: string;
}

/** A setting that was changed holds everywhere after as long; settings are asked for no more often than that. */
const freshMs = 800;

/**
 * Remembers for a moment what operators have decided, so that it is there inside a transaction without another
 * connection: a transaction that waits for a second one can wait for ever.
 */
export class Board {
  readonly #modules: { settings: Settings; sites: Sites; clock: Clock };
  readonly #lanes = new Map<string, { lane: Lane; atMs: number }>();
  readonly #hours = new Map<string, Hours>();

  constructor(modules: { settings: Settings; sites: Sites; clock: Clock }) {
    this.#modules = modules;
  }

  lane(sourceId: number, targetId: number): Lane | undefined {
    return this.#lanes.get(`${sourceId} ${targetId}`)?.lane;
  }

  /** Any with that target: what is set for a target alone is the same in each. */
  laneTo(targetId: number): Lane | undefined {
    for (const { lane } of this.#lanes.values()) if (lane.targetId === targetId) return lane;
    return undefined;
  }

  async load(wanted: readonly { sourceId: number; targetId: number }[]): Promise<void> {
    const { settings, sites, clock } = this.#modules;
    const nowMs = clock.monotonicMs();
    const stale = wanted.filter(({ sourceId, targetId }) => {
      const known = this.#lanes.get(`${sourceId} ${targetId}`);
      return !known || nowMs - known.atMs >= freshMs;
    });
    if (stale.length === 0) return;
    const known = new Map((await sites.list()).map((site) => [site.id, site]));
    for (const { sourceId, targetId } of new Map(
      stale.map((each) => [`${each.sourceId} ${each.targetId}`, each]),
    ).values()) {
      const values = await settings.at({ source: sourceId, target: targetId });
      const [source, target] = [known.get(sourceId), known.get(targetId)];
      this.#lanes.set(`${sourceId} ${targetId}`, {
        atMs: nowMs,
        lane: {
          sourceId,
          targetId,
          backups: values['queue.backups'],
          restores: values['queue.restores'],
          hours: this.#read(values['queue.hours']),
          zone: values['queue.zone'] || (target?.timezone ?? 'UTC'),
          paused: source?.pausedAt ? 'source' : target?.pausedAt ? 'target' : null,
          pausedBecause: sayPaused(source?.pausedAt ? source : target),
          pauseReason: (source?.pausedAt ? source : target)?.pauseReason ?? '',
        },
      });
    }
  }

  /** The same object for the same text: what was found out about it is remembered with it. */
  #read(text: string): Hours {
    const known = this.#hours.get(text);
    if (known) return known;
    const hours = readHours(text);
    this.#hours.set(text, hours);
    return hours;
  }
}

function sayPaused(site: { name: string; pauseReason: string } | undefined): Said | null {
  if (!site) return null;
  const { name, pauseReason: reason } = site;
  return reason === ''
    ? { reason: 'paused', values: { site: name } }
    : { reason: 'paused-because', values: { site: name, reason } };
}
