import type { Answer } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { CircleCheck, Plus } from 'lucide-react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { AtSource } from '../../ui/at-source.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { BasketTools } from './basket.ts';
import { CarriedNote } from './carried-note.tsx';
import { type FedSource, feedKey } from './feed.ts';
import { ForWhom } from './for-whom.tsx';
import { OutlineView } from './outline-view.tsx';
import { forWhomCannotKeep } from './reasons.tsx';
import { type Scope, useCoursesSearch } from './scope.ts';
import { VerdictNote } from './verdict-note.tsx';

interface LookProps {
  scope: Scope;
  tools: BasketTools;
  enrolled: ReadonlySet<string>;
  onEnrolled(request: string): void;
}

/** Inside of a course, at the side: the list stays where it is. */
export function LookPanel(props: LookProps) {
  const { search } = useCoursesSearch();
  return search.look === undefined ? null : <Look key={search.look} courseKey={search.look} {...props} />;
}

function Look({ courseKey, scope, tools, enrolled, onEnrolled }: LookProps & { courseKey: string }) {
  const { t } = useLanguage();
  const { set } = useCoursesSearch();
  const at = courseKey.lastIndexOf(':');
  const [source, courseid] = [courseKey.slice(0, at), courseKey.slice(at + 1)];
  const { target, person } = scope;
  const { whose } = scope;
  const query = { ...(whose.target && { target: whose.target }), ...(whose.person && { person: whose.person }) };
  const shown = useCall('courses.show', { params: { source, courseid }, query }, { staleTime: 60_000 });
  const known = useListed(scope, source, Number(courseid));
  const about = shown.data?.outline ?? known?.course;
  const name = about?.fullname.trim() || about?.shortname || courseKey;
  const close = () => void set({ look: undefined });
  const isTicked = tools.basket.items.some(({ key }) => key === courseKey);
  const tick = () => {
    const fileBytes = shown.data?.outline?.fileBytes ?? known?.course.fileBytes ?? null;
    const shortname = about?.shortname ?? courseKey;
    const where = { key: courseKey, source, title: known?.title ?? source, courseid: Number(courseid) };
    tools.tick([{ ...where, fullname: name, shortname, fileBytes }], !isTicked);
  };
  return (
    <Dialog
      open
      place="side"
      onClose={close}
      title={<bdi>{name}</bdi>}
      foot={
        <div className="flex flex-wrap items-center gap-3">
          {scope.maySend && (
            <Button
              look={isTicked ? 'plain' : 'primary'}
              aria-pressed={isTicked}
              disabled={shown.isError && !known}
              onClick={tick}
            >
              {isTicked ? (
                <CircleCheck className="size-4" aria-hidden="true" />
              ) : (
                <Plus className="size-4" aria-hidden="true" />
              )}
              {t(isTicked ? 'courses.look.untick' : 'courses.look.tick')}
            </Button>
          )}
          <Button look="quiet" onClick={close}>
            {t('shell.close')}
          </Button>
        </div>
      }
    >
      <div className="space-y-4">
        <ForWhom scope={scope} />
        {known && <About known={known} />}
        <AtSource url={shown.data?.url ?? known?.course.url ?? null} name={name} title={known?.title ?? source} />
        {shown.isPending && <Skeleton lines={4} />}
        {shown.isError && <ErrorNote error={shown.error} onRetry={() => void shown.refetch()} />}
        {shown.data && <Inside shown={shown.data} name={name} {...{ scope, enrolled, onEnrolled }} />}
        {scope.operate && (
          <Command
            words={['courses', 'show', source, courseid, '--target', target, ...(person ? ['--person', person] : [])]}
          />
        )}
      </div>
    </Dialog>
  );
}

function Inside({
  shown: { outline, verdict, carried },
  name,
  scope,
  enrolled,
  onEnrolled,
}: { shown: Answer<'courses.show'>; name: string } & Pick<LookProps, 'scope' | 'enrolled' | 'onEnrolled'>) {
  const { t } = useLanguage();
  return (
    <>
      {carried && (
        <CarriedNote
          carried={carried}
          scope={scope}
          enrolled={enrolled.has(carried.request)}
          onEnrolled={onEnrolled}
          name={name}
        />
      )}
      <VerdictNote verdict={scope.operate ? verdict : { ...verdict, reasons: forWhomCannotKeep(verdict.reasons) }} />
      {outline ? (
        <OutlineView outline={outline} verdict={verdict} />
      ) : (
        <p className="text-muted">{t('courses.look.none')}</p>
      )}
    </>
  );
}

function About({ known: { course, title } }: { known: NonNullable<ReturnType<typeof useListed>> }) {
  const { t } = useLanguage();
  const { shortname, category, teachers, year } = course;
  const facts: [string, string][] = [
    [t('courses.look.source'), title],
    [t('courses.look.shortname'), shortname],
    [t('courses.look.category'), category.path.join(' / ') || category.name],
    ...(teachers.length > 0 ? [[t('courses.look.teachers'), teachers.join(', ')] as [string, string]] : []),
    ...(year === null ? [] : [[t('courses.look.year'), String(year)] as [string, string]]),
  ];
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {facts.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What the list knows of it already. */
function useListed(scope: Scope, source: string, courseid: number) {
  const fed = useQueryClient()
    .getQueryData<FedSource[]>(feedKey(scope.whose))
    ?.find((each) => each.source === source);
  const course = fed?.answer?.courses.find(({ id }) => id === courseid);
  return course && fed ? { course, title: fed.title } : null;
}
