import { lazy, Suspense, useEffect, useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AddByNumber } from './add-by-number.tsx';
import { useBasket } from './basket.ts';
import { BasketBar } from './basket-bar.tsx';
import { CourseList } from './course-list.tsx';
import { ForOther } from './for-other.tsx';
import { useCoursesSearch, useScope } from './scope.ts';
import { ScopeForm } from './scope-form.tsx';

/* The list stands before they have come. */
const LookPanel = lazy(async () => ({ default: (await import('./look-panel.tsx')).LookPanel }));
const SendPanel = lazy(async () => ({ default: (await import('./send-panel.tsx')).SendPanel }));

const EveryCourse = lazy(async () => ({ default: (await import('./every-course.tsx')).EveryCourse }));

/** *My courses elsewhere*: found, looked into, ticked, sent. */
export function CoursesPage() {
  const { t } = useLanguage();
  const scope = useScope();
  const tools = useBasket(scope.basket);
  /** Requests in whose courses one has been enrolled since. */
  const [enrolled, setEnrolled] = useState<ReadonlySet<string>>(new Set());
  /** Send was pressed. Not in the address: opening one sends nothing. */
  const [now, setNow] = useState(false);
  const { search } = useCoursesSearch();
  useEffect(() => {
    if (!search.send) setNow(false);
  }, [search.send]);
  const shared = { scope, tools, enrolled, onEnrolled: (id: string) => setEnrolled((had) => new Set([...had, id])) };
  return (
    <Page
      title={
        scope.operate
          ? t('courses.title.operator')
          : scope.forOther && scope.ready
            ? t('courses.title.other', { person: scope.named ?? '' })
            : t('courses.title')
      }
      lead={t(scope.operate ? 'courses.lead.operator' : 'courses.lead')}
    >
      {scope.operate ? <ScopeForm scope={scope} /> : <ForOther scope={scope} />}
      {scope.ready && <CourseList {...shared} />}
      {scope.operate && scope.target !== '' && !scope.ready && (
        <Suspense fallback={<Skeleton lines={5} />}>
          <EveryCourse scope={scope} tools={tools} />
        </Suspense>
      )}
      {scope.operate && scope.target !== '' && <AddByNumber scope={scope} />}
      {scope.target !== '' && (scope.operate || scope.ready) && (
        <>
          <BasketBar scope={scope} tools={tools} onSend={() => setNow(true)} />
          <Suspense>
            <LookPanel {...shared} />
            <SendPanel scope={scope} tools={tools} now={now} onDecided={() => setNow(false)} />
          </Suspense>
        </>
      )}
    </Page>
  );
}
