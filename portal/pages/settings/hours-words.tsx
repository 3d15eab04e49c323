import { useLanguage } from '../../language.tsx';
import { type HoursRow, readRows, runsOf, weekdays } from './hours.ts';

/** Running hours as one would say them: "Monday to Friday, 20:00 to 06:00 of the next day". */
export function useHoursWords(): (text: string) => string {
  const { t, locale, language } = useLanguage();
  const names = weekdays(locale, 'long');
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const daysOf = ({ days }: HoursRow): string => {
    if (days.every((on) => on)) return t('settings.hours.everyDay');
    return list.format(
      runsOf(days).flatMap(([first, last]) =>
        last - first > 1
          ? [t('settings.hours.run', { first: names[first]!, last: names[last]! })]
          : names.slice(first, last + 1),
      ),
    );
  };
  const timesOf = ({ from, to }: HoursRow): string => {
    if (from === '00:00' && to === '24:00') return t('settings.hours.allDay');
    return t(to > from ? 'settings.hours.times' : 'settings.hours.overnight', {
      from,
      to: to === '24:00' ? t('settings.hours.midnight') : to,
    });
  };
  return (text) => {
    if (text === '') return t('settings.hours.always');
    const rows = readRows(text);
    return rows ? rows.map((row) => `${daysOf(row)}, ${timesOf(row)}`).join(language === 'fr' ? ' ; ' : '; ') : text;
  };
}
