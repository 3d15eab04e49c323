import type { Site } from '@jouvence/contract';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLanguage } from '../../language.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/section.tsx';
import { shortRelease } from './site-row.tsx';

/** What it is, and, as a source, what it can do and what not. */
export function SiteAbout({ site }: { site: Site }) {
  const { t } = useLanguage();
  return (
    <Section title={t('sites.about')}>
      <Facts
        facts={[
          [t('sites.about.name'), <code key="name">{site.name}</code>],
          [t('sites.about.address'), <bdi key="address">{site.url}</bdi>],
          [t('sites.about.kind'), t(`sites.kind.${site.kind}`) + (site.demo ? ` · ${t('sites.demo')}` : '')],
          [t('sites.about.release'), <bdi key="release">{shortRelease(site.release)}</bdi>],
          ...(site.block ? [[t('sites.about.block'), site.block] as const] : []),
        ]}
      />
      {site.profiles.includes('source') && <Abilities site={site} />}
    </Section>
  );
}

function Abilities({ site: { abilities } }: { site: Site }) {
  const { t } = useLanguage();
  const kinds = ['outline', 'people', 'followed', 'discards', 'namesRoles'] as const;
  return (
    <>
      <h3 className="mt-4 mb-1 font-semibold">{t('sites.abilities')}</h3>
      <ul className="space-y-1">
        {kinds.map((kind) => (
          <Ability key={kind} can={abilities[kind]}>
            {t(`sites.ability.${kind}.${abilities[kind] ? 'yes' : 'no'}`)}
          </Ability>
        ))}
        <Ability can>
          {t('sites.ability.identities', {
            fields: abilities.identities.map((field) => t(`sites.identity.${field}`)).join(', '),
          })}
        </Ability>
      </ul>
    </>
  );
}

function Ability({ can, children }: { can: boolean; children: ReactNode }) {
  const { t } = useLanguage();
  const Icon = can ? Check : Minus;
  return (
    <li className="flex gap-2">
      <Icon className={`mt-1 size-4 shrink-0 ${can ? 'text-good' : 'text-warn'}`} aria-hidden="true" />
      <span>
        {!can && <span className="font-medium text-warn">{t('sites.ability.cannot')} </span>}
        {children}
      </span>
    </li>
  );
}
