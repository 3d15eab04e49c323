import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function AuditPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.audit')}>{null}</Page>;
}
