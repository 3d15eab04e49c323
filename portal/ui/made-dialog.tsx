import type { ReactNode } from 'react';
import { useLanguage } from '../language.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** What has been made, in place of the form that it was made by. */
export function MadeDialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useLanguage();
  return (
    <Dialog open onClose={onClose} place="side" title={title}>
      <div className="space-y-4">
        {children}
        <Button look="primary" onClick={onClose}>
          {t('shell.close')}
        </Button>
      </div>
    </Dialog>
  );
}
