import { useLanguage } from '../language.tsx';
import { Button } from './button.tsx';
import { Command } from './command.tsx';
import { ErrorNote } from './error-note.tsx';

/** The end of a dialog that does one thing: what went wrong, the button, the way out, and the same on the command line. */
export function DialogFoot({
  error,
  look = 'primary',
  busy,
  disabled,
  does,
  onDo,
  onClose,
  words,
}: {
  error: Error | null;
  look?: 'primary' | 'danger';
  busy: boolean;
  disabled?: boolean;
  /** On the button. */
  does: string;
  /** Absent: the button sends the form that it is in. */
  onDo?: () => void;
  onClose: () => void;
  words: string[];
}) {
  const { t } = useLanguage();
  return (
    <>
      {error && <ErrorNote error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button type={onDo ? 'button' : 'submit'} look={look} busy={busy} disabled={disabled} onClick={onDo}>
          {does}
        </Button>
        <Button onClick={onClose}>{t('shell.cancel')}</Button>
      </div>
      <Command words={words} />
    </>
  );
}
