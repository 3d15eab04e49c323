import { Check, Copy, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useLanguage } from '../language.tsx';
import { IconButton } from './button.tsx';

/**
 * What would do the same on the command line: `<Command words={['requests', 'retry', id]} />`. Of another program, `label`
 * says what it is for.
 */
export function Command({
  words,
  program = 'jouvence',
  label,
}: {
  words: readonly string[];
  program?: string;
  label?: string;
}) {
  const { t } = useLanguage();
  const [copied, setCopied] = useState(false);
  const text = [program, ...words].map(quote).join(' ');
  return (
    <div data-command className="flex items-center gap-2 rounded-md bg-sunken pl-3 text-sm">
      <SquareTerminal className="size-4 shrink-0 text-muted" aria-hidden="true" />
      <span className="sr-only">{label ?? t('shell.command')}</span>
      <code className="min-w-0 flex-1 py-2 break-words" translate="no">
        {text}
      </code>
      <IconButton
        label={copied ? t('shell.copied') : t('shell.copy')}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        onBlur={() => setCopied(false)}
      >
        {copied ? <Check className="size-4" aria-hidden="true" /> : <Copy className="size-4" aria-hidden="true" />}
      </IconButton>
    </div>
  );
}

/** As a shell reads one word. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
