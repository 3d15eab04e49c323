import type { Operator } from '@jouvence/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { When } from '../../ui/when.tsx';
import { NewOperator } from './new-operator.tsx';
import { OperatorPanel } from './operator-panel.tsx';
import { SiteNames } from './site-names.tsx';

export function OperatorList() {
  const { t } = useLanguage();
  const { fleet } = useMay();
  const { operator: opened } = useSearch({ from: '/operators' });
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const list = useCall('operators.list', {});
  if (list.isPending) return <Skeleton />;
  if (!list.data) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} />;
  const { operators } = list.data;
  const shown = operators.find(({ username }) => username === opened);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted">{fleet ? t('operators.list.text') : t('operators.list.limited')}</p>
        {fleet && (
          <Button look="primary" onClick={() => setAdding(true)}>
            <UserPlus className="size-4" aria-hidden="true" />
            {t('operators.add')}
          </Button>
        )}
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {operators.map((operator) => (
          <Row key={operator.username} operator={operator} />
        ))}
      </ul>
      <div className="mt-4">
        <Command words={['operators', 'list']} />
      </div>
      {adding && <NewOperator onClose={() => setAdding(false)} />}
      {shown && (
        <OperatorPanel
          key={shown.username}
          operator={shown}
          onClose={() => void navigate({ to: '/operators', search: {}, resetScroll: false })}
        />
      )}
    </>
  );
}

function Row({ operator }: { operator: Operator }) {
  const { t } = useLanguage();
  const { username, name, email, role, sites, lastSignInAt } = operator;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 p-4">
      <div className="min-w-0 flex-1 basis-60">
        <Link
          to="/operators"
          search={{ operator: username }}
          resetScroll={false}
          className="font-medium break-words text-primary"
        >
          <bdi>{name}</bdi>
        </Link>
        <p className="text-sm break-all text-muted">
          <bdi>{username}</bdi>
          {email && (
            <>
              {' · '}
              <bdi>{email}</bdi>
            </>
          )}
        </p>
      </div>
      <div className="min-w-0 basis-56 text-sm">
        <p>{t(`operators.role.${role}`)}</p>
        <p className="text-muted">
          <SiteNames sites={sites} />
        </p>
      </div>
      <div className="basis-48 space-y-1 text-sm">
        <States operator={operator} />
        <p className="text-muted">
          {lastSignInAt ? (
            <>
              {t('operators.seen')} <When at={lastSignInAt} />
            </>
          ) : (
            t('operators.neverSeen')
          )}
        </p>
      </div>
    </li>
  );
}

/** What keeps somebody from coming in, or will. */
function States({
  operator: { disabledAt, invitedUntil, hasPassword, hasOpenid, openidByEmail },
}: {
  operator: Operator;
}) {
  const { t, time } = useLanguage();
  if (disabledAt) return <Badge tone="bad">{t('operators.state.disabled')}</Badge>;
  if (hasPassword || hasOpenid) return null;
  if (invitedUntil && invitedUntil > new Date())
    return (
      <>
        <Badge tone="note">{t('operators.state.invited')}</Badge>
        <p className="text-muted">{t('operators.invitedUntil', { date: time(invitedUntil) })}</p>
      </>
    );
  return openidByEmail ? (
    <Badge tone="note">{t('operators.state.openid')}</Badge>
  ) : (
    <Badge tone="warn">{t('operators.state.noWay')}</Badge>
  );
}
