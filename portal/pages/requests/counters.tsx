import type { RequestPage } from '@jouvence/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { backgroundClient } from '../../clients.ts';
import { useLanguage } from '../../language.tsx';
import { classes } from '../../ui/classes.ts';
import { filterOf, type RequestsSearch } from './search.ts';

const counters = [
  { name: 'moving', search: { open: true } },
  { name: 'waiting', search: { state: 'queued' } },
  { name: 'failed', search: { state: 'failed' } },
  { name: 'undealt', search: { undealt: true } },
] as const satisfies { name: string; search: RequestsSearch }[];

/** How many of what somebody should know of; a click shows these. */
export function Counters({ news }: { news: number | undefined }) {
  const { t } = useLanguage();
  const { data, refetch } = useQuery({
    // Asked for together, and shown together: one alone would contradict the others after a change.
    queryKey: ['requests.list', { counters: true }],
    queryFn: ({ signal }) =>
      Promise.all(
        counters.map(async ({ search }) => {
          const query = { ...filterOf(search), limit: 1 };
          return (await backgroundClient.call('requests.list', { query }, { signal })).total;
        }),
      ),
    refetchInterval: 10_000,
    retry: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list has become longer or shorter
  useEffect(() => void refetch(), [news, refetch]);
  return (
    <nav aria-label={t('requests.counters')} className="mb-5 grid grid-cols-2 gap-2 sm:grid-cols-4">
      {counters.map(({ name, search }, index) => (
        <Counter key={name} name={name} search={search} total={data?.[index]} />
      ))}
    </nav>
  );
}

function Counter({
  name,
  search,
  total,
}: {
  name: (typeof counters)[number]['name'];
  search: RequestsSearch;
  total: RequestPage['total'] | undefined;
}) {
  const { t, number } = useLanguage();
  const current = useSearch({ from: '/requests' });
  const { after: _, ...shown } = current;
  const isShown = JSON.stringify(shown) === JSON.stringify(search);
  const count = total ? `${number(total.count)}${total.exact ? '' : '+'}` : '…';
  const alarms = name === 'failed' && (total?.count ?? 0) > 0;
  return (
    <Link
      to="/requests"
      search={isShown ? {} : search}
      aria-current={isShown ? 'true' : undefined}
      className={classes(
        'rounded-lg border bg-surface px-4 py-2.5 text-ink no-underline hover:bg-sunken',
        isShown ? 'border-primary ring-1 ring-primary' : 'border-line',
      )}
    >
      <span className={classes('block text-2xl font-bold tabular-nums', alarms && 'text-bad')}>{count}</span>
      <span className="block text-sm text-muted">{t(`requests.counter.${name}`)}</span>
    </Link>
  );
}
