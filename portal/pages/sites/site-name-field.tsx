import { useLanguage } from '../../language.tsx';
import { TextField } from '../../ui/field.tsx';

/** As `siteName` of the contract. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const isSiteName = (name: string): boolean => namePattern.test(name);

/** The name that a site has here. Empty, it is as the address says. */
export function SiteNameField({
  value,
  suggested,
  onChange,
}: {
  value: string;
  suggested: string;
  onChange: (name: string) => void;
}) {
  const { t } = useLanguage();
  return (
    <TextField
      label={t('sites.add.name')}
      hint={t('sites.add.name.hint')}
      fault={value !== '' && !isSiteName(value) ? t('sites.add.name.wrong') : undefined}
      value={value}
      placeholder={suggested}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** What to call a site of that address: `https://moodle-2024.univ.fr` is `moodle-2024`; empty when it is no address. */
export function suggestName(address: string): string {
  const host = URL.parse(address.trim().replace(/#.*$/s, ''))?.hostname ?? '';
  const [first = ''] = host.replace(/^www\./, '').split('.');
  return isSiteName(first) && !/^\d+$/.test(first) ? first : '';
}
