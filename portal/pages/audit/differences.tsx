import { useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { type Difference, differencesOf } from './flatten.ts';
import { useSiteNames } from './site-names.ts';

const fewest = 6;
const longest = 300;
/** Where a line names sites by their ids. */
const sitePaths = new Set(['sites', 'siteIds', 'siteId', 'target', 'source']);

const isMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What a line says of before and after, value by value. */
export function Differences({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useLanguage();
  const [whole, setWhole] = useState(false);
  const { changed, same } = differencesOf(before, after);
  if (changed.length === 0)
    return same > 0 ? <p className="mt-1 text-sm text-muted">{t('audit.noDifference')}</p> : null;
  const shown = whole ? changed : changed.slice(0, fewest);
  return (
    <div className="mt-2 text-sm">
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(6rem,14rem)_minmax(0,1fr)]">
        {shown.map((difference) => (
          <One key={difference.path} difference={difference} />
        ))}
      </dl>
      {changed.length > shown.length && (
        <Button look="quiet" small onClick={() => setWhole(true)} className="mt-1">
          {t('audit.more', { count: changed.length - shown.length })}
        </Button>
      )}
      {same > 0 && <p className="mt-1 text-muted">{t('audit.same', { count: same })}</p>}
    </div>
  );
}

function One({ difference }: { difference: Difference }) {
  const { t, maybe } = useLanguage();
  const { path } = difference;
  const label = maybe(`audit.field.${path}`);
  return (
    <div className="contents">
      <dt className="min-w-0 wrap-anywhere text-muted">
        {path === '' ? t('audit.value') : (label ?? <bdi translate="no">{path}</bdi>)}
      </dt>
      <dd className="min-w-0 wrap-anywhere">
        {'before' in difference && (
          <del className="mr-2 rounded bg-bad-soft px-1 text-bad no-underline">
            <span className="sr-only">{t('audit.before')} </span>
            <Value value={difference.before} path={path} />
          </del>
        )}
        {'after' in difference && (
          <ins className="rounded bg-good-soft px-1 text-good no-underline">
            <span className="sr-only">{t('audit.after')} </span>
            <Value value={difference.after} path={path} />
          </ins>
        )}
      </dd>
    </div>
  );
}

function Value({ value, path }: { value: unknown; path: string }) {
  const { t, maybe, number, time } = useLanguage();
  const names = useSiteNames();
  const [whole, setWhole] = useState(false);
  const isSites = sitePaths.has(path);
  const siteOf = (id: unknown) =>
    /^\d+$/.test(String(id)) ? (names.get(Number(id)) ?? t('audit.siteGone', { id: String(id) })) : String(id);
  // Of operators and tokens, which may be limited to some.
  if (value === null && isSites) return <>{t('audit.allSites')}</>;
  // An empty list may stand for a rule, and then says which.
  if (Array.isArray(value) && value.length === 0) return <>{maybe(`audit.empty.${path}`) ?? t('none')}</>;
  if (value === null || value === '') return <>{t('none')}</>;
  if (isSites && typeof value !== 'object') return <bdi>{siteOf(value)}</bdi>;
  if (isSites && Array.isArray(value)) return <bdi>{value.map(siteOf).join(', ')}</bdi>;
  if (typeof value === 'string' && isMoment.test(value)) return <>{time(new Date(value))}</>;
  if (typeof value === 'boolean') return <>{t(value ? 'yes' : 'no')}</>;
  if (typeof value === 'number') return <>{number(value)}</>;
  const text = Array.isArray(value)
    ? value.map(String).join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  if (text.length <= longest || whole) return <bdi>{text}</bdi>;
  return (
    <>
      <bdi>{text.slice(0, longest)}…</bdi>{' '}
      <button type="button" onClick={() => setWhole(true)} className="underline">
        {t('audit.whole')}
      </button>
    </>
  );
}
