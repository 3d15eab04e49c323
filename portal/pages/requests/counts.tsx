import type { Request } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { classes } from '../../ui/classes.ts';

type Inventory = NonNullable<Request['counts']['before']>;

interface Row {
  name: string;
  read(of: Inventory): number;
}

const activitiesOf = ({ activities }: Inventory): number =>
  Object.values(activities).reduce((sum, each) => sum + each, 0);

/** What is in the archive beside what arrived, counted in the same way. */
export function Counts({ counts: { before, after } }: { counts: Request['counts'] }) {
  const { t } = useLanguage();
  if (before === null) return null;
  const modules: Row[] = [...new Set([...Object.keys(before.activities), ...Object.keys(after?.activities ?? {})])]
    .sort()
    .map((name) => ({ name, read: ({ activities }) => activities[name] ?? 0 }));
  const rows: Row[] = [
    { name: t('requests.counts.sections'), read: ({ sections }) => sections },
    { name: t('requests.counts.activities'), read: activitiesOf },
    { name: t('requests.counts.files'), read: ({ files }) => files },
    { name: t('requests.counts.people'), read: ({ people }) => people },
  ];
  return (
    <section aria-labelledby="counts" className="rounded-lg border border-line bg-surface p-4">
      <h2 id="counts" className="mb-2 text-lg font-semibold">
        {t('requests.counts')}
      </h2>
      <CountTable rows={rows} before={before} after={after} />
      {modules.length > 0 && (
        <details className="mt-2">
          <summary className="text-sm text-primary">{t('requests.counts.byKind')}</summary>
          <CountTable rows={modules} before={before} after={after} isCode />
        </details>
      )}
    </section>
  );
}

function CountTable({
  rows,
  before,
  after,
  isCode = false,
}: {
  rows: Row[];
  before: Inventory;
  after: Inventory | null;
  isCode?: boolean;
}) {
  const { t, number } = useLanguage();
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-muted">
          <td />
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t('requests.counts.before')}
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t('requests.counts.after')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, read }) => {
          const [was, is] = [read(before), after === null ? null : read(after)];
          const less = is !== null && is < was;
          return (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" className="py-1 text-left font-normal" translate={isCode ? 'no' : undefined}>
                {name}
              </th>
              <td className="py-1 pl-3 text-right tabular-nums">{number(was)}</td>
              <td className={classes('py-1 pl-3 text-right tabular-nums', less && 'font-semibold text-warn')}>
                {is === null ? '–' : number(is)}
                {less && <span className="sr-only"> {t('requests.counts.less')}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
