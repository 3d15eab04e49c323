import type { Site } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import type { useCounts } from './counts.ts';
import { RequestCount } from './request-count.tsx';
import { SiteSeen, SiteState, SiteTrouble } from './site-state.tsx';
import { TokenBadge } from './token-badge.tsx';

/** One site in the list: who, how it is, what our tokens open, what is on its way. */
export function SiteRow({ site, countsOf }: { site: Site; countsOf: ReturnType<typeof useCounts> }) {
  const { t } = useLanguage();
  const ends = (['source', 'target'] as const).filter((end) => site.profiles.includes(end));
  return (
    <li className="relative grid [contain-intrinsic-size:auto_6rem] [content-visibility:auto] gap-x-6 gap-y-2 px-4 py-3 hover:bg-sunken md:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,4fr)]">
      <div className="min-w-0">
        <h2 className="font-semibold">
          <Link
            to="/sites/$site"
            params={{ site: site.name }}
            className="text-ink no-underline after:absolute after:inset-0 hover:underline"
          >
            <bdi className="line-clamp-2 text-left" title={site.title}>
              {site.title || site.name}
            </bdi>
          </Link>
        </h2>
        <p className="text-sm break-words text-muted">
          <span className="font-mono">{site.name}</span> · <bdi>{site.url.replace(/^https?:\/\//, '')}</bdi>
        </p>
        <p className="text-sm text-muted">
          {t(`sites.kind.${site.kind}`)} · {shortRelease(site.release)}
          {site.demo && ` · ${t('sites.demo')}`}
        </p>
      </div>
      <div className="min-w-0 space-y-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <SiteState site={site} />
          <SiteSeen site={site} />
        </div>
        <SiteTrouble site={site} />
        {site.pausedAt && site.pauseReason && (
          <p className="text-sm text-muted">
            <bdi>{t('sites.pause.because', { reason: site.pauseReason })}</bdi>
          </p>
        )}
      </div>
      <div className="min-w-0 space-y-1">
        <div className="flex flex-wrap gap-1">
          {site.tokens.map((token) => (
            <TokenBadge key={token.profile} site={site} token={token} />
          ))}
        </div>
        {/* Above the link that covers the row. */}
        <div className="relative z-10 w-fit">
          {countsOf &&
            ends.map((end) => <RequestCount key={end} site={site.name} end={end} count={countsOf(site.name, end)} />)}
        </div>
      </div>
    </li>
  );
}

/** "4.5.6 (Build: 20250811)" without what only machines care about. */
export const shortRelease = (release: string): string => release.replace(/\s*\(.*\)$/, '');
