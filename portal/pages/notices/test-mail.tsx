import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/field.tsx';

/** Sends one now, and says what the mail server answered. */
export function TestMail({ onClose }: { onClose: () => void }) {
  const { t, language } = useLanguage();
  const [address, setAddress] = useState('');
  const send = useAction('notices.test');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate({ body: { address: address.trim(), language } });
  };
  return (
    <Dialog open onClose={onClose} title={t('notices.outbox.test')}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t('notices.test.address')}
          type="email"
          required
          autoComplete="email"
          value={address}
          onChange={({ target }) => setAddress(target.value)}
        />
        {send.data && (
          <Callout tone="good" title={t('notices.test.taken')} live>
            <p lang="en" className="break-words">
              <bdi>{send.data.response}</bdi>
            </p>
          </Callout>
        )}
        {send.error && <ErrorNote error={send.error} />}
        <Button type="submit" look="primary" busy={send.isPending}>
          {t('notices.test.send')}
        </Button>
        <Command words={['notices', 'test', address.trim() || 'me@example.org']} />
      </form>
    </Dialog>
  );
}
