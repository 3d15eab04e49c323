import type { Lane } from './board.ts';
import { afterOpenTime } from './calendar.ts';
import type { Took } from './times.sql.ts';

/*
 * An honest estimate is a range, and says on what it rests. What a course itself will take is what similar courses took,
 * between their tenth and their ninetieth percent. What it waits for is the work before it, divided by how much of it is
 * done at once, at whichever of the three goes slowest: its source, its target, or the workers. Of many courses the mean
 * is surer than of one, but never quite: tomorrow's are others.
 */

/** Rests on: courses of about this size between the two sites; others of the two; of one of them; on nothing of here. */
export type Basis = 'similar' | 'pair' | 'site' | 'rough';

export interface Estimate {
  from: Date;
  until: Date;
  basis: Basis;
}

/** Where a request stands, and how much is to be done before it. */
export interface Place {
  /** The part of the way that it is on, or waits to go on. */
  at: 'source' | 'between' | 'target' | 'after';
  waits: boolean;
  /** In this part already. */
  elapsedMs: number;
  sizeBytes: number | null;
  /** Courses that its source has before it: how many wait, and for how long each of those has its turn that have one. */
  sourceAhead: { waiting: number; running: readonly number[] };
  /** The same of its target; whether they still wait for a source does not matter. */
  targetAhead: { waiting: number; running: readonly number[] };
  /** The same of all workers; how far those under way are is not known. */
  workersAhead: { waiting: number; running: number };
}

/** Fewer say nothing about the next. */
export const enough = 5;
/** As large as, within this factor. */
const similarFactor = 3;
/** What nobody has ever measured: a small course on quick sites, one as most are, a large one on slow sites. */
const unmeasured: Took[] = [
  { sizeBytes: null, sourceMs: 2_000, betweenMs: 500, targetMs: 3_000, afterMs: 500, busyMs: 6_000 },
  { sizeBytes: null, sourceMs: 45_000, betweenMs: 5_000, targetMs: 60_000, afterMs: 3_000, busyMs: 113_000 },
  { sizeBytes: null, sourceMs: 360_000, betweenMs: 60_000, targetMs: 480_000, afterMs: 15_000, busyMs: 915_000 },
];
/**
 * Even the mean of many is off by so much: machines are less busy than they were, or busier. They are rarely twice as
 * fast, and often half as fast, not least because of the very courses that wait.
 */
const drift = { less: 0.3, more: 0.8 };

export function chooseTook(
  { of, took }: { of: 'pair' | 'site' | 'all'; took: readonly Took[] },
  sizeBytes: number | null,
): { took: readonly Took[]; basis: Basis } {
  if (took.length < enough) return { took: unmeasured, basis: 'rough' };
  if (of === 'all') return { took: [...took, ...unmeasured], basis: 'rough' };
  const similar = took.filter((each) => isSimilar(each.sizeBytes, sizeBytes));
  if (of === 'pair' && similar.length >= enough) return { took: similar, basis: 'similar' };
  return { took, basis: of };
}

function isSimilar(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return false;
  // Below a tenth of a megabyte all are alike: what a site does for any course takes longer.
  const [small, large] = [Math.min(a, b), Math.max(a, b)].map((bytes) => Math.max(bytes, 100_000)) as [number, number];
  return large <= small * similarFactor;
}

/** When it will have arrived; null when its hours do not open in the weeks ahead. */
export function estimateEnd(
  place: Place,
  lane: Lane,
  {
    nowMs,
    places,
    all,
    own,
  }: { nowMs: number; places: number; all: readonly Took[]; own: ReturnType<typeof chooseTook> },
): Estimate | null {
  const low = remaining(place, own.took, 0.1);
  const high = remaining(place, own.took, 0.9);
  const wait = waitRange(place, lane, places, all.length >= enough ? all : own.took);
  const beginsIn = place.at === 'source' && place.waits;
  const end = (waitMs: number, ownMs: number): number =>
    (beginsIn ? afterOpenTime(lane.hours, lane.zone, nowMs, waitMs) : nowMs + waitMs) + ownMs;
  const [from, until] = [end(wait.low, low), end(wait.high, high)];
  if (!Number.isFinite(until)) return null;
  return { from: new Date(from), until: new Date(until), basis: own.basis };
}

