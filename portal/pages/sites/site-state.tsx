import type { Site } from '@jouvence/contract';
import { CircleAlert, CircleCheck, CircleHelp, CirclePause, KeyRound } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { relative, useNow } from '../../ui/when.tsx';

type State = Site['health']['state'];

const looks = {
  ok: { tone: 'good', icon: CircleCheck },
  failing: { tone: 'bad', icon: CircleAlert },
  expired: { tone: 'bad', icon: KeyRound },
  unknown: { tone: 'none', icon: CircleHelp },
} as const satisfies Record<State, { tone: Tone; icon: typeof CircleCheck }>;

/** Whether it answers; and that nothing new begins there, which is not the same. */
export function SiteState({ site }: { site: Site }) {
  const { t } = useLanguage();
  const { tone, icon: Icon } = looks[site.health.state];
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={tone} icon={<Icon className="size-4" aria-hidden="true" />}>
        {t(`sites.state.${site.health.state}`)}
      </Badge>
      {site.pausedAt && (
        <Badge tone="warn" icon={<CirclePause className="size-4" aria-hidden="true" />}>
          {t('sites.state.paused')}
        </Badge>
      )}
    </span>
  );
}

/** What went wrong last, and since when; nothing while it is well. */
export function SiteTrouble({ site }: { site: Site }) {
  const { t, maybe, locale } = useLanguage();
  const now = useNow(30_000);
  const { state, lastError, since } = site.health;
  if ((state !== 'failing' && state !== 'expired') || !lastError) return null;
  return (
    <div className="text-sm">
      <p className="text-bad">
        {maybe(`error.${lastError.code}`) ?? lastError.code}
        {since && (
          <span className="text-muted"> {t('sites.since', { when: relative(since, now, { locale, t }) })}</span>
        )}
      </p>
      <p lang="en" className="text-muted">
        <bdi>{lastError.message}</bdi>
      </p>
    </div>
  );
}

/** Latency, and when it was last asked. */
export function SiteSeen({ site }: { site: Site }) {
  const { t, number, locale } = useLanguage();
  const now = useNow(30_000);
  const { latencyMs, checkedAt } = site.health;
  const said = [
    ...(latencyMs === null ? [] : [t('sites.latency', { ms: number(Math.round(latencyMs)) })]),
    ...(checkedAt === null ? [] : [t('sites.asked', { when: relative(checkedAt, now, { locale, t }) })]),
  ];
  return said.length > 0 && <span className="text-sm text-muted">{said.join(' · ')}</span>;
}

/** It needs somebody: it fails, refuses our token, or a token of it could not be renewed or ends soon. */
export const isTrouble = (site: Site, nowMs: number): boolean =>
  site.health.state === 'failing' ||
  site.health.state === 'expired' ||
  site.tokens.some(({ renewal, expiresAt }) => renewal !== null || endsSoon(expiresAt, nowMs));

/** In days when a token that is renewed by itself should have been. */
const soonDays = 14;
export const endsSoon = (expiresAt: Date | null, nowMs: number): boolean =>
  expiresAt !== null && expiresAt.getTime() - nowMs < soonDays * 86_400_000;
