import { useId } from 'react';
import { useLanguage } from '../../language.tsx';
import { TextField } from '../../ui/field.tsx';
import { useNow } from '../../ui/when.tsx';

/** A time zone by name, with those that the browser knows as suggestions, and what time it is there. */
export function ZoneControl({
  label,
  value,
  fault,
  onChange,
}: {
  label: string;
  value: string;
  fault: string | undefined;
  onChange: (zone: string, usable: boolean) => void;
}) {
  const { t, locale } = useLanguage();
  const id = useId();
  const now = useNow(10_000);
  const there = timeIn(value, now, locale);
  return (
    <div className="max-w-md">
      <TextField
        label={label}
        list={id}
        value={value}
        placeholder="Europe/Paris"
        spellCheck={false}
        autoCapitalize="none"
        fault={fault ?? (value !== '' && there === null ? t('settings.zone.unknown') : undefined)}
        hint={value === '' ? t('settings.zone.own') : there && t('settings.zone.now', { time: there })}
        onChange={({ target }) =>
          onChange(target.value, target.value === '' || timeIn(target.value, 0, locale) !== null)
        }
      />
      <datalist id={id}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

/** Null: there is no such zone. An offset is none: it would be wrong for half of each year. */
function timeIn(zone: string, now: number, locale: string): string | null {
  if (zone === '' || /^[+-]/.test(zone)) return null;
  try {
    return new Intl.DateTimeFormat(locale, {
      timeZone: zone,
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
    }).format(now);
  } catch {
    return null;
  }
}