const parts = ['sourceMs', 'betweenMs', 'targetMs', 'afterMs'] as const;
const partOf = { source: 0, between: 1, target: 2, after: 3 } as const;

/** What a course like it still takes by itself. */
function remaining({ at, waits, elapsedMs }: Place, took: readonly Took[], share: number): number {
  const first = partOf[at];
  const elapsed = waits ? 0 : elapsedMs;
  const left = took
    // Others may be at work beside it, now, that were not then.
    .flatMap((each) => [each, ...(share > 0.5 ? [slower(each)] : [])])
    // One that has been at it for longer than some took is not one of those.
    .filter((each) => each[parts[first]!] > elapsed)
    .map((each) => parts.slice(first).reduce((sum, part) => sum + each[part], -elapsed));
  if (left.length > 0) return quantile(left, share);
  // Longer than any: nobody knows; as long again, for what is left of this part.
  const later = took.map((each) => parts.slice(first + 1).reduce((sum, part) => sum + each[part], 0));
  return quantile(later, share) + elapsed * share;
}

const slower = (took: Took): Took => ({
  ...took,
  ...Object.fromEntries(parts.map((part) => [part, took[part] * 1.6])),
});

function waitRange(place: Place, { backups, restores }: Lane, places: number, took: readonly Took[]) {
  const mean = (part: (typeof parts)[number] | 'busyMs') => trimmedMean(took.map((each) => each[part]));
  const [source, between, target, busy] = [mean('sourceMs'), mean('betweenMs'), mean('targetMs'), mean('busyMs')];
  const beforeTarget = { source: source + between, between, target: 0, after: 0 }[place.at];
  const waits = [
    ...(place.at === 'source' && place.waits ? [queueing(place.sourceAhead, backups, source, 0)] : []),
    ...(place.at === 'source' || place.at === 'between' || place.waits
      ? [queueing(place.targetAhead, restores, target, place.waits && place.at === 'target' ? 0 : beforeTarget)]
      : []),
    ...(place.waits ? [queueing(place.workersAhead, places, busy, 0)] : []),
  ];
  const longest = waits.reduce((a, b) => (b.ms > a.ms ? b : a), { ms: 0, courses: 0 });
  // The mean of many courses; and one course more or less at each end.
  const few = 0.5 / Math.sqrt(Math.max(1, longest.courses));
  return { low: Math.max(0, longest.ms * (1 - drift.less - few)), high: longest.ms * (1 + drift.more + few) };
}

/** Until one of so many at once is free for it, beyond the time that it has anyway. */
function queueing(
  ahead: { waiting: number; running: number | readonly number[] },
  atOnce: number,
  eachMs: number,
  spareMs: number,
): { ms: number; courses: number } {
  const { waiting, running } = ahead;
  const courses = waiting + (typeof running === 'number' ? running : running.length);
  if (courses < atOnce) return { ms: 0, courses };
  // Of those under way it is not known how far they are: half through, as a rule.
  const left =
    typeof running === 'number'
      ? (running / 2) * eachMs
      : running.reduce((ms, heldMs) => ms + leftOf(heldMs, eachMs), 0);
  const work = waiting * eachMs + left;
  return { ms: Math.max(0, work / atOnce - spareMs), courses };
}

/** Of one that has been at it for so long; when that is longer than most take, it goes on for as long as it has shown. */
const leftOf = (heldMs: number, eachMs: number): number => Math.max(eachMs - heldMs, heldMs / 2);

/** Without the longest twentieth: a site that was gone for a day says nothing of how fast it is. */
function trimmedMean(values: readonly number[]): number {
  const kept = values.toSorted((a, b) => a - b).slice(0, Math.max(1, Math.ceil(values.length * 0.95)));
  return kept.reduce((sum, each) => sum + each, 0) / kept.length;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}
