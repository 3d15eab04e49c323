import { Download } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { client, useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toast.tsx';
import { ErasePerson } from './erase-person.tsx';

/** What is held of one person: handed over as a file, or erased. */
export function PersonData() {
  const { t } = useLanguage();
  const { done } = useToast();
  const sites = useCall('sites.list', {});
  const [site, setSite] = useState('');
  const [username, setUsername] = useState('');
  const [erasing, setErasing] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [error, setError] = useState<unknown>(null);
  /** Of whom nothing is held, when that was looked for. */
  const [nobody, setNobody] = useState<string | null>(null);
  const who = { site, username: username.trim() };
  const isNamed = site !== '' && who.username !== '';
  const download = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isNamed) return;
    setExporting(true);
    setError(null);
    setNobody(null);
    try {
      const document = await client.call('people.export', { params: who });
      if (heldIn(document) === 0) return setNobody(who.username);
      save(`jouvence-${site}-${who.username}.json`, JSON.stringify(document, null, 2));
      done(t('operators.people.exported', { name: who.username }));
    } catch (refused) {
      setError(refused);
    } finally {
      setExporting(false);
    }
  };
  return (
    <div className="max-w-3xl">
      <Section title={t('operators.people.title')} lead={t('operators.people.text')}>
        <form onSubmit={(event) => void download(event)} className="space-y-4" autoComplete="off">
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label={t('operators.people.site')}
              hint={t('operators.people.siteHint')}
              value={site}
              required
              onChange={({ target }) => setSite(target.value)}
            >
              <option value="">{t('operators.people.chooseSite')}</option>
              {(sites.data?.sites ?? []).map(({ name, title }) => (
                <option key={name} value={name}>
                  {title} ({name})
                </option>
              ))}
            </SelectField>
            <TextField
              label={t('operators.people.username')}
              value={username}
              required
              maxLength={255}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={({ target }) => setUsername(target.value)}
            />
          </div>
          {sites.error && <ErrorNote error={sites.error} onRetry={() => void sites.refetch()} />}
          {error != null && <ErrorNote error={error} />}
          {nobody !== null && <Callout live title={t('operators.people.nothing', { name: nobody })} />}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="primary" busy={exporting} disabled={!isNamed}>
              <Download className="size-4" aria-hidden="true" />
              {t('operators.people.export')}
            </Button>
            <Button look="danger" disabled={!isNamed} onClick={() => setErasing(true)}>
              {t('operators.people.erase')}
            </Button>
          </div>
          <Command words={['people', 'export', site || 'SITE', who.username || 'USERNAME']} />
        </form>
      </Section>
      {erasing && <ErasePerson who={who} onClose={() => setErasing(false)} />}
    </div>
  );
}

/** How many requests, notices, sessions and so on a document names. */
function heldIn(part: unknown): number {
  if (Array.isArray(part)) return part.length;
  if (typeof part !== 'object' || part === null) return 0;
  return Object.values(part).reduce((sum: number, each) => sum + heldIn(each), 0);
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.@-]+/g, '_');
  link.click();
  // Not at once: the browser has to begin reading it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
