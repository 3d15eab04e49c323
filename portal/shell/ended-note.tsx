import type { Session } from '@jouvence/contract';
import { ExternalLink } from 'lucide-react';
import { useLanguage } from '../language.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { sessionEnded, useSessionEnded } from './ended.ts';

/** Where one signs in again, and from there back to this very page, or to another. */
export function signInAddress({ kind, sites }: Session, page = location.pathname + location.search): string {
  const next = encodeURIComponent(page);
  if (kind === 'operator') return `/sign-in?next=${next}`;
  return sites?.[0] ? `/enter/${encodeURIComponent(sites[0])}?next=${next}` : '/';
}

/** The session ended while somebody looked: what stands on the page stays until they have signed in again. */
export function Ended({ session }: { session: Session }) {
  const { t } = useLanguage();
  const ended = useSessionEnded();
  if (ended === 'aside')
    return (
      <div className="mx-auto max-w-7xl px-4 pt-4 sm:px-6">
        <Callout tone="warn" title={t('shell.ended.title')} live>
          <Ways session={session} />
        </Callout>
      </div>
    );
  return (
    <Dialog
      open={ended === 'shown'}
      onClose={sessionEnded.putAside}
      title={t('shell.ended.title')}
      foot={<Ways session={session} />}
    >
      <p>{t('shell.ended.text')}</p>
    </Dialog>
  );
}

/** Here, or beside it, where something was written that would be lost. */
function Ways({ session }: { session: Session }) {
  const { t } = useLanguage();
  return (
    <div className="flex flex-wrap gap-2">
      <a href={signInAddress(session)} className={buttonClasses('primary')}>
        {t('shell.ended.signIn')}
      </a>
      <a
        href={signInAddress(session, '/signed-in')}
        target="_blank"
        rel="noreferrer"
        className={buttonClasses('plain')}
      >
        {t('shell.ended.beside')}
        <ExternalLink className="size-4" aria-hidden="true" />
      </a>
    </div>
  );
}
