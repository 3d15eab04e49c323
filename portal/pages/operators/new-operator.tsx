import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';
import { MadeDialog } from '../../ui/made-dialog.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { isIncomplete, type OperatorDraft, OperatorFields, wordsOf } from './operator-fields.tsx';

/** Somebody new, and the link by which they come in. */
export function NewOperator({ onClose }: { onClose: () => void }) {
  const { t, language } = useLanguage();
  const [username, setUsername] = useState('');
  const [asked, setAsked] = useState(false);
  const [invite, setInvite] = useState(true);
  const [draft, setDraft] = useState<OperatorDraft>({
    name: '',
    email: null,
    language,
    role: 'school',
    sites: [],
    openidByEmail: false,
  });
  const add = useAction('operators.add');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (isIncomplete(draft)) return;
    const { name, ...rest } = draft;
    add.mutate({ body: { username: username.trim(), ...rest, ...(name.trim() && { name: name.trim() }), invite } });
  };
  if (add.data)
    return (
      <MadeDialog
        title={t(`operators.added.${add.data.operator.role}`, { name: add.data.operator.name })}
        onClose={onClose}
      >
        {add.data.invitation ? (
          <InvitationLink invitation={add.data.invitation} />
        ) : (
          <p>{t('operators.addedNoLink')}</p>
        )}
      </MadeDialog>
    );
  return (
    <Dialog open onClose={onClose} place="side" title={t('operators.add')}>
      <form onSubmit={send} className="space-y-4" autoComplete="off">
        <TextField
          label={t('operators.form.username')}
          hint={t('operators.form.usernameHint')}
          value={username}
          required
          pattern="[A-Za-z0-9][A-Za-z0-9._@\-]{0,99}"
          maxLength={100}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => setUsername(target.value)}
        />
        <OperatorFields
          draft={draft}
          sitesFault={asked && isIncomplete(draft) ? t(`operators.form.noSites.${draft.role}`) : undefined}
          onChange={setDraft}
        />
        <Checkbox
          label={t('operators.form.invite')}
          hint={t('operators.form.inviteHint')}
          checked={invite}
          onChange={({ target }) => setInvite(target.checked)}
        />
        <DialogFoot
          error={add.error}
          busy={add.isPending}
          does={t('operators.form.add')}
          onClose={onClose}
          words={[
            'operators',
            'add',
            username.trim() || 'NAME',
            ...wordsOf({ ...draft, openidByEmail: draft.openidByEmail || undefined }),
            ...(invite ? [] : ['--no-invite']),
          ]}
        />
      </form>
    </Dialog>
  );
}
