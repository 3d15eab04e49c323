/** Some days of the week, from one time to another; one that is not later is of the next day. */
export interface HoursRow {
  /** Monday first. */
  days: readonly boolean[];
  /** `HH:MM`; `to` may be `24:00`. */
  from: string;
  to: string;
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What the server writes: parts by `;`, each of days and times. Null: it is written in another way. */
export function readRows(text: string): HoursRow[] | null {
  const rows = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, days = '', from = '', to = ''] = /^([a-z,-]+) (\d\d:\d\d)-(\d\d:\d\d)$/.exec(part) ?? [];
      const on = readDays(days);
      return on && from ? { days: on, from, to } : null;
    });
  return rows.includes(null) ? null : (rows as HoursRow[]);
}

function readDays(text: string): boolean[] | null {
  const on = dayNames.map(() => false);
  for (const item of text.split(',')) {
    const [from, to] = item.split('-').map((day) => dayNames.indexOf(day));
    if (from === undefined || from < 0 || (to !== undefined && to < from)) return null;
    for (let day = from; day <= (to ?? from); day++) on[day] = true;
  }
  return on;
}

/** As the server reads it. */
export const writeRows = (rows: readonly HoursRow[]): string =>
  rows
    .filter(({ days }) => days.includes(true))
    .map(({ days, from, to }) => `${dayNames.filter((_, day) => days[day]).join(',')} ${from}-${to}`)
    .join('; ');

/** Why a row cannot be used; undefined: it can. */
export function faultOf({ days, from, to }: HoursRow): 'days' | 'times' | 'none' | undefined {
  if (!days.includes(true)) return 'days';
  if (!/^\d\d:\d\d$/.test(from) || !/^\d\d:\d\d$/.test(to)) return 'times';
  return from === to ? 'none' : undefined;
}

/** What a field for times shows and takes: it has no 24:00. */
export const shownEnd = (to: string): string => (to === '24:00' ? '00:00' : to);
export const readEnd = (shown: string): string => (shown === '00:00' ? '24:00' : shown);

/** The days of the week as this language calls them, Monday first. */
export function weekdays(locale: string, style: 'long' | 'short'): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' });
  // A Monday.
  return dayNames.map((_, day) => format.format(new Date(Date.UTC(2024, 0, 1 + day))));
}

/** Runs of days that follow each other: `[0, 4]` is Monday to Friday. */
export function runsOf(days: readonly boolean[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const [day, on] of days.entries()) {
    const last = runs.at(-1);
    if (!on) continue;
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}
