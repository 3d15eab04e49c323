import type { ListedRequest } from '@jouvence/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { BookCheck, SearchX, UserPlus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { refusalOf, useLiveRequests } from '../../live/index.ts';
import { useMay } from '../../session.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { Counters } from './counters.tsx';
import { Filters } from './filters.tsx';
import { LiveNote } from './live-note.tsx';
import { Pager } from './pager.tsx';
import { RequestRows } from './request-rows.tsx';
import { commandOf, filterOf, isFiltered } from './search.ts';
import { useSelection } from './use-selection.ts';
import { useSteady } from './use-steady.ts';

const perPage = 50;
const none: readonly ListedRequest[] = [];

/** Requests of everybody, for whoever looks after the sites; the page that is looked at is live. */
export function EveryRequest() {
  const { t, number } = useLanguage();
  const may = useMay();
  const search = useSearch({ from: '/requests' });
  const query = {
    ...filterOf(search),
    limit: perPage,
    ...(search.after !== undefined && { after: String(search.after) }),
  };
  const key = JSON.stringify(query);
  const { page, way, refused, again } = useLiveRequests(query);
  const [ticked, setTicked] = useSelection();
  const [isNear, setIsNear] = useState(false);
  const steady = useSteady(page?.requests ?? none, isNear || ticked.size > 0, key);
  const total = page && `${page.total.exact ? '' : t('requests.moreThan')} ${number(page.total.count)}`.trim();
  const said = useSaidOnce(
    key,
    total === null ? null : t('requests.total', { count: page!.total.count, shown: total! }),
  );
  const tick = (requests: readonly ListedRequest[], isTicked: boolean): void => {
    const next = new Map(ticked);
    for (const { id, target } of requests) isTicked ? next.set(id, { target }) : next.delete(id);
    setTicked(next);
  };
  return (
    <Page
      title={t('requests.all')}
      actions={
        may.change && (
          <>
            <Link
              to="/courses"
              search={{ target: search.target, person: search.person }}
              className={buttonClasses('plain')}
            >
              <UserPlus className="size-4" aria-hidden="true" />
              {t('requests.onBehalf')}
            </Link>
            <Link to="/requests/register" search={{ target: search.target }} className={buttonClasses('plain')}>
              <BookCheck className="size-4" aria-hidden="true" />
              {t('requests.register')}
            </Link>
          </>
        )
      }
    >
      <Counters news={page?.total.count} />
      <Filters />
      <LiveNote way={way} />
      <p role="status" className="sr-only">
        {said}
      </p>
      {refused ? (
        <ErrorNote error={refusalOf(refused)} onRetry={again} />
      ) : page === null ? (
        <Skeleton lines={6} />
      ) : (
        // Under a hand no row moves.
        <div
          className="space-y-3"
          onPointerEnter={({ pointerType }) => pointerType === 'mouse' && setIsNear(true)}
          onPointerLeave={() => setIsNear(false)}
        >
          <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
            <p className="text-sm text-muted">{t('requests.total', { count: page.total.count, shown: total! })}</p>
            {steady.changed && (
              <Button small onClick={steady.show}>
                {t('requests.changedList')}
              </Button>
            )}
          </div>
          {steady.rows.length === 0 ? (
            <Empty icon={SearchX} title={t(isFiltered(search) ? 'requests.noneFound' : 'requests.noneAtAll')}>
              <p>{t(isFiltered(search) ? 'requests.noneFound.text' : 'requests.noneAtAll.text')}</p>
              {isFiltered(search) && (
                <Link to="/requests" search={{}} className={buttonClasses('plain')}>
                  {t('requests.filter.clear')}
                </Link>
              )}
            </Empty>
          ) : (
            <RequestRows rows={steady.rows} isTicked={may.change ? (id) => ticked.has(id) : null} tick={tick} />
          )}
          <Pager page={page} query={{ ...filterOf(search), limit: perPage }} />
          <Command words={commandOf(search)} />
        </div>
      )}
      {may.change && (
        <BulkBar ticked={ticked} search={search} total={page?.total ?? null} onClear={() => setTicked(new Map())} />
      )}
    </Page>
  );
}

/** Read out when another list has come, and not at each change of it. */
function useSaidOnce(key: string, text: string | null): string {
  const [said, setSaid] = useState({ key: '', text: '' });
  useEffect(() => {
    if (text !== null) setSaid((before) => (before.key === key ? before : { key, text }));
  }, [key, text]);
  return said.text;
}
