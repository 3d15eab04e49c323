import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { useAtOnce } from './at-once.ts';
import { classes } from './classes.ts';

const control =
  'min-h-10 w-full rounded-md border border-edge bg-surface px-3 text-ink placeholder:text-muted disabled:opacity-60 aria-invalid:border-bad';

interface Around {
  label: ReactNode;
  /** Not shown, only read out: where the place makes it plain. */
  labelHidden?: boolean;
  hint?: ReactNode;
  /** Why the value cannot be taken. */
  fault?: ReactNode;
}

function Field({
  id,
  label,
  labelHidden,
  hint,
  fault,
  className,
  children,
}: Around & { id: string; className?: string; children: ReactNode }) {
  return (
    <div className={classes('min-w-0', className)}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} role="alert" className="mt-1 text-sm text-bad">
          {fault}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, { hint, fault }: Around): string | undefined =>
  classes(hint != null && `${id}-hint`, fault != null && `${id}-fault`) || undefined;

export function TextField({
  label,
  labelHidden,
  hint,
  fault,
  className,
  ...rest
}: Around & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const around = { label, labelHidden, hint, fault };
  return (
    <Field id={id} {...around} className={className}>
      <input
        type="text"
        {...rest}
        id={id}
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy(id, around)}
        className={control}
      />
    </Field>
  );
}

export function TextArea({
  label,
  labelHidden,
  hint,
  fault,
  className,
  ...rest
}: Around & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const around = { label, labelHidden, hint, fault };
  return (
    <Field id={id} {...around} className={className}>
      <textarea
        rows={4}
        {...rest}
        id={id}
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy(id, around)}
        className={classes(control, 'py-2')}
      />
    </Field>
  );
}

/** The browser's own: the best one on a phone, and with a screen reader. */
export function SelectField({
  label,
  labelHidden,
  hint,
  fault,
  className,
  children,
  ...rest
}: Around & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  const around = { label, labelHidden, hint, fault };
  return (
    <Field id={id} {...around} className={className}>
      <select
        {...rest}
        id={id}
        aria-invalid={fault ? true : undefined}
        aria-describedby={describedBy(id, around)}
        className={control}
      >
        {children}
      </select>
    </Field>
  );
}

export function Checkbox({
  label,
  hint,
  className,
  checked,
  onChange,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const { shown, choose } = useAtOnce(checked, onChange, (event) => event.currentTarget.checked);
  return (
    <div className={classes('flex items-start gap-2.5', className)}>
      <input
        {...rest}
        id={id}
        type="checkbox"
        checked={shown}
        onChange={choose}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-5 shrink-0 accent-primary"
      />
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
