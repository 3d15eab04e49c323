import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import type { BasketTools } from './basket.ts';
import type { FedSource } from './feed.ts';
import type { ListedCourse } from './matching.ts';
import { PausedBadge } from './paused-badge.tsx';
import type { Scope } from './scope.ts';
import { SourceNote } from './source-note.tsx';
import { tickedOf } from './ticked.ts';

/** The courses of one source below its name; it keeps its place whether or not it has answered. */
export function SourceGroup({
  fed,
  courses,
  filtered,
  scope,
  tools,
  onAgain,
  rowOf,
}: {
  fed: FedSource;
  courses: readonly ListedCourse[];
  filtered: boolean;
  scope: Scope;
  tools: BasketTools;
  onAgain(source: string): Promise<void>;
  rowOf(course: ListedCourse, withSource: boolean): ReactNode;
}) {
  const { t } = useLanguage();
  const { title, state, answer } = fed;
  // What is shown already stays where it is while it is asked again.
  const isAnew = (state === 'asking' || state === 'slow') && courses.length > 0;
  if (filtered && courses.length === 0 && state === 'ok') return null;
  return (
    <section aria-label={title}>
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-lg font-semibold">
          <bdi>{title}</bdi>
        </h2>
        {(state === 'ok' || courses.length > 0) && (
          <span className="text-sm text-muted">{t('courses.count', { count: courses.length })}</span>
        )}
        {isAnew && (
          <span id={`source-${fed.source}`} tabIndex={-1}>
            <LoaderCircle className="size-4 animate-spin text-muted" aria-hidden="true" />
            <span className="sr-only">{t(`courses.source.${state}`, { title })}</span>
          </span>
        )}
        {answer?.paused && <PausedBadge />}
        <span className="flex-1" />
        {scope.maySend && <TickAll courses={courses} tools={tools} />}
      </div>
      <div className="space-y-2">
        {!isAnew && <SourceNote fed={fed} scope={scope} onAgain={onAgain} />}
        {courses.length > 0 && (
          <ul className="overflow-hidden rounded-lg border border-line bg-surface">
            {courses.map((each) => rowOf(each, false))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** All that are shown and are not there already; it says how many that are. */
function TickAll({ courses, tools }: { courses: readonly ListedCourse[]; tools: BasketTools }) {
  const { t } = useLanguage();
  const ticked = new Set(tools.basket.items.map(({ key }) => key));
  const untaken = courses.filter(({ course }) => course.carried === null);
  const missing = untaken.filter(({ key }) => !ticked.has(key));
  if (untaken.length < 2) return null;
  const on = missing.length > 0;
  return (
    <Button small look="quiet" onClick={() => tools.tick((on ? missing : untaken).map(tickedOf), on)}>
      {t(on ? 'courses.tickAll' : 'courses.untickAll', { count: untaken.length })}
    </Button>
  );
}
