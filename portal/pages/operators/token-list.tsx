import type { Token } from '@jouvence/contract';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Checkbox } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { When } from '../../ui/when.tsx';
import { NewToken } from './new-token.tsx';
import { RevokeToken } from './revoke-token.tsx';
import { SiteNames } from './site-names.tsx';

const soonMs = 14 * 86_400_000;
type State = 'valid' | 'soon' | 'expired' | 'revoked';
const tones = { valid: 'good', soon: 'warn', expired: 'none', revoked: 'none' } as const;

/** What programs come in with: never their values. */
export function TokenList() {
  const { t } = useLanguage();
  const { change } = useMay();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const [withPast, setWithPast] = useState(false);
  const list = useCall('tokens.list', {});
  if (list.isPending) return <Skeleton />;
  if (!list.data) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} />;
  const { tokens } = list.data;
  const isPast = (token: Token) => ['expired', 'revoked'].includes(stateOf(token));
  const shown = tokens.filter((token) => withPast || !isPast(token));
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-4">
        <p className="mr-auto max-w-3xl text-muted">{t('operators.tokens.text')}</p>
        {tokens.some(isPast) && (
          <Checkbox
            label={t('operators.tokens.past')}
            checked={withPast}
            onChange={({ target }) => setWithPast(target.checked)}
          />
        )}
        {change && (
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus className="size-4" aria-hidden="true" />
            {t('operators.tokens.add')}
          </Button>
        )}
      </div>
      {shown.length === 0 && (
        <Empty icon={KeyRound} title={t('operators.tokens.empty')}>
          <p>{t('operators.tokens.emptyText')}</p>
        </Empty>
      )}
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface empty:hidden">
        {shown.map((token) => (
          <Row key={token.id} token={token} onRevoke={change ? () => setRevoking(token) : null} />
        ))}
      </ul>
      <div className="mt-4">
        <Command words={['tokens', 'list']} />
      </div>
      {adding && <NewToken onClose={() => setAdding(false)} />}
      {revoking && <RevokeToken token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function Row({ token, onRevoke }: { token: Token; onRevoke: (() => void) | null }) {
  const { t } = useLanguage();
  const { name, role, sites, createdAt, createdBy, expiresAt, lastUsedAt, revokedAt } = token;
  const state = stateOf(token);
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 p-4">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium break-words">
          <bdi>{name}</bdi>
        </p>
        <p className="text-sm text-muted">
          {t(`operators.role.${role}`)} · <SiteNames sites={sites} />
        </p>
      </div>
      <div className="basis-64 text-sm text-muted">
        <p>
          {t('operators.tokens.made')} <When at={createdAt} /> · <bdi className="break-all">{createdBy}</bdi>
        </p>
        <p>
          {lastUsedAt ? (
            <>
              {t('operators.tokens.used')} <When at={lastUsedAt} />
            </>
          ) : (
            t('operators.tokens.unused')
          )}
        </p>
      </div>
      <div className="basis-44 space-y-1 text-sm">
        <Badge tone={tones[state]}>{t(`operators.tokens.state.${state}`)}</Badge>
        <p className="text-muted">
          {revokedAt ? t('operators.tokens.revokedAt') : t('operators.tokens.until')}{' '}
          <When at={revokedAt ?? expiresAt} />
        </p>
      </div>
      {onRevoke && (state === 'valid' || state === 'soon') && (
        <Button small look="danger" onClick={onRevoke} aria-label={t('operators.tokens.revokeOf', { name })}>
          {t('operators.tokens.revoke')}
        </Button>
      )}
    </li>
  );
}

function stateOf({ revokedAt, expiresAt }: Token): State {
  if (revokedAt) return 'revoked';
  const left = expiresAt.getTime() - Date.now();
  return left <= 0 ? 'expired' : left < soonMs ? 'soon' : 'valid';
}
