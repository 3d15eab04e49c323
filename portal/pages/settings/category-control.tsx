import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import type { Place } from './place.ts';

/** A category of the target, by name; by its id where no site is named, or while the site does not answer. */
export function CategoryControl({
  label,
  place: { target },
  draft,
  onChange,
}: {
  label: string;
  place: Place;
  draft: string | null;
  onChange: (draft: string | null, usable?: boolean) => void;
}) {
  const { t } = useLanguage();
  const known = useCall('sites.categories', { params: { site: target ?? '' } }, { enabled: target !== undefined });
  const isId = (text: string) => text === '' || /^[1-9]\d{0,9}$/.test(text);
  if (target === undefined || known.error)
    return (
      <TextField
        label={label}
        hint={t(target === undefined ? 'settings.category.fleet' : 'settings.category.unasked')}
        fault={isId(draft ?? '') ? undefined : t('settings.category.wrong')}
        inputMode="numeric"
        className="max-w-xs"
        value={draft ?? ''}
        onChange={({ target: { value } }) => onChange(value.trim() || null, isId(value.trim()))}
      />
    );
  const listed = known.data?.categories ?? [];
  const gone = draft !== null && known.data && !listed.some(({ id }) => String(id) === draft);
  return (
    <SelectField
      label={label}
      disabled={known.isPending}
      hint={known.isPending ? t('settings.category.asking') : undefined}
      fault={gone ? t('settings.category.gone', { id: draft }) : undefined}
      value={draft ?? ''}
      onChange={({ target: { value } }) => onChange(value || null)}
    >
      <option value="">{t('settings.category.own')}</option>
      {draft !== null && !listed.some(({ id }) => String(id) === draft) && (
        <option value={draft}>{t('settings.category.id', { id: draft })}</option>
      )}
      {listed.map(({ id, path, visible, idnumber }) => (
        <option key={id} value={id}>
          {path.join(' / ')}
          {idnumber && ` (${idnumber})`}
          {!visible && ` · ${t('settings.category.hidden')}`}
        </option>
      ))}
    </SelectField>
  );
}
