import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';

export function EveryRequest() {
  const { t } = useLanguage();
  return <Page title={t('requests.all')}>{null}</Page>;
}
