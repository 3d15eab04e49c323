import type { Session } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { CircleUserRound, LogOut, Settings2, UserCog } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { Choice, Disclosure, disclosureItem } from '../ui/disclosure.tsx';
import { useTheme } from './theme.ts';
import { useSignOut } from './windows.ts';

/** Language, appearance, and the way out. */
export function AccountMenu({ session }: { session: Session | null }) {
  const { t, language, choose } = useLanguage();
  const [theme, setTheme] = useTheme();
  const signOut = useSignOut();
  const label = session ? t('shell.account', { name: session.name }) : t('shell.language');
  return (
    <Disclosure
      label={label}
      buttonClassName="max-w-48"
      button={
        session ? (
          <>
            <CircleUserRound className="size-5 shrink-0" aria-hidden="true" />
            <span className="hidden truncate sm:inline">
              <bdi>{session.name}</bdi>
            </span>
          </>
        ) : (
          <Settings2 className="size-5" aria-hidden="true" />
        )
      }
    >
      {(close) => (
        <>
          {session?.kind === 'operator' && (
            <Link to="/account" onClick={close} className={disclosureItem}>
              <UserCog className="size-4" aria-hidden="true" />
              {t('shell.account.own')}
            </Link>
          )}
          <Choice
            label={t('shell.language')}
            value={language}
            onChoose={choose}
            choices={[
              { value: 'fr', label: 'Français', lang: 'fr' },
              { value: 'en', label: 'English', lang: 'en' },
            ]}
          />
          <Choice
            label={t('shell.theme')}
            value={theme}
            onChoose={setTheme}
            choices={(['system', 'light', 'dark'] as const).map((value) => ({
              value,
              label: t(`shell.theme.${value}`),
            }))}
          />
          {session && (
            <button type="button" onClick={() => void signOut()} className={`${disclosureItem} border-t border-line`}>
              <LogOut className="size-4" aria-hidden="true" />
              {t('shell.signOut')}
            </button>
          )}
        </>
      )}
    </Disclosure>
  );
}
