import { useLanguage } from '../language.tsx';
import { Button } from './button.tsx';
import { ErrorNote } from './error-note.tsx';

/** At the end of a list that goes on. */
export function More({
  pages,
}: {
  pages: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage(): unknown;
  };
}) {
  const { t } = useLanguage();
  if (pages.isFetchNextPageError) return <ErrorNote error={pages.error} onRetry={() => void pages.fetchNextPage()} />;
  if (!pages.hasNextPage) return null;
  return (
    <div className="flex justify-center py-4">
      <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {t('shell.more')}
      </Button>
    </div>
  );
}
