import type { Carried } from '@jouvence/contract';
import { nameText } from '@jouvence/i18n/browser';
import { Link } from '@tanstack/react-router';
import { CircleCheck, ExternalLink, Truck, UserCheck } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';
import type { Scope } from './scope.ts';

/** That a course is there already, or on its way; by whom, since when, where, and how to get into it. */
export function CarriedNote({
  carried,
  scope,
  enrolled,
  onEnrolled,
  name,
  where,
  onTakeBack,
}: {
  carried: Carried;
  scope: Scope;
  enrolled: boolean;
  onEnrolled(request: string): void;
  /** Of the course. */
  name: string;
  /** To where it was sent from here; then it can be undone from here. */
  where?: string;
  onTakeBack?: () => Promise<void>;
}) {
  const { t, maybe } = useLanguage();
  const toast = useToast();
  const enrol = useAction('requests.enrol', {
    changes: [],
    onSuccess: ({ course, role }) => {
      toast.done(t('courses.enrol.done', { course: course.fullname, role }));
      onEnrolled(carried.request);
    },
    onError: (error) => toast.failed(error),
  });
  const { arrived, by, byKnown, at, url, mayEnrol } = carried;
  const isIn = carried.enrolled;
  const { named } = scope;
  const isOwn = by === scope.person && named === null;
  const whose = !byKnown
    ? 'forgotten'
    : by === null
      ? 'nobody'
      : isOwn
        ? 'own'
        : scope.forOther && by === scope.person
          ? 'for'
          : 'other';
  const Icon = arrived ? CircleCheck : Truck;
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className={`inline-flex min-w-0 items-center gap-1.5 ${arrived ? 'text-good' : 'text-note'}`}>
        <Icon className="size-4 shrink-0" aria-hidden="true" />
        <span className="min-w-0">
          <bdi>
            {t(`courses.carried.${arrived ? 'arrived' : 'coming'}.${whose}`, { by: nameText({ maybe }, by ?? '') })}
          </bdi>{' '}
          (
          <When at={at} />)
        </span>
      </span>
      {!arrived && where && <bdi className="text-muted">{where}</bdi>}
      {/* What somebody else asked for in that person's name is not shown to whoever asks for them too. */}
      {!arrived && (isOwn || scope.operate || (where && scope.forOther)) && (
        <Link
          to="/requests/$id"
          params={{ id: carried.request }}
          aria-label={t('courses.carried.follow.label', { name })}
          className="text-primary underline"
        >
          {t('courses.carried.follow')}
        </Link>
      )}
      {!arrived && where && onTakeBack && <TakeBack name={name} onTakeBack={onTakeBack} />}
      {url && (
        <a
          href={url}
          aria-label={t('courses.carried.open.label', { name })}
          className="inline-flex items-center gap-1 text-primary underline"
        >
          {t('courses.carried.open')}
          <ExternalLink className="size-3.5" aria-hidden="true" />
        </a>
      )}
      {enrolled || isIn ? (
        <span role="status" className="inline-flex items-center gap-1 text-good">
          <UserCheck className="size-4" aria-hidden="true" />
          {enrolled
            ? t('courses.enrol.is')
            : named !== null
              ? t('courses.enrol.in.operator', { person: named })
              : t('courses.enrol.in')}
        </span>
      ) : (
        mayEnrol &&
        scope.maySend &&
        // Everybody enrols themselves.
        !scope.forOther && (
          <Button
            small
            busy={enrol.isPending}
            aria-label={t(scope.operate ? 'courses.enrol.label.operator' : 'courses.enrol.label', {
              name,
              person: scope.person,
            })}
            onClick={() =>
              enrol.mutate({
                params: { id: carried.request },
                body: scope.operate ? { person: scope.person } : {},
              })
            }
          >
            {scope.operate ? t('courses.enrol.operator', { person: scope.person }) : t('courses.enrol')}
          </Button>
        )
      )}
    </p>
  );
}

function TakeBack({ name, onTakeBack }: { name: string; onTakeBack(): Promise<void> }) {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  return (
    <Button
      small
      busy={busy}
      aria-label={t('courses.one.undo.label', { name })}
      onClick={() => {
        setBusy(true);
        void onTakeBack().finally(() => setBusy(false));
      }}
    >
      {t('courses.one.undo')}
    </Button>
  );
}
