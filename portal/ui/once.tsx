import { Check, Copy } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useLanguage } from '../language.tsx';
import { Button } from './button.tsx';
import { Callout } from './callout.tsx';

/** A secret that is shown now and never again: to be copied. */
export function Once({ label, value, children }: { label: string; value: string; children: React.ReactNode }) {
  const { t } = useLanguage();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    field.current?.select();
    // Without the permission it is marked, and copied by the keyboard.
    void navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => {},
    );
  };
  return (
    <Callout tone="warn" title={t('shell.once')} live>
      {children}
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          translate="no"
          spellCheck={false}
          onFocus={(event) => event.target.select()}
          className="min-h-10 min-w-0 flex-1 basis-56 rounded-md border border-edge bg-surface px-3 font-mono text-sm text-ink"
        />
        <Button onClick={copy}>
          {copied ? <Check className="size-4" aria-hidden="true" /> : <Copy className="size-4" aria-hidden="true" />}
          {copied ? t('shell.copied') : t('shell.copy')}
        </Button>
      </div>
    </Callout>
  );
}
