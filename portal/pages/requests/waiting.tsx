import { Clock } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { useNow } from '../../ui/when.tsx';
import { arrivalWords, momentWords, roughDuration } from './arrival.ts';
import { FailureWords } from './failure-words.tsx';
import { type AnyRequest, titlesOf } from './words.ts';

/** Why a request does not get on just now: since when, and until when. Nothing while it is worked on. */
export function Waiting({ request }: { request: AnyRequest }) {
  const { t, maybe, locale } = useLanguage();
  const { operate } = useMay();
  const now = useNow(15_000);
  const { waitingFor, waitingSince, nextAt, error } = request;
  // That it waits for its turn says where it is, and how long is in the line below.
  if (waitingFor === null || waitingFor === 'turn') return null;
  const titles = titlesOf(request);
  const site = waitingFor === 'target' ? titles.target : titles.source;
  const isPaused = error?.code === 'site-paused';
  // Whoever waits is told who has paused it above: what is left is the reason, in the operator’s words.
  const reason = isPaused ? (error.because ?? '') : '';
  const why = isPaused ? t('requests.waits.paused', { site }) : t(`requests.waits.${waitingFor}`, titles);
  const times = [
    waitingSince && t('requests.waits.since', { time: roughDuration(now - waitingSince.getTime(), locale) }),
    nextAt &&
      t(waitingFor === 'hours' ? 'requests.waits.opens' : 'requests.waits.next', {
        next: nextAt.getTime() - now < 60_000 ? t('requests.waits.soon') : momentWords(nextAt, now, locale),
      }),
  ].filter(Boolean);
  return (
    <div className="flex gap-2 text-sm">
      <Clock className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />
      <div className="min-w-0">
        <p>
          {why} {times.length > 0 && <span className="text-muted">({times.join(', ')})</span>}
        </p>
        {error && waitingFor !== 'hours' && (!isPaused || reason) && (
          <p className="text-muted">
            {isPaused ? (
              <bdi>{t('requests.waits.reason', { reason })}</bdi>
            ) : operate ? (
              <FailureWords error={error} />
            ) : (
              maybe(`error.${error.code}`)
            )}
          </p>
        )}
      </div>
    </div>
  );
}

/** Its number in the line, and when it arrives: a range, and what that rests on. */
export function Arrival({ request }: { request: AnyRequest }) {
  const language = useLanguage();
  const now = useNow(15_000);
  const { t } = language;
  const { queue } = request;
  if (queue === null) return null;
  const { position, ahead, estimate } = queue;
  return (
    <div className="text-sm text-muted">
      {position > 0 && <p>{t('requests.place', { position, count: ahead })}</p>}
      {estimate ? (
        <p>
          <span className="font-medium text-ink">
            {t('requests.arrives', { when: arrivalWords(estimate, now, language) })}
          </span>{' '}
          ({t(`queue.basis.${estimate.basis}`)})
        </p>
      ) : (
        <p>{t('requests.arrives.unknown')}</p>
      )}
    </div>
  );
}
