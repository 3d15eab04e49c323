import type { Site } from '@jouvence/contract';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toast.tsx';
import { When } from '../../ui/when.tsx';
import { TokenBadge } from './token-badge.tsx';

type SiteToken = Site['tokens'][number];

/** What our tokens open there and until when; new ones in their place. */
export function SiteTokens({ site }: { site: Site }) {
  return site.codeBase ? <SiteCode site={site} codeBase={site.codeBase} /> : <Tokens site={site} />;
}

/** Reached through its own code on this machine: there are no tokens to renew, and no end. */
function SiteCode({ site, codeBase }: { site: Site; codeBase: NonNullable<Site['codeBase']> }) {
  const { t } = useLanguage();
  return (
    <Section title={t('sites.code')} lead={t('sites.code.lead')}>
      <Facts
        facts={[
          [t('sites.code.path'), <code key="path">{codeBase.path}</code>],
          [t('sites.code.php'), <code key="php">{codeBase.php}</code>],
          [t('sites.code.account'), <code key="account">{codeBase.account}</code>],
          ...(codeBase.host ? [[t('sites.code.host'), <bdi key="host">{codeBase.host}</bdi>] as const] : []),
          [t('sites.code.uses'), site.profiles.map((profile) => t(`sites.profile.${profile}`)).join(', ')],
        ]}
      />
    </Section>
  );
}

function Tokens({ site }: { site: Site }) {
  const { t } = useLanguage();
  const may = useMay();
  const [replacing, setReplacing] = useState<SiteToken['profile'] | null>(null);
  return (
    <Section
      title={t('sites.tokens')}
      lead={t(site.kind === 'strasbourg' ? 'sites.tokens.strasbourg' : 'sites.tokens.lead')}
    >
      {site.tokens.length === 0 && <p className="text-muted">{t('sites.tokens.none')}</p>}
      <ul className="divide-y divide-line">
        {site.tokens.map((token) => (
          <TokenRow
            key={token.profile}
            site={site}
            token={token}
            onReplace={may.change ? () => setReplacing(token.profile) : null}
          />
        ))}
      </ul>
      {replacing && <ReplaceToken site={site} profile={replacing} onClose={() => setReplacing(null)} />}
    </Section>
  );
}

function TokenRow({ site, token, onReplace }: { site: Site; token: SiteToken; onReplace: (() => void) | null }) {
  const { t, maybe } = useLanguage();
  const toast = useToast();
  const rotate = useAction('sites.rotate', { changes: ['sites', 'status'] });
  const { profile, setAt, renewal } = token;
  const named = t(`sites.profile.${profile}`);
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-72 space-y-1">
        <TokenBadge site={site} token={token} />
        <p className="text-sm">{t(`sites.profile.${profile}.opens`)}</p>
        <p className="text-sm text-muted">
          {t('sites.token.since')} <When at={setAt} />
        </p>
        {renewal && (
          <Callout
            tone="warn"
            title={t('sites.token.renewal', {
              count: renewal.tries,
              why: maybe(`error.${renewal.code}`) ?? renewal.code,
            })}
          >
            <p lang="en" className="text-sm">
              <bdi>{renewal.message}</bdi>
            </p>
          </Callout>
        )}
        {rotate.error && <ErrorNote error={rotate.error} />}
        {onReplace && site.kind !== 'strasbourg' && (
          <Command words={['sites', 'rotate', site.name, '--profile', profile]} />
        )}
      </div>
      {onReplace && (
        <div className="flex flex-wrap gap-2">
          {site.kind !== 'strasbourg' && (
            <Button
              small
              busy={rotate.isPending}
              aria-label={t('sites.token.rotate.of', { profile: named })}
              onClick={() =>
                rotate.mutate(
                  { params: { site: site.name }, body: { profile } },
                  { onSuccess: () => toast.done(t('sites.token.rotated', { profile: named })) },
                )
              }
            >
              {t('sites.token.rotate')}
            </Button>
          )}
          <Button small onClick={onReplace} aria-label={t('sites.token.replace.of', { profile: named })}>
            {t('sites.token.replace')}
          </Button>
        </div>
      )}
    </li>
  );
}

function ReplaceToken({ site, profile, onClose }: { site: Site; profile: SiteToken['profile']; onClose: () => void }) {
  const { t } = useLanguage();
  const toast = useToast();
  const [token, setToken] = useState('');
  const [asked, setAsked] = useState(false);
  const replace = useAction('sites.setToken', { changes: ['sites', 'status'], gcTime: 0 });
  const fault = /^[\x21-\x7e]{8,}$/.test(token.trim()) ? undefined : t('sites.add.token.wrong');
  const named = t(`sites.profile.${profile}`);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (fault) return;
    replace.mutate(
      { params: { site: site.name, profile }, body: { token: token.trim() } },
      {
        onSuccess: () => {
          toast.done(t('sites.token.replaced', { profile: named }));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={t('sites.token.replace.of', { profile: named })}>
      <form onSubmit={send} className="space-y-4" noValidate autoComplete="off">
        <p className="text-sm text-muted">{t('sites.token.replace.text')}</p>
        <TextField
          label={t('sites.add.token')}
          hint={t('sites.add.token.hint')}
          fault={asked ? fault : undefined}
          type="password"
          value={token}
          autoComplete="new-password"
          onChange={(event) => setToken(event.target.value)}
        />
        {replace.error && <ErrorNote error={replace.error} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={replace.isPending}>
            {t('sites.token.replace')}
          </Button>
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
        </div>
        <Command words={['sites', 'set-token', site.name, '--profile', profile]} />
      </form>
    </Dialog>
  );
}
