import { ApiError, isSiteName, type Site } from '@jouvence/contract';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, ExternalLink, SearchX } from 'lucide-react';
import { usePolled } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AddedNote } from './added-note.tsx';
import { useCounts } from './counts.ts';
import { RequestCount } from './request-count.tsx';
import { SiteAbout } from './site-about.tsx';
import { SiteBlockTokens } from './site-block-tokens.tsx';
import { SiteCategory } from './site-category.tsx';
import { SiteCheckSection } from './site-check.tsx';
import { SitePairs } from './site-pairs.tsx';
import { SitePause } from './site-pause.tsx';
import { SiteRemove } from './site-remove.tsx';
import { SiteSeen, SiteState, SiteTrouble } from './site-state.tsx';
import { SiteTokens } from './site-tokens.tsx';

/** One site: how it is, what is missing, and all that can be done about it. */
export function SitePage() {
  const { site: name } = useParams({ from: '/sites/$site' });
  return isSiteName(name) ? <OneSite name={name} /> : <NoSite name={name} />;
}

/** Of a name that no site has, or can have. */
function NoSite({ name }: { name: string }) {
  const { t } = useLanguage();
  return (
    <Page title={t('sites.one')} lead={<Back />}>
      <Empty icon={SearchX} title={t('sites.gone', { name })}>
        <p>{t('sites.gone.text')}</p>
      </Empty>
    </Page>
  );
}

function Back() {
  const { t } = useLanguage();
  return (
    <Link to="/sites" className="inline-flex items-center gap-1 text-primary">
      <ArrowLeft className="size-4" aria-hidden="true" />
      {t('sites.all')}
    </Link>
  );
}

function OneSite({ name }: { name: string }) {
  const { t } = useLanguage();
  const shown = usePolled('sites.show', { params: { site: name } }, 15_000);
  if (!shown.data && shown.error instanceof ApiError && shown.error.status === 404) return <NoSite name={name} />;
  const title = shown.data?.title || name;
  return (
    <Page
      title={title}
      lead={<Back />}
      actions={
        shown.data && (
          <a href={shown.data.url} target="_blank" rel="noreferrer" className={buttonClasses()}>
            {t('sites.visit')}
            <ExternalLink className="size-4" aria-hidden="true" />
          </a>
        )
      }
    >
      {shown.data ? (
        <>
          {shown.error && <ErrorNote error={shown.error} onRetry={() => void shown.refetch()} />}
          <SiteParts key={name} site={shown.data} />
        </>
      ) : shown.error ? (
        <ErrorNote error={shown.error} onRetry={() => void shown.refetch()} />
      ) : (
        <Skeleton lines={5} />
      )}
    </Page>
  );
}

function SiteParts({ site }: { site: Site }) {
  const { t } = useLanguage();
  const may = useMay();
  const { added } = useSearch({ from: '/sites/$site' });
  const navigate = useNavigate({ from: '/sites/$site' });
  const countsOf = useCounts();
  const known = () => void navigate({ search: {}, replace: true, resetScroll: false });
  const ends = (['source', 'target'] as const).filter((end) => site.profiles.includes(end));
  return (
    <div className="space-y-6">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-4">
        <div className="min-w-0 flex-1 basis-72 space-y-1">
          <div className="flex flex-wrap items-center gap-2">
            <SiteState site={site} />
            <SiteSeen site={site} />
          </div>
          <SiteTrouble site={site} />
          {countsOf &&
            ends.map((end) => <RequestCount key={end} site={site.name} end={end} count={countsOf(site.name, end)} />)}
        </div>
        {may.change && (
          <SitePause site={site} counts={countsOf && ends.map((end) => ({ end, count: countsOf(site.name, end) }))} />
        )}
      </div>
      {site.pausedAt && (
        <Callout tone="warn" title={t('sites.pause.title')}>
          <p>{t('sites.pause.holds')}</p>
          {site.pauseReason && (
            <p>
              <bdi>{t('sites.pause.because', { reason: site.pauseReason })}</bdi>
            </p>
          )}
        </Callout>
      )}
      {added && <AddedNote site={site} onClose={known} />}
      {may.change && <SiteCheckSection site={site} atOnce={added === true} />}
      <SiteAbout site={site} />
      <SiteTokens site={site} />
      {site.kind === 'embedded' && <SiteBlockTokens site={site} />}
      <SitePairs site={site} />
      {site.profiles.includes('target') && <SiteCategory site={site} />}
      {may.fleet && <SiteRemove site={site} countsOf={countsOf} />}
    </div>
  );
}
