import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLanguage } from '../language.tsx';

/** Address of the page that was looked at last; null before the first. */
let shownLast: string | null = null;

/** What every page begins with: its title (the window's too), what can be done with all of it, and one sentence. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t('shell.brand')}`;
  }, [title, t]);
  const { pathname } = useLocation();
  useEffect(() => {
    // Whoever came by a link goes on reading here; whoever opened the address has the browser's own beginning.
    const isNews = shownLast !== null && shownLast !== pathname;
    shownLast = pathname;
    if (isNews && !document.activeElement?.closest('dialog')) heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div className="mx-auto w-full max-w-7xl px-4 py-6 sm:px-6">
      <div className="mb-5 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-bold wrap-anywhere outline-none">
            <bdi>{title}</bdi>
          </h1>
          {lead && <div className="mt-1 max-w-3xl text-muted">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
