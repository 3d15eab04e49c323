import type { ErrorComponentProps } from '@tanstack/react-router';
import { useLanguage } from '../language.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Page } from '../ui/page.tsx';

/** A page that fell over, or a part of it that could not be fetched: after an upgrade of the server its name has changed. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useLanguage();
  return (
    <Page title={t('shell.broken.title')}>
      <div className="space-y-4">
        <ErrorNote error={error} />
        <Button look="primary" onClick={() => location.reload()}>
          {t('shell.broken.again')}
        </Button>
      </div>
    </Page>
  );
}
