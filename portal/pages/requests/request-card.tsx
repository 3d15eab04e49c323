import type { ListedRequest } from '@jouvence/contract';
import { nameText } from '@jouvence/i18n/browser';
import { Link } from '@tanstack/react-router';
import { ExternalLink, ListChecks } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { When } from '../../ui/when.tsx';
import { CancelButton, RetryButton } from './actions.tsx';
import { Failure } from './failure.tsx';
import { StateBadge } from './state-badge.tsx';
import { Arrival, Waiting } from './waiting.tsx';
import { isStep } from './way.ts';
import { WayBar } from './way-bar.tsx';
import { actorWords, stepWords, titlesOf } from './words.ts';

/** One request of somebody's own: where it is, what comes next, and what can be done. */
export function RequestCard({ request }: { request: ListedRequest }) {
  const language = useLanguage();
  const { t } = language;
  const { username } = useSession();
  const { id, state, person, actor, createdAt, courseName, newCourse, lines } = request;
  const titles = titlesOf(request);
  const text = stepWords(request, language);
  const moves = isStep(state) || state === 'cancelling';
  return (
    <article
      aria-labelledby={`course-${id}`}
      className={classes('space-y-3 rounded-lg border border-line bg-surface p-4', moves && 'shadow-sm')}
    >
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-60">
          <h3 id={`course-${id}`} className="leading-snug font-semibold">
            <Link to="/requests/$id" params={{ id }} className="text-ink underline-offset-4 hover:underline">
              <bdi>{courseName}</bdi>
            </Link>
          </h3>
          <p className="text-sm text-muted">
            {t('requests.fromTo', titles)} · <When at={createdAt} />
            {person !== null && person !== username && (
              <> · {t('requests.for', { person: nameText(language, person) })}</>
            )}
            {!actor.startsWith(`${username} (`) && (
              <> · {t('requests.askedBy', { actor: actorWords(request, language) })}</>
            )}
          </p>
        </div>
        <StateBadge state={state} />
      </div>
      {isStep(state) && state !== 'queued' && (
        <WayBar request={request} label={t('requests.way', { course: courseName })} text={text} />
      )}
      {moves && <p>{text}</p>}
      {moves && <Waiting request={request} />}
      {moves && <Arrival request={request} />}
      <Failure request={request} />
      {state === 'done' && newCourse && (
        <p>
          {t('requests.arrivedIn', titles)} <bdi>{newCourse.category}</bdi>.
        </p>
      )}
      {state === 'cancelled' && <p className="text-muted">{t('requests.end.cancelled', titles)}</p>}
      <div className="flex flex-wrap gap-2">
        {newCourse && (
          <a href={newCourse.url} className={buttonClasses(state === 'done' ? 'primary' : 'plain', true)}>
            <ExternalLink className="size-4" aria-hidden="true" />
            {t('requests.open')}
            <span className="sr-only"> {newCourse.fullname}</span>
          </a>
        )}
        {!moves && lines.total > 0 && (
          <Link to="/requests/$id" params={{ id }} hash="report" className={buttonClasses('plain', true)}>
            <ListChecks className="size-4" aria-hidden="true" />
            {lines.undealt > 0 ? t('requests.attention', { count: lines.undealt }) : t('requests.report')}
            <span className="sr-only"> {courseName}</span>
          </Link>
        )}
        <RetryButton request={request} />
        <CancelButton request={request} />
      </div>
    </article>
  );
}
