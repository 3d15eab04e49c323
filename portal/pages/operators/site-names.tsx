import { useLanguage } from '../../language.tsx';

/** For which sites; null: all. */
export function SiteNames({ sites }: { sites: readonly string[] | null }) {
  const { t } = useLanguage();
  if (sites === null) return t('operators.allSites');
  if (sites.length === 0) return t('operators.noSites');
  return sites.map((site, index) => (
    <span key={site} className="break-all">
      {index > 0 && ', '}
      <bdi>{site}</bdi>
    </span>
  ));
}
