import { Link } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay, useSession } from '../../session.tsx';
import { Missing } from '../../shell/missing.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { Section } from '../../ui/section.tsx';
import { OwnPassword } from './own-password.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { SiteNames } from './site-names.tsx';

/** An operator's own: who one is, one's password, and where one is signed in. */
export function AccountPage() {
  return useMay().operate ? <Account /> : <Missing />;
}

function Account() {
  const { t } = useLanguage();
  const { username, name, role, sites } = useSession();
  const own = useCall('operators.show', { params: { username } });
  return (
    <Page
      title={t('shell.account.own')}
      actions={
        <Link to="/notices" search={{ tab: 'preferences' }} className={buttonClasses('plain')}>
          <Bell className="size-4" aria-hidden="true" />
          {t('operators.account.notices')}
        </Link>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="space-y-4">
          <Section title={<bdi>{name}</bdi>}>
            <Facts
              facts={[
                [t('operators.form.username'), <bdi key="name">{username}</bdi>],
                ...(own.data?.email
                  ? [[t('operators.form.email'), <bdi key="email">{own.data.email}</bdi>] as const]
                  : []),
                [t('operators.form.role'), role === 'person' ? '' : t(`operators.role.${role}`)],
                [t('operators.form.sites'), <SiteNames key="sites" sites={sites} />],
              ]}
            />
            {own.error && <ErrorNote error={own.error} onRetry={() => void own.refetch()} />}
          </Section>
          <OwnSessions />
        </div>
        {own.data?.hasPassword && <OwnPassword username={username} />}
      </div>
    </Page>
  );
}
