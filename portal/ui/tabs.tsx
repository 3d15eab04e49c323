import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Parts of a page, or cuts of a list, each with an address: `search` is what it adds to the page's own. */
export function Tabs({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { key: string; text: ReactNode; search: Record<string, unknown>; current: boolean }[];
}) {
  return (
    <nav aria-label={label} className="mb-5 flex flex-wrap gap-1 border-b border-line">
      {tabs.map(({ key, text, search, current }) => (
        <Link
          key={key}
          to="."
          search={search as never}
          aria-current={current ? 'page' : undefined}
          // By itself the router takes a part of an address for the whole.
          activeOptions={{ exact: true, includeSearch: true }}
          resetScroll={false}
          className="-mb-px inline-flex min-h-10 items-center gap-2 border-b-2 border-transparent px-3 text-ink no-underline hover:bg-sunken aria-[current=page]:border-primary aria-[current=page]:font-semibold aria-[current=page]:text-primary-strong"
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
