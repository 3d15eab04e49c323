import { useLocation } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { Entrances } from './entrances.tsx';

const steps = ['find', 'look', 'send'] as const;

/** For whoever is not signed in: what this is, and the ways in. From each one comes to the page that was asked for. */
export function Welcome() {
  const { t } = useLanguage();
  const { pathname, searchStr } = useLocation();
  const next = pathname === '/' ? null : pathname + searchStr;
  return (
    <Page title={t('shell.welcome.title')} lead={t('shell.welcome.text')}>
      <div className="grid items-start gap-8 lg:grid-cols-[3fr_2fr]">
        <Entrances next={next} />
        <div className="space-y-6">
          <ol className="space-y-4" aria-label={t('shell.welcome.how')}>
            {steps.map((step, index) => (
              <li key={step} className="flex gap-3">
                <span
                  aria-hidden="true"
                  className="inline-flex size-7 shrink-0 items-center justify-center rounded-full bg-primary-soft font-semibold text-primary-strong"
                >
                  {index + 1}
                </span>
                <p>{t(`shell.welcome.${step}`)}</p>
              </li>
            ))}
          </ol>
          <div className="border-t border-line pt-4">
            <p className="mb-2 text-muted">{t('shell.welcome.forOperators')}</p>
            <a href={`/sign-in?next=${encodeURIComponent(next ?? '/')}`} className={buttonClasses('plain')}>
              <LogIn className="size-4" aria-hidden="true" />
              {t('shell.welcome.operator')}
            </a>
          </div>
        </div>
      </div>
    </Page>
  );
}
