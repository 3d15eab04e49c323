import { useSearch } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Inbox } from './inbox.tsx';
import { Outbox } from './outbox.tsx';
import { Preferences } from './preferences.tsx';

/** What one is told, how one wants to be told, and, for operators, what goes out to everybody. */
export function NoticesPage() {
  const { t } = useLanguage();
  const { operate } = useMay();
  const { tab: asked } = useSearch({ from: '/notices' });
  const tab = asked === 'outbox' && !operate ? undefined : asked;
  return (
    <Page title={t('shell.nav.notices')} lead={t('notices.lead')}>
      <Tabs
        label={t('notices.parts')}
        tabs={[
          { key: 'inbox', text: t('notices.tab.inbox'), search: {}, current: tab === undefined },
          {
            key: 'preferences',
            text: t('notices.tab.preferences'),
            search: { tab: 'preferences' },
            current: tab === 'preferences',
          },
          ...(operate
            ? [{ key: 'outbox', text: t('notices.tab.outbox'), search: { tab: 'outbox' }, current: tab === 'outbox' }]
            : []),
        ]}
      />
      {tab === 'preferences' ? <Preferences /> : tab === 'outbox' ? <Outbox /> : <Inbox />}
    </Page>
  );
}
