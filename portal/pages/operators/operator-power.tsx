import type { Operator } from '@jouvence/contract';
import { type ReactNode, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useSession } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { InvitationLink } from './invitation-link.tsx';

/** Letting somebody in anew, keeping them out, and forgetting them. */
export function OperatorPower({ operator, onRemoved }: { operator: Operator; onRemoved: () => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const { username: own } = useSession();
  const { username, name, disabledAt } = operator;
  const params = { username };
  const invite = useAction('operators.invite');
  const disable = useAction('operators.disable');
  const enable = useAction('operators.enable');
  const isSelf = username === own;
  return (
    <div className="space-y-4 border-t border-line pt-4">
      {!disabledAt && (
        <Part title={t('operators.invite')} text={t('operators.invite.text')} words={['operators', 'invite', username]}>
          <Button busy={invite.isPending} onClick={() => invite.mutate({ params })}>
            {t('operators.invite.do')}
          </Button>
          {invite.data && <InvitationLink invitation={invite.data} />}
          {invite.error && <ErrorNote error={invite.error} />}
        </Part>
      )}
      {disabledAt ? (
        <Part title={t('operators.enable')} text={t('operators.enable.text')} words={['operators', 'enable', username]}>
          <Button
            busy={enable.isPending}
            onClick={() => enable.mutate({ params }, { onSuccess: () => toast.done(t('operators.enabled', { name })) })}
          >
            {t('operators.enable.do')}
          </Button>
          {enable.error && <ErrorNote error={enable.error} />}
        </Part>
      ) : (
        !isSelf && (
          <Part
            title={t('operators.disable')}
            text={t('operators.disable.text')}
            words={['operators', 'disable', username]}
          >
            <Button
              look="danger"
              busy={disable.isPending}
              onClick={() =>
                disable.mutate({ params }, { onSuccess: () => toast.done(t('operators.disabled', { name })) })
              }
            >
              {t('operators.disable.do')}
            </Button>
            {disable.error && <ErrorNote error={disable.error} />}
          </Part>
        )
      )}
      {isSelf ? (
        <p className="text-sm text-muted">{t('operators.self')}</p>
      ) : (
        <Remove operator={operator} onRemoved={onRemoved} />
      )}
    </div>
  );
}

function Remove({ operator: { username, name }, onRemoved }: { operator: Operator; onRemoved: () => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const [typed, setTyped] = useState('');
  const remove = useAction('operators.remove', { changes: ['operators', 'tokens'] });
  return (
    <Part title={t('operators.remove')} text={t('operators.remove.text')} words={['operators', 'remove', username]}>
      <form
        className="space-y-3"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== username) return;
          remove.mutate(
            { params: { username } },
            {
              onSuccess: () => {
                toast.done(t('operators.removed', { name }));
                onRemoved();
              },
            },
          );
        }}
      >
        <TextField
          label={t('operators.remove.type', { name: username })}
          value={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => setTyped(target.value)}
        />
        {remove.error && <ErrorNote error={remove.error} />}
        <Button type="submit" look="danger" busy={remove.isPending} disabled={typed !== username}>
          {t('operators.remove.do')}
        </Button>
      </form>
    </Part>
  );
}

function Part({
  title,
  text,
  words,
  children,
}: {
  title: string;
  text: string;
  words: readonly string[];
  children: ReactNode;
}) {
  return (
    <section className="space-y-2">
      <h3 className="font-semibold">{title}</h3>
      <p className="text-sm text-muted">{text}</p>
      {children}
      <Command words={words} />
    </section>
  );
}
