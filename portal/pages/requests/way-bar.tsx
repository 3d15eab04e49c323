import { useLanguage } from '../../language.tsx';
import { type Moving, shownWayOf } from './way.ts';

const percent = new Intl.NumberFormat('en', { style: 'percent' });

/** Over the whole way. What nobody knows of the step under way is drawn as not known. */
export function WayBar({ request, label, text }: { request: Moving; label: string; text: string }) {
  const { locale } = useLanguage();
  const { done, unknown } = shownWayOf(request);
  const said = new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.floor(done * 100) / 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(done * 100)}
      aria-valuetext={`${said}, ${text}`}
      className="flex h-2.5 w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
    >
      <div className="h-full bg-primary transition-[width] duration-700" style={{ width: percent.format(done) }} />
      {unknown > 0 && (
        <div
          className="h-full animate-pulse bg-[repeating-linear-gradient(45deg,var(--primary)_0_4px,transparent_4px_9px)] opacity-60"
          style={{ width: percent.format(unknown) }}
        />
      )}
    </div>
  );
}
