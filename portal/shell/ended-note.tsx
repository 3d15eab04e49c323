import type { Session } from '@jouvence/contract';
import { useLanguage } from '../language.tsx';
import { buttonClasses } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { sessionEnded, useSessionEnded } from './ended.ts';

/** Where one signs in again, and from there back to this very page. */
export function signInAddress({ kind, sites }: Session): string {
  const next = encodeURIComponent(location.pathname + location.search);
  return kind === 'person' ? `/enter/${encodeURIComponent(sites?.[0] ?? '')}?next=${next}` : `/sign-in?next=${next}`;
}

/** The session ended while somebody looked: what stands on the page stays until they have signed in again. */
export function Ended({ session }: { session: Session }) {
  const { t } = useLanguage();
  const ended = useSessionEnded();
  return (
    <Dialog
      open={ended}
      onClose={sessionEnded.forget}
      title={t('shell.ended.title')}
      foot={
        <a href={signInAddress(session)} className={buttonClasses('primary')}>
          {t('shell.ended.signIn')}
        </a>
      }
    >
      <p>{t('shell.ended.text')}</p>
    </Dialog>
  );
}
