import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { classes } from './classes.ts';

/**
 * A button, and a panel of choices below it. Not a `menu` in ARIA's sense: inside stand links, buttons and radio buttons
 * that everybody knows. Closes by Escape, by a click elsewhere, and when the focus leaves.
 */
export function Disclosure({
  label,
  button,
  buttonClassName,
  children,
}: {
  label: string;
  button: ReactNode;
  buttonClassName?: string;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event): void => {
      if (!around.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
    };
  }, [open]);
  const close = (): void => {
    setOpen(false);
    trigger.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape, from whatever has the focus inside
    <div
      ref={around}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className={classes('inline-flex min-h-10 items-center gap-2 rounded-md px-2 hover:bg-sunken', buttonClassName)}
      >
        {button}
      </button>
      <div
        id={id}
        hidden={!open}
        className="absolute right-0 z-40 mt-1 w-60 rounded-md border border-line bg-raised p-2 shadow-xl"
      >
        {open && children(close)}
      </div>
    </div>
  );
}

/** A line of such a panel. */
export const disclosureItem =
  'flex min-h-10 w-full items-center gap-2 rounded px-2 text-left text-ink no-underline hover:bg-sunken';

/** One of several. */
export function Choice<V extends string>({
  label,
  value,
  onChoose,
  choices,
}: {
  label: string;
  value: V;
  onChoose(value: V): void;
  choices: readonly { value: V; label: string; lang?: string }[];
}) {
  const name = useId();
  return (
    <fieldset className="py-1">
      <legend className="px-2 text-sm text-muted">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} lang={choice.lang} className={disclosureItem}>
          <input
            type="radio"
            name={name}
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
            className="size-4 accent-primary"
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
