import type { Site } from '@jouvence/contract';
import { CirclePause, CirclePlay } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';
import { useToast } from '../../ui/toast.tsx';
import type { SiteCount } from './counts.ts';

interface EndCount {
  end: 'source' | 'target';
  count: SiteCount;
}

/** Begins nothing new on a site, for a reason that those who wait are told; or goes on. */
export function SitePause({ site, counts }: { site: Site; counts: EndCount[] | null }) {
  const { t } = useLanguage();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const changes = ['sites', 'requests'];
  const resume = useAction('sites.resume', { changes });
  return (
    <div className="min-w-0 space-y-2">
      {site.pausedAt ? (
        <>
          <div className="flex flex-wrap gap-2">
            <Button
              look="primary"
              busy={resume.isPending}
              onClick={() =>
                resume.mutate(
                  { params: { site: site.name }, body: {} },
                  { onSuccess: () => toast.done(t('sites.resumed', { site: site.title || site.name })) },
                )
              }
            >
              <CirclePlay className="size-5" aria-hidden="true" />
              {t('sites.resume')}
            </Button>
            <Button onClick={() => setOpen(true)}>{t('sites.pause.change')}</Button>
          </div>
          <Command words={['sites', 'resume', site.name]} />
        </>
      ) : (
        <Button onClick={() => setOpen(true)}>
          <CirclePause className="size-5" aria-hidden="true" />
          {t('sites.pause')}
        </Button>
      )}
      {resume.error && <ErrorNote error={resume.error} />}
      {/* Of both states: it is still open when the news come that it is paused. */}
      {open && <PauseDialog site={site} counts={counts} onClose={() => setOpen(false)} />}
    </div>
  );
}

function PauseDialog({ site, counts, onClose }: { site: Site; counts: EndCount[] | null; onClose: () => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const [reason, setReason] = useState(site.pauseReason);
  const pause = useAction('sites.pause', { changes: ['sites', 'requests'] });
  const [wasPaused] = useState(site.pausedAt !== null);
  const given = reason.trim();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    pause.mutate(
      { params: { site: site.name }, body: given ? { reason: given } : {} },
      {
        onSuccess: () => {
          toast.done(t('sites.paused', { site: site.title || site.name }));
          onClose();
        },
      },
    );
  };
  const moving = counts?.filter(({ count }) => count.begun + count.queued > 0) ?? [];
  return (
    <Dialog open onClose={onClose} title={t('sites.pause.of', { site: site.title || site.name })}>
      <form onSubmit={send} className="space-y-4">
        <p>{t('sites.pause.holds')}</p>
        {moving.map(({ end, count }) => (
          <p key={end} className="font-medium">
            {t(`sites.pause.now.${end}`, {
              begun: t('sites.requests.begun', { count: count.begun }),
              queued: t('sites.requests.queued', { count: count.queued }),
            })}
          </p>
        ))}
        <TextField
          label={t('sites.pause.reason')}
          hint={t('sites.pause.reason.hint')}
          value={reason}
          maxLength={255}
          onChange={(event) => setReason(event.target.value)}
        />
        {pause.error && <ErrorNote error={pause.error} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={pause.isPending}>
            {t(wasPaused ? 'sites.pause.save' : 'sites.pause')}
          </Button>
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
        </div>
        <Command words={['sites', 'pause', site.name, ...(given ? ['--reason', given] : [])]} />
      </form>
    </Dialog>
  );
}
