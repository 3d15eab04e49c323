import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function SitesPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.sites')}>{null}</Page>;
}
