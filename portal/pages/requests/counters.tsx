import { Link, useSearch } from '@tanstack/react-router';
import { usePolled } from '../../api.ts';
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
export function Counters() {
  const { t } = useLanguage();
  return (
    <nav aria-label={t('requests.counters')} className="mb-5 grid grid-cols-2 gap-2 sm:grid-cols-4">
      {counters.map(({ name, search }) => (
        <Counter key={name} name={name} search={search} />
      ))}
    </nav>
  );
}

function Counter({ name, search }: { name: (typeof counters)[number]['name']; search: RequestsSearch }) {
  const { t, number } = useLanguage();
  const current = useSearch({ from: '/requests' });
  const { data } = usePolled('requests.list', { query: { ...filterOf(search), limit: 1 } }, 10_000);
  const { after: _, ...shown } = current;
  const isShown = JSON.stringify(shown) === JSON.stringify(search);
  const count = data ? `${number(data.total.count)}${data.total.exact ? '' : '+'}` : '…';
  const alarms = name === 'failed' && (data?.total.count ?? 0) > 0;
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
