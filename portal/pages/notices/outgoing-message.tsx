import type { OutboxMessage } from '@jouvence/contract';
import { RotateCw } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { When } from '../../ui/when.tsx';

const tones: Record<OutboxMessage['state'], Tone> = {
  waiting: 'note',
  sent: 'good',
  'given-up': 'bad',
  dropped: 'none',
};

/** To whom, by which way, and why it has not gone out. */
export function OutgoingMessage({
  message,
  busy,
  onRetry,
}: {
  message: OutboxMessage;
  busy: boolean;
  /** Null: not for the reader. */
  onRetry: (() => void) | null;
}) {
  const { t, maybe, language } = useLanguage();
  const { recipient, way, kinds, notices, state, createdAt, nextAt, endedAt, tries, error } = message;
  const isFailing = state === 'waiting' && error !== null;
  const why = error && maybe(`error.${error.code}`);
  return (
    <li className="flex flex-wrap items-start gap-3 p-4">
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex flex-wrap items-center gap-2">
          <Badge tone={isFailing ? 'warn' : tones[state]}>
            {t(isFailing ? 'notices.state.failing' : `notices.state.${state}`)}
          </Badge>
          <span className="min-w-0 font-medium break-all">
            <bdi>{recipient}</bdi>
          </span>
        </div>
        <p className="mt-1 text-sm text-muted">
          {t(`notices.outbox.way.${way}`)} · {kinds.map((kind) => t(`notices.kind.${kind}`)).join(', ')}
          {notices > 1 && ` · ${t('notices.outbox.notices', { count: notices })}`}
        </p>
        <p className="text-sm text-muted">
          {t('notices.outbox.made')} <When at={createdAt} />
          {nextAt && (
            <>
              {' · '}
              {t('notices.outbox.next')} <When at={nextAt} />
            </>
          )}
          {endedAt && (
            <>
              {' · '}
              {t('notices.outbox.ended')} <When at={endedAt} />
            </>
          )}
          {tries > 1 && ` · ${t('notices.outbox.tries', { count: tries })}`}
        </p>
        {error && (
          <p className="mt-1 text-sm break-words text-bad">
            {/* The sentence of the code says less than where it happened says in English. */}
            {language !== 'en' && why && <>{why} </>}
            <span lang="en">
              <bdi>{error.message}</bdi>
            </span>
          </p>
        )}
      </div>
      {onRetry && (state === 'waiting' || state === 'given-up') && (
        <Button small busy={busy} onClick={onRetry} aria-label={t('notices.outbox.retryTo', { recipient })}>
          <RotateCw className="size-4" aria-hidden="true" />
          {t('notices.outbox.retry')}
        </Button>
      )}
    </li>
  );
}
