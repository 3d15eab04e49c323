import type { ListedRequest } from '@jouvence/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { refusalOf, useLiveRequests } from '../../live/index.ts';
import { buttonClasses } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { LiveNote } from './live-note.tsx';
import { Pager } from './pager.tsx';
import { RequestCard } from './request-card.tsx';
import { useAnnouncements } from './use-announcements.ts';

const perPage = 20;
const none: readonly ListedRequest[] = [];

/** What is carried for somebody; beside it, for whoever asks for others, what they asked for those. */
export function MyRequests() {
  const { whose } = useSearch({ from: '/requests' });
  return <Requests key={whose ?? 'own'} forOthers={whose === 'others'} />;
}

/** First what is under way, then what came of the others. */
function Requests({ forOthers }: { forOthers: boolean }) {
  const { t } = useLanguage();
  const { after } = useSearch({ from: '/requests' });
  const theirs = useCall('requests.list', { query: { forOthers: 'true', limit: 1 } }, { staleTime: 60_000 });
  const cut = forOthers ? ({ forOthers: 'true' } as const) : {};
  const open = useLiveRequests({ ...cut, open: true, limit: 200 });
  const query = { ...cut, open: false, limit: perPage };
  const ended = useLiveRequests({ ...query, ...(after !== undefined && { after: String(after) }) });
  const { current, past } = useParts(open.page?.requests, ended.page?.requests, forOthers);
  const all = useMemo(() => [...current, ...past], [current, past]);
  const said = useAnnouncements(all);
  const refused = open.refused ?? ended.refused;
  const isLoading = open.page === null || ended.page === null;
  const isEmpty = !isLoading && all.length === 0 && after === undefined;
  return (
    <Page
      title={t('requests.mine')}
      lead={isEmpty ? undefined : t('requests.mine.lead')}
      actions={
        <Link to="/courses" className={buttonClasses('plain')}>
          {t('requests.more')}
        </Link>
      }
    >
      {(forOthers || (theirs.data?.requests.length ?? 0) > 0) && (
        <Tabs
          label={t('requests.whose')}
          tabs={[
            { key: 'own', text: t('requests.whose.own'), search: {}, current: !forOthers },
            { key: 'others', text: t('requests.whose.others'), search: { whose: 'others' }, current: forOthers },
          ]}
        />
      )}
      <LiveNote way={open.way === 'live' ? ended.way : open.way} />
      <p role="status" className="sr-only">
        {said}
      </p>
      {refused ? (
        <ErrorNote
          error={refusalOf(refused)}
          onRetry={() => {
            for (const { refused, again } of [open, ended]) if (refused) again();
          }}
        />
      ) : isLoading ? (
        <Skeleton lines={4} />
      ) : isEmpty ? (
        <Empty icon={Inbox} title={t(forOthers ? 'requests.none.others' : 'requests.none')}>
          <p>{t(forOthers ? 'requests.none.others.text' : 'requests.none.text')}</p>
          {!forOthers && (
            <Link to="/courses" className={buttonClasses('primary')}>
              {t('requests.none.do')}
            </Link>
          )}
        </Empty>
      ) : (
        <div className="max-w-4xl space-y-8">
          {after === undefined && current.length > 0 && (
            <Section
              title={t(current.some(({ queue }) => queue !== null) ? 'requests.current' : 'requests.justEnded')}
              requests={current}
            />
          )}
          {past.length > 0 && <Section title={t('requests.past')} requests={past} />}
          <Pager page={ended.page} query={query} />
        </div>
      )}
    </Page>
  );
}

function Section({ title, requests }: { title: string; requests: readonly ListedRequest[] }) {
  return (
    <section className="space-y-3">
      <h2 className="text-lg font-semibold">{title}</h2>
      {requests.map((request) => (
        <RequestCard key={request.id} request={request} />
      ))}
    </section>
  );
}

/** What ends while somebody looks stays where it is, and shows its end there. */
function useParts(open: readonly ListedRequest[] = none, ended: readonly ListedRequest[] = none, forOthers = false) {
  const seen = useRef(new Set<string>());
  for (const { id } of open) seen.current.add(id);
  // Older than all of the page of ended ones: it is in none of the two any more.
  const away = [...seen.current].filter((id) => ![...open, ...ended].some((request) => request.id === id));
  const asked = useCall(
    'requests.list',
    { query: { ids: away, limit: 200, ...(forOthers && { forOthers: 'true' as const }) } },
    { enabled: away.length > 0 },
  );
  const others = away.length > 0 ? asked.data?.requests : undefined;
  return useMemo(() => {
    const byId = new Map<string, ListedRequest>();
    for (const request of [...open, ...ended, ...(others ?? [])]) {
      const known = byId.get(request.id);
      if (!known || known.revision < request.revision) byId.set(request.id, request);
    }
    const all = [...byId.values()].sort((a, b) => b.number - a.number);
    const isCurrent = ({ id }: ListedRequest): boolean => seen.current.has(id);
    return { current: all.filter(isCurrent), past: all.filter((request) => !isCurrent(request)) };
  }, [open, ended, others]);
}
