import { useId, useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

const manyFrom = 8;

/** Ticks sites; where all may be meant, null is all. */
export function SiteChoice({
  value,
  onChange,
  mayBeAll,
  fault,
}: {
  value: readonly string[] | null;
  onChange(value: string[] | null): void;
  mayBeAll: boolean;
  /** Why the choice cannot be taken. */
  fault?: string;
}) {
  const { t } = useLanguage();
  const list = useCall('sites.list', {});
  const [wanted, setWanted] = useState('');
  const faultId = useId();
  if (list.isPending) return <Skeleton lines={1} />;
  if (!list.data) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} />;
  const all = list.data.sites;
  const shown = all.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted.trim().toLowerCase()));
  const chosen = value ?? [];
  const toggle = (name: string, on: boolean) =>
    onChange(on ? [...chosen, name] : chosen.filter((each) => each !== name));
  return (
    <fieldset className="space-y-2" aria-describedby={fault ? faultId : undefined}>
      <legend className="mb-1 text-sm font-medium">{t('operators.form.sites')}</legend>
      {mayBeAll && (
        <Checkbox
          label={t('operators.allSites')}
          checked={value === null}
          onChange={({ target }) => onChange(target.checked ? null : [])}
        />
      )}
      {value !== null && (
        <div className="space-y-2 rounded-md border border-line p-3">
          {all.length > manyFrom && (
            <TextField
              label={t('operators.form.searchSites')}
              labelHidden
              placeholder={t('operators.form.searchSites')}
              type="search"
              value={wanted}
              onChange={({ target }) => setWanted(target.value)}
            />
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by the keyboard too */}
          <div className="max-h-56 space-y-2 overflow-y-auto" tabIndex={0}>
            {shown.map(({ name, title }) => (
              <Checkbox
                key={name}
                checked={chosen.includes(name)}
                onChange={({ target }) => toggle(name, target.checked)}
                label={
                  <>
                    <bdi>{title}</bdi> <span className="text-muted">({name})</span>
                  </>
                }
              />
            ))}
          </div>
          <p className="text-sm text-muted" role="status">
            {t('operators.form.chosen', { count: chosen.length })}
          </p>
        </div>
      )}
      {fault && (
        <p id={faultId} role="alert" className="text-sm text-bad">
          {fault}
        </p>
      )}
    </fieldset>
  );
}
