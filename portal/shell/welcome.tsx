import { LogIn } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';

/** For whoever is not signed in: what this is, and the ways in. */
export function Welcome() {
  const { t } = useLanguage();
  return (
    <Page title={t('shell.welcome.title')} lead={t('shell.welcome.text')}>
      <a href="/sign-in?next=/" className={buttonClasses('plain')}>
        <LogIn className="size-4" aria-hidden="true" />
        {t('shell.welcome.operator')}
      </a>
    </Page>
  );
}
