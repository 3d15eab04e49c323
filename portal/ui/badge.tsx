import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'note' | 'none';

export const toneClasses: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  note: 'bg-note-soft text-note',
  none: 'bg-sunken text-ink',
};

/** One or two words about the state of something. The words say it: the colour only helps. */
export function Badge({ tone = 'none', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-sm font-medium whitespace-nowrap',
        toneClasses[tone],
      )}
    >
      {icon}
      {children}
    </span>
  );
}
