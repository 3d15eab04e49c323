import type { Operator } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useToast } from '../../ui/toast.tsx';
import { isIncomplete, OperatorFields, wordsOf } from './operator-fields.tsx';
import { OperatorPower } from './operator-power.tsx';
import { SiteNames } from './site-names.tsx';

/** One operator: what is said of them, and what can be done. Whoever may not change it reads it. */
export function OperatorPanel({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const { t } = useLanguage();
  const { fleet } = useMay();
  return (
    <Dialog open onClose={onClose} place="side" title={<bdi>{operator.name}</bdi>}>
      <div className="space-y-6">
        <About operator={operator} />
        {fleet && (
          <>
            <Change operator={operator} />
            <OperatorPower operator={operator} onRemoved={onClose} />
          </>
        )}
        {!fleet && <p className="text-sm text-muted">{t('operators.onlyFleet')}</p>}
      </div>
    </Dialog>
  );
}

function About({ operator }: { operator: Operator }) {
  const { t, time } = useLanguage();
  const { username, role, sites, hasPassword, hasOpenid, createdAt, createdBy, lastSignInAt } = operator;
  const ways = [
    ...(hasPassword ? [t('operators.way.password')] : []),
    ...(hasOpenid ? [t('operators.way.openid')] : []),
  ];
  return (
    <Facts
      facts={[
        [t('operators.form.username'), <bdi key="name">{username}</bdi>],
        [t('operators.form.role'), t(`operators.role.${role}`)],
        [t('operators.form.sites'), <SiteNames key="sites" sites={sites} />],
        [t('operators.ways'), ways.length > 0 ? ways.join(', ') : t('operators.way.none')],
        [t('operators.lastSignIn'), lastSignInAt ? time(lastSignInAt) : t('operators.neverSeen')],
        [
          t('operators.created'),
          <span key="created">
            {time(createdAt)} · <bdi>{createdBy}</bdi>
          </span>,
        ],
      ]}
    />
  );
}

function Change({ operator }: { operator: Operator }) {
  const { t } = useLanguage();
  const toast = useToast();
  const { name, email, language, role, sites, openidByEmail } = operator;
  const [draft, setDraft] = useState({ name, email, language, role, sites, openidByEmail });
  const change = useAction('operators.change', { changes: ['operators', 'session'] });
  const changed = Object.fromEntries(
    Object.entries(draft).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(operator[key as keyof Operator]),
    ),
  ) as Partial<typeof draft>;
  const isSame = Object.keys(changed).length === 0;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate(
      { params: { username: operator.username }, body: changed },
      { onSuccess: () => toast.done(t('operators.changed', { name: draft.name })) },
    );
  };
  return (
    <form onSubmit={send} className="space-y-4 border-t border-line pt-4" autoComplete="off">
      <h3 className="font-semibold">{t('operators.change')}</h3>
      <OperatorFields draft={draft} onChange={setDraft} />
      {change.error && <ErrorNote error={change.error} />}
      <Button type="submit" look="primary" busy={change.isPending} disabled={isSame || isIncomplete(draft)}>
        {t('operators.form.keep')}
      </Button>
      {!isSame && (
        <Command
          words={[
            'operators',
            'change',
            operator.username,
            ...wordsOf(changed),
            ...(changed.sites === null && draft.role !== 'operator' ? ['--all-sites'] : []),
          ]}
        />
      )}
    </form>
  );
}
