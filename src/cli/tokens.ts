import type { Token } from '@jouvence/contract';
import type { Command } from 'commander';
import { addTo, addVerb, type Cli, type Flags, oneOf, wholeNumber } from './cli.ts';
import { renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

interface CreateFlags extends Flags {
  days?: number;
  role?: 'operator' | 'school' | 'auditor';
  site?: string[];
}

/** `jouvence tokens …` */
export function tokenVerbs(cli: Cli, noun: Command): void {
  const { t, time } = cli.translator;
  const byName = (command: Command) => command.argument('<name>', t('cli.tokens.arg.name'));

  addVerb(
    cli,
    noun,
    'list',
    () => {},
    async ({ client, width }) => {
      const { tokens } = await client.call('tokens.list');
      const columns = [
        { title: t('cli.column.name'), flexible: true },
        { title: t('cli.column.role') },
        { title: t('cli.column.sites'), flexible: true },
        { title: t('cli.column.state') },
        { title: t('cli.column.created') },
        { title: t('cli.column.expires') },
        { title: t('cli.column.used') },
      ];
      const rows = tokens.map((token) => [
        token.name,
        t(`role.${token.role}`),
        token.sites?.join(', ') ?? t('cli.operators.allSites'),
        t(`cli.tokens.state.${stateOf(token)}`),
        time(token.createdAt),
        time(token.expiresAt),
        token.lastUsedAt ? time(token.lastUsedAt) : '',
      ]);
      return { data: { tokens }, words: rows.length > 0 ? renderTable(columns, rows, width) : t('cli.tokens.empty') };
    },
  );
  addVerb<CreateFlags>(
    cli,
    noun,
    'create',
    (command) =>
      byName(command)
        .option(
          '--days <number>',
          `${t('cli.tokens.option.days')} (${t('cli.help.default')}: 90)`,
          wholeNumber(cli.translator, '--days', 1, 366),
        )
        .option(
          '--role <operator|school|auditor>',
          t('cli.tokens.option.role'),
          oneOf(cli.translator, '--role', ['operator', 'school', 'auditor']),
        )
        .option('--site <site>', t('cli.operators.option.site'), addTo),
    async ({ client, flags: { days, role, site: sites }, args: [name] }) => {
      const token = await client.call('tokens.create', { body: { name: name!, days, role, sites } });
      // The value alone on standard output: `export JOUVENCE_TOKEN=$(jouvence tokens create …)`.
      const note = t('cli.tokens.created', { name: harmless(token.name), date: time(token.expiresAt) });
      return { data: token, words: token.token, note };
    },
  );
  addVerb(cli, noun, 'revoke', byName, async ({ client, args: [name] }) => {
    const token = await client.call('tokens.revoke', { params: { name: name! } });
    return { data: token, words: harmless(t('cli.tokens.revoked', { name: token.name })) };
  });
}

function stateOf({ revokedAt, expiresAt }: Token): 'valid' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt.getTime() <= Date.now() ? 'expired' : 'valid';
}
