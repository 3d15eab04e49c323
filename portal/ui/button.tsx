import { LoaderCircle } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classes } from './classes.ts';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<Look, string> = {
  primary: 'bg-primary text-on-primary border-transparent hover:bg-primary-strong',
  plain: 'bg-surface text-ink border-edge hover:bg-sunken',
  quiet: 'bg-transparent text-primary border-transparent hover:bg-primary-soft',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
};

/** For links that look like buttons too. At least 40 px high: fingers. */
export const buttonClasses = (look: Look = 'plain', small = false): string =>
  classes(
    'inline-flex items-center justify-center gap-2 rounded-md border font-medium no-underline transition-colors',
    'disabled:opacity-60 disabled:cursor-not-allowed aria-disabled:opacity-60',
    small ? 'min-h-8 px-2.5 text-sm' : 'min-h-10 px-4',
    looks[look],
  );

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
  /** Under way: it cannot be pressed twice. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look, small, busy = false, disabled, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      data-danger={look === 'danger' || undefined}
      className={classes(buttonClasses(look, small), className)}
    >
      {busy && <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A picture that says what it does to whoever does not see it, and on hovering. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: { label: string; children: ReactNode } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={classes(
        'inline-flex size-10 shrink-0 items-center justify-center rounded-md text-ink hover:bg-sunken disabled:opacity-50',
        className,
      )}
    >
      {children}
    </button>
  );
}
