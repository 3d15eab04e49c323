import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function SettingsPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.settings')}>{null}</Page>;
}
