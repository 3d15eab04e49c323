import type { Pair, Site } from '@jouvence/contract';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay, useSession } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { PairDialog } from './pair-dialog.tsx';
import { PairRemove } from './pair-remove.tsx';

/** What is open over the list of pairs. */
type Opened = { what: 'add'; end: 'source' | 'target' } | { what: 'change' | 'remove'; pair: Pair } | null;

/** From where courses come here, to where they go, and by which rules. */
export function SitePairs({ site }: { site: Site }) {
  const { t } = useLanguage();
  const may = useMay();
  const pairs = useCall('pairs.list', {});
  const [opened, setOpened] = useState<Opened>(null);
  const ends = (['source', 'target'] as const).filter((end) => site.profiles.includes(end));
  if (ends.length === 0) return null;
  const close = (): void => setOpened(null);
  return (
    <Section title={t('sites.pairs')} lead={t('sites.pairs.lead')}>
      {pairs.error && <ErrorNote error={pairs.error} onRetry={() => void pairs.refetch()} />}
      {pairs.isPending && <Skeleton lines={2} />}
      {pairs.data && (
        <div className="space-y-5">
          {ends.map((end) => (
            <PairGroup
              key={end}
              end={end}
              pairs={pairs.data.pairs.filter((pair) => pair[end] === site.name)}
              onOpen={setOpened}
              mayAdd={may.change}
            />
          ))}
        </div>
      )}
      {opened?.what === 'add' && <PairDialog site={site} end={opened.end} onClose={close} />}
      {opened?.what === 'change' && (
        <PairDialog
          site={site}
          end={opened.pair.source === site.name ? 'source' : 'target'}
          pair={opened.pair}
          onClose={close}
        />
      )}
      {opened?.what === 'remove' && <PairRemove pair={opened.pair} onClose={close} />}
    </Section>
  );
}

function PairGroup({
  end,
  pairs,
  onOpen,
  mayAdd,
}: {
  end: 'source' | 'target';
  pairs: Pair[];
  onOpen: (opened: Opened) => void;
  mayAdd: boolean;
}) {
  const { t } = useLanguage();
  return (
    <div>
      <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">{t(`sites.pairs.as.${end}`)}</h3>
        {mayAdd && (
          <Button small onClick={() => onOpen({ what: 'add', end })}>
            <Plus className="size-4" aria-hidden="true" />
            {t(`sites.pairs.add.${end}`)}
          </Button>
        )}
      </div>
      {pairs.length === 0 ? (
        <p className="text-muted">{t(`sites.pairs.none.${end}`)}</p>
      ) : (
        <ul className="divide-y divide-line">
          {pairs.map((pair) => (
            <PairRow key={`${pair.source} ${pair.target}`} pair={pair} end={end} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </div>
  );
}

function PairRow({ pair, end, onOpen }: { pair: Pair; end: 'source' | 'target'; onOpen: (opened: Opened) => void }) {
  const { t } = useLanguage();
  const { sites } = useSession();
  const may = useMay();
  const other = end === 'source' ? pair.target : pair.source;
  // Who has only one of the two sees the pair, and the site of others stays closed.
  const hasOther = sites === null || sites.includes(other);
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 py-3">
      <div className="min-w-0 flex-1 basis-72 space-y-0.5 text-sm">
        <p className="text-base font-medium">
          {hasOther ? (
            <Link to="/sites/$site" params={{ site: other }} className="text-primary">
              <bdi>{other}</bdi>
            </Link>
          ) : (
            <bdi>{other}</bdi>
          )}
        </p>
        <p>
          {t('sites.pair.roles.are')} <code>{pair.roles.join(', ')}</code>
        </p>
        <p className="text-muted">
          {t('sites.pair.identity.is', { field: t(`sites.identity.${pair.identity}`) })} ·{' '}
          {pair.auth.length > 0
            ? t('sites.pair.auth.is', { methods: pair.auth.join(', ') })
            : t('sites.pair.auth.default')}{' '}
          · {t(pair.createPeople ? 'sites.pair.people.yes' : 'sites.pair.people.no')}
        </p>
        <p>
          <Link to="/settings" search={{ source: pair.source, target: pair.target }} className="text-primary">
            {t('sites.pair.settings')}
          </Link>
        </p>
      </div>
      {may.change &&
        (hasOther ? (
          <div className="flex flex-wrap gap-2">
            <Button
              small
              aria-label={t('sites.pair.change.of', { source: pair.source, target: pair.target })}
              onClick={() => onOpen({ what: 'change', pair })}
            >
              {t('sites.pair.change')}
            </Button>
            <Button
              small
              look="danger"
              aria-label={t('sites.pair.remove.of', { source: pair.source, target: pair.target })}
              onClick={() => onOpen({ what: 'remove', pair })}
            >
              {t('sites.pair.remove')}
            </Button>
          </div>
        ) : (
          <p className="text-sm text-muted">{t('sites.pair.foreign')}</p>
        ))}
    </li>
  );
}
