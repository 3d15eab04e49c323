import { useQueryClient } from '@tanstack/react-query';
import { ListChecks, Send } from 'lucide-react';
import { callOptions } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import type { BasketTools } from './basket.ts';
import { type Scope, useCoursesSearch } from './scope.ts';
import { wishOf } from './wish.ts';

/** What is ticked, at the lower edge wherever one looks; one press sends it. */
export function BasketBar({ scope, tools, onSend }: { scope: Scope; tools: BasketTools; onSend(): void }) {
  const { t, bytes } = useLanguage();
  const { set } = useCoursesSearch();
  const queries = useQueryClient();
  const { items, sending } = tools.basket;
  if (!scope.maySend || (items.length === 0 && !sending?.lost)) return null;
  const size = items.reduce((sum, { fileBytes }) => sum + (fileBytes ?? 0), 0);
  const review = () => void set({ send: true }, { push: true });
  // Whoever reaches for it will want to know: the answer is there when they press.
  const prepare = () => {
    if (items.length > 0)
      void queries.prefetchQuery({
        ...callOptions('requests.check', { body: wishOf(tools.basket, scope.going) }),
        staleTime: 10_000,
      });
  };
  return (
    <>
      {/* The last row can be scrolled out from below it. */}
      <div className="h-44 sm:h-32 lg:h-20" />
      <section
        aria-label={t('courses.basket')}
        data-bottom-bar=""
        className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-raised shadow-[0_-4px_16px_rgb(0_0_0/0.08)]"
      >
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 sm:px-6">
          <p role="status" className="grow">
            <span className="font-semibold whitespace-nowrap">
              {t('courses.basket.count', { count: items.length })}
            </span>
            {scope.forOther && (
              <span className="wrap-anywhere">
                {' · '}
                {t('courses.other.for')} <bdi className="font-semibold">{scope.named}</bdi>
              </span>
            )}
            {size > 0 && <span className="whitespace-nowrap text-muted"> · {bytes(size)}</span>}
          </p>
          {items.length > 0 && (
            <Button look="quiet" className="max-sm:px-1" onClick={() => tools.tick(items, false)}>
              {t('courses.basket.empty')}
            </Button>
          )}
          <div className="ml-auto flex flex-wrap gap-x-3 gap-y-2 max-sm:w-full">
            <Button onClick={review} onPointerEnter={prepare} className="max-sm:flex-1 max-sm:px-2">
              <ListChecks className="size-4" aria-hidden="true" />
              {t('courses.basket.review')}
            </Button>
            {items.length > 0 && (
              <Button
                look="primary"
                className="whitespace-nowrap max-sm:flex-[2] max-sm:px-2"
                onPointerEnter={prepare}
                onFocus={prepare}
                onClick={() => {
                  onSend();
                  review();
                }}
              >
                <Send className="size-4" aria-hidden="true" />
                {t('courses.send', { count: items.length })}
              </Button>
            )}
          </div>
        </div>
      </section>
    </>
  );
}
