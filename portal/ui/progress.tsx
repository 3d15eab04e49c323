import { classes } from './classes.ts';

/** `value` 0..1; null: it moves, and nobody knows how far it is. `label` says of what. */
export function ProgressBar({ value, label, text }: { value: number | null; label: string; text?: string }) {
  const percent = value === null ? undefined : Math.round(Math.min(Math.max(value, 0), 1) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      className="h-2 w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
    >
      <div
        className={classes(
          'h-full rounded-full bg-primary transition-[width] duration-500',
          percent === undefined && 'w-1/3 animate-pulse',
        )}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
