import { ApiError } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toast.tsx';

const nothing = { current: '', password: '', again: '' };

/** What is wrong stands beside the field where it is. */
export function OwnPassword({ username }: { username: string }) {
  const { t, maybe } = useLanguage();
  const { done } = useToast();
  const [typed, setTyped] = useState(nothing);
  const [isUnlike, setUnlike] = useState(false);
  const change = useAction('session.password', { changes: ['session', 'sessions'] });
  const refused = change.error instanceof ApiError ? change.error : null;
  const fault = maybe(`signIn.problem.${String(refused?.details.fault)}`);
  const isWrong = refused?.status === 401;
  const field = (key: keyof typeof nothing) => ({
    type: 'password' as const,
    required: true,
    maxLength: 1024,
    value: typed[key],
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [key]: target.value }),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setUnlike(typed.password !== typed.again);
    if (typed.password !== typed.again) return;
    change.mutate(
      { body: { current: typed.current, password: typed.password } },
      {
        onSuccess: () => {
          setTyped(nothing);
          done(t('account.changed'));
        },
      },
    );
  };
  return (
    <Section title={t('account.password')}>
      <form onSubmit={send} className="space-y-4">
        <input type="hidden" name="username" value={username} autoComplete="username" />
        <TextField
          label={t('account.currentPassword')}
          autoComplete="current-password"
          {...field('current')}
          fault={isWrong ? t('operators.account.wrong') : undefined}
        />
        <TextField
          label={t('signIn.newPassword')}
          hint={t('signIn.policy')}
          autoComplete="new-password"
          {...field('password')}
          fault={fault}
        />
        <TextField
          label={t('signIn.again')}
          autoComplete="new-password"
          {...field('again')}
          fault={isUnlike ? t('signIn.problem.unlike') : undefined}
        />
        {change.error && !isWrong && !fault && <ErrorNote error={change.error} />}
        <Button type="submit" look="primary" busy={change.isPending}>
          {t('account.change')}
        </Button>
      </form>
    </Section>
  );
}
