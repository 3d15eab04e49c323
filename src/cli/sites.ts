import type { Site } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { addVerb, type Cli, type Flags, oneOf } from './cli.ts';
import { readSecret } from './secret-input.ts';
import { renderFields, renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

interface TokenFlags extends Flags {
  profile: 'source' | 'target';
  tokenFile?: string;
}

/** `jouvence sites …` */
export function siteVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  // The token is never an argument: every user of the machine can list those, and the shell keeps them.
  const withToken = (command: Command) =>
    command
      .requiredOption(
        '--profile <source|target>',
        t('cli.sites.option.profile'),
        oneOf(cli.translator, '--profile', ['source', 'target']),
      )
      .option('--token-file <file>', t('cli.sites.option.tokenFile'));
  const readToken = (site: string, { profile, tokenFile }: TokenFlags) =>
    readSecret(cli, t('cli.sites.prompt', { site, profile }), tokenFile);

  addVerb(
    cli,
    noun,
    'list',
    () => {},
    async ({ client, translator, width }) => {
      const { sites } = await client.call('sites.list');
      return { data: { sites }, words: sites.length > 0 ? siteTable(sites, translator, width) : t('cli.sites.empty') };
    },
  );
  addVerb<TokenFlags>(
    cli,
    noun,
    'add',
    (command) =>
      withToken(command.argument('<name>', t('cli.sites.arg.name')).argument('<url>', t('cli.sites.arg.url'))),
    async ({ client, flags, args: [name, url] }) => {
      const token = await readToken(name!, flags);
      const site = await client.call('sites.add', { body: { name: name!, url: url!, profile: flags.profile, token } });
      return {
        data: site,
        words: harmless(t('cli.sites.added', { site: site.name, title: site.title, release: site.release })),
      };
    },
  );
  addVerb(
    cli,
    noun,
    'show',
    (command) => command.argument('<name>', t('cli.sites.arg.name')),
    async ({ client, args: [name], translator }) => {
      const site = await client.call('sites.show', { params: { site: name! } });
      return { data: site, words: siteFields(site, translator) };
    },
  );
  addVerb<TokenFlags>(
    cli,
    noun,
    'set-token',
    (command) => withToken(command.argument('<name>', t('cli.sites.arg.name'))),
    async ({ client, flags, args: [name] }) => {
      const { profile } = flags;
      const token = await readToken(name!, flags);
      const site = await client.call('sites.setToken', { params: { site: name!, profile }, body: { token } });
      return { data: site, words: t('cli.sites.tokenSet', { site: site.name, profile }) };
    },
  );
  addVerb(
    cli,
    noun,
    'remove',
    (command) => command.argument('<name>', t('cli.sites.arg.name')),
    async ({ client, args: [name] }) => {
      const data = await client.call('sites.remove', { params: { site: name! } });
      return { data, words: harmless(t('cli.sites.removed', { site: name! })) };
    },
  );
}

function siteTable(sites: Site[], { t }: Translator, width: number | undefined): string {
  return renderTable(
    [
      { title: t('cli.column.name') },
      { title: t('cli.column.title'), flexible: true },
      { title: t('cli.column.url') },
      { title: t('cli.column.release'), flexible: true },
      { title: t('cli.column.profiles') },
      { title: t('cli.column.health') },
    ],
    sites.map(({ name, title, url, release, profiles, health }) => [
      name,
      title,
      url,
      release,
      profiles.join(', '),
      t(`cli.health.${health.state}`),
    ]),
    width,
  );
}

function siteFields(site: Site, { t, time }: Translator): string {
  const { state, lastError, checkedAt, latencyMs } = site.health;
  const health = [
    t(`cli.health.${state}`),
    ...(latencyMs === null ? [] : [`${Math.round(latencyMs)} ms`]),
    ...(checkedAt === null ? [] : [time(checkedAt)]),
    ...(lastError === null || state === 'ok' ? [] : [lastError.message]),
  ];
  return renderFields([
    [t('cli.field.name'), site.name],
    [t('cli.field.title'), site.title],
    [t('cli.field.url'), site.url],
    [t('cli.field.kind'), t(`cli.kind.${site.kind}`)],
    [t('cli.field.release'), site.release],
    [t('cli.field.profiles'), site.profiles.join(', ') || t('none')],
    [t('cli.field.health'), health.join(' · ')],
    [t('cli.field.demo'), site.demo ? t('yes') : t('no')],
  ]);
}
