import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Checkbox, TextField } from '../../ui/field.tsx';

/** It cannot be taken back: the name is typed once more. */
export function ErasePerson({ who, onClose }: { who: { site: string; username: string }; onClose: () => void }) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState('');
  const [called, setCalled] = useState('');
  const [cancel, setCancel] = useState(false);
  const erase = useAction('people.erase', { changes: ['requests', 'notices', 'audit'] });
  const alsoCalled = called
    .split('\n')
    .flatMap((line) => line.split(';'))
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, 20);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (typed !== who.username) return;
    erase.mutate({ params: who, body: { cancel, ...(alsoCalled.length > 0 && { alsoCalled }) } });
  };
  const state = erase.data?.state;
  return (
    <Dialog open onClose={onClose} title={t('operators.people.eraseOf', { name: who.username })}>
      {state === 'erased' ? (
        <div className="space-y-4">
          {erase.data!.rows === 0 ? (
            <Callout live title={t('operators.people.nothing', { name: who.username })} />
          ) : (
            <Callout tone="good" live title={t('operators.people.erased', { count: erase.data!.rows })} />
          )}
          <Button look="primary" onClick={onClose}>
            {t('shell.close')}
          </Button>
        </div>
      ) : (
        <form onSubmit={send} className="space-y-4" autoComplete="off">
          <ul className="list-disc space-y-1 pl-5">
            <li>{t('operators.people.eraseWhat')}</li>
            <li>{t('operators.people.eraseSite')}</li>
            <li>{t('operators.people.eraseBack')}</li>
          </ul>
          <TextField
            label={t('operators.people.alsoCalled')}
            hint={t('operators.people.alsoCalledHint')}
            value={called}
            onChange={({ target }) => setCalled(target.value)}
          />
          <Checkbox
            label={t('operators.people.cancel')}
            hint={t('operators.people.cancelHint')}
            checked={cancel}
            onChange={({ target }) => setCancel(target.checked)}
          />
          <TextField
            label={t('operators.people.type', { name: who.username })}
            value={typed}
            autoCapitalize="none"
            spellCheck={false}
            onChange={({ target }) => setTyped(target.value)}
          />
          {state === 'cancelling' && (
            <Callout tone="note" live title={t('operators.people.cancelling', { count: erase.data!.requests.length })}>
              <p>{t('operators.people.cancellingText')}</p>
            </Callout>
          )}
          {erase.error && <ErrorNote error={erase.error} />}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="danger" busy={erase.isPending} disabled={typed !== who.username}>
              {t('operators.people.erase')}
            </Button>
            <Button onClick={onClose}>{t('shell.cancel')}</Button>
          </div>
          <Command
            words={[
              'people',
              'erase',
              who.site,
              who.username,
              ...(cancel ? ['--cancel'] : []),
              ...(alsoCalled.length > 0 ? ['--also-called', ...alsoCalled] : []),
            ]}
          />
        </form>
      )}
    </Dialog>
  );
}
