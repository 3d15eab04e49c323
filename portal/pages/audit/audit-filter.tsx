import { auditActions, auditActionText } from '@jouvence/i18n/browser';
import { Search } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useCall } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type AuditSearch, readAuditSearch } from './search.ts';

/** By nouns, as somebody would look for them. */
const nouns = [...new Set(auditActions.map((action) => action.split('.')[0]!))];

const fields = ['actor', 'object', 'site'] as const;

/** Everything that is filled in must hold. What stands there goes into the address when it is looked for. */
export function AuditFilter({ search, onFind }: { search: AuditSearch; onFind(search: AuditSearch): void }) {
  const { t, maybe } = useLanguage();
  const id = useId();
  const [typed, setTyped] = useState(search);
  const sites = useCall('sites.list', {}).data?.sites ?? [];
  const set = (key: keyof AuditSearch, value: string) => setTyped({ ...typed, [key]: value });
  const isOther = typed.action !== undefined && ![...nouns, ...auditActions].includes(typed.action);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onFind(readAuditSearch({ ...typed }));
  };
  return (
    <form onSubmit={send} className="mb-5 rounded-lg border border-line bg-surface p-4" autoComplete="off">
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        <SelectField
          label={t('audit.action')}
          value={typed.action ?? ''}
          onChange={({ target }) => set('action', target.value)}
        >
          <option value="">{t('audit.action.any')}</option>
          {nouns.map((noun) => (
            <optgroup key={noun} label={maybe(`audit.noun.${noun}`) ?? noun}>
              <option value={noun}>{t('audit.action.all', { noun: maybe(`audit.noun.${noun}`) ?? noun })}</option>
              {auditActions
                .filter((action) => action.startsWith(`${noun}.`))
                .map((action) => (
                  <option key={action} value={action}>
                    {auditActionText({ maybe }, action)}
                  </option>
                ))}
            </optgroup>
          ))}
          {isOther && (
            <optgroup label={t('audit.action.other')}>
              <option value={typed.action}>{typed.action}</option>
            </optgroup>
          )}
        </SelectField>
        {fields.map((key) => (
          <div key={key}>
            <TextField
              label={t(`audit.${key}`)}
              placeholder={t(`audit.${key}.example`)}
              value={typed[key] ?? ''}
              maxLength={255}
              autoCapitalize="none"
              spellCheck={false}
              list={key === 'site' ? `${id}-site` : undefined}
              onChange={({ target }) => set(key, target.value)}
            />
            {key === 'site' && (
              <datalist id={`${id}-site`}>
                {sites.map(({ name, title }) => (
                  <option key={name} value={name} label={title} />
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
