import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import type { SiteCount } from './counts.ts';

/** How many requests wait and are under way from or to a site; leads to them. */
export function RequestCount({ site, end, count }: { site: string; end: 'source' | 'target'; count: SiteCount }) {
  const { t } = useLanguage();
  if (count.queued + count.begun === 0) return null;
  return (
    <Link to="/requests" search={{ [end]: site, open: true }} className="block text-sm text-primary">
      {t(`sites.requests.${end}`, {
        begun: t('sites.requests.begun', { count: count.begun }),
        queued: t('sites.requests.queued', { count: count.queued }),
      })}
    </Link>
  );
}
