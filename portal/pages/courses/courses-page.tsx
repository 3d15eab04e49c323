import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function CoursesPage() {
  const { t } = useLanguage();
  return <Page title={t('shell.nav.courses')}>{null}</Page>;
}
