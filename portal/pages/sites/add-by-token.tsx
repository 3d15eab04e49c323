import type { Site } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { AddFault } from './add-fault.tsx';
import { isSiteName, SiteNameField, suggestName } from './site-name-field.tsx';

type Profile = Site['profiles'][number];

/** By address and token: of a service made by hand, or of Strasbourg's block. */
export function AddByToken({ strasbourg, onAdded }: { strasbourg: boolean; onAdded: (site: Site) => void }) {
  const { t } = useLanguage();
  const [profile, setProfile] = useState<Profile>('source');
  const [url, setUrl] = useState('');
  const [token, setToken] = useState('');
  const [name, setName] = useState('');
  const [asked, setAsked] = useState(false);
  const add = useAction('sites.add', { changes: ['sites', 'status'], gcTime: 0 });
  const given = name || suggestName(url);
  const address = url.trim();
  const faults = {
    url: /^https?:$/.test(URL.parse(address)?.protocol ?? '') ? undefined : t('sites.add.url.wrong'),
    token: /^[\x21-\x7e]{8,}$/.test(token.trim()) ? undefined : t('sites.add.token.wrong'),
    name: isSiteName(given) ? undefined : t('sites.add.name.wrong'),
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (faults.url || faults.token || faults.name) return;
    const body = { name: given, url: address, profile, token: token.trim(), strasbourg };
    add.mutate({ body }, { onSuccess: onAdded });
  };
  const flags = strasbourg ? ['--strasbourg'] : ['--profile', profile];
  return (
    <form onSubmit={send} className="space-y-4" noValidate autoComplete="off">
      {strasbourg ? (
        <Callout title={t('sites.add.strasbourg.title')}>
          <p>{t('sites.add.strasbourg.text')}</p>
        </Callout>
      ) : (
        <p className="text-sm text-muted">{t('sites.add.token.before')}</p>
      )}
      <TextField
        label={t('sites.add.url')}
        hint={t('sites.add.url.hint')}
        fault={asked ? faults.url : undefined}
        type="url"
        inputMode="url"
        value={url}
        placeholder="https://moodle.example"
        autoComplete="off"
        onChange={(event) => setUrl(event.target.value)}
      />
      {!strasbourg && (
        <SelectField
          label={t('sites.add.for')}
          value={profile}
          onChange={(event) => setProfile(event.target.value as Profile)}
        >
          {(['source', 'target', 'fleet'] as const).map((each) => (
            <option key={each} value={each}>
              {t(`sites.add.for.${each}`)}
            </option>
          ))}
        </SelectField>
      )}
      <TextField
        label={t('sites.add.token')}
        hint={t('sites.add.token.hint')}
        fault={asked ? faults.token : undefined}
        type="password"
        value={token}
        autoComplete="new-password"
        onChange={(event) => setToken(event.target.value)}
      />
      <SiteNameField value={name} suggested={suggestName(url)} onChange={setName} />
      {asked && faults.name && name === '' && <p className="text-sm text-bad">{faults.name}</p>}
      {add.error && <AddFault error={add.error} />}
      {add.isPending && <Callout live>{t('sites.add.asking')}</Callout>}
      <Button type="submit" look="primary" busy={add.isPending}>
        {t('sites.add.add')}
      </Button>
      <Command words={['sites', 'add', given || 'NAME', address || 'https://moodle.example', ...flags]} />
    </form>
  );
}
