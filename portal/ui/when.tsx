import { useEffect, useState } from 'react';
import { useLanguage } from '../language.tsx';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "3 minutes ago", with day and time on hovering; further away than a week the day itself. */
export function When({ at }: { at: Date }) {
  const language = useLanguage();
  const now = useNow(30_000);
  return (
    <time dateTime={at.toISOString()} title={language.time(at)}>
      {relative(at, now, language)}
    </time>
  );
}

export function relative(
  at: Date,
  now: number,
  { locale, t }: Pick<ReturnType<typeof useLanguage>, 'locale' | 't'>,
): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  if (Math.abs(seconds) > 7 * 86_400) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of units)
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  return t('shell.now');
}

/** The time, again and again. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
