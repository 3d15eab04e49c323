import { type InputHTMLAttributes, useEffect, useRef, useState } from 'react';
import { TextField } from './field.tsx';

const restMs = 400;

/** What is being typed is kept here, and looked for as soon as the fingers rest. */
export function FilterText({
  value = '',
  onChange,
  ...rest
}: { label: string; value: string | undefined; onChange(value: string | undefined): void } & Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'value' | 'onChange'
>) {
  const [draft, setDraft] = useState(value);
  const said = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    // By the address: back, a counter, "clear all". What one has typed oneself is only told back.
    if (value !== said.current) setDraft(value);
    said.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (text: string): void => {
    clearTimeout(timer.current);
    if (text === said.current) return;
    said.current = text;
    change.current(text.trim() === '' ? undefined : text);
  };
  return (
    <TextField
      {...rest}
      value={draft}
      onChange={({ currentTarget }) => {
        setDraft(currentTarget.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => say(currentTarget.value), restMs);
      }}
      onBlur={() => say(draft)}
      onKeyDown={(event) => event.key === 'Enter' && say(draft)}
    />
  );
}
