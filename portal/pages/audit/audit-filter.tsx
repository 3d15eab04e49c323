import { routes } from '@jouvence/contract';
import { Search } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { type AuditSearch, readAuditSearch } from './search.ts';

/** What changes something is written down; and the nouns alone, for all of one. */
const actions = Object.entries(routes)
  .filter(([, { method }]) => method !== 'GET')
  .map(([operation]) => operation);
const known = [...new Set([...actions.map((action) => action.split('.')[0]!), ...actions, 'people.enter'])].sort();

const fields = ['actor', 'action', 'object', 'site'] as const;

/** Everything that is filled in must hold. What stands there goes into the address when it is looked for. */
export function AuditFilter({ search, onFind }: { search: AuditSearch; onFind(search: AuditSearch): void }) {
  const { t } = useLanguage();
  const id = useId();
  const [typed, setTyped] = useState(search);
  const sites = useCall('sites.list', {}).data?.sites ?? [];
  const isBadAction = Boolean(typed.action) && readAuditSearch({ action: typed.action }).action === undefined;
  const set = (key: keyof AuditSearch, value: string) => setTyped({ ...typed, [key]: value });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!isBadAction) onFind(readAuditSearch({ ...typed, action: typed.action?.trim() }));
  };
  const suggestions = { action: known, site: sites.map(({ name }) => name) };
  return (
    <form onSubmit={send} className="mb-5 rounded-lg border border-line bg-surface p-4" autoComplete="off">
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {fields.map((key) => (
          <div key={key}>
            <TextField
              label={t(`audit.${key}`)}
              placeholder={t(`audit.${key}.example`)}
              value={typed[key] ?? ''}
              maxLength={255}
              autoCapitalize="none"
              spellCheck={false}
              list={key in suggestions ? `${id}-${key}` : undefined}
              fault={key === 'action' && isBadAction ? t('audit.action.fault') : undefined}
              onChange={({ target }) => set(key, target.value)}
            />
            {(key === 'action' || key === 'site') && (
              <datalist id={`${id}-${key}`}>
                {suggestions[key].map((each) => (
                  <option key={each} value={each} />
                ))}
              </datalist>
            )}
          </div>
        ))}
        {(['from', 'to'] as const).map((key) => (
          <TextField
            key={key}
            type="date"
            label={t(`audit.${key}`)}
            value={typed[key] ?? ''}
            onChange={({ target }) => set(key, target.value)}
          />
        ))}
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button type="submit" look="primary">
          <Search className="size-4" aria-hidden="true" />
          {t('audit.find')}
        </Button>
        {Object.keys(search).length > 0 && <Button onClick={() => onFind({})}>{t('audit.all')}</Button>}
      </div>
    </form>
  );
}
