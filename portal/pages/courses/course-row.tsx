import { EyeOff, PanelRightOpen, Send } from 'lucide-react';
import { memo, useId } from 'react';
import { useLanguage } from '../../language.tsx';
import { AtSource } from '../../ui/at-source.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CarriedNote } from './carried-note.tsx';
import { type ListedCourse, pathOf } from './matching.ts';
import type { Scope } from './scope.ts';

interface RowProps {
  listed: ListedCourse;
  ticked: boolean;
  /** Said here, where it is not said above. */
  withSource: boolean;
  /** It is one of a long list. */
  many: boolean;
  scope: Scope;
  enrolled: boolean;
  onTick(course: ListedCourse, on: boolean): void;
  /** It is going. */
  busy: boolean;
  onSend(course: ListedCourse): void;
  /** To where it was sent from here by one press, and can be taken back. */
  where: string | undefined;
  onTakeBack(course: ListedCourse): Promise<void>;
  onLook(key: string): void;
  onEnrolled(request: string): void;
}

/** One course. Its whole name ticks it; what is in it, and sending it alone, are buttons of their own. */
export const CourseRow = memo(function CourseRow(props: RowProps) {
  const {
    listed,
    ticked,
    withSource,
    many,
    scope,
    enrolled,
    busy,
    onTick,
    where,
    onSend,
    onTakeBack,
    onLook,
    onEnrolled,
  } = props;
  const { t, bytes } = useLanguage();
  const { key, course, title } = listed;
  const id = useId();
  const name = course.fullname.trim() || course.shortname;
  return (
    <li
      className={classes(
        'flex items-start gap-3 border-b border-line px-3 py-2.5 last:border-b-0 sm:px-4',
        ticked ? 'bg-primary-soft' : 'hover:bg-sunken',
        // Rows out of sight are not drawn: five hundred are as quick as ten.
        many && '[contain-intrinsic-size:auto_4.25rem] [content-visibility:auto]',
      )}
    >
      {scope.maySend && (
        <input
          type="checkbox"
          id={id}
          checked={ticked}
          onChange={({ target }) => onTick(listed, target.checked)}
          aria-describedby={`${id}-about`}
          data-course={key}
          className="mt-1 size-5 shrink-0 accent-primary"
        />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2">
          <span className="min-w-0 break-words">
            {scope.maySend ? (
              <label htmlFor={id} className="font-medium">
                <bdi>{name}</bdi>
              </label>
            ) : (
              <bdi className="font-medium">{name}</bdi>
            )}{' '}
            <AtSource url={course.url} name={name} title={title} small />
          </span>
          {!course.visible && (
            <Badge icon={<EyeOff className="size-3.5" aria-hidden="true" />}>{t('courses.hidden')}</Badge>
          )}
        </div>
        <p id={`${id}-about`} className="text-sm text-muted">
          {withSource && <Part text={title} />}
          <Part text={course.shortname} />
          <Part text={pathOf(course).join(' / ')} />
          {course.teachers.length > 0 && <Part text={teachersOf(course.teachers, t)} />}
          <span className="whitespace-nowrap">
            {[course.year, course.fileBytes === null ? null : bytes(course.fileBytes)]
              .filter((each) => each !== null)
              .join(' · ')}
          </span>
        </p>
        {course.carried && (
          <CarriedNote
            carried={course.carried}
            scope={scope}
            enrolled={enrolled}
            onEnrolled={onEnrolled}
            name={name}
            where={where}
            onTakeBack={() => onTakeBack(listed)}
          />
        )}
      </div>
      <div className="flex shrink-0 items-center gap-1 max-sm:flex-col">
        <button
          type="button"
          onClick={() => onLook(key)}
          aria-label={t('courses.look.label', { name })}
          title={t('courses.look')}
          className={buttonClasses('quiet', true)}
        >
          <PanelRightOpen className="size-4" aria-hidden="true" />
          <span className="hidden sm:inline">{t('courses.look')}</span>
        </button>
        {scope.maySend && (
          <SendOne carried={course.carried !== null} name={name} busy={busy} onSend={() => onSend(listed)} />
        )}
      </div>
    </li>
  );
});

/** Where it is not to be pressed, it keeps its place: nothing moves by ticking and sending. */
function SendOne({ carried, name, busy, onSend }: { carried: boolean; name: string; busy: boolean; onSend(): void }) {
  const { t } = useLanguage();
  const inside = (
    <>
      {!busy && <Send className="size-4" aria-hidden="true" />}
      <span className="hidden sm:inline">{t('courses.one')}</span>
    </>
  );
  if (carried)
    return (
      <span aria-hidden="true" className={`${buttonClasses('plain', true)} invisible`}>
        {inside}
      </span>
    );
  return (
    <Button
      small
      busy={busy}
      onClick={onSend}
      aria-label={t('courses.one.label', { name })}
      title={t('courses.one')}
      className="in-data-ticked:invisible"
    >
      {inside}
    </Button>
  );
}

const Part = ({ text }: { text: string }) => (
  <>
    <bdi>{text}</bdi>
    <span aria-hidden="true"> · </span>
  </>
);

/** Whoever teaches alone need not read about it twenty times; of many the first say enough. */
function teachersOf(names: readonly string[], t: ReturnType<typeof useLanguage>['t']): string {
  const more = names.length - 3;
  const first = names.slice(0, 3).join(', ');
  return more > 0 ? t('courses.teachers.more', { names: first, count: more }) : first;
}
