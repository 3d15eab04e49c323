import { resolve } from 'node:path';
import type { Site, SiteCategory } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { type Answer, addVerb, type Cli, type Flags, oneOf, type Run } from './cli.ts';
import { readSecret } from './secret-input.ts';
import { checkWords } from './site-check.ts';
import { renderFields, renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

const profiles = ['source', 'target', 'fleet'] as const;
type Profile = (typeof profiles)[number];

interface PauseFlags extends Flags {
  reason?: string;
}

interface ProfileFlags extends Flags {
  profile?: Profile;
}

interface TokenFlags extends Flags {
  profile: Profile;
  tokenFile?: string;
}

interface AddFlags extends ProfileFlags {
  tokenFile?: string;
  codeFile?: string;
  private?: boolean;
  strasbourg?: boolean;
  codebase?: string;
  php?: string;
  account?: string;
  host?: string;
  createPeople?: boolean;
}

/** `jouvence sites …` */
export function siteVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  const named = (command: Command) => command.argument('<name>', t('cli.sites.arg.name'));
  const readProfile = oneOf(cli.translator, '--profile', profiles);
  const withOneProfile = (command: Command) =>
    named(command).option('--profile <source|target|fleet>', t('cli.sites.option.oneProfile'), readProfile);

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
  addVerb<AddFlags>(
    cli,
    noun,
    'add',
    // Neither token nor code is ever an argument: every user of the machine can list those, and the shell keeps them.
    (command) =>
      named(command)
        .argument('[url]', t('cli.sites.arg.url'))
        .option('--code-file <file>', t('cli.sites.option.codeFile'))
        .option('--private', t('cli.sites.option.private'))
        .option('--strasbourg', t('cli.sites.option.strasbourg'))
        .option('--codebase <directory>', t('cli.sites.option.codebase'))
        .option('--php <file>', t('cli.sites.option.php'))
        .option('--account <name>', t('cli.sites.option.account'))
        .option('--host <name>', t('cli.sites.option.host'))
        .option('--create-people', t('cli.sites.option.createPeople'))
        .option('--profile <source|target|fleet>', t('cli.sites.option.profile'), readProfile)
        .option('--token-file <file>', t('cli.sites.option.tokenFile')),
    (run) => {
      if (run.args.some((word) => word.includes('#'))) throw badUse(cli, 'cli.sites.codeAsArgument');
      const { strasbourg, profile, codebase, php, account, host, createPeople } = run.flags;
      if (codebase !== undefined) return addByCodeBase(run, codebase);
      if (php ?? account ?? host ?? createPeople) throw badUse(cli, 'cli.sites.codebaseOptions');
      if (strasbourg && (run.args[1] === undefined || (profile ?? 'source') !== 'source'))
        throw badUse(cli, 'cli.sites.strasbourgNeedsUrl');
      return run.args[1] === undefined ? addByCode(run) : addByToken(run);
    },
  );
  addVerb(cli, noun, 'show', named, async ({ client, args: [name], translator }) => {
    const site = await client.call('sites.show', { params: { site: name! } });
    return { data: site, words: siteFields(site, translator) };
  });
  addVerb<ProfileFlags>(
    cli,
    noun,
    'check',
    withOneProfile,
    async ({ client, flags: { profile }, args: [name], translator }) => {
      const check = await client.call('sites.check', { params: { site: name! }, body: { profile } });
      return { data: check, words: checkWords(check, translator, cli.stdout), exitCode: check.ok ? 0 : 1 };
    },
  );
  addVerb<ProfileFlags>(
    cli,
    noun,
    'rotate',
    withOneProfile,
    async ({ client, flags: { profile }, args: [name], translator }) => {
      const site = await client.call('sites.rotate', { params: { site: name! }, body: { profile } });
      const renewed = site.tokens.filter((token) => profile === undefined || token.profile === profile);
      const tokens = renewed.map((token) => untilWhen(token, translator)).join(', ');
      return { data: site, words: t('cli.sites.rotated', { site: site.name, tokens }) };
    },
  );
  addVerb<TokenFlags>(
    cli,
    noun,
    'set-token',
    (command) =>
      named(command)
        .requiredOption('--profile <source|target|fleet>', t('cli.sites.option.profile'), readProfile)
        .option('--token-file <file>', t('cli.sites.option.tokenFile')),
    async ({ client, flags, args: [name] }) => {
      const { profile } = flags;
      const token = await readToken(cli, name!, flags);
      const site = await client.call('sites.setToken', { params: { site: name!, profile }, body: { token } });
      return { data: site, words: t('cli.sites.tokenSet', { site: site.name, profile }) };
    },
  );
  addVerb<PauseFlags>(
    cli,
    noun,
    'pause',
    (command) => named(command).option('--reason <text>', t('cli.sites.option.reason')),
    async ({ client, flags: { reason }, args: [name] }) => {
      const site = await client.call('sites.pause', { params: { site: name! }, body: { reason } });
      return { data: site, words: harmless(t('cli.sites.paused', { site: site.name })) };
    },
  );
  addVerb(cli, noun, 'categories', named, async ({ client, args: [name], translator, width }) => {
    const { site, categories } = await client.call('sites.categories', { params: { site: name! } });
    const words = categories.length > 0 ? categoryTable(categories, translator, width) : t('cli.sites.noCategories');
    return { data: { site, categories }, words };
  });
  addVerb(cli, noun, 'resume', named, async ({ client, args: [name] }) => {
    const site = await client.call('sites.resume', { params: { site: name! }, body: {} });
    return { data: site, words: harmless(t('cli.sites.resumed', { site: site.name })) };
  });
  addVerb(cli, noun, 'remove', named, async ({ client, args: [name] }) => {
    const data = await client.call('sites.remove', { params: { site: name! } });
    return { data, words: harmless(t('cli.sites.removed', { site: name! })) };
  });
}

