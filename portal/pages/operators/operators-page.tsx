import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function OperatorsPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.operators')}>{null}</Page>;
}
