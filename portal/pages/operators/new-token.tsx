import type { Token } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { MadeDialog } from '../../ui/made-dialog.tsx';
import { Once } from '../../ui/once.tsx';
import { SiteChoice } from './site-choice.tsx';

const lengths = [7, 30, 90, 180, 366];

/** Never more than whoever makes it may; its value is shown once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const { t, time } = useLanguage();
  const { role: own, sites: ownSites } = useSession();
  const isFleet = own === 'operator';
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const [role, setRole] = useState<Token['role']>('auditor');
  const [sites, setSites] = useState<string[] | null>(ownSites);
  const create = useAction('tokens.create');
  const roles = isFleet ? (['auditor', 'school', 'operator'] as const) : (['auditor', 'school'] as const);
  const limited = role === 'operator' ? null : sites;
  const isIncomplete = limited?.length === 0 || (role === 'school' && limited === null);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ body: { name: name.trim(), days, role, ...(limited && { sites: limited }) } });
  };
  if (create.data)
    return (
      <MadeDialog title={t('operators.tokens.created', { name: create.data.name })} onClose={onClose}>
        <Once label={t('operators.tokens.value')} value={create.data.token}>
          <p>{t('operators.tokens.valueText', { date: time(create.data.expiresAt) })}</p>
        </Once>
      </MadeDialog>
    );
  return (
    <Dialog open onClose={onClose} place="side" title={t('operators.tokens.add')}>
      <form onSubmit={send} className="space-y-4" autoComplete="off">
        <TextField
          label={t('operators.tokens.name')}
          hint={t('operators.tokens.nameHint')}
          required
          maxLength={255}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <SelectField
          label={t('operators.tokens.days')}
          hint={t('operators.tokens.daysHint')}
          value={days}
          onChange={({ target }) => setDays(Number(target.value))}
        >
          {lengths.map((each) => (
            <option key={each} value={each}>
              {t('operators.tokens.forDays', { count: each })}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('operators.form.role')}
          hint={t(`operators.role.${role}.text`)}
          value={role}
          onChange={({ target }) => {
            const chosen = target.value as Token['role'];
            setRole(chosen);
            if (chosen === 'school') setSites(sites ?? []);
          }}
        >
          {roles.map((each) => (
            <option key={each} value={each}>
              {t(`operators.role.${each}`)}
            </option>
          ))}
        </SelectField>
        {role !== 'operator' && (
          <SiteChoice value={sites} onChange={setSites} mayBeAll={isFleet && role === 'auditor'} />
        )}
        <DialogFoot
          error={create.error}
          busy={create.isPending}
          disabled={isIncomplete}
          does={t('operators.tokens.create')}
          onClose={onClose}
          words={[
            'tokens',
            'create',
            name.trim() || 'NAME',
            '--days',
            String(days),
            '--role',
            role,
            ...(limited ?? []).flatMap((site) => ['--site', site]),
          ]}
        />
      </form>
    </Dialog>
  );
}
