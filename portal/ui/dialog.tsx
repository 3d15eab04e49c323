import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useLanguage } from '../language.tsx';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';

interface DialogProps {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  /** `side`: a panel at the edge, over the whole of a phone; `middle`: a question. */
  place?: 'side' | 'middle';
  /** Stays at the lower edge while the rest scrolls. */
  foot?: ReactNode;
  children: ReactNode;
}

const places = {
  side: 'mr-0 ml-auto my-0 h-dvh max-h-none w-full max-w-xl border-l',
  middle: 'm-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg rounded-lg border',
};

/** The browser's own: it keeps the keyboard inside, closes by Escape, and gives the focus back to where it was. */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ onClose, title, place = 'middle', foot, children }: Omit<DialogProps, 'open'>) {
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      // It is taken out of the page with its closing, which would leave the focus nowhere.
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the browser's, as `cancel`
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // Another one inside has its own.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      className={classes('border-line bg-raised p-0 text-ink shadow-2xl backdrop:bg-shade', places[place])}
    >
      <div className="flex h-full max-h-[inherit] flex-col">
        <div className="flex items-start gap-2 border-b border-line px-4 py-3">
          <h2 id={titleId} className="min-w-0 flex-1 py-1.5 text-lg leading-tight font-semibold">
            {title}
          </h2>
          <IconButton label={t('shell.close')} onClick={onClose}>
            <X className="size-5" aria-hidden="true" />
          </IconButton>
        </div>
        {/* Reached by the keyboard, so that it can be scrolled without anything inside that takes the focus. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
        <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
          {children}
        </div>
        {foot && <div className="border-t border-line px-4 py-3">{foot}</div>}
      </div>
    </dialog>
  );
}
