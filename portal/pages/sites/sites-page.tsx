import type { Site } from '@jouvence/contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Server } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { usePolled } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AddSite } from './add-site.tsx';
import { useCounts } from './counts.ts';
import { type SitesSearch, stateFilters } from './search.ts';
import { ServiceStrip } from './service-strip.tsx';
import { SiteRow } from './site-row.tsx';
import { isTrouble } from './site-state.tsx';

/** A fleet has hundreds: so many rows are drawn, and the search finds any. */
const atOnce = 50;

/** Where courses come from and go to, and how these sites are. */
export function SitesPage() {
  const { t } = useLanguage();
  const may = useMay();
  const search = useSearch({ from: '/sites' });
  const navigate = useNavigate({ from: '/sites' });
  const sites = usePolled('sites.list', {}, 15_000);
  const change = (part: Partial<SitesSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const add = may.fleet && (
    <Button look="primary" onClick={() => change({ add: 'code' })}>
      <Plus className="size-5" aria-hidden="true" />
      {t('sites.add.open')}
    </Button>
  );
  return (
    <Page title={t('shell.nav.sites')} lead={t('sites.lead')} actions={add}>
      <ServiceStrip />
      {sites.error && !sites.data ? (
        <ErrorNote error={sites.error} onRetry={() => void sites.refetch()} />
      ) : !sites.data ? (
        <Skeleton lines={5} />
      ) : sites.data.sites.length === 0 ? (
        <NoSites mayAdd={may.fleet} />
      ) : (
        <>
          {sites.error && <ErrorNote error={sites.error} onRetry={() => void sites.refetch()} />}
          <SitesList sites={sites.data.sites} search={search} onChange={change} />
        </>
      )}
      {may.fleet && <AddSite way={search.add} onWay={(way) => change({ add: way })} />}
    </Page>
  );
}

function NoSites({ mayAdd }: { mayAdd: boolean }) {
  const { t } = useLanguage();
  return (
    <Empty icon={Server} title={t('sites.empty.title')}>
      <p>{t(mayAdd ? 'sites.empty.add' : 'sites.empty.ask')}</p>
      {mayAdd && <Command words={['sites', 'add', 'old-moodle']} />}
    </Empty>
  );
}

function SitesList({
  sites,
  search,
  onChange,
}: {
  sites: Site[];
  search: SitesSearch;
  onChange: (part: Partial<SitesSearch>) => void;
}) {
  const { t } = useLanguage();
  const countsOf = useCounts();
  // Typed letters stand at once; the address follows.
  const [typed, setTyped] = useState(search.q ?? '');
  const words = useDeferredValue(typed);
  const [most, setMost] = useState(atOnce);
  const shown = sites.filter((site) => isShown(site, { ...search, q: words }));
  const troubled = sites.filter((site) => isTrouble(site, Date.now())).length;
  return (
    <>
      <div className="mb-3 grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]">
        <TextField
          label={t('sites.search')}
          type="search"
          value={typed}
          onChange={({ target: { value } }) => {
            setTyped(value);
            onChange({ q: value || undefined });
          }}
        />
        <SelectField
          label={t('sites.filter.role')}
          value={search.role ?? ''}
          onChange={({ target: { value } }) => onChange({ role: (value || undefined) as SitesSearch['role'] })}
        >
          <option value="">{t('sites.filter.all')}</option>
          <option value="source">{t('sites.filter.source')}</option>
          <option value="target">{t('sites.filter.target')}</option>
        </SelectField>
        <SelectField
          label={t('sites.filter.state')}
          value={search.state ?? ''}
          onChange={({ target: { value } }) => onChange({ state: (value || undefined) as SitesSearch['state'] })}
        >
          <option value="">{t('sites.filter.all')}</option>
          {stateFilters.map((state) => (
            <option key={state} value={state}>
              {t(`sites.state.${state}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <p role="status" className="mb-2 text-sm text-muted">
        {t('sites.shown', { count: shown.length })}
        {troubled > 0 && ` · ${t('sites.troubled', { count: troubled })}`}
      </p>
      {shown.length === 0 ? (
        <Empty icon={Server} title={t('sites.none.title')}>
          <Button
            onClick={() => {
              setTyped('');
              onChange({ q: undefined, role: undefined, state: undefined });
            }}
          >
            {t('sites.none.reset')}
          </Button>
        </Empty>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {shown.slice(0, most).map((site) => (
            <SiteRow key={site.name} site={site} countsOf={countsOf} />
          ))}
        </ul>
      )}
      {shown.length > most && (
        <div className="flex justify-center py-4">
          <Button onClick={() => setMost(most + atOnce)}>
            {t('sites.more', { count: Math.min(atOnce, shown.length - most) })}
          </Button>
        </div>
      )}
    </>
  );
}

function isShown(site: Site, { q = '', role, state }: SitesSearch): boolean {
  const text = `${site.name} ${site.title} ${site.url}`.toLocaleLowerCase();
  const words = q.toLocaleLowerCase().split(/\s+/);
  return (
    words.every((word) => text.includes(word)) &&
    (role === undefined || site.profiles.includes(role)) &&
    (state === undefined ||
      (state === 'trouble'
        ? isTrouble(site, Date.now())
        : state === 'paused'
          ? site.pausedAt !== null
          : site.health.state === state))
  );
}
