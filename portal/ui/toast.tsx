import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useLanguage } from '../language.tsx';
import { useIsPerson } from '../session.tsx';
import { IconButton } from './button.tsx';
import { explain } from './error-note.tsx';

interface Toast {
  id: number;
  tone: 'done' | 'failed';
  title: string;
  detail: string;
}

const shownMs = 6000;
const context = createContext<((toast: Omit<Toast, 'id'>) => void) | null>(null);

/** Short messages about what was just done: read out, and gone by themselves. Failures stay until they are closed. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useLanguage();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const last = useRef(0);
  const remove = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  const add = useCallback(
    (toast: Omit<Toast, 'id'>) => {
      const id = ++last.current;
      setToasts((shown) => [...shown.slice(-3), { ...toast, id }]);
      if (toast.tone === 'done') setTimeout(() => remove(id), shownMs);
    },
    [remove],
  );
  const list = (tone: Toast['tone']) =>
    toasts
      .filter((toast) => toast.tone === tone)
      .map(({ id, title, detail }) => (
        <div key={id} className="flex items-start gap-2 rounded-md border border-line bg-raised p-3 text-ink shadow-xl">
          <div className="min-w-0 flex-1">
            <p className={tone === 'failed' ? 'font-medium text-bad' : 'font-medium'}>
              <bdi>{title}</bdi>
            </p>
            {detail && (
              <p className="text-sm">
                <bdi>{detail}</bdi>
              </p>
            )}
          </div>
          <IconButton label={t('shell.close')} onClick={() => remove(id)} className="size-8">
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      ));
  return (
    <context.Provider value={add}>
      {children}
      <div className="pointer-events-none fixed right-4 bottom-[calc(1rem+var(--bottom-bar,0px))] z-50 w-[min(24rem,calc(100vw-2rem))] *:pointer-events-auto *:space-y-2">
        <div role="status">{list('done')}</div>
        <div role="alert">{list('failed')}</div>
      </div>
    </context.Provider>
  );
}

/** `done('Sent')`, `failed(error)`. */
export function useToast() {
  const add = useContext(context);
  const language = useLanguage();
  const person = useIsPerson();
  if (!add) throw new Error('useToast stands outside of ToastProvider');
  return useMemo(
    () => ({
      done: (title: string, detail = '') => add({ tone: 'done', title, detail }),
      failed: (error: unknown) => {
        const { what, detail } = explain(error, language, { person });
        add({ tone: 'failed', title: what, detail });
      },
    }),
    [add, language, person],
  );
}