async function addByCode({ client, flags, args: [name], cli }: Run<AddFlags>): Promise<Answer> {
  const { t } = cli.translator;
  if (flags.profile !== undefined || flags.tokenFile !== undefined) throw badUse(cli, 'cli.sites.codeOptions');
  const code = await readSecret(cli, {
    prompt: t('cli.sites.promptCode', { site: name! }),
    none: t('cli.sites.noCode'),
    file: flags.codeFile,
  });
  const paired = await client.call('sites.pair', { body: { name: name!, code, private: flags.private ?? false } });
  const { site, profile } = paired;
  const { title, release } = site;
  return { data: paired, words: harmless(t('cli.sites.paired', { site: site.name, profile, title, release })) };
}

async function addByCodeBase(
  { client, flags, args: [name, url], cli }: Run<AddFlags>,
  directory: string,
): Promise<Answer> {
  const { t } = cli.translator;
  const { php, account, host, profile = 'source', createPeople = false, strasbourg, tokenFile, codeFile } = flags;
  if (url !== undefined || strasbourg || tokenFile !== undefined || codeFile !== undefined || flags.private)
    throw badUse(cli, 'cli.sites.codebaseAlone');
  const codeBase = resolve(directory);
  const body = { name: name!, codeBase, php: php && resolve(php), account, host, profile, createPeople };
  const site = await client.call('sites.addCodeBase', { body });
  const { title, release } = site;
  return { data: site, words: harmless(t('cli.sites.paired', { site: site.name, profile, title, release })) };
}

async function addByToken({ client, flags, args: [name, url], cli }: Run<AddFlags>): Promise<Answer> {
  const { t } = cli.translator;
  const { tokenFile, codeFile, strasbourg = false } = flags;
  const profile = flags.profile ?? (strasbourg ? 'source' : undefined);
  if (codeFile !== undefined || flags.private) throw badUse(cli, 'cli.sites.tokenOptions');
  if (profile === undefined) throw badUse(cli, 'cli.sites.urlNeedsProfile');
  const token = await readToken(cli, name!, { profile, ...(tokenFile !== undefined && { tokenFile }) });
  const site = await client.call('sites.add', { body: { name: name!, url: url!, profile, token, strasbourg } });
  const { title, release } = site;
  return { data: site, words: harmless(t('cli.sites.added', { site: site.name, title, release })) };
}

function readToken(cli: Cli, site: string, { profile, tokenFile }: TokenFlags): Promise<string> {
  const { t } = cli.translator;
  const prompt = t('cli.sites.prompt', { site, profile });
  return readSecret(cli, { prompt, none: t('cli.sites.noToken'), file: tokenFile });
}

type BadUse =
  | 'codebaseOptions'
  | 'codebaseAlone'
  | 'codeAsArgument'
  | 'urlNeedsProfile'
  | 'strasbourgNeedsUrl'
  | 'codeOptions'
  | 'tokenOptions';

const badUse = ({ translator }: Cli, key: `cli.sites.${BadUse}`): AppError =>
  new AppError('invalid-parameter', translator.t(key));

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
    sites.map(({ name, title, url, release, profiles, tokens, health }) => [
      name,
      title,
      url,
      release,
      profiles.join(', '),
      [
        t(`cli.health.${health.state}`),
        ...(tokens.some(({ renewal }) => renewal !== null) ? [t('cli.sites.renewalFailed')] : []),
      ].join(' · '),
    ]),
    width,
  );
}

function categoryTable(categories: SiteCategory[], { t }: Translator, width: number | undefined): string {
  return renderTable(
    [
      { title: t('cli.column.id'), align: 'right' },
      { title: t('cli.column.category'), flexible: true },
      { title: t('cli.column.idnumber') },
    ],
    categories.map(({ id, path, idnumber }) => [String(id), path.join(' / '), idnumber]),
    width,
  );
}

function siteFields(site: Site, translator: Translator): string {
  const { t, time } = translator;
  const { state, lastError, checkedAt, latencyMs } = site.health;
  const health = [
    t(`cli.health.${state}`),
    ...(latencyMs === null ? [] : [`${Math.round(latencyMs)} ms`]),
    ...(checkedAt === null ? [] : [time(checkedAt)]),
    ...(lastError === null || state === 'ok' ? [] : [lastError.message]),
  ];
  const tokens = site.tokens.map((token) =>
    [
      site.codeBase ? token.profile : untilWhen(token, translator),
      ...(token.renewal ? [t('cli.sites.renewalFailed'), token.renewal.message] : []),
    ].join(' · '),
  );
  return renderFields([
    [t('cli.field.name'), site.name],
    [t('cli.field.title'), site.title],
    [t('cli.field.url'), site.url],
    [t('cli.field.kind'), t(`cli.kind.${site.kind}`)],
    [t('cli.field.release'), site.release],
    ...(site.codeBase
      ? ([[t('cli.field.codeBase'), `${site.codeBase.path} (${site.codeBase.account}, ${site.codeBase.php})`]] as const)
      : []),
    [t('cli.field.profiles'), tokens.join(', ') || t('none')],
    [t('cli.field.health'), health.join(' · ')],
    [t('cli.field.demo'), site.demo ? t('yes') : t('no')],
  ]);
}

const untilWhen = ({ profile, expiresAt }: Site['tokens'][number], { t, time }: Translator): string =>
  expiresAt === null ? t('cli.sites.endless', { profile }) : t('cli.sites.until', { profile, date: time(expiresAt) });
