import type { Site } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';
import { MadeDialog } from '../../ui/made-dialog.tsx';
import { Once } from '../../ui/once.tsx';

const partsOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Its line for the block is shown once. */
export function NewBlockToken({ site, onClose }: { site: Site; onClose: () => void }) {
  const { t, time } = useLanguage();
  const [name, setName] = useState('');
  const [days, setDays] = useState('365');
  const [roles, setRoles] = useState('editingteacher');
  const [ips, setIps] = useState('');
  const [people, setPeople] = useState(false);
  const [anyCourse, setAnyCourse] = useState(false);
  const create = useAction('blockTokens.create', { gcTime: 0 });
  const rules = { name: name.trim(), days: Number(days), roles: partsOf(roles), ips: partsOf(ips), people, anyCourse };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ params: { site: site.name }, body: rules });
  };
  if (create.data)
    return (
      <MadeDialog title={t('blockTokens.created', { name: rules.name })} onClose={onClose}>
        <Once label={t('blockTokens.line')} value={create.data.line}>
          <p>{t('blockTokens.lineText', { date: time(create.data.expiresAt) })}</p>
        </Once>
      </MadeDialog>
    );
  return (
    <Dialog open onClose={onClose} place="side" title={t('blockTokens.add')}>
      <form onSubmit={send} className="space-y-4" autoComplete="off">
        <TextField
          label={t('blockTokens.name')}
          hint={t('blockTokens.nameHint')}
          required
          maxLength={255}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <TextField
          label={t('blockTokens.days')}
          required
          inputMode="numeric"
          pattern="[1-9][0-9]{0,3}"
          value={days}
          onChange={({ target }) => setDays(target.value)}
        />
        <TextField
          label={t('blockTokens.roles')}
          hint={t('blockTokens.rolesHint')}
          required
          value={roles}
          onChange={({ target }) => setRoles(target.value)}
        />
        <TextField
          label={t('blockTokens.ips')}
          hint={t('blockTokens.ipsHint')}
          value={ips}
          onChange={({ target }) => setIps(target.value)}
        />
        <Checkbox
          label={t('blockTokens.people')}
          checked={people}
          onChange={({ target }) => setPeople(target.checked)}
        />
        <Checkbox
          label={t('blockTokens.anyCourse')}
          hint={t('blockTokens.anyCourseHint')}
          checked={anyCourse}
          onChange={({ target }) => setAnyCourse(target.checked)}
        />
        <DialogFoot
          error={create.error}
          busy={create.isPending}
          does={t('blockTokens.create')}
          onClose={onClose}
          words={[
            'block-tokens',
            'create',
            site.name,
            rules.name || 'NAME',
            ...(days === '365' ? [] : ['--days', days]),
            ...(roles === 'editingteacher' ? [] : rules.roles.flatMap((role) => ['--role', role])),
            ...rules.ips.flatMap((ip) => ['--ip', ip]),
            ...(people ? ['--people'] : []),
            ...(anyCourse ? ['--any-course'] : []),
          ]}
        />
      </form>
    </Dialog>
  );
}
