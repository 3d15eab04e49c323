import { type Hours, weekMinutes } from '../../settings/index.ts';

/*
 * Running hours on the calendar of a zone. They are open whenever a clock on the wall of that zone shows a time within
 * one of the windows, and that is all that decides at the change of clocks: times of the missing hour do not come
 * (a window that began in it begins when the clock jumps), those of the doubled hour come twice.
 */

export interface Change {
  /** Milliseconds since 1970. */
  atMs: number;
  open: boolean;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekMs = weekMinutes * minuteMs;

/** As far ahead as anybody is told an end. */
const horizonMs = 35 * dayMs;

export function isOpen({ windows }: Hours, zone: string, atMs: number): boolean {
  if (windows.length === 0) return true;
  const inWeek = ofWeek(wallMs(zone, atMs));
  return windows.some(({ from, to }) => {
    const since = (inWeek - from * minuteMs + weekMs) % weekMs;
    return since < (to - from) * minuteMs;
  });
}

/** When it opens or closes within the next five weeks, in order; at first it is as it is at `fromMs`. */
export function changesAfter(hours: Hours, zone: string, fromMs: number): Change[] {
  if (hours.windows.length === 0) return [];
  const remembered = cache.get(hours)?.get(zone);
  if (remembered && remembered.fromMs <= fromMs && fromMs - remembered.fromMs < dayMs)
    return remembered.changes.filter(({ atMs }) => atMs > fromMs);
  const changes = findChanges(hours, zone, fromMs, fromMs + horizonMs + dayMs);
  const zones = cache.get(hours) ?? new Map();
  cache.set(hours, zones.set(zone, { fromMs, changes }));
  return changes;
}

/** The instant at which so much open time has passed; infinite where that is beyond what is looked at. */
export function afterOpenTime(hours: Hours, zone: string, fromMs: number, openMs: number): number {
  if (hours.windows.length === 0) return fromMs + openMs;
  let atMs = fromMs;
  let open = isOpen(hours, zone, fromMs);
  let left = openMs;
  for (const change of changesAfter(hours, zone, fromMs)) {
    if (open && left <= change.atMs - atMs) return atMs + left;
    if (open) left -= change.atMs - atMs;
    atMs = change.atMs;
    open = change.open;
    if (open && left === 0) return atMs;
  }
  return open ? atMs + left : Number.POSITIVE_INFINITY;
}

export function nextOpening(hours: Hours, zone: string, fromMs: number): number | null {
  return changesAfter(hours, zone, fromMs).find(({ open }) => open)?.atMs ?? null;
}

const cache = new WeakMap<Hours, Map<string, { fromMs: number; changes: Change[] }>>();

/** Wherever something may change it is looked at: at each beginning and end, and where the zone's offset changes. */
function findChanges(hours: Hours, zone: string, fromMs: number, untilMs: number): Change[] {
  const moments = new Set<number>();
  const firstMidnight = floorTo(wallMs(zone, fromMs), dayMs) - dayMs;
  const lastMidnight = wallMs(zone, untilMs) + dayMs;
  for (let midnight = firstMidnight; midnight <= lastMidnight; midnight += dayMs) {
    const offsets = [offsetMs(zone, midnight - dayMs), offsetMs(zone, midnight + 2 * dayMs)];
    const today = ofWeek(midnight) / minuteMs;
    for (const boundary of hours.windows.flatMap(({ from, to }) => [from, to % weekMinutes])) {
      if (boundary < today || boundary >= today + dayMs / minuteMs) continue;
      const wall = midnight + (boundary - today) * minuteMs;
      for (const offset of offsets) moments.add(wall - offset);
    }
    if (offsets[0] !== offsets[1]) moments.add(whenOffsetChanges(zone, midnight - dayMs, midnight + 2 * dayMs));
  }
  const changes: Change[] = [];
  let before = isOpen(hours, zone, fromMs);
  for (const atMs of [...moments].sort((a, b) => a - b)) {
    if (atMs <= fromMs || atMs > untilMs) continue;
    const open = isOpen(hours, zone, atMs);
    if (open !== before) changes.push({ atMs, open });
    before = open;
  }
  return changes;
}

function whenOffsetChanges(zone: string, fromMs: number, untilMs: number): number {
  const before = offsetMs(zone, fromMs);
  let [low, high] = [floorTo(fromMs, 1000), floorTo(untilMs, 1000)];
  while (high - low > 1000) {
    const middle = floorTo((low + high) / 2, 1000);
    if (offsetMs(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

const floorTo = (ms: number, unit: number): number => Math.floor(ms / unit) * unit;

/** 1970 began on a Thursday. */
const ofWeek = (wall: number): number => (((wall + 3 * dayMs) % weekMs) + weekMs) % weekMs;

/** What a clock on the wall shows then, as if it were UTC. */
const wallMs = (zone: string, atMs: number): number => atMs + offsetMs(zone, atMs);

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetMs(zone: string, atMs: number): number {
  const wholeMs = floorTo(atMs, 1000);
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(wholeMs)) shown[type] = Number(value);
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - wholeMs;
}

/** A zone that this Node does not know any more counts as UTC: work that never begins is worse than work at odd hours. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const options = {
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('en', { ...options, timeZone: zone });
  } catch {
    made = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
  }
  formats.set(zone, made);
  return made;
}
