import type { Session } from '@jouvence/contract';
import { CircleUserRound, LogOut, Settings2 } from 'lucide-react';
import { client } from '../api.ts';
import { useLanguage } from '../language.tsx';
import { useForgetAll } from '../session.tsx';
import { Choice, Disclosure, disclosureItem } from '../ui/disclosure.tsx';
import { useToast } from '../ui/toast.tsx';
import { useTheme } from './theme.ts';

/** Language, appearance, and the way out. */
export function AccountMenu({ session }: { session: Session | null }) {
  const { t, language, choose } = useLanguage();
  const [theme, setTheme] = useTheme();
  const forget = useForgetAll();
  const { failed } = useToast();
  const label = session ? t('shell.account', { name: session.name }) : t('shell.language');
  const signOut = async (): Promise<void> => {
    try {
      await client.call('session.end', {});
      forget();
      location.assign('/');
    } catch (error) {
      failed(error);
    }
  };
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
      {() => (
        <>
          {session?.kind === 'operator' && (
            <a href="/account" className={disclosureItem}>
              {t('shell.account.own')}
            </a>
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
