import type { Notice } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import {
  Ban,
  CircleCheck,
  CircleX,
  Clock,
  ExternalLink,
  KeyRound,
  type LucideIcon,
  TriangleAlert,
  Unplug,
} from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Badge, type Tone, toneClasses } from '../../ui/badge.tsx';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { When } from '../../ui/when.tsx';
import { NoticeText } from './notice-text.tsx';

const looks: Record<Notice['kind'], { icon: LucideIcon; tone: Tone }> = {
  done: { icon: CircleCheck, tone: 'good' },
  partly: { icon: TriangleAlert, tone: 'warn' },
  failed: { icon: CircleX, tone: 'bad' },
  refused: { icon: CircleX, tone: 'bad' },
  cancelled: { icon: Ban, tone: 'none' },
  failure: { icon: CircleX, tone: 'bad' },
  stuck: { icon: Clock, tone: 'warn' },
  site: { icon: Unplug, tone: 'warn' },
  token: { icon: KeyRound, tone: 'warn' },
};

/** What happened, in the words of the mail, and where it can be looked at. */
export function NoticeCard({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const { t } = useLanguage();
  const { operate } = useMay();
  const { kind, at, read, subject, text, site, request, url } = notice;
  const { icon: Icon, tone } = looks[kind];
  const [first = '', ...rest] = text.split(/\n{2,}/);
  const course = url && /^https?:$/.test(URL.parse(url)?.protocol ?? '') ? url : null;
  const seen = () => !read && onRead();
  return (
    <article
      aria-label={subject}
      className={classes(
        'flex gap-3 rounded-lg border border-line bg-surface p-4',
        !read && 'border-l-4 border-l-primary',
      )}
    >
      <span className={classes('mt-0.5 h-fit rounded-full p-1.5', toneClasses[tone])}>
        <Icon className="size-4" aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <h2 className={classes('min-w-0 break-words', !read && 'font-semibold')}>
            <bdi>{subject}</bdi>
          </h2>
          {!read && <Badge tone="note">{t('notices.new')}</Badge>}
          <span className="ml-auto text-sm text-muted">
            {operate && site && (
              <>
                <bdi>{site}</bdi>
                {' · '}
              </>
            )}
            <When at={at} />
          </span>
        </div>
        <div className="mt-1 text-sm break-words text-muted">
          <p>
            <bdi>{first}</bdi>
          </p>
          {rest.length > 0 && (
            <details className="mt-1">
              <summary className="cursor-pointer py-1 text-primary">{t('notices.more')}</summary>
              <div className="mt-1">
                <NoticeText paragraphs={rest} />
              </div>
            </details>
          )}
        </div>
        <div className="mt-3 flex flex-wrap gap-2">
          {request && (
            <Link to={`/requests/${request}` as string} onClick={seen} className={buttonClasses('plain', true)}>
              {t('notices.request')}
            </Link>
          )}
          {course && (
            <a href={course} onClick={seen} className={buttonClasses('plain', true)}>
              {t('notices.course')}
              <ExternalLink className="size-4" aria-hidden="true" />
            </a>
          )}
          {!read && (
            <Button look="quiet" small onClick={onRead}>
              {t('notices.read')}
            </Button>
          )}
        </div>
      </div>
    </article>
  );
}
