import { ApiError } from '@jouvence/contract';
import { useCallback } from 'react';
import { useLanguage } from '../../language.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

/** Why a site could not be added, and what to do about it. */
export function AddFault({ error }: { error: unknown }) {
  const { t, maybe } = useLanguage();
  // It may stand below what is seen of the panel.
  const seen = useCallback((element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' }), []);
  const todo =
    error instanceof ApiError
      ? error.details.codeUsedUp
        ? t('sites.add.todo.used-up')
        : maybe(`sites.add.todo.${error.code}`)
      : undefined;
  return (
    <div ref={seen} className="space-y-2">
      <ErrorNote error={error} />
      {todo && (
        <Callout tone="note" title={t('sites.todo')}>
          <p>{todo}</p>
        </Callout>
      )}
    </div>
  );
}
