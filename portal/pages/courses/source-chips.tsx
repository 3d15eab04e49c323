import { LoaderCircle, TriangleAlert } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import type { FedSource } from './feed.ts';
import { failureOf } from './source-note.tsx';

/** Above the list, which sources it still waits for and which have failed: what they say stands below, and is a jump away. */
export function SourceChips({ sources }: { sources: readonly FedSource[] }) {
  const { t } = useLanguage();
  const left = sources.filter(({ state }) => state !== 'ok');
  return left.map(({ source, title, state, answer }) => {
    const failing = state === 'failing';
    const Icon = failing ? TriangleAlert : LoaderCircle;
    return (
      <button
        key={source}
        type="button"
        onClick={() => document.getElementById(`source-${source}`)?.focus()}
        className={`inline-flex min-h-8 max-w-full min-w-0 items-center gap-1.5 rounded-full px-2.5 text-sm ${
          failing ? 'bg-warn-soft text-warn' : 'bg-note-soft text-note'
        }`}
      >
        <Icon className={`size-4 shrink-0 ${failing ? '' : 'animate-spin'}`} aria-hidden="true" />
        <span className="truncate">
          {t(failing ? failureOf(answer) : state === 'slow' ? 'courses.source.slow' : 'courses.source.asking', {
            title,
          })}
        </span>
      </button>
    );
  });
}
