import { requestStates } from '@jouvence/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField } from '../../ui/field.tsx';
import { FilterText } from '../../ui/filter-text.tsx';
import { isFiltered, type RequestsSearch } from './search.ts';

/** Groups of states that people look for; each is how the API is asked. */
const groups = {
  open: { open: true },
  ended: { open: false },
  'failed,cancelled': { state: 'failed,cancelled' },
} as const satisfies Record<string, RequestsSearch>;

const extra = ['person', 'actor', 'since', 'until', 'error'] as const;

/** Which requests are looked at: all of it stands in the address. */
export function Filters() {
  const { t } = useLanguage();
  const search = useSearch({ from: '/requests' });
  const navigate = useNavigate({ from: '/requests' });
  const change = (part: RequestsSearch, replace = false): Promise<void> => {
    const next = { ...search, ...part, after: undefined };
    return navigate({ search: next, replace, resetScroll: false });
  };
  const extras = extra.filter((name) => search[name] !== undefined).length;
  return (
    <search className="mb-4 space-y-3">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-[2fr_1fr_1fr_1fr]">
        <FilterText
          type="search"
          className="col-span-2 sm:col-span-1"
          label={t('requests.filter.course')}
          placeholder={t('requests.filter.course.hint')}
          value={search.course}
          onChange={(course) => change({ course }, true)}
        />
        <StateSelect search={search} change={change} />
        <SiteSelect profile="source" value={search.source} onChange={(source) => change({ source })} />
        <SiteSelect profile="target" value={search.target} onChange={(target) => change({ target })} />
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <Checkbox
          label={t('requests.filter.undealt')}
          checked={search.undealt === true}
          onChange={(event) => change({ undealt: event.currentTarget.checked || undefined })}
        />
        <Checkbox
          label={t('requests.filter.nobody')}
          checked={search.nobody === true}
          onChange={(event) => change({ nobody: event.currentTarget.checked || undefined })}
        />
        <details open={extras > 0 || undefined} className="min-w-0 basis-full lg:basis-auto lg:open:basis-full">
          <summary className="py-2 text-primary">
            {t('requests.filter.more')}
            {extras > 0 && ` (${extras})`}
          </summary>
          <div className="grid grid-cols-2 gap-3 pt-2 lg:grid-cols-5">
            {extra.map((name) => (
              <FilterText
                key={name}
                label={t(`requests.filter.${name}`)}
                type={name === 'since' || name === 'until' ? 'date' : 'text'}
                value={search[name]}
                onChange={(value) => change({ [name]: value }, true)}
              />
            ))}
          </div>
          <p className="mt-1 text-sm text-muted">
            {t('requests.filter.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          </p>
        </details>
        {isFiltered(search) && (
          <Button small look="quiet" onClick={() => void navigate({ search: {}, resetScroll: false })}>
            <X className="size-4" aria-hidden="true" />
            {t('requests.filter.clear')}
          </Button>
        )}
      </div>
    </search>
  );
}

function StateSelect({ search, change }: { search: RequestsSearch; change(part: RequestsSearch): void }) {
  const { t } = useLanguage();
  const value = search.state ?? (search.open === undefined ? '' : search.open ? 'open' : 'ended');
  const known = ['', ...Object.keys(groups), ...requestStates];
  return (
    <SelectField
      label={t('requests.filter.state')}
      value={value}
      onChange={({ currentTarget: { value } }) => {
        const none = { state: undefined, open: undefined };
        change({
          ...none,
          ...(value in groups ? groups[value as keyof typeof groups] : { state: value || undefined }),
        });
      }}
    >
      <option value="">{t('requests.filter.all')}</option>
      <optgroup label={t('requests.filter.groups')}>
        {(Object.keys(groups) as (keyof typeof groups)[]).map((name) => (
          <option key={name} value={name}>
            {t(`requests.group.${name}`)}
          </option>
        ))}
      </optgroup>
      <optgroup label={t('requests.filter.states')}>
        {requestStates.map((state) => (
          <option key={state} value={state}>
            {t(`state.${state}`)}
          </option>
        ))}
        {!known.includes(value) && (
          <option value={value}>
            {value
              .split(',')
              .map((state) => t(`state.${state as (typeof requestStates)[number]}`))
              .join(', ')}
          </option>
        )}
      </optgroup>
    </SelectField>
  );
}

function SiteSelect({
  profile,
  value,
  onChange,
}: {
  profile: 'source' | 'target';
  value: string | undefined;
  onChange(value: string | undefined): void;
}) {
  const { t } = useLanguage();
  const { data } = useCall('sites.list', {}, { staleTime: 60_000 });
  const names = (data?.sites ?? []).filter(({ profiles }) => profiles.includes(profile)).map(({ name }) => name);
  // One that has gone, or is another's, is looked for all the same.
  const all = value !== undefined && !names.includes(value) ? [...names, value] : names;
  return (
    <SelectField
      label={t(`requests.filter.${profile}`)}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    >
      <option value="">{t('requests.filter.all')}</option>
      {all.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </SelectField>
  );
}
