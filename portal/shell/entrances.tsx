import type { Answer } from '@jouvence/contract';
import { ArrowRight, School } from 'lucide-react';
import { useState } from 'react';
import { useCall } from '../api.ts';
import { remember, remembered, useLanguage } from '../language.tsx';
import { Callout } from '../ui/callout.tsx';
import { classes } from '../ui/classes.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { lastEntrance } from './windows.ts';

type Entrance = Answer<'entrances.list'>['entrances'][number];

/** More than one sees at once are searched. */
const manyFrom = 8;

/** The platforms that people come in from; the one by which somebody came last stands first. */
export function Entrances({ next }: { next: string | null }) {
  const { t } = useLanguage();
  const list = useCall('entrances.list', {}, { staleTime: 60_000 });
  const [last] = useState(() => remembered(lastEntrance));
  const [wanted, setWanted] = useState('');
  const { first, others } = inOrder(list.data?.entrances ?? [], last);
  const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const shown = others.filter(({ title, name }) => fold(`${title} ${name}`).includes(fold(wanted.trim())));
  return (
    <section aria-labelledby="entrances" className="rounded-lg border border-line bg-surface p-4 sm:p-6">
      <h2 id="entrances" className="text-lg font-semibold">
        {t('shell.welcome.teacher')}
      </h2>
      <p className="mt-1 mb-4 text-muted">{t('shell.welcome.teacherText')}</p>
      {list.isPending ? (
        <Skeleton lines={2} />
      ) : list.error && !first ? (
        <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <div className="space-y-3">
          {first && <Way entrance={first} next={next} isLast />}
          {others.length > manyFrom && (
            <TextField
              label={t('shell.welcome.search')}
              type="search"
              value={wanted}
              onChange={({ target }) => setWanted(target.value)}
            />
          )}
          {others.length > 0 && (
            <ul className="-mx-1 max-h-[60vh] space-y-2 overflow-y-auto p-1">
              {shown.map((entrance) => (
                <li key={entrance.name}>
                  <Way entrance={entrance} next={next} />
                </li>
              ))}
            </ul>
          )}
          <p role="status" className="text-muted empty:hidden">
            {others.length > 0 && shown.length === 0 && t('shell.welcome.noneFound')}
          </p>
          {!first && others.length === 0 && (
            <Callout title={t('shell.welcome.none')}>
              <p>{t('shell.welcome.noneText')}</p>
            </Callout>
          )}
        </div>
      )}
    </section>
  );
}

function Way({ entrance, next, isLast = false }: { entrance: Entrance; next: string | null; isLast?: boolean }) {
  const { t } = useLanguage();
  const { name, title, address } = entrance;
  return (
    <a
      href={next === null ? address : `${address}?next=${encodeURIComponent(next)}`}
      onClick={() => remember(lastEntrance, name)}
      className={classes(
        'flex min-h-14 items-center gap-3 rounded-md border px-4 py-2 font-medium no-underline',
        isLast
          ? 'border-transparent bg-primary text-on-primary hover:bg-primary-strong'
          : 'border-edge bg-surface text-ink hover:bg-sunken',
      )}
    >
      <School className="size-5 shrink-0" aria-hidden="true" />
      <span className="min-w-0 flex-1 break-words">
        <bdi>{title}</bdi>
        {isLast && <span className="block text-sm font-normal">{t('shell.welcome.last')}</span>}
      </span>
      <ArrowRight className="size-5 shrink-0" aria-hidden="true" />
    </a>
  );
}

/** One that is not listed is offered all the same to whoever came by it. */
function inOrder(entrances: readonly Entrance[], last: string | null) {
  const known = entrances.find(({ name }) => name === last);
  const first =
    known ??
    (last !== null && /^[a-z0-9-]{1,63}$/.test(last) ? { name: last, title: last, address: `/enter/${last}` } : null);
  return { first, others: entrances.filter((entrance) => entrance !== known) };
}
