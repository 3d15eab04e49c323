import type { ListedRequest } from '@jouvence/contract';
import type { PageTranslator } from '@jouvence/i18n/browser';

type Estimate = NonNullable<NonNullable<ListedRequest['queue']>['estimate']>;

const minuteMs = 60_000;
/** Nearer than that, minutes say more than the hour. */
const soonMs = 90 * minuteMs;
const roundMs = 5 * minuteMs;

/** When a course will have arrived: always a range, and beyond an hour or two by the clock. */
export function arrivalWords(
  { from, until }: Estimate,
  nowMs: number,
  words: PageTranslator & { locale: string },
): string {
  const { t } = words;
  const [first, last] = [from.getTime() - nowMs, until.getTime() - nowMs];
  if (last <= 0) return t('requests.arrival.late');
  if (last < soonMs) {
    const [low, high] = [Math.max(0, Math.floor(first / minuteMs)), Math.max(1, Math.ceil(last / minuteMs))];
    if (low === 0 || low >= high) return t('requests.arrival.within', { count: high });
    return t('requests.arrival.minutes', { from: low, until: high });
  }
  const begin = new Date(Math.floor(Math.max(from.getTime(), nowMs) / roundMs) * roundMs);
  const end = new Date(Math.ceil(until.getTime() / roundMs) * roundMs);
  const clock = new Intl.DateTimeFormat(words.locale, { timeStyle: 'short' });
  const [beginDay, endDay] = [dayWords(begin, nowMs, words.locale), dayWords(end, nowMs, words.locale)];
  const [beginTime, endTime] = [clock.format(begin), clock.format(end)];
  if (beginDay === endDay) return t('requests.arrival.day', { day: beginDay, from: beginTime, until: endTime });
  return t('requests.arrival.days', { from: `${beginDay} ${beginTime}`, until: `${endDay} ${endTime}` });
}

/** "today", "tomorrow", else the day of the week and the date. */
export function dayWords(at: Date, nowMs: number, locale: string): string {
  const days = Math.round((startOfDay(at) - startOfDay(new Date(nowMs))) / (24 * 60 * minuteMs));
  if (days === 0 || days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at);
}

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** "today 14:05". */
export function momentWords(at: Date, nowMs: number, locale: string): string {
  return `${dayWords(at, nowMs, locale)} ${new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at)}`;
}

const units = [
  ['hour', 3600_000],
  ['minute', minuteMs],
  ['second', 1000],
] as const;

/** How long something took, in the two largest units: "3 min 12 s". */
export function durationWords(ms: number, locale: string): string {
  const say = (value: number, unit: string, digits = 0): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(
      value,
    );
  if (ms < 10_000) return say(ms / 1000, 'second', 1);
  const largest = units.findIndex(([, length]) => ms >= length);
  const [unit, length] = units[largest]!;
  const next = units[largest + 1];
  const rest = next ? Math.floor((ms % length) / next[1]) : 0;
  return [say(Math.floor(ms / length), unit), ...(next && rest > 0 ? [say(rest, next[0])] : [])].join(' ');
}

/** "12 minutes": how long something has lasted, for people. */
export function roughDuration(ms: number, locale: string): string {
  const minutes = Math.max(1, Math.floor(ms / minuteMs));
  const [value, unit] =
    minutes < 120 ? [minutes, 'minute'] : minutes < 48 * 60 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(value));
}
