import { ApiError } from '@jouvence/contract';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useLanguage } from '../language.tsx';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Page } from '../ui/page.tsx';

/** What the browsers say of a script, a style or a call that could not be fetched. */
const notFetched =
  /dynamically imported module|Importing a module script failed|Unable to preload|Failed to fetch|NetworkError|Load failed/i;

/** A page that fell over, or a part of it that could not be fetched: after an upgrade of the server its name has changed. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useLanguage();
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Page title={t('shell.broken.title')}>
      <div className="space-y-4">
        {error instanceof ApiError || notFetched.test(message) ? (
          <ErrorNote error={error} />
        ) : (
          <Callout tone="bad" live title={t('shell.broken.own')}>
            <p className="text-sm wrap-anywhere" lang="en">
              <bdi>{message}</bdi>
            </p>
          </Callout>
        )}
        <div className="flex flex-wrap gap-2">
          <Button look="primary" onClick={() => location.reload()}>
            {t('shell.broken.again')}
          </Button>
          <Link to="/" className={buttonClasses('plain')} reloadDocument>
            {t('shell.missing.home')}
          </Link>
        </div>
      </div>
    </Page>
  );
}
