import { Link, useSearch } from '@tanstack/react-router';
import { BellOff, MailCheck } from 'lucide-react';
import { useAction, usePages, usePolled } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { More } from '../../ui/more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { NoticeCard } from './notice-card.tsx';

/** The newest first; those that came since are shown when the reader says so, and nothing moves by itself. */
export function Inbox() {
  const { t, language } = useLanguage();
  const { unread: onlyUnread } = useSearch({ from: '/notices' });
  const pages = usePages('notices.list', { language, limit: 30, ...(onlyUnread && { unread: 'true' }) });
  // The same question as the bell's in the head: one answer for both.
  const newest = usePolled('notices.list', { query: { language, limit: 1 } }, 30_000).data;
  const { done, failed } = useToast();
  const read = useAction('notices.read', {
    onError: failed,
    onSuccess: (_answer, input) => 'upTo' in input.body && done(t('notices.allRead')),
  });
  const notices = pages.data?.pages.flatMap((page) => page.notices) ?? [];
  const unread = newest?.unread ?? pages.data?.pages[0]?.unread ?? 0;
  const newestId = newest?.notices[0]?.id ?? notices[0]?.id ?? 0;
  const hasNews = notices.length > 0 && newestId > notices[0]!.id && (!onlyUnread || !newest!.notices[0]!.read);
  if (pages.isPending) return <Skeleton />;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <p className="mr-auto" role="status">
          {unread > 0 ? t('shell.unread', { count: unread }) : pages.data && t('notices.noneUnread')}
        </p>
        <Link to="/notices" search={onlyUnread ? {} : { unread: true }} className={buttonClasses('quiet')}>
          {onlyUnread ? t('notices.showAll') : t('notices.showUnread')}
        </Link>
        <Button
          busy={read.isPending}
          disabled={unread === 0}
          onClick={() => read.mutate({ body: { upTo: Math.max(newestId, notices[0]?.id ?? 0) } })}
        >
          <MailCheck className="size-4" aria-hidden="true" />
          {t('notices.readAll')}
        </Button>
      </div>
      {pages.error && notices.length === 0 && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      <div role="status" className="mb-3 flex justify-center empty:hidden">
        {hasNews && (
          <Button look="primary" small onClick={() => void pages.refetch()}>
            {t('notices.news')}
          </Button>
        )}
      </div>
      {!pages.error && notices.length === 0 && (
        <Empty icon={BellOff} title={onlyUnread ? t('notices.emptyUnread') : t('notices.empty')}>
          {!onlyUnread && <p>{t('notices.emptyText')}</p>}
        </Empty>
      )}
      <ul className="space-y-3">
        {notices.map((notice) => (
          <li key={notice.id}>
            <NoticeCard notice={notice} onRead={() => read.mutate({ body: { ids: [notice.id] } })} />
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </>
  );
}
