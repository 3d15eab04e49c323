import type { Operator } from '@jouvence/contract';
import { useLanguage } from '../../language.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { SiteChoice } from './site-choice.tsx';

export type OperatorDraft = Pick<Operator, 'name' | 'email' | 'language' | 'role' | 'sites' | 'openidByEmail'>;

/** What is said of an operator, new or known. */
export function OperatorFields({
  draft,
  sitesFault,
  onChange,
}: {
  draft: OperatorDraft;
  sitesFault?: string;
  onChange(draft: OperatorDraft): void;
}) {
  const { t } = useLanguage();
  const { name, email, language, role, sites, openidByEmail } = draft;
  const chooseRole = (chosen: Operator['role']) =>
    onChange({
      ...draft,
      role: chosen,
      sites: chosen === 'operator' ? null : chosen === 'school' ? (sites ?? []) : sites,
    });
  return (
    <div className="space-y-4">
      <TextField
        label={t('operators.form.name')}
        value={name}
        maxLength={255}
        autoComplete="off"
        onChange={({ target }) => onChange({ ...draft, name: target.value })}
      />
      <TextField
        label={t('operators.form.email')}
        hint={t('operators.form.emailHint')}
        type="email"
        maxLength={255}
        autoComplete="off"
        value={email ?? ''}
        onChange={({ target }) =>
          onChange({ ...draft, email: target.value || null, openidByEmail: openidByEmail && target.value !== '' })
        }
      />
      <SelectField
        label={t('operators.form.role')}
        hint={t(`operators.role.${role}.text`)}
        value={role}
        onChange={({ target }) => chooseRole(target.value as Operator['role'])}
      >
        {(['operator', 'school', 'auditor'] as const).map((each) => (
          <option key={each} value={each}>
            {t(`operators.role.${each}`)}
          </option>
        ))}
      </SelectField>
      {role !== 'operator' && (
        <SiteChoice
          value={sites}
          mayBeAll={role === 'auditor'}
          fault={sitesFault}
          onChange={(chosen) => onChange({ ...draft, sites: chosen })}
        />
      )}
      <SelectField
        label={t('operators.form.language')}
        hint={t('operators.form.languageHint')}
        value={language}
        onChange={({ target }) => onChange({ ...draft, language: target.value as Operator['language'] })}
      >
        <option value="fr" lang="fr">
          Français
        </option>
        <option value="en" lang="en">
          English
        </option>
      </SelectField>
      <Checkbox
        label={t('operators.form.openid')}
        hint={t('operators.form.openidHint')}
        checked={openidByEmail}
        disabled={!email}
        onChange={({ target }) => onChange({ ...draft, openidByEmail: target.checked })}
      />
    </div>
  );
}

/** Why it cannot be sent as it is. */
export const isIncomplete = ({ role, sites }: OperatorDraft): boolean =>
  (role === 'school' && (sites ?? []).length === 0) || (role === 'auditor' && sites?.length === 0);

/** On the command line. */
export function wordsOf({ name, email, language, role, sites, openidByEmail }: Partial<OperatorDraft>): string[] {
  return [
    ...(role ? ['--role', role] : []),
    ...(sites ?? []).flatMap((site) => ['--site', site]),
    ...(name ? ['--name', name] : []),
    ...(email ? ['--email', email] : []),
    ...(language ? ['--language', language] : []),
    ...(openidByEmail === undefined ? [] : ['--openid', openidByEmail ? 'yes' : 'no']),
  ];
}
