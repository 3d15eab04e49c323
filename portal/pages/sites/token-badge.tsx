import type { Site } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { Badge } from '../../ui/badge.tsx';
import { useNow } from '../../ui/when.tsx';
import { endsSoon } from './site-state.tsx';

/** What a token opens, and until when. */
export function TokenBadge({
  site,
  token: { profile, expiresAt, renewal },
}: {
  site: Site;
  token: Site['tokens'][number];
}) {
  const { t, locale } = useLanguage();
  const now = useNow(60_000);
  const day = expiresAt && new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(expiresAt);
  const tone = expiresAt && expiresAt.getTime() < now ? 'bad' : renewal || endsSoon(expiresAt, now) ? 'warn' : 'none';
  return (
    <Badge tone={tone}>
      {day
        ? t('sites.token.until', { profile: t(`sites.profile.${profile}`), day })
        : site.codeBase
          ? t('sites.token.code', { profile: t(`sites.profile.${profile}`) })
          : t(site.kind === 'strasbourg' ? 'sites.token.unknown' : 'sites.token.endless', {
              profile: t(`sites.profile.${profile}`),
            })}
      {renewal && ` · ${t('sites.token.notRenewed')}`}
    </Badge>
  );
}
