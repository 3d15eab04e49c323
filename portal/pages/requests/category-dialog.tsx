import type { Request } from '@jouvence/contract';
import { FolderInput } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useToast } from '../../ui/toast.tsx';
import { CategoryChooser, type CategoryWish } from './category-chooser.tsx';

export const statesBeforeDelivery = ['queued', 'backing-up', 'fetching', 'checking', 'preparing'] as const;

const mayMove = ({ state, newCourse }: Request): boolean =>
  (statesBeforeDelivery as readonly string[]).includes(state) ||
  ((state === 'failed' || state === 'cancelled') && newCourse === null);

export const commandOf = (wish: CategoryWish): string => (wish.kind === 'id' ? String(wish.id) : wish.kind);

/** Another category, as long as the course has not been delivered. */
export function CategoryButton({ request }: { request: Request }) {
  const { t } = useLanguage();
  const { change } = useMay();
  const { done } = useToast();
  const [asks, setAsks] = useState(false);
  const [wish, setWish] = useState<CategoryWish>(request.category);
  const move = useAction('requests.category', {
    changes: ['requests'],
    onSuccess: () => {
      setAsks(false);
      done(t('requests.category.changed'));
    },
  });
  if (!change || (!mayMove(request) && !asks)) return null;
  return (
    <>
      <Button
        onClick={() => {
          setWish(request.category);
          move.reset();
          setAsks(true);
        }}
      >
        <FolderInput className="size-4" aria-hidden="true" />
        {t('requests.category.change')}
      </Button>
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title={t('requests.category.change')}
        foot={
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsks(false)}>{t('shell.cancel')}</Button>
            <Button
              look="primary"
              busy={move.isPending}
              onClick={() => move.mutate({ params: { id: request.id }, body: { category: wish } })}
            >
              {t('requests.category.do')}
            </Button>
          </div>
        }
      >
        <div className="space-y-3">
          {move.error && <ErrorNote error={move.error} />}
          <CategoryChooser target={request.target} value={wish} onChoose={setWish} />
          <Command words={['requests', 'category', request.id, '--to', commandOf(wish)]} />
        </div>
      </Dialog>
    </>
  );
}
