import type { ListedRequest } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { useNow } from '../../ui/when.tsx';
import { arrivalWords } from './arrival.ts';
import { StateBadge } from './state-badge.tsx';
import { isStep } from './way.ts';
import { WayBar } from './way-bar.tsx';
import { stepWords, titlesOf } from './words.ts';

/** Where a request is, in two lines: what matters most of it. */
export function RowState({ request, isGone }: { request: ListedRequest; isGone: boolean }) {
  const language = useLanguage();
  const { t, maybe } = language;
  const now = useNow(15_000);
  const { state, error, waitingFor, queue, lines } = request;
  const isMoving = isStep(state) && state !== 'queued';
  const estimate = queue?.estimate;
  const detail = isGone
    ? t('requests.goneFromList')
    : error && (state === 'failed' || state === 'refused' || waitingFor !== null)
      ? (maybe(`error.${error.code}`) ?? error.code)
      : waitingFor !== null && waitingFor !== 'turn'
        ? t(`requests.waits.${waitingFor}`, titlesOf(request))
        : isMoving
          ? stepWords(request, language)
          : estimate
            ? t('requests.arrives', { when: arrivalWords(estimate, now, language) })
            : lines.undealt > 0
              ? t('requests.attention', { count: lines.undealt })
              : '';
  return (
    <div className="space-y-1">
      <div className="flex flex-wrap items-center gap-2">
        <StateBadge state={state} />
        {queue && queue.position > 0 && (
          <span className="text-sm text-muted">{t('queue.place', { position: queue.position })}</span>
        )}
      </div>
      {isMoving && !isGone && (
        <WayBar
          request={request}
          label={t('requests.way', { course: request.courseName })}
          text={stepWords(request, language)}
        />
      )}
      {detail && <p className="text-sm text-muted">{detail}</p>}
    </div>
  );
}
