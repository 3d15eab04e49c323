import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

/** In a window that was opened beside another one, to sign in again: the other goes on by itself. */
export function SignedIn() {
  const { t } = useLanguage();
  return (
    <Page title={t('shell.signedIn.title')}>
      <Empty icon={CircleCheck} title={t('shell.signedIn.text')}>
        <div className="flex flex-wrap justify-center gap-2">
          <Button look="primary" onClick={() => window.close()}>
            {t('shell.signedIn.close')}
          </Button>
          <Link to="/" className={buttonClasses('plain')}>
            {t('shell.missing.home')}
          </Link>
        </div>
      </Empty>
    </Page>
  );
}
