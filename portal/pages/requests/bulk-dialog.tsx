import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { refresh } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import {
  type BulkAction,
  type BulkResults,
  type BulkWish,
  carryOut,
  type Preview,
  previewOf,
  statesOf,
} from './bulk.ts';
import { BulkOutcome } from './bulk-outcome.tsx';
import { CategoryChooser, type CategoryWish } from './category-chooser.tsx';
import { commandOf } from './category-dialog.tsx';
import { flagsOf } from './search.ts';

type Phase = 'asks' | 'works' | 'stopping' | 'ended';

/** Says how many, asks once, shows how far it is, can be stopped, and says of each what became of it. */
export function BulkDialog({
  action,
  wish,
  onClose,
}: {
  action: BulkAction;
  wish: BulkWish;
  onClose(acted: boolean): void;
}) {
  const { t, number } = useLanguage();
  const queries = useQueryClient();
  const [category, setCategory] = useState<CategoryWish | null>(null);
  const [phase, setPhase] = useState<Phase>('asks');
  const [results, setResults] = useState<BulkResults>([]);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef(new AbortController());
  const preview = useQuery({
    queryKey: ['preview', action, wish.kind === 'ticked' ? [...wish.ticked.keys()] : wish.search],
    queryFn: () => previewOf(action, wish),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => () => stop.current.abort(), []);
  const work = async (counted: Preview): Promise<void> => {
    setPhase('works');
    setError(null);
    stop.current = new AbortController();
    const done: BulkResults = [];
    try {
      for await (const some of carryOut(action, wish, counted, category, stop.current.signal)) {
        done.push(...some);
        setResults([...done]);
      }
      setPhase('ended');
    } catch (failure) {
      setError(failure);
      // Nothing was done yet: it is counted again, and asked again. Else what was done is told.
      setPhase(done.length > 0 ? 'ended' : 'asks');
      if (done.length === 0) void preview.refetch();
    } finally {
      void refresh(queries, ['requests']);
    }
  };
  const counted = preview.data;
  const isBusy = phase === 'works' || phase === 'stopping';
  const close = (): void => {
    if (!isBusy) onClose(phase === 'ended');
  };
  const left = counted ? counted.able - results.length : 0;
  return (
    <Dialog
      open
      onClose={close}
      title={t(`requests.bulk.${action}`)}
      foot={
        <div className="flex flex-wrap justify-end gap-2">
          {isBusy ? (
            <Button
              busy={phase === 'stopping'}
              onClick={() => {
                stop.current.abort();
                setPhase('stopping');
              }}
            >
              {t('requests.bulk.stop')}
            </Button>
          ) : (
            <Button onClick={close}>{t(phase === 'ended' ? 'shell.close' : 'shell.cancel')}</Button>
          )}
          {phase === 'asks' && counted && counted.able > 0 && (
            <Button
              look={action === 'delete' || action === 'cancel' ? 'danger' : 'primary'}
              disabled={action === 'category' && category === null}
              onClick={() => void work(counted)}
            >
              {t(`requests.bulk.${action}.do`, { count: counted.able, shown: number(counted.able) })}
            </Button>
          )}
        </div>
      }
    >
      <div className="space-y-3">
        {error !== null && <ErrorNote error={error} />}
        {preview.error ? (
          <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} />
        ) : !counted ? (
          <Skeleton lines={1} />
        ) : phase === 'asks' ? (
          <>
            <p>
              {t(`requests.bulk.${action}.text`, {
                count: counted.able,
                shown: number(counted.able),
                meant: `${number(counted.meant)}${counted.isExact ? '' : '+'}`,
              })}
            </p>
            {action === 'category' && counted.able > 0 && (
              <CategoryChooser target={counted.target} value={category} onChoose={setCategory} />
            )}
            {counted.able > 0 && <Command words={wordsOf(action, wish, counted, category)} />}
          </>
        ) : (
          <>
            <ProgressBar
              value={counted.able === 0 ? 1 : results.length / counted.able}
              label={t(`requests.bulk.${action}`)}
            />
            <p role="status">
              {t('requests.bulk.progress', { done: number(results.length), all: number(counted.able) })}
              {phase === 'ended' && left > 0 && ` ${t('requests.bulk.left', { count: left })}`}
            </p>
            <BulkOutcome results={results} isEnded={phase === 'ended'} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function wordsOf(action: BulkAction, wish: BulkWish, { ids }: Preview, category: CategoryWish | null): string[] {
  const to = action === 'category' ? ['--to', category ? commandOf(category) : 'default'] : [];
  if (wish.kind === 'ticked') return ['requests', action, ...(ids ?? []), ...to];
  // As the button does: only those with which it can be done.
  const { state: _, ...search } = wish.search;
  const states = statesOf(action, wish.search).join(',');
  return ['requests', action, ...flagsOf(search), '--state', states, '--yes', ...to];
}
