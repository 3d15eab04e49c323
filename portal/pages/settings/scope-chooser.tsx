import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { SelectField } from '../../ui/field.tsx';
import { kindOf, type Place } from './place.ts';

/** For which courses one looks: by where they go and where they come from. */
export function ScopeChooser({ place, onChange }: { place: Place; onChange: (place: Place) => void }) {
  const { t } = useLanguage();
  const { sites: own } = useSession();
  const sites = useCall('sites.list', {}).data?.sites ?? [];
  const pairs = useCall('pairs.list', {}).data?.pairs ?? [];
  const named = (role: 'source' | 'target') => {
    const found = sites.filter(({ profiles }) => profiles.includes(role)).map(({ name, title }) => ({ name, title }));
    // Of a pair the source may be a site of others.
    const ofPairs =
      role === 'source' && place.target !== undefined ? pairs.filter((each) => each.target === place.target) : [];
    for (const { source } of ofPairs)
      if (!found.some(({ name }) => name === source)) found.push({ name: source, title: '' });
    const chosen = place[role];
    if (chosen !== undefined && !found.some(({ name }) => name === chosen)) found.push({ name: chosen, title: '' });
    return found;
  };
  const field = (role: 'source' | 'target') => (
    <SelectField
      label={t(`settings.scope.${role}`)}
      value={place[role] ?? ''}
      onChange={({ target: { value } }) => onChange({ ...place, [role]: value || undefined })}
    >
      <option value="">{t(`settings.scope.every.${role}`)}</option>
      {named(role).map(({ name, title }) => (
        <option key={name} value={name}>
          {title && title !== name ? `${title} (${name})` : name}
        </option>
      ))}
    </SelectField>
  );
  const kind = kindOf(place);
  return (
    <div className="mb-4 rounded-lg border border-line bg-surface p-4">
      <div className="grid gap-3 sm:grid-cols-2">
        {field('source')}
        {field('target')}
      </div>
      <p role="status" className="mt-3 text-sm">
        <bdi>{t(`settings.scope.is.${kind}`, { target: place.target ?? '', source: place.source ?? '' })}</bdi>{' '}
        {own !== null && kind === 'fleet' && <span className="text-muted">{t('settings.scope.school')}</span>}
      </p>
    </div>
  );
}
