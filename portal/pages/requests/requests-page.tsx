import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function RequestsPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.requests')}>{null}</Page>;
}
