import { FolderSearch, RefreshCw } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo } from 'react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { BasketTools } from './basket.ts';
import { CourseRow } from './course-row.tsx';
import { type FedSource, useCourseFeed } from './feed.ts';
import { FilterBar } from './filter-bar.tsx';
import { type ListedCourse, listed, matching, optionsOf, sorted } from './matching.ts';
import { NothingHere } from './nothing-here.tsx';
import { PausedBadge } from './paused-badge.tsx';
import { type Scope, useCoursesSearch } from './scope.ts';
import { SourceChips } from './source-chips.tsx';
import { SourceGroup } from './source-group.tsx';
import { SourceNote } from './source-note.tsx';
import { tickedOf } from './ticked.ts';
import { useSendOne } from './use-send-one.ts';

export interface ListProps {
  scope: Scope;
  tools: BasketTools;
  enrolled: ReadonlySet<string>;
  onEnrolled(request: string): void;
}

/** So many are drawn at once everywhere. */
const fewRows = 60;
const noSources: FedSource[] = [];

/** All sources in one list, which fills as they answer. */
export function CourseList({ scope, tools, enrolled, onEnrolled }: ListProps) {
  const { t, locale } = useLanguage();
  const { search, set } = useCoursesSearch();
  const feed = useCourseFeed(scope.whose, scope.ready);
  const sources = useMemo(() => settled(feed.data ?? noSources, feed.isFetching), [feed.data, feed.isFetching]);
  const all = useMemo(
    () =>
      sources.flatMap(({ answer }) => answer?.courses.map((each) => listed(answer.source, answer.title, each)) ?? []),
    [sources],
  );
  const { q, source, category, year, role, sort } = search;
  const filters = useMemo(() => ({ q, source, category, year, role }), [q, source, category, year, role]);
  const options = useMemo(() => optionsOf(all, filters, locale), [all, filters, locale]);
  const found = useMemo(() => sorted(matching(all, filters), sort, locale), [all, filters, sort, locale]);
  // Typing stays fluent with many courses: the list follows as soon as it can.
  const shown = useDeferredValue(found);
  const look = useCallback((key: string) => void set({ look: key }, { push: true }), [set]);
  const tick = useCallback((each: ListedCourse, on: boolean) => tools.tick([tickedOf(each)], on), [tools.tick]);
  const panel = useCallback(() => void set({ send: true }, { push: true }), [set]);
  const one = useSendOne(scope, tools, panel);
  const ticked = new Set(tools.basket.items.map(({ key }) => key));
  /** While something is ticked, all of it goes together: rows do not offer to go alone. */
  const some = ticked.size > 0 || undefined;
  const filtered = Object.values(filters).some((value) => value !== undefined);

  if (feed.isError && all.length === 0) return <ErrorNote error={feed.error} onRetry={feed.anew} />;
  if (feed.isPending) return <Skeleton lines={5} />;
  const isNothing = !feed.isFetching && all.length === 0 && sources.every(({ state }) => state === 'ok');
  if (isNothing) return <NothingHere sources={sources} scope={scope} onAgain={feed.anew} />;

  const rowOf = (each: ListedCourse, withSource: boolean) => (
    <CourseRow
      key={each.key}
      listed={each}
      ticked={ticked.has(each.key)}
      withSource={withSource}
      many={all.length > fewRows}
      scope={scope}
      enrolled={each.course.carried !== null && enrolled.has(each.course.carried.request)}
      busy={one.busy.has(each.key)}
      onTick={tick}
      onSend={one.send}
      where={each.course.carried ? one.fresh.get(each.course.carried.request) : undefined}
      onTakeBack={one.takeBack}
      onLook={look}
      onEnrolled={onEnrolled}
    />
  );
  const wanted = sources.filter((each) => source === undefined || each.source === source);
  return (
    <>
      {feed.isError && <ErrorNote error={feed.error} onRetry={feed.anew} />}
      <FilterBar sources={sources} options={options} />
      <div className="mt-3 mb-2 flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1">
        <p role="status" className="text-muted">
          {filtered
            ? t('courses.found', { count: found.length, all: all.length })
            : t('courses.count', { count: all.length })}
        </p>
        <p role="status" className="sr-only">
          <bdi>{one.said}</bdi>
        </p>
        <SourceChips sources={sources} />
        <span className="flex-1" />
        <Button small look="quiet" onClick={feed.anew} busy={feed.isFetching}>
          <RefreshCw className="size-4" aria-hidden="true" />
          {t('courses.again')}
        </Button>
      </div>
      {sort === undefined ? (
        <div className="space-y-6" data-ticked={some}>
          {wanted.map((each) => (
            <SourceGroup
              key={each.source}
              fed={each}
              courses={shown.filter((course) => course.source === each.source)}
              filtered={filtered}
              scope={scope}
              tools={tools}
              onAgain={feed.again}
              rowOf={rowOf}
            />
          ))}
        </div>
      ) : (
        <div className="space-y-3" data-ticked={some}>
          {wanted.map(
            ({ source, title, answer }) =>
              answer?.paused && (
                <p key={source} className="flex flex-wrap items-center gap-x-2">
                  <bdi>{title}</bdi>
                  <PausedBadge />
                </p>
              ),
          )}
          {shown.length > 0 && (
            <ul className="overflow-hidden rounded-lg border border-line bg-surface">
              {shown.map((each) => rowOf(each, true))}
            </ul>
          )}
          {wanted.map((each) => (
            <SourceNote key={each.source} fed={each} scope={scope} onAgain={feed.again} named />
          ))}
        </div>
      )}
      {filtered && found.length === 0 && all.length > 0 && (
        <Empty icon={FolderSearch} title={t('courses.noMatch.title')}>
          <p>{t('courses.noMatch.text', { count: all.length })}</p>
          <Button
            onClick={() =>
              void set({ q: undefined, source: undefined, category: undefined, year: undefined, role: undefined })
            }
          >
            {t('courses.clear')}
          </Button>
        </Empty>
      )}
    </>
  );
}

/** When nothing is under way any more, nothing is waited for: what did not answer has failed. */
function settled(sources: readonly FedSource[], isFetching: boolean): FedSource[] {
  return sources.map((each) =>
    each.state === 'asking' && !isFetching && each.answer === null ? { ...each, state: 'failing' } : each,
  );
}
