import { AppError } from '../errors.ts';

/** Weekly windows, as a person writes them: `mon-fri 20:00-06:00; sat,sun 00:00-24:00`. */
export interface Hours {
  /** Minutes since Monday 00:00, half-open, by their beginning; `to` may lie in the next week. None: always. */
  windows: readonly { from: number; to: number }[];
}

const dayMinutes = 24 * 60;
export const weekMinutes = 7 * dayMinutes;
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** Whoever runs a French university writes them like this. */
const frenchDays = ['lun', 'mar', 'mer', 'jeu', 'ven', 'sam', 'dim'];
const example = 'write them like "mon-fri 20:00-06:00; sat,sun 00:00-24:00", or nothing for always';

/**
 * Parts are separated by `;` or lines: days (by commas, or from-to; none: every day), then times by commas. A time that
 * ends no later than it begins goes on into the next day; `24:00` is the day's end.
 * @throws AppError `invalid-parameter`, saying which part and why
 */
export function readHours(text: string): Hours {
  const parts = text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const windows = parts.flatMap(readPart).sort((a, b) => a.from - b.from || a.to - b.to);
  return { windows: joined(windows) };
}

/** The same hours in one way of writing, so that equal hours are equal texts. */
export function writeHours({ windows }: Hours): string {
  const byTimes = new Map<string, number[]>();
  for (const { from, to } of windows.flatMap(byDay)) {
    const times = `${time(from % dayMinutes)}-${time(to - Math.floor(from / dayMinutes) * dayMinutes)}`;
    byTimes.set(times, [...(byTimes.get(times) ?? []), Math.floor(from / dayMinutes)]);
  }
  return [...byTimes].map(([times, on]) => `${writeDays(on)} ${times}`).join('; ');
}

function readPart(part: string): { from: number; to: number }[] {
  const [, named = '', times = ''] = /^([\p{L}.,\s-]*?)\s*(\d.*)$/u.exec(part) ?? [];
  if (times === '') throw wrong(part, 'it has no times');
  const on = named === '' ? days.map((_, index) => index) : readDays(named, part);
  const ranges = times.split(',').map((range) => readTimes(range.trim(), part));
  return on.flatMap((day) =>
    ranges.map(({ from, to }) => ({ from: day * dayMinutes + from, to: day * dayMinutes + to })),
  );
}

function readDays(text: string, part: string): number[] {
  const on = text.split(',').flatMap((item) => {
    const [first = '', last, ...more] = item.split('-').map((name) => name.trim());
    if (more.length > 0) throw wrong(part, `"${item.trim()}" is no range of days`);
    const from = readDay(first, part);
    const to = last === undefined ? from : readDay(last, part);
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7);
  });
  return [...new Set(on)];
}

function readDay(name: string, part: string): number {
  const short = name.toLowerCase().replace(/\.$/, '');
  // Three letters or more: `mar` is French alone, `mardi` and `tuesday` are days too.
  const found = [...days, ...frenchDays].findIndex((day) => short.startsWith(day));
  if (found < 0 || !/^\p{L}{3,9}$/u.test(short))
    throw wrong(part, `"${name}" is no day: mon, tue, wed, thu, fri, sat, sun`);
  return found % 7;
}

function readTimes(range: string, part: string): { from: number; to: number } {
  const [, fromHour, fromMinute, toHour, toMinute] = /^(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)$/.exec(range) ?? [];
  if (fromHour === undefined) throw wrong(part, `"${range}" is not two times such as 20:00-06:00`);
  const from = minutesOf(fromHour, fromMinute!, part);
  const to = minutesOf(toHour!, toMinute!, part);
  if (from === dayMinutes) throw wrong(part, 'nothing begins at 24:00: write 00:00 of the next day');
  if (from === to) throw wrong(part, `from ${time(from)} to ${time(to)} is no time at all; a whole day is 00:00-24:00`);
  return { from, to: to > from ? to : to + dayMinutes };
}

function minutesOf(hour: string, minute: string, part: string): number {
  const minutes = Number(hour) * 60 + Number(minute);
  if (Number(minute) > 59 || minutes > dayMinutes) throw wrong(part, `${hour}:${minute} is no time of a day`);
  return minutes;
}

function wrong(part: string, why: string): AppError {
  return new AppError('invalid-parameter', `"${part}": ${why}; ${example}`);
}

/** Windows that touch or overlap are one; those that go past the week's end may meet its beginning, and stay apart. */
function joined(windows: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const made: { from: number; to: number }[] = [];
  for (const { from, to } of windows) {
    const last = made.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else made.push({ from, to: Math.min(to, from + weekMinutes) });
  }
  return made;
}

/** Cut at midnight wherever a window is longer than a day can be written. */
function byDay({ from, to }: { from: number; to: number }): { from: number; to: number }[] {
  const midnight = (Math.floor(from / dayMinutes) + 1) * dayMinutes;
  // Up to the same time of the next day it can be written as one.
  if (to - midnight <= from % dayMinutes && to - from < dayMinutes) return [{ from, to }];
  return [{ from, to: midnight }, ...(to > midnight ? byDay({ from: midnight, to }) : [])];
}

function writeDays(on: readonly number[]): string {
  const wanted = [...new Set(on.map((day) => day % 7))].sort((a, b) => a - b);
  const runs: number[][] = [];
  for (const day of wanted) {
    const run = runs.at(-1);
    if (run && day === run.at(-1)! + 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => (run.length > 2 ? `${days[run[0]!]}-${days[run.at(-1)!]}` : run.map((day) => days[day]).join(',')))
    .join(',');
}

function time(minutes: number): string {
  const ofDay = minutes === dayMinutes ? dayMinutes : minutes % dayMinutes;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}
