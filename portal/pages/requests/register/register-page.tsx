import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCall } from '../../../api.ts';
import { useLanguage } from '../../../language.tsx';
import { useMay } from '../../../session.tsx';
import { Callout } from '../../../ui/callout.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { SelectField } from '../../../ui/field.tsx';
import { Page } from '../../../ui/page.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { RegisterForms } from './register-forms.tsx';

/** Courses that came to a target by other means: made known, so that none comes again. */
export function RegisterPage() {
  const { t } = useLanguage();
  const { change } = useMay();
  return (
    <Page
      title={t('requests.register')}
      lead={
        <>
          <Link to="/requests" className="text-primary underline underline-offset-4">
            {t('requests.all')}
          </Link>
          <p className="mt-2">{t('requests.register.lead')}</p>
        </>
      }
    >
      {change ? (
        <Register />
      ) : (
        <Callout>
          <p>{t('requests.register.notYours')}</p>
        </Callout>
      )}
    </Page>
  );
}

function Register() {
  const { t } = useLanguage();
  const search = useSearch({ from: '/requests/register' });
  const navigate = useNavigate({ from: '/requests/register' });
  const sites = useCall('sites.list', {}, { staleTime: 60_000 });
  if (!sites.data)
    return sites.error ? (
      <ErrorNote error={sites.error} onRetry={() => void sites.refetch()} />
    ) : (
      <Skeleton lines={4} />
    );
  const targets = sites.data.sites.filter(({ profiles }) => profiles.includes('target'));
  const target = targets.find(({ name }) => name === search.target) ?? targets[0];
  if (!target)
    return (
      <Callout>
        <p>{t('requests.register.noTarget')}</p>
        <Link to="/sites">{t('shell.nav.sites')}</Link>
      </Callout>
    );
  const isMany = search.how === 'many';
  return (
    <div className="max-w-3xl space-y-5">
      <SelectField
        label={t('requests.register.target')}
        value={target.name}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: { ...search, target: value }, replace: true, resetScroll: false })
        }
      >
        {targets.map(({ name, title }) => (
          <option key={name} value={name}>
            {title && title !== name ? `${title} (${name})` : name}
          </option>
        ))}
      </SelectField>
      <Tabs
        label={t('requests.register.how')}
        tabs={[
          {
            key: 'one',
            text: t('requests.register.how.one'),
            search: { ...search, how: undefined },
            current: !isMany,
          },
          { key: 'many', text: t('requests.register.how.many'), search: { ...search, how: 'many' }, current: isMany },
        ]}
      />
      <RegisterForms target={target} sites={sites.data.sites} isMany={isMany} />
    </div>
  );
}
