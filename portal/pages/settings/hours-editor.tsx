import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { faultOf, type HoursRow, readEnd, readRows, shownEnd, weekdays, writeRows } from './hours.ts';
import { useHoursWords } from './hours-words.tsx';

const nights: HoursRow = { days: [true, true, true, true, true, true, true], from: '20:00', to: '06:00' };

/** Days and times, row by row, and what they come to in words. `onChange(null)`: they cannot be used as they are. */
export function HoursEditor({ value, onChange }: { value: string; onChange: (text: string | null) => void }) {
  const { t, locale } = useLanguage();
  const words = useHoursWords();
  const [rows, setRows] = useState<HoursRow[]>(() => readRows(value) ?? []);
  const change = (next: HoursRow[]): void => {
    setRows(next);
    onChange(next.some((row) => faultOf(row)) ? null : writeRows(next));
  };
  const changeRow = (index: number, part: Partial<HoursRow>) =>
    change(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <div className="space-y-3">
      {rows.map((row, index) => (
        <HoursRowEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing else
          key={index}
          row={row}
          number={index + 1}
          short={weekdays(locale, 'short')}
          onChange={(part) => changeRow(index, part)}
          onRemove={() => change(rows.filter((_, at) => at !== index))}
        />
      ))}
      <Button small onClick={() => change([...rows, nights])}>
        <Plus className="size-4" aria-hidden="true" />
        {t('settings.hours.add')}
      </Button>
      <p role="status" className="rounded-md bg-sunken px-3 py-2 text-sm">
        <span className="font-medium">{t('settings.hours.means')}</span>{' '}
        {rows.some((row) => faultOf(row)) ? t('settings.hours.incomplete') : words(writeRows(rows))}
      </p>
    </div>
  );
}

function HoursRowEditor({
  row,
  number,
  short,
  onChange,
  onRemove,
}: {
  row: HoursRow;
  number: number;
  short: string[];
  onChange: (part: Partial<HoursRow>) => void;
  onRemove: () => void;
}) {
  const { t } = useLanguage();
  const id = useId();
  const fault = faultOf(row);
  return (
    <fieldset className="rounded-md border border-line p-3" aria-describedby={fault ? id : undefined}>
      <legend className="px-1 text-sm text-muted">{t('settings.hours.row', { number })}</legend>
      <div className="flex flex-wrap gap-1.5">
        {short.map((name, day) => (
          <label
            key={name}
            className="inline-flex min-h-10 min-w-12 cursor-pointer items-center justify-center gap-1.5 rounded-md border border-edge px-2 text-sm has-checked:border-primary has-checked:bg-primary-soft has-checked:font-semibold"
          >
            <input
              type="checkbox"
              className="size-4 accent-primary"
              checked={row.days[day] ?? false}
              onChange={({ target: { checked } }) =>
                onChange({ days: row.days.map((on, each) => (each === day ? checked : on)) })
              }
            />
            {name}
          </label>
        ))}
      </div>
      <div className="mt-3 flex flex-wrap items-end gap-3">
        <TextField
          label={t('settings.hours.from')}
          type="time"
          value={row.from}
          className="w-32"
          onChange={({ target: { value } }) => onChange({ from: value })}
        />
        <TextField
          label={t('settings.hours.to')}
          type="time"
          value={shownEnd(row.to)}
          className="w-32"
          onChange={({ target: { value } }) => onChange({ to: readEnd(value) })}
        />
        <IconButton label={t('settings.hours.remove', { number })} onClick={onRemove}>
          <Trash2 className="size-5" aria-hidden="true" />
        </IconButton>
      </div>
      {fault && (
        <p id={id} role="alert" className="mt-2 text-sm text-bad">
          {t(`settings.hours.fault.${fault}`)}
        </p>
      )}
    </fieldset>
  );
}
