import type { ListedSetting } from '@jouvence/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Import, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { usePolled } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ImportDialog } from './import-dialog.tsx';
import type { Place } from './place.ts';
import { ScopeChooser } from './scope-chooser.tsx';
import type { SettingsSearch } from './search.ts';
import { placeWords } from './setting-editor.tsx';
import { SettingRow } from './setting-row.tsx';

/** What can be decided, what is in force, and from where that comes. */
export function SettingsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const search = useSearch({ from: '/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const place: Place = {
    ...(search.target !== undefined && { target: search.target }),
    ...(search.source !== undefined && { source: search.source }),
  };
  const settings = usePolled('settings.list', { query: place }, 15_000);
  const change = (part: Partial<SettingsSearch>) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  return (
    <Page
      title={t('shell.nav.settings')}
      lead={t('settings.lead')}
      actions={
        may.change && (
          <Button onClick={() => void change({ import: true })}>
            <Import className="size-5 shrink-0" aria-hidden="true" />
            {t('settings.import.open')}
          </Button>
        )
      }
    >
      <ScopeChooser
        place={place}
        onChange={(next) => change({ target: undefined, source: undefined, ...next, edit: undefined })}
      />
      {settings.data ? (
        <>
          {settings.error && <ErrorNote error={settings.error} onRetry={() => void settings.refetch()} />}
          <SettingsList settings={settings.data.settings} place={place} search={search} onChange={change} />
          <div className="mt-6">
            <Command words={['settings', 'list', ...placeWords(place), ...(search.changed ? ['--changed'] : [])]} />
          </div>
        </>
      ) : settings.error ? (
        <ErrorNote error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <Skeleton lines={6} />
      )}
      {may.change && search.import && (
        <ImportDialog target={search.target} onClose={() => void change({ import: undefined })} />
      )}
    </Page>
  );
}

function SettingsList({
  settings,
  place,
  search,
  onChange,
}: {
  settings: ListedSetting[];
  place: Place;
  search: SettingsSearch;
  onChange: (part: Partial<SettingsSearch>) => unknown;
}) {
  const { t, maybe } = useLanguage();
  const [typed, setTyped] = useState(search.q ?? '');
  const textOf = (setting: ListedSetting): string =>
    [setting.key, setting.strasbourg ?? '', maybe(`settings.name.${setting.key}`), maybe(`setting.${setting.key}`)]
      .join(' ')
      .toLocaleLowerCase();
  const words = typed.toLocaleLowerCase().split(/\s+/);
  const shown = settings.filter(
    (setting) =>
      // What is being changed does not vanish under whoever changes it.
      setting.key === search.edit ||
      (words.every((word) => textOf(setting).includes(word)) && (!search.changed || setting.origin !== 'default')),
  );
  const groups = [...new Set(shown.map(({ key }) => key.split('.')[0]!))];
  return (
    <>
      <div className="mb-4 grid items-end gap-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <TextField
          label={t('settings.search')}
          type="search"
          value={typed}
          onChange={({ target: { value } }) => {
            setTyped(value);
            onChange({ q: value || undefined });
          }}
        />
        <Checkbox
          className="min-h-10 items-center"
          label={t('settings.onlyChanged')}
          checked={search.changed === true}
          onChange={({ target: { checked } }) => onChange({ changed: checked || undefined })}
        />
      </div>
      <p role="status" className="mb-2 text-sm text-muted">
        {t('settings.shown', { count: shown.length })}
      </p>
      {shown.length === 0 && (
        <Empty icon={SlidersHorizontal} title={t(search.changed && !typed ? 'settings.none.changed' : 'settings.none')}>
          <Button
            onClick={() => {
              setTyped('');
              onChange({ q: undefined, changed: undefined });
            }}
          >
            {t('settings.none.reset')}
          </Button>
        </Empty>
      )}
      {groups.length > 2 && (
        <nav aria-label={t('settings.groups')} className="mb-4 flex flex-wrap gap-x-4 gap-y-1">
          {groups.map((group) => (
            <Link
              key={group}
              to="/settings"
              search={(before) => before}
              hash={`group-${group}`}
              replace
              className="inline-flex min-h-8 items-center text-primary"
            >
              {maybe(`settings.group.${group}`) ?? group}
            </Link>
          ))}
        </nav>
      )}
      <div className="space-y-6">
        {groups.map((group) => (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`} className="scroll-mt-18 text-lg font-semibold">
              {maybe(`settings.group.${group}`) ?? group}
            </h2>
            <p className="mb-2 text-sm text-muted">{maybe(`settings.group.${group}.lead`)}</p>
            <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
              {shown
                .filter(({ key }) => key.startsWith(`${group}.`))
                .map((setting) => (
                  <SettingRow
                    key={setting.key}
                    setting={setting}
                    place={place}
                    open={search.edit === setting.key}
                    onOpen={(open) => onChange({ edit: open ? setting.key : undefined })}
                  />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
