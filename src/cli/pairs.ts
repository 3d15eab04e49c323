import type { Command } from 'commander';
import { addVerb, type Cli, type Flags, oneOf } from './cli.ts';
import { renderTable } from './table.ts';
import { harmless, harmlessLines } from './terminal-text.ts';

interface AddFlags extends Flags {
  role?: string[];
  identity?: 'username' | 'email' | 'idnumber';
  auth?: string[];
  createPeople?: boolean;
  seen?: string;
}

interface ListFlags extends Flags {
  source?: string;
  target?: string;
}

/** `jouvence pairs …` */
export function pairVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  const both = (command: Command) =>
    command.argument('<source>', t('cli.pairs.arg.source')).argument('<target>', t('cli.pairs.arg.target'));

  addVerb<ListFlags>(
    cli,
    noun,
    'list',
    (command) =>
      command.option('--source <site>', t('cli.pairs.arg.source')).option('--target <site>', t('cli.pairs.arg.target')),
    async ({ client, flags: { source, target }, width }) => {
      const { pairs } = await client.call('pairs.list', { query: { source, target } });
      const columns = [
        { title: t('cli.column.source') },
        { title: t('cli.column.target') },
        { title: t('cli.column.roles'), flexible: true },
        { title: t('cli.column.identity') },
        { title: t('cli.column.auth'), flexible: true },
        { title: t('cli.column.createPeople') },
      ];
      const rows = pairs.map(({ source, target, roles, identity, auth, createPeople }) => [
        source,
        target,
        roles.join(', '),
        identity,
        auth.join(', ') || t('cli.pairs.auth.default'),
        t(createPeople ? 'yes' : 'no'),
      ]);
      return { data: { pairs }, words: rows.length > 0 ? renderTable(columns, rows, width) : t('cli.pairs.empty') };
    },
  );
  addVerb<AddFlags>(
    cli,
    noun,
    'add',
    (command) =>
      both(command)
        .option('--role <role>', t('cli.pairs.option.role'), (role: string, before: string[] = []) => [...before, role])
        .option(
          '--identity <username|email|idnumber>',
          t('cli.pairs.option.identity'),
          oneOf(cli.translator, '--identity', ['username', 'email', 'idnumber']),
        )
        .option('--auth <methods>', t('cli.pairs.option.auth'), (methods: string) =>
          methods
            .split(',')
            .map((method) => method.trim())
            .filter((method) => method !== ''),
        )
        // Both, so that neither has a default of its own: what is not said is decided by the kind of the target.
        .option('--create-people', t('cli.pairs.option.createPeople'))
        .option('--no-create-people', t('cli.pairs.option.noCreatePeople'))
        .option('--seen <time|never>', t('cli.pairs.option.seen')),
    async ({ client, flags: { role, identity, auth, createPeople, seen }, args: [source, target] }) => {
      const pair = await client.call('pairs.add', {
        body: { source: source!, target: target!, roles: role, identity, auth, createPeople, seen },
      });
      // All of its rules, as they may be typed again: those that were not named stayed as they were.
      const rules = [
        ...pair.roles.map((each) => `--role ${each}`),
        `--identity ${pair.identity}`,
        ...(pair.auth.length > 0 ? [`--auth ${pair.auth.join(',')}`] : []),
        pair.createPeople ? '--create-people' : '--no-create-people',
      ].join(' ');
      const words = `${t('cli.pairs.added', { source: pair.source, target: pair.target })}\n  ${rules}`;
      return { data: pair, words: harmlessLines(words) };
    },
  );
  addVerb(cli, noun, 'remove', both, async ({ client, args: [source, target] }) => {
    const data = await client.call('pairs.remove', { params: { source: source!, target: target! } });
    return { data, words: harmless(t('cli.pairs.removed', { source: source!, target: target! })) };
  });
}
