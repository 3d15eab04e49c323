import { useLanguage } from '../language.tsx';

/** Grey lines where something will stand in a moment. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useLanguage();
  return (
    <div role="status" className="space-y-3">
      <span className="sr-only">{t('shell.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
        <div key={line} className="h-14 animate-pulse rounded-md bg-sunken" aria-hidden="true" />
      ))}
    </div>
  );
}
