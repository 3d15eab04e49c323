import type { Session } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { Bell, Droplet, Menu as MenuIcon } from 'lucide-react';
import { useState } from 'react';
import { usePolled } from '../api.ts';
import { useLanguage } from '../language.tsx';
import { useSignedIn } from '../session.tsx';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { AccountMenu } from './account-menu.tsx';
import { placesOf } from './places.ts';

/** The bar at the top: where one can go, what is new, and who one is. */
export function Head() {
  const { t } = useLanguage();
  const session = useSignedIn().data ?? null;
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-7xl items-center gap-1 px-2 sm:px-4">
        {session && (
          <IconButton label={t('shell.menu')} className="md:hidden" onClick={() => setOpen(true)} aria-expanded={open}>
            <MenuIcon className="size-5" aria-hidden="true" />
          </IconButton>
        )}
        <Link to="/" className="flex items-center gap-2 rounded px-2 py-1 text-lg font-bold text-ink no-underline">
          <Droplet className="size-5 fill-primary text-primary" aria-hidden="true" />
          {t('shell.brand')}
        </Link>
        {session && (
          <nav aria-label={t('shell.nav')} className="ml-4 hidden gap-1 md:flex">
            <Places session={session} className="px-3 py-2" />
          </nav>
        )}
        <span className="flex-1" />
        {session && <Unread />}
        <AccountMenu session={session} />
      </div>
      {session && (
        <Dialog open={open} onClose={() => setOpen(false)} title={t('shell.menu')} place="side">
          <nav aria-label={t('shell.nav')} className="flex flex-col gap-1">
            <Places session={session} className="px-3 py-3 text-lg" onGo={() => setOpen(false)} />
          </nav>
        </Dialog>
      )}
    </header>
  );
}

function Places({ session, className, onGo }: { session: Session; className: string; onGo?: () => void }) {
  const { t } = useLanguage();
  return placesOf(session).map(({ to, text }) => (
    <Link
      key={to}
      to={to}
      onClick={onGo}
      className={`rounded-md text-ink no-underline hover:bg-sunken aria-[current=page]:bg-primary-soft aria-[current=page]:font-semibold aria-[current=page]:text-primary-strong ${className}`}
      activeOptions={{ includeSearch: false }}
    >
      {t(text)}
    </Link>
  ));
}

function Unread() {
  const { t, language } = useLanguage();
  const notices = usePolled('notices.list', { query: { language, limit: 1 } }, 30_000);
  const unread = notices.data?.unread ?? 0;
  const label = unread > 0 ? t('shell.unread', { count: unread }) : t('shell.nav.notices');
  return (
    <Link
      to="/notices"
      aria-label={label}
      title={label}
      className="relative inline-flex size-10 items-center justify-center rounded-md text-ink hover:bg-sunken"
    >
      <Bell className="size-5" aria-hidden="true" />
      {unread > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0.5 right-0.5 min-w-5 rounded-full bg-primary px-1 text-center text-xs leading-5 font-semibold text-on-primary"
        >
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </Link>
  );
}
