import type { Input, RequestPage } from '@jouvence/contract';
import { useNavigate } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { client } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';

type Query = NonNullable<Input<'requests.list'>['query']>;

/**
 * Newer and older, by keys: what comes meanwhile moves nothing. A page is looked at live by its `after`; the one before
 * it is found first.
 */
export function Pager({ page, query }: { page: RequestPage | null; query: Query }) {
  const { t } = useLanguage();
  const navigate = useNavigate({ from: '/requests' });
  const { failed } = useToast();
  const [busy, setBusy] = useState(false);
  if (!page || (page.next === null && page.previous === null)) return null;
  const go = async (after: string | undefined): Promise<void> => {
    await navigate({
      search: (old) => ({ ...old, after: after === undefined ? undefined : Number(after) }),
      resetScroll: true,
    });
    document.querySelector('h1')?.focus();
  };
  const goNewer = async (before: string): Promise<void> => {
    setBusy(true);
    try {
      const { here } = await client.call('requests.list', { query: { ...query, before } });
      await go(here ?? undefined);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <nav aria-label={t('requests.pages')} className="flex flex-wrap items-center justify-between gap-2">
      <div className="flex gap-2">
        <Button
          disabled={page.previous === null}
          busy={busy}
          onClick={() => page.previous !== null && void goNewer(page.previous)}
        >
          <ChevronLeft className="size-4" aria-hidden="true" />
          {t('requests.newer')}
        </Button>
        {page.previous !== null && (
          <Button look="quiet" onClick={() => void go(undefined)}>
            {t('requests.newest')}
          </Button>
        )}
      </div>
      <Button disabled={page.next === null} onClick={() => page.next !== null && void go(page.next)}>
        {t('requests.older')}
        <ChevronRight className="size-4" aria-hidden="true" />
      </Button>
    </nav>
  );
}
