import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function NoticesPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.notices')}>{null}</Page>;
}
