import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Nothing is there: why, and what to do. */
export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-3 px-4 py-16 text-center">
      <Icon className="size-10 text-muted" aria-hidden="true" />
      <p className="text-lg font-semibold">{title}</p>
      <div className="space-y-3 text-muted">{children}</div>
    </div>
  );
}
