import type { RequestPage } from '@jouvence/contract';
import { useState } from 'react';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import type { BulkAction, BulkWish } from './bulk.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { isFiltered, type RequestsSearch } from './search.ts';
import type { Ticked } from './use-selection.ts';

const actions: BulkAction[] = ['retry', 'cancel', 'category', 'delete'];

/** What can be done with the ticked ones, or with all that the filter finds. */
export function BulkBar({
  ticked,
  search,
  total,
  onClear,
}: {
  ticked: Ticked;
  search: RequestsSearch;
  total: RequestPage['total'] | null;
  onClear(): void;
}) {
  const { t, number } = useLanguage();
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<{ action: BulkAction; wish: BulkWish } | null>(null);
  if (ticked.size === 0 && asked === null) return null;
  const wish: BulkWish = all ? { kind: 'filter', search } : { kind: 'ticked', ticked };
  const shown = total && `${number(total.count)}${total.exact ? '' : '+'}`;
  return (
    <>
      <section
        aria-label={t('requests.bulk')}
        className="sticky bottom-0 z-20 -mx-4 mt-4 flex flex-wrap items-center gap-2 border-t border-line bg-raised px-4 py-3 shadow-[0_-4px_12px_var(--shade)] sm:mx-0 sm:rounded-t-lg sm:border-x"
      >
        <p className="mr-2 font-medium" role="status">
          {all ? t('requests.bulk.all', { shown: shown ?? '' }) : t('requests.bulk.ticked', { count: ticked.size })}
        </p>
        {actions.map((action) => (
          <Button
            key={action}
            small
            look={action === 'delete' ? 'danger' : 'plain'}
            onClick={() => setAsked({ action, wish })}
          >
            {t(`requests.bulk.${action}`)}
          </Button>
        ))}
        <span className="flex-1" />
        {all ? (
          <Button small look="quiet" onClick={() => setAll(false)}>
            {t('requests.bulk.onlyTicked')}
          </Button>
        ) : (
          total &&
          total.count > ticked.size && (
            <Button
              small
              look="quiet"
              disabled={!isFiltered(search)}
              title={isFiltered(search) ? undefined : t('requests.bulk.needsFilter')}
              onClick={() => setAll(true)}
            >
              {t('requests.bulk.chooseAll', { shown: shown ?? '' })}
            </Button>
          )
        )}
        <Button
          small
          look="quiet"
          onClick={() => {
            setAll(false);
            onClear();
          }}
        >
          {t('requests.bulk.clear')}
        </Button>
      </section>
      {asked && (
        <BulkDialog
          action={asked.action}
          wish={asked.wish}
          onClose={(acted) => {
            setAsked(null);
            if (!acted) return;
            setAll(false);
            onClear();
          }}
        />
      )}
    </>
  );
}
