import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Tone, toneClasses } from './badge.tsx';
import { classes } from './classes.ts';

const icons = { good: CircleCheck, warn: TriangleAlert, bad: CircleAlert, note: Info, none: Info };

/** Something to know, where it is needed. `live`: read out when it appears. */
export function Callout({
  tone = 'note',
  title,
  live = false,
  children,
}: {
  tone?: Tone;
  title?: ReactNode;
  live?: boolean;
  children?: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div
      role={live ? (tone === 'bad' ? 'alert' : 'status') : undefined}
      className={classes('flex gap-3 rounded-md p-3', toneClasses[tone])}
    >
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden="true" />
      <div className="min-w-0 flex-1 space-y-1 text-ink">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
    </div>
  );
}
