import type { Token } from '@jouvence/contract';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useToast } from '../../ui/toast.tsx';

export function RevokeToken({ token: { name }, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const revoke = useAction('tokens.revoke');
  const done = () => {
    toast.done(t('operators.tokens.revoked', { name }));
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t('operators.tokens.revokeOf', { name })}>
      <div className="space-y-4">
        <p>{t('operators.tokens.revokeText')}</p>
        {revoke.error && <ErrorNote error={revoke.error} />}
        <div className="flex flex-wrap gap-2">
          <Button
            look="danger"
            busy={revoke.isPending}
            onClick={() => revoke.mutate({ params: { name } }, { onSuccess: done })}
          >
            {t('operators.tokens.revoke')}
          </Button>
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
        </div>
        <Command words={['tokens', 'revoke', name]} />
      </div>
    </Dialog>
  );
}
