import { ApiError, type Site } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { AddFault } from './add-fault.tsx';
import { isSiteName, SiteNameField, suggestName } from './site-name-field.tsx';

const codePattern = /^\s*https?:\/\/[^#\s]+#[^#]+$/;

/** By the code that the set-up on the Moodle prints. It opens once, and stays nowhere. */
export function AddByCode({ onAdded }: { onAdded: (site: Site) => void }) {
  const { t } = useLanguage();
  const [profile, setProfile] = useState('source');
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [isPrivate, setPrivate] = useState(false);
  const [asked, setAsked] = useState(false);
  // Nothing of what was sent is kept.
  const pair = useAction('sites.pair', { changes: ['sites', 'status'], gcTime: 0 });
  const given = name || suggestName(code);
  const faults = {
    code: codePattern.test(code) ? undefined : t('sites.add.code.wrong'),
    name: isSiteName(given) ? undefined : t('sites.add.name.wrong'),
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (faults.code || faults.name) return;
    pair.mutate(
      { body: { name: given, code, private: isPrivate } },
      {
        onSuccess: ({ site }) => onAdded(site),
        onError: (error) => {
          if (error instanceof ApiError && error.details.codeUsedUp) setCode('');
        },
      },
    );
  };
  return (
    <form onSubmit={send} className="space-y-5" noValidate autoComplete="off">
      <section className="space-y-3">
        <h3 className="font-semibold">{t('sites.add.step', { number: 1, what: t('sites.add.onMoodle') })}</h3>
        <p className="text-sm text-muted">{t('sites.add.code.before')}</p>
        <SelectField label={t('sites.add.for')} value={profile} onChange={(event) => setProfile(event.target.value)}>
          <option value="source">{t('sites.add.for.source')}</option>
          <option value="target">{t('sites.add.for.target')}</option>
        </SelectField>
        <Command
          program="php"
          words={['local/jouvence/cli/setup.php', `--profile=${profile}`]}
          label={t('sites.add.runThere')}
        />
      </section>
      <section className="space-y-3">
        <h3 className="font-semibold">{t('sites.add.step', { number: 2, what: t('sites.add.here') })}</h3>
        <TextField
          label={t('sites.add.code')}
          hint={t('sites.add.code.hint')}
          fault={asked ? faults.code : undefined}
          value={code}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="https://moodle.example#…"
          onChange={(event) => setCode(event.target.value)}
        />
        <SiteNameField value={name} suggested={suggestName(code)} onChange={setName} />
        {asked && faults.name && name === '' && <p className="text-sm text-bad">{faults.name}</p>}
        <Checkbox
          label={t('sites.add.private')}
          hint={t('sites.add.private.hint')}
          checked={isPrivate}
          onChange={(event) => setPrivate(event.target.checked)}
        />
      </section>
      {pair.error && <AddFault error={pair.error} />}
      {pair.isPending && <Callout live>{t('sites.add.asking')}</Callout>}
      <Button type="submit" look="primary" busy={pair.isPending}>
        {t('sites.add.pair')}
      </Button>
      <Command words={['sites', 'add', given || 'NAME', ...(isPrivate ? ['--private'] : [])]} />
    </form>
  );
}
