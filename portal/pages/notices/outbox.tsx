import type { Answer } from '@jouvence/contract';
import { useSearch } from '@tanstack/react-router';
import { MailX, Send } from 'lucide-react';
import { useState } from 'react';
import { useAction, usePages } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { More } from '../../ui/more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useToast } from '../../ui/toast.tsx';
import { OutgoingMessage } from './outgoing-message.tsx';
import { TestMail } from './test-mail.tsx';

type Counts = Answer<'notices.outbox'>['counts'];
const cuts = ['waiting', 'failing', 'given-up', 'sent', 'dropped'] as const satisfies (keyof Counts)[];

/** What goes out, never what it says: what waits, what fails and why, and sending it once more. */
export function Outbox() {
  const { t, number } = useLanguage();
  const { change, fleet } = useMay();
  const { state } = useSearch({ from: '/notices' });
  const [testing, setTesting] = useState(false);
  const pages = usePages('notices.outbox', {
    limit: 50,
    ...(state === 'failing' ? { failing: 'true' } : state && { state }),
  });
  const { done, failed } = useToast();
  const retry = useAction('notices.retry', { onError: failed, onSuccess: () => done(t('notices.outbox.retried')) });
  if (pages.isPending) return <Skeleton />;
  const first = pages.data?.pages[0];
  if (!first) return <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />;
  const messages = pages.data!.pages.flatMap((page) => page.messages);
  return (
    <>
      <div className="mb-4 space-y-3">
        {!first.mail && (
          <Callout tone="warn" title={t('notices.outbox.noMail')}>
            <p>{t('notices.outbox.noMailText')}</p>
          </Callout>
        )}
        {first.counts.unaddressed > 0 && (
          <Callout>
            <p>{t('notices.outbox.unaddressed', { count: first.counts.unaddressed })}</p>
          </Callout>
        )}
        {fleet && first.mail && (
          <Button onClick={() => setTesting(true)}>
            <Send className="size-4" aria-hidden="true" />
            {t('notices.outbox.test')}
          </Button>
        )}
      </div>
      <Tabs
        label={t('notices.outbox.cuts')}
        tabs={[
          {
            key: 'all',
            text: t('notices.outbox.all'),
            search: { tab: 'outbox' },
            current: state === undefined,
          },
          ...cuts.map((cut) => ({
            key: cut,
            text: `${t(`notices.state.${cut}`)} (${number(first.counts[cut])})`,
            search: { tab: 'outbox', state: cut },
            current: state === cut,
          })),
        ]}
      />
      {messages.length === 0 && (
        <Empty icon={MailX} title={t('notices.outbox.empty')}>
          <p>{t('notices.outbox.emptyText')}</p>
        </Empty>
      )}
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
        {messages.map((message) => (
          <OutgoingMessage
            key={message.id}
            message={message}
            busy={retry.isPending && retry.variables?.params.id === message.id}
            onRetry={change ? () => retry.mutate({ params: { id: message.id } }) : null}
          />
        ))}
      </ul>
      <More pages={pages} />
      <div className="mt-4">
        <Command words={['notices', 'outbox', ...commandOf(state)]} />
      </div>
      {testing && <TestMail onClose={() => setTesting(false)} />}
    </>
  );
}

const commandOf = (state: string | undefined): string[] =>
  state === undefined ? [] : state === 'failing' ? ['--failing'] : ['--state', state];
