import { useAction, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';

/** The browsers in which one is signed in, and signing out there. */
export function OwnSessions() {
  const { t } = useLanguage();
  const { done, failed } = useToast();
  const list = useCall('sessions.list', {});
  const end = useAction('sessions.end', { onError: failed, onSuccess: () => done(t('operators.account.ended')) });
  return (
    <Section title={t('account.sessions')}>
      {list.isPending ? (
        <Skeleton lines={2} />
      ) : !list.data ? (
        <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <ul className="divide-y divide-line">
          {list.data.sessions.map(({ id, browser, address, how, seenAt, current }) => (
            <li key={id} className="flex flex-wrap items-center gap-2 py-3">
              <div className="min-w-0 flex-1 basis-48">
                <p className="break-words">
                  <bdi>{browser || t('account.unknownBrowser')}</bdi>
                </p>
                <p className="text-sm break-words text-muted">
                  <bdi>{address}</bdi> · {t(`account.how.${how}`)} · <When at={seenAt} />
                </p>
              </div>
              {current ? (
                <Badge tone="good">{t('account.current')}</Badge>
              ) : (
                <Button
                  small
                  busy={end.isPending && end.variables?.params.id === id}
                  aria-label={t('operators.account.endOf', { browser: browser || t('account.unknownBrowser') })}
                  onClick={() => end.mutate({ params: { id } })}
                >
                  {t('operators.account.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
