import type { BlockToken, Site } from '@jouvence/contract';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useAction, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';
import { NewBlockToken } from './new-block-token.tsx';

/** Who fetches from an embedded site by Strasbourg's block: each token can be seen, and revoked alone. */
export function SiteBlockTokens({ site }: { site: Site }) {
  const { t } = useLanguage();
  const { change } = useMay();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<BlockToken | null>(null);
  const list = useCall('blockTokens.list', { params: { site: site.name } });
  return (
    <Section title={t('blockTokens.title')} lead={t('blockTokens.lead')}>
      {list.isPending && <Skeleton />}
      {list.error && <ErrorNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.tokens.length === 0 && <p className="text-muted">{t('blockTokens.none')}</p>}
      <ul className="divide-y divide-line empty:hidden">
        {list.data?.tokens.map((token) => (
          <Row key={token.id} token={token} onRevoke={change ? () => setRevoking(token) : null} />
        ))}
      </ul>
      {change && (
        <Button small onClick={() => setAdding(true)}>
          <Plus className="size-4" aria-hidden="true" />
          {t('blockTokens.add')}
        </Button>
      )}
      <Command words={['block-tokens', 'list', site.name]} />
      {adding && <NewBlockToken site={site} onClose={() => setAdding(false)} />}
      {revoking && <RevokeBlockToken site={site} token={revoking} onClose={() => setRevoking(null)} />}
    </Section>
  );
}

function Row({ token, onRevoke }: { token: BlockToken; onRevoke: (() => void) | null }) {
  const { t } = useLanguage();
  const { roles, people, anyCourse, ips, expiresAt, lastUsedAt } = token;
  const name = useName(token);
  const gives = [
    roles.join(', '),
    people && t('blockTokens.gives.people'),
    anyCourse && t('blockTokens.gives.any'),
    ips.length === 0 ? t('blockTokens.everywhere') : t('blockTokens.from', { ips: ips.join(', ') }),
  ].filter(Boolean);
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 py-3 first:pt-0">
      <div className="min-w-0 flex-1 basis-72 space-y-1">
        <p className="font-medium break-words">
          <bdi>{name}</bdi>
        </p>
        <p className="text-sm">{gives.join(' · ')}</p>
        <p className="text-sm text-muted">
          {expiresAt.getTime() <= Date.now() ? t('blockTokens.expired') : t('blockTokens.until')}{' '}
          <When at={expiresAt} /> ·{' '}
          {lastUsedAt ? (
            <>
              {t('blockTokens.used')} <When at={lastUsedAt} />
            </>
          ) : (
            t('blockTokens.unused')
          )}
        </p>
      </div>
      {onRevoke && (
        <Button small look="danger" onClick={onRevoke} aria-label={t('blockTokens.revokeOf', { name })}>
          {t('blockTokens.revoke')}
        </Button>
      )}
    </li>
  );
}

function RevokeBlockToken({ site, token, onClose }: { site: Site; token: BlockToken; onClose: () => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const name = useName(token);
  const revoke = useAction('blockTokens.revoke');
  const done = () => {
    toast.done(t('blockTokens.revoked', { name }));
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t('blockTokens.revokeOf', { name })}>
      <div className="space-y-4">
        <p>{t('blockTokens.revokeText')}</p>
        <DialogFoot
          error={revoke.error}
          look="danger"
          busy={revoke.isPending}
          does={t('blockTokens.revoke')}
          onDo={() => revoke.mutate({ params: { site: site.name, id: token.id } }, { onSuccess: done })}
          onClose={onClose}
          words={['block-tokens', 'revoke', site.name, String(token.id)]}
        />
      </div>
    </Dialog>
  );
}

/** Those of earlier versions have no name. */
function useName({ id, name }: BlockToken): string {
  const { t } = useLanguage();
  return name || t('blockTokens.unnamed', { id });
}
