import { ApiError, isRequestId, type Request } from '@jouvence/contract';
import { Link, useParams } from '@tanstack/react-router';
import { ExternalLink, SearchX } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useLiveRequests } from '../../live/index.ts';
import { useMay } from '../../session.tsx';
import { buttonClasses } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { CancelButton, RetryButton } from './actions.tsx';
import { CategoryButton } from './category-dialog.tsx';
import { Counts } from './counts.tsx';
import { DeleteButton } from './delete-button.tsx';
import { Facts } from './facts.tsx';
import { ForOperators } from './for-operators.tsx';
import { LiveNote } from './live-note.tsx';
import { Privacy } from './privacy.tsx';
import { Report } from './report.tsx';
import { Standing } from './standing.tsx';
import { StateBadge } from './state-badge.tsx';
import { Timeline } from './timeline.tsx';
import { useAnnouncements } from './use-announcements.ts';

/** Everything about one request, as it changes; an address that is cut off or mistyped names none. */
export function RequestPage() {
  const { id } = useParams({ from: '/requests/$id' });
  return isRequestId(id) ? <OneRequest key={id} id={id} /> : <NoRequest />;
}

function NoRequest() {
  const { t } = useLanguage();
  return (
    <Page title={t('requests.one')} lead={<Back />}>
      <Empty icon={SearchX} title={t('requests.gone')}>
        <p>{t('requests.gone.text')}</p>
      </Empty>
    </Page>
  );
}

function Back() {
  const { t } = useLanguage();
  const { operate } = useMay();
  return (
    <Link to="/requests" className="text-primary underline underline-offset-4">
      {t(operate ? 'requests.all' : 'requests.mine')}
    </Link>
  );
}

function OneRequest({ id }: { id: string }) {
  const { t } = useLanguage();
  const { request, asked, live, said } = useRequest(id);
  if (asked.error instanceof ApiError && asked.error.status === 404) return <NoRequest />;
  if (!request)
    return (
      <Page title={t('requests.one')} lead={<Back />}>
        {asked.error ? <ErrorNote error={asked.error} onRetry={() => void asked.refetch()} /> : <Skeleton lines={4} />}
      </Page>
    );
  return (
    <Page
      title={request.courseName}
      lead={<Back />}
      actions={
        <>
          {request.newCourse && (
            <a href={request.newCourse.url} className={buttonClasses('primary')}>
              <ExternalLink className="size-4" aria-hidden="true" />
              {t('requests.open')}
            </a>
          )}
          <RetryButton request={request} small={false} />
          <CategoryButton request={request} />
          <CancelButton request={request} small={false} />
          <DeleteButton request={request} />
        </>
      }
    >
      <LiveNote way={live.way} />
      <p role="status" className="sr-only">
        {said}
      </p>
      {asked.error && <ErrorNote error={asked.error} onRetry={() => void asked.refetch()} />}
      <div className="grid gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="min-w-0 space-y-6">
          <section aria-labelledby="standing" className="space-y-3 rounded-lg border border-line bg-surface p-4">
            <h2 id="standing" className="sr-only">
              {t('requests.standing')}
            </h2>
            <StateBadge state={request.state} />
            <Standing request={request} />
          </section>
          <ForOperators request={request} />
          <Report request={request} />
          <Counts counts={request.counts} />
          <Privacy request={request} />
        </div>
        <div className="min-w-0 space-y-6">
          <Facts request={request} />
          <Timeline request={request} />
        </div>
      </div>
    </Page>
  );
}

/** Asked for whole, and again whenever the stream knows of a change; how far it is comes with the stream. */
function useRequest(id: string) {
  const asked = useCall('requests.show', { params: { id } });
  const live = useLiveRequests({ ids: [id] });
  const row = live.page?.requests.find((each) => each.id === id);
  const isGone = live.page !== null && !row;
  const { refetch } = asked;
  useEffect(() => {
    if (isGone) void refetch();
  }, [isGone, refetch]);
  const request = useMemo((): Request | undefined => {
    if (!asked.data || asked.data.id !== id) return undefined;
    return row && row.revision >= asked.data.revision ? { ...asked.data, ...row } : asked.data;
  }, [asked.data, row, id]);
  const said = useAnnouncements(useMemo(() => (row ? [row] : []), [row]));
  return { request, asked, live, said };
}
