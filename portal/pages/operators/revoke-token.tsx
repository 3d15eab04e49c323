import type { Token } from '@jouvence/contract';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
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
        <DialogFoot
          error={revoke.error}
          look="danger"
          busy={revoke.isPending}
          does={t('operators.tokens.revoke')}
          onDo={() => revoke.mutate({ params: { name } }, { onSuccess: done })}
          onClose={onClose}
          words={['tokens', 'revoke', name]}
        />
      </div>
    </Dialog>
  );
}
