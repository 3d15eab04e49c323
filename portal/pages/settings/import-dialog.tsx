import type { Answer } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SelectField, TextArea } from '../../ui/field.tsx';
import { ImportResult } from './import-result.tsx';

const component = 'block_my_external_backup_restore_courses';

/** The settings of Strasbourg's block for a target: what it would do first, then doing it. */
export function ImportDialog({ target, onClose }: { target: string | undefined; onClose: () => void }) {
  const { t } = useLanguage();
  const targets = useCall('sites.list', {}).data?.sites.filter(({ profiles }) => profiles.includes('target')) ?? [];
  const [chosen, setChosen] = useState<string | undefined>(target);
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<Answer<'settings.import'> | null>(null);
  const site = chosen ?? targets[0]?.name ?? '';
  // The listing may hold tokens of the block: nothing of it is kept.
  const bringIn = useAction('settings.import', { changes: ['settings', 'pairs'], gcTime: 0 });
  const send = (dryRun: boolean): void =>
    bringIn.mutate({ body: { target: site, text, dryRun } }, { onSuccess: setAnswer, onError: () => setAnswer(null) });
  const look = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '' && site !== '') send(true);
  };
  // Something else was said: what was found is not true of it.
  const forget = (): void => {
    setAnswer(null);
    bringIn.reset();
  };
  return (
    <Dialog open onClose={onClose} title={t('settings.import.title')} place="side">
      <form onSubmit={look} className="space-y-4" noValidate autoComplete="off">
        <p className="text-sm text-muted">{t('settings.import.text')}</p>
        <Command
          program="php"
          words={['admin/cli/cfg.php', `--component=${component}`, '--json']}
          label={t('settings.import.command')}
        />
        <SelectField
          label={t('settings.import.target')}
          value={site}
          onChange={({ target: { value } }) => {
            setChosen(value);
            forget();
          }}
        >
          {targets.map(({ name, title }) => (
            <option key={name} value={name}>
              {title && title !== name ? `${title} (${name})` : name}
            </option>
          ))}
        </SelectField>
        <TextArea
          label={t('settings.import.listing')}
          hint={t('settings.import.listing.hint')}
          rows={6}
          value={text}
          spellCheck={false}
          autoComplete="off"
          maxLength={100_000}
          onChange={({ target: { value } }) => {
            setText(value);
            forget();
          }}
        />
        {bringIn.error && <ErrorNote error={bringIn.error} />}
        {answer && <ImportResult answer={answer} />}
        <div className="flex flex-wrap gap-2">
          {answer && !answer.applied && answer.changes.length > 0 && (
            <Button look="primary" busy={bringIn.isPending} onClick={() => send(false)}>
              {t('settings.import.apply', { count: answer.changes.length })}
            </Button>
          )}
          {!answer && (
            <Button type="submit" look="primary" disabled={text.trim() === '' || site === ''} busy={bringIn.isPending}>
              {t('settings.import.look')}
            </Button>
          )}
          <Button onClick={onClose}>{t(answer?.applied ? 'shell.close' : 'shell.cancel')}</Button>
        </div>
        <Command
          words={['settings', 'import', 'cfg.json', '--target', site || 'SITE', ...(answer ? [] : ['--dry-run'])]}
        />
      </form>
    </Dialog>
  );
}
