import { ApiError } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

/** Why a site could not be added, and what to do about it. */
export function AddFault({ error }: { error: unknown }) {
  const { t, maybe } = useLanguage();
  const todo =
    error instanceof ApiError
      ? error.details.codeUsedUp
        ? t('sites.add.todo.used-up')
        : maybe(`sites.add.todo.${error.code}`)
      : undefined;
  return (
    <div className="space-y-2">
      <ErrorNote error={error} />
      {todo && (
        <Callout tone="note" title={t('sites.todo')}>
          <p>{todo}</p>
        </Callout>
      )}
    </div>
  );
}
