import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

export function Missing() {
  const { t } = useLanguage();
  return (
    <Page title={t('shell.missing.title')}>
      <Empty icon={Compass} title={t('shell.missing.title')}>
        <p>{t('shell.missing.text')}</p>
        <Link to="/" className={buttonClasses('primary')}>
          {t('shell.missing.home')}
        </Link>
      </Empty>
    </Page>
  );
}
