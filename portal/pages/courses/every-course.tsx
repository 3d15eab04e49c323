import { FolderSearch } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useCall, usePages } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SelectField } from '../../ui/field.tsx';
import { FilterText } from '../../ui/filter-text.tsx';
import { More } from '../../ui/more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { BasketTools } from './basket.ts';
import { CourseRow } from './course-row.tsx';
import { type ListedCourse, listed } from './matching.ts';
import { PausedBadge } from './paused-badge.tsx';
import { type Scope, useCoursesSearch } from './scope.ts';
import { tickedOf } from './ticked.ts';

const perPage = 50;
/** Nobody can be enrolled from here: it is for nobody. */
const noop = () => {};
const never = async () => {};

/** Of operators: all courses of a source, found by words and read page after page; ticked, they are carried for nobody. */
export function EveryCourse({ scope, tools }: { scope: Scope; tools: BasketTools }) {
  const { t } = useLanguage();
  const { search } = useCoursesSearch();
  const pairs = useCall('pairs.list', { query: { target: scope.target } }, { staleTime: 60_000 });
  const sites = useCall('sites.list', {}, { staleTime: 60_000 });
  // A school's operator looks into sources of the school.
  const sources = useMemo(() => {
    const brought = new Set((pairs.data?.pairs ?? []).map(({ source }) => source));
    return (sites.data?.sites ?? []).filter(({ name }) => brought.has(name));
  }, [pairs.data, sites.data]);
  const source = sources.find(({ name }) => name === search.source) ?? sources[0];
  const failed = pairs.error ?? sites.error;
  // Whoever has none of its sources is told so below.
  if (pairs.data && sites.data && !source && pairs.data.pairs.length > 0) return null;
  return (
    <section aria-labelledby="every-course" className="space-y-3">
      <div>
        <h2 id="every-course" className="text-lg font-semibold">
          {t('courses.every.title')}
        </h2>
        <p className="text-muted">{t('courses.every.lead')}</p>
      </div>
      {failed ? (
        <ErrorNote
          error={failed}
          onRetry={() => {
            for (const { error, refetch } of [pairs, sites]) if (error) void refetch();
          }}
        />
      ) : !pairs.data || !sites.data ? (
        <Skeleton lines={5} />
      ) : source ? (
        <Found scope={scope} tools={tools} source={source} sources={sources} />
      ) : (
        <p>{t('courses.every.noSource', { target: scope.targetTitle })}</p>
      )}
    </section>
  );
}

interface Named {
  name: string;
  title: string;
  pausedAt: Date | null;
}

function Found({
  scope,
  tools,
  source,
  sources,
}: {
  scope: Scope;
  tools: BasketTools;
  source: Named;
  sources: readonly Named[];
}) {
  const { t, number } = useLanguage();
  const { search, set } = useCoursesSearch();
  const words = search.q?.trim();
  const pages = usePages(
    'courses.search',
    { target: scope.target, limit: perPage, ...(words && { search: words }) },
    { site: source.name },
  );
  const first = pages.data?.pages[0];
  const courses = useMemo(
    () =>
      (pages.data?.pages ?? []).flatMap((page) => page.courses.map((each) => listed(page.source, page.title, each))),
    [pages.data],
  );
  const ticked = new Set(tools.basket.items.map(({ key }) => key));
  const { tick: put } = tools;
  const tick = useCallback((each: ListedCourse, on: boolean) => put([tickedOf(each)], on), [put]);
  // For nobody is said once more before it goes.
  const send = useCallback(
    (each: ListedCourse) => {
      put([tickedOf(each)], true);
      void set({ send: true }, { push: true });
    },
    [put, set],
  );
  const look = useCallback((key: string) => void set({ look: key }, { push: true }), [set]);
  return (
    <>
      <search className="grid gap-3 sm:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]">
        <SelectField
          label={t('courses.every.source')}
          value={source.name}
          onChange={(event) => void set({ source: event.target.value })}
        >
          {sources.map(({ name, title }) => (
            <option key={name} value={name}>
              {title && title !== name ? `${title} (${name})` : name}
            </option>
          ))}
        </SelectField>
        <FilterText
          type="search"
          label={t('courses.every.search')}
          placeholder={t('courses.every.search.hint')}
          maxLength={255}
          value={search.q}
          onChange={(q) => void set({ q })}
        />
      </search>
      <p role="status" className="text-muted">
        {first
          ? t('courses.every.found', { count: first.total, shown: number(first.total) })
          : pages.isPending
            ? t('courses.every.loading')
            : ''}
      </p>
      {source.pausedAt && <PausedBadge />}
      {pages.isPending ? (
        <Skeleton lines={6} />
      ) : !pages.data ? (
        <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />
      ) : courses.length === 0 ? (
        <Empty icon={FolderSearch} title={t('courses.every.none')}>
          <p>{t('courses.every.none.text')}</p>
          {words && <Button onClick={() => void set({ q: undefined })}>{t('courses.every.clear')}</Button>}
        </Empty>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line bg-surface" aria-label={t('courses.every.title')}>
          {courses.map((each) => (
            <CourseRow
              key={each.key}
              listed={each}
              ticked={ticked.has(each.key)}
              withSource={false}
              many={courses.length > perPage}
              scope={scope}
              enrolled={false}
              onTick={tick}
              busy={false}
              onSend={send}
              where={undefined}
              onTakeBack={never}
              onLook={look}
              onEnrolled={noop}
            />
          ))}
        </ul>
      )}
      {pages.data && <More pages={pages} />}
      <Command
        words={['courses', 'search', source.name, ...(words ? words.split(/\s+/) : []), '--target', scope.target]}
      />
    </>
  );
}
