import type { Pair } from '@jouvence/contract';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useOpenOfPair } from './counts.ts';
import { seenOf } from './pair-rules.ts';

/** No course of this source to this target any more, once that is said again. */
export function PairRemove({ pair, onClose }: { pair: Pair; onClose: () => void }) {
  const { source, target } = pair;
  const { t } = useLanguage();
  const toast = useToast();
  const open = useOpenOfPair(source, target);
  const remove = useAction('pairs.remove', { changes: ['pairs', 'requests', 'settings'] });
  const send = (): void =>
    remove.mutate(
      { params: { source, target }, query: { seen: seenOf(pair) } },
      {
        onSuccess: () => {
          toast.done(t('sites.pair.removed', { source, target }));
          onClose();
        },
      },
    );
  return (
    <Dialog open onClose={onClose} title={t('sites.pair.remove.of', { source, target })}>
      <div className="space-y-4">
        <p>{t('sites.pair.remove.text')}</p>
        {open > 0 && <p className="font-medium text-bad">{t('sites.pair.remove.open', { count: open })}</p>}
        {remove.error && <ErrorNote error={remove.error} />}
        <div className="flex flex-wrap gap-2">
          <Button look="danger" busy={remove.isPending} onClick={send}>
            {t('sites.pair.remove')}
          </Button>
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
        </div>
        <Command words={['pairs', 'remove', source, target]} />
      </div>
    </Dialog>
  );
}
