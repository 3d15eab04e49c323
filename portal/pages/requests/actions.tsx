import type { ListedRequest } from '@jouvence/contract';
import { RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useToast } from '../../ui/toast.tsx';
import { isolated, titlesOf } from './words.ts';

type Acted = Pick<ListedRequest, 'id' | 'state' | 'courseName' | 'titles'>;

const ended = ['done', 'failed', 'refused', 'cancelled'];
export const mayCancel = ({ state }: Acted): boolean => ![...ended, 'cancelling', 'cleaning'].includes(state);
export const mayRetry = ({ state }: Acted): boolean => state === 'failed' || state === 'cancelled';

/** One's own, or whoever looks after the site. An auditor only looks. */
export function useMayAct(): boolean {
  const may = useMay();
  return !may.operate || may.change;
}

export function RetryButton({ request, small = true }: { request: Acted; small?: boolean }) {
  const { t } = useLanguage();
  const { done } = useToast();
  const [refused, setRefused] = useState<unknown>(null);
  const retry = useAction('requests.retry', {
    changes: ['requests'],
    onSuccess: () => done(t('requests.retried', { course: isolated(request.courseName) })),
    onError: setRefused,
  });
  if (!useMayAct() || !mayRetry(request)) return null;
  return (
    <>
      <Button small={small} busy={retry.isPending} onClick={() => retry.mutate({ params: { id: request.id } })}>
        <RotateCcw className="size-4" aria-hidden="true" />
        {t('requests.retry')}
        <span className="sr-only"> {request.courseName}</span>
      </Button>
      <Dialog open={refused !== null} onClose={() => setRefused(null)} title={t('requests.retry.refused')}>
        <p className="mb-3 font-medium">
          <bdi>{request.courseName}</bdi>
        </p>
        <ErrorNote error={refused} />
      </Dialog>
    </>
  );
}

/** At which part of the way it is decides what cancelling means. */
function meaningOf(state: Acted['state']): 'queued' | 'source' | 'target' {
  if (state === 'queued') return 'queued';
  return ['backing-up', 'fetching', 'checking', 'preparing'].includes(state) ? 'source' : 'target';
}

export function CancelButton({ request, small = true }: { request: Acted; small?: boolean }) {
  const { t } = useLanguage();
  const [asks, setAsks] = useState(false);
  const { done } = useToast();
  const { operate } = useMay();
  const cancel = useAction('requests.cancel', {
    changes: ['requests'],
    onSuccess: () => {
      setAsks(false);
      done(t('requests.cancelAsked', { course: isolated(request.courseName) }));
    },
  });
  const mayAct = useMayAct();
  // While it asks it stays: what it asks about may have ended meanwhile, and says so when it is tried.
  if (!mayAct || (!mayCancel(request) && !asks)) return null;
  return (
    <>
      <Button small={small} onClick={() => setAsks(true)}>
        <X className="size-4" aria-hidden="true" />
        {t('requests.cancel')}
        <span className="sr-only"> {request.courseName}</span>
      </Button>
      <Dialog
        open={asks}
        onClose={() => {
          setAsks(false);
          cancel.reset();
        }}
        title={t('requests.cancel.title')}
        foot={
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsks(false)}>{t('requests.cancel.keep')}</Button>
            <Button
              look="danger"
              busy={cancel.isPending}
              disabled={!mayCancel(request)}
              onClick={() => cancel.mutate({ params: { id: request.id } })}
            >
              {t('requests.cancel.do')}
            </Button>
          </div>
        }
      >
        <div className="space-y-3">
          <p className="font-medium">
            <bdi>{request.courseName}</bdi>
          </p>
          <p>
            {mayCancel(request)
              ? t(`requests.cancel.${meaningOf(request.state)}`, titlesOf(request))
              : t('requests.cancel.tooLate')}
          </p>
          {operate && <Command words={['requests', 'cancel', request.id]} />}
          {cancel.error && <ErrorNote error={cancel.error} />}
        </div>
      </Dialog>
    </>
  );
}
