import { useSearch } from '@tanstack/react-router';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { OperatorList } from './operator-list.tsx';
import { PersonData } from './person-data.tsx';
import { TokenList } from './token-list.tsx';

/** Who runs this, their programs' tokens, and what is held of a person. */
export function OperatorsPage() {
  const { t } = useLanguage();
  const { fleet } = useMay();
  const { tab: asked } = useSearch({ from: '/operators' });
  const tab = asked === 'people' && !fleet ? undefined : asked;
  return (
    <Page title={t('shell.nav.operators')} lead={t('operators.lead')}>
      <Tabs
        label={t('operators.parts')}
        tabs={[
          { key: 'list', text: t('operators.tab.list'), search: {}, current: tab === undefined },
          { key: 'tokens', text: t('operators.tab.tokens'), search: { tab: 'tokens' }, current: tab === 'tokens' },
          ...(fleet
            ? [
                {
                  key: 'people',
                  text: t('operators.tab.people'),
                  search: { tab: 'people' },
                  current: tab === 'people',
                },
              ]
            : []),
        ]}
      />
      {tab === 'tokens' ? <TokenList /> : tab === 'people' ? <PersonData /> : <OperatorList />}
    </Page>
  );
}
