import type { ListedRequest } from '@jouvence/contract';
import { nameText } from '@jouvence/i18n/browser';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useLanguage } from '../../language.tsx';
import { classes } from '../../ui/classes.ts';
import { When } from '../../ui/when.tsx';
import { RowState } from './row-state.tsx';
import type { SteadyRow } from './use-steady.ts';

interface Rows {
  rows: readonly SteadyRow[];
  /** Null: whoever looks may change nothing. */
  isTicked: ((id: string) => boolean) | null;
  tick(requests: readonly ListedRequest[], ticked: boolean): void;
}

const wide = matchMedia('(min-width: 60rem)');
const useIsWide = (): boolean =>
  useSyncExternalStore(
    (listen) => {
      wide.addEventListener('change', listen);
      return () => wide.removeEventListener('change', listen);
    },
    () => wide.matches,
  );

/** A table; where it has no room, a card each. */
export function RequestRows(props: Rows) {
  return useIsWide() ? <Table {...props} /> : <Cards {...props} />;
}

function Table({ rows, isTicked, tick }: Rows) {
  const { t } = useLanguage();
  const ticked = isTicked ? rows.filter(({ request }) => isTicked(request.id)).length : 0;
  const heading = 'px-3 py-2 text-left text-sm font-medium text-muted';
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table className="w-full table-fixed">
        <caption className="sr-only">{t('requests.all')}</caption>
        <thead className="border-b border-line">
          <tr>
            {isTicked && (
              <th scope="col" className="w-11 py-2 pl-3 text-left">
                <input
                  type="checkbox"
                  aria-label={t('requests.tickPage')}
                  className="size-5 accent-primary"
                  checked={rows.length > 0 && ticked === rows.length}
                  ref={(box) => {
                    if (box) box.indeterminate = ticked > 0 && ticked < rows.length;
                  }}
                  onChange={(event) =>
                    tick(
                      rows.map(({ request }) => request),
                      event.currentTarget.checked,
                    )
                  }
                />
              </th>
            )}
            <th scope="col" className={heading}>
              {t('requests.column.course')}
            </th>
            <th scope="col" className={classes(heading, 'w-[30%]')}>
              {t('requests.column.state')}
            </th>
            <th scope="col" className={classes(heading, 'w-[16%]')}>
              {t('requests.column.sites')}
            </th>
            <th scope="col" className={classes(heading, 'w-[16%]')}>
              {t('requests.column.person')}
            </th>
            <th scope="col" className={classes(heading, 'w-32')}>
              {t('requests.column.created')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ request, isGone }) => (
            <tr
              key={request.id}
              className={classes('border-b border-line align-top last:border-0', isGone && 'bg-sunken')}
            >
              {isTicked && (
                <td className="py-3 pl-3">
                  <Tick request={request} ticked={isTicked(request.id)} tick={tick} />
                </td>
              )}
              <th scope="row" className="px-3 py-2.5 text-left font-normal">
                <Course request={request} />
              </th>
              <td className="px-3 py-2.5">
                <RowState request={request} isGone={isGone} />
              </td>
              <td className="px-3 py-2.5 text-sm wrap-anywhere">
                {request.source} <Arrow /> {request.target}
              </td>
              <td className="px-3 py-2.5 text-sm">
                <Whose request={request} />
              </td>
              <td className="px-3 py-2.5 text-sm text-muted">
                <When at={request.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cards({ rows, isTicked, tick }: Rows) {
  return (
    <ul className="space-y-3">
      {rows.map(({ request, isGone }) => (
        <li
          key={request.id}
          className={classes('flex gap-3 rounded-lg border border-line p-3', isGone ? 'bg-sunken' : 'bg-surface')}
        >
          {isTicked && <Tick request={request} ticked={isTicked(request.id)} tick={tick} />}
          <div className="min-w-0 flex-1 space-y-2">
            <Course request={request} />
            <RowState request={request} isGone={isGone} />
            <div className="text-sm text-muted">
              <p className="wrap-anywhere">
                {request.source} <Arrow /> {request.target} · <When at={request.createdAt} />
              </p>
              <Whose request={request} />
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Arrow() {
  const { t } = useLanguage();
  return (
    <>
      <span aria-hidden="true">→</span>
      <span className="sr-only">{t('requests.to')}</span>
    </>
  );
}

function Tick({ request, ticked, tick }: { request: ListedRequest; ticked: boolean; tick: Rows['tick'] }) {
  const { t } = useLanguage();
  return (
    <input
      type="checkbox"
      aria-label={t('requests.tick', { course: request.courseName })}
      className="size-5 shrink-0 accent-primary"
      checked={ticked}
      onChange={(event) => tick([request], event.currentTarget.checked)}
    />
  );
}

function Course({ request: { id, courseName, shortname } }: { request: ListedRequest }): ReactNode {
  return (
    <div className="min-w-0">
      <Link
        to="/requests/$id"
        params={{ id }}
        className="line-clamp-2 font-medium text-ink underline-offset-4 hover:underline"
      >
        <bdi>{courseName}</bdi>
      </Link>
      <p className="truncate text-sm text-muted">
        <bdi>{shortname}</bdi> · <span translate="no">{id}</span>
      </p>
    </div>
  );
}

function Whose({ request: { person, actor, target } }: { request: ListedRequest }) {
  const language = useLanguage();
  const { t } = language;
  return (
    <p className="min-w-0 wrap-anywhere">
      {person === null ? (
        <span className="text-muted">{t('requests.nobody')}</span>
      ) : (
        <bdi>{nameText(language, person)}</bdi>
      )}
      {actor !== `${person} (${target})` && (
        <span className="block text-muted">
          {t('requests.askedBy', { actor: `\u2068${nameText(language, actor)}\u2069` })}
        </span>
      )}
    </p>
  );
}
