import { UsersRound } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import type { Scope } from './scope.ts';

/** In a panel over the page: for whom, where a person asks for somebody else. */
export function ForWhom({ scope: { forOther, named, person } }: { scope: Scope }) {
  const { t } = useLanguage();
  if (!forOther) return null;
  return (
    <p className="flex gap-2 rounded-md bg-note-soft px-3 py-2 font-semibold text-ink wrap-anywhere">
      <UsersRound className="mt-0.5 size-5 shrink-0 text-note" aria-hidden="true" />
      <span className="min-w-0">
        {t('courses.other.for')} <bdi>{named}</bdi> (<bdi>{person}</bdi>)
      </span>
    </p>
  );
}
