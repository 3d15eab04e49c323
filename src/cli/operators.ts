import type { Operator } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { type Answer, addTo, addVerb, type Cli, type Flags, oneOf, type Run } from './cli.ts';
import { readSecret } from './secret-input.ts';
import { renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

const roles = ['operator', 'school', 'auditor'] as const;
const onOff = ['yes', 'no'] as const;

interface OperatorFlags extends Flags {
  role?: (typeof roles)[number];
  site?: string[];
  allSites?: boolean;
  name?: string;
  email?: string;
  language?: 'en' | 'fr';
  openid?: (typeof onOff)[number];
  invite?: boolean;
}

interface PasswordFlags extends Flags {
  passwordFile?: string;
}

/** `jouvence operators …` */
export function operatorVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  const byName = (command: Command) => command.argument('<name>', t('cli.operators.arg.name'));

  addVerb(
    cli,
    noun,
    'list',
    () => {},
    async ({ client, width }) => {
      const { operators } = await client.call('operators.list');
      const words = operators.length > 0 ? table(operators, cli.translator, width) : t('cli.operators.empty');
      return { data: { operators }, words };
    },
  );
  addVerb<OperatorFlags>(
    cli,
    noun,
    'add',
    (command) =>
      describeOperator(cli, byName(command))
        .requiredOption(
          '--role <operator|school|auditor>',
          t('cli.tokens.option.role'),
          oneOf(cli.translator, '--role', roles),
        )
        .option('--no-invite', t('cli.operators.option.noInvite')),
    add,
  );
  addVerb<OperatorFlags>(
    cli,
    noun,
    'change',
    (command) =>
      describeOperator(cli, byName(command))
        .option('--role <operator|school|auditor>', t('cli.tokens.option.role'), oneOf(cli.translator, '--role', roles))
        .option('--all-sites', t('cli.operators.option.allSites')),
    change,
  );
  for (const verb of ['disable', 'enable'] as const)
    addVerb(cli, noun, verb, byName, async ({ client, args: [username] }) => {
      const operator = await client.call(`operators.${verb}`, { params: { username: username! } });
      return { data: operator, words: harmless(t(`cli.operators.${verb}d`, { name: operator.username })) };
    });
  addVerb(cli, noun, 'remove', byName, async ({ client, args: [username] }) => {
    const data = await client.call('operators.remove', { params: { username: username! } });
    return { data, words: harmless(t('cli.operators.removed', { name: username! })) };
  });
  addVerb(cli, noun, 'invite', byName, async ({ client, args: [username] }) => {
    const invitation = await client.call('operators.invite', { params: { username: username! } });
    return { data: invitation, words: invitation.link, note: invited(cli, username!, invitation.expiresAt) };
  });
  addVerb<PasswordFlags>(
    cli,
    noun,
    'password',
    (command) => byName(command).option('--password-file <file>', t('cli.operators.option.passwordFile')),
    setPassword,
  );
}

function describeOperator({ translator }: Cli, command: Command): Command {
  const { t } = translator;
  return command
    .option('--site <site>', t('cli.operators.option.site'), addTo)
    .option('--name <name>', t('cli.operators.option.name'))
    .option('--email <address>', t('cli.operators.option.email'))
    .option('--language <en|fr>', t('cli.operators.option.language'), oneOf(translator, '--language', ['en', 'fr']))
    .option('--openid <yes|no>', t('cli.operators.option.openid'), oneOf(translator, '--openid', onOff));
}

async function add({ client, flags, args: [username], cli }: Run<OperatorFlags>): Promise<Answer> {
  const { role, site: sites, name, email, language, openid, invite } = flags;
  const added = await client.call('operators.add', {
    body: { username: username!, role: role!, sites, name, email, language, openidByEmail: openid === 'yes', invite },
  });
  const { operator, invitation } = added;
  if (!invitation)
    return { data: added, words: harmless(cli.translator.t('cli.operators.added', { name: operator.username })) };
  // The link alone on standard output, as a token is.
  return { data: added, words: invitation.link, note: invited(cli, operator.username, invitation.expiresAt) };
}

async function change({ client, flags, args: [username], cli }: Run<OperatorFlags>): Promise<Answer> {
  const { role, site, allSites, name, email, language, openid } = flags;
  const operator = await client.call('operators.change', {
    params: { username: username! },
    body: {
      name,
      // Written as nothing, it is taken away.
      ...(email !== undefined && { email: email === '' ? null : email }),
      language,
      role,
      ...(allSites ? { sites: null } : { sites: site }),
      ...(openid !== undefined && { openidByEmail: openid === 'yes' }),
    },
  });
  return { data: operator, words: harmless(cli.translator.t('cli.operators.changed', { name: operator.username })) };
}

async function setPassword({ client, flags, args: [username], cli }: Run<PasswordFlags>): Promise<Answer> {
  const { t } = cli.translator;
  const password = await readSecret(cli, {
    prompt: t('cli.operators.prompt', { name: harmless(username!) }),
    none: t('cli.operators.noPassword'),
    file: flags.passwordFile,
  });
  const operator = await client.call('operators.password', { params: { username: username! }, body: { password } });
  return { data: operator, words: harmless(t('cli.operators.passwordSet', { name: operator.username })) };
}

const invited = ({ translator: { t, time } }: Cli, name: string, until: Date): string =>
  t('cli.operators.invited', { name: harmless(name), date: time(until) });

function table(operators: readonly Operator[], { t, time }: Translator, width: number | undefined): string {
  const columns = [
    { title: t('cli.column.name') },
    { title: t('cli.column.role') },
    { title: t('cli.column.sites'), flexible: true },
    { title: t('cli.column.email'), flexible: true },
    { title: t('cli.column.state') },
    { title: t('cli.column.used') },
  ];
  const rows = operators.map((each) => [
    each.username,
    t(`role.${each.role}`),
    each.sites?.join(', ') ?? t('cli.operators.allSites'),
    each.email ?? '',
    t(`cli.operators.state.${stateOf(each)}`),
    each.lastSignInAt ? time(each.lastSignInAt) : '',
  ]);
  return renderTable(columns, rows, width);
}

function stateOf(operator: Operator): 'disabled' | 'active' | 'invited' | 'expired' | 'none' {
  if (operator.disabledAt !== null) return 'disabled';
  if (operator.hasPassword || operator.hasOpenid) return 'active';
  if (operator.invitedUntil === null) return 'none';
  return operator.invitedUntil.getTime() > Date.now() ? 'invited' : 'expired';
}
