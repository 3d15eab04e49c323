import type { BlockToken } from '@jouvence/contract';
import type { Command } from 'commander';
import { addTo, addVerb, badValue, type Cli, type Flags, wholeNumber } from './cli.ts';
import { renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

interface CreateFlags extends Flags {
  days?: number;
  role?: string[];
  people?: boolean;
  anyCourse?: boolean;
  ip?: string[];
}

/** `jouvence block-tokens …` */
export function blockTokenVerbs(cli: Cli, noun: Command): void {
  const { t, time } = cli.translator;
  const bySite = (command: Command) => command.argument('<site>', t('cli.block-tokens.arg.site'));

  addVerb(cli, noun, 'list', bySite, async ({ client, args: [site], width }) => {
    const { tokens } = await client.call('blockTokens.list', { params: { site: site! } });
    const columns = [
      { title: t('cli.column.id') },
      { title: t('cli.column.name'), flexible: true },
      { title: t('cli.column.role'), flexible: true },
      { title: t('cli.block-tokens.column.gives'), flexible: true },
      { title: t('cli.block-tokens.column.from'), flexible: true },
      { title: t('cli.column.created') },
      { title: t('cli.column.expires') },
      { title: t('cli.column.used') },
    ];
    const gives = ({ people, anyCourse }: BlockToken) =>
      [people && t('cli.block-tokens.people'), anyCourse && t('cli.block-tokens.anyCourse')].filter(Boolean).join(', ');
    const rows = tokens.map((token) => [
      String(token.id),
      token.name,
      token.roles.join(', '),
      gives(token),
      token.ips.join(', ') || t('cli.block-tokens.everywhere'),
      time(token.createdAt),
      time(token.expiresAt),
      token.lastUsedAt ? time(token.lastUsedAt) : '',
    ]);
    const empty = harmless(t('cli.block-tokens.empty', { site: site! }));
    return { data: { tokens }, words: rows.length > 0 ? renderTable(columns, rows, width) : empty };
  });
  addVerb<CreateFlags>(
    cli,
    noun,
    'create',
    (command) =>
      bySite(command)
        .argument('<name>', t('cli.block-tokens.arg.name'))
        .option(
          '--days <number>',
          `${t('cli.block-tokens.option.days')} (${t('cli.help.default')}: 365)`,
          wholeNumber(cli.translator, '--days', 1, 3650),
        )
        .option('--role <role>', t('cli.block-tokens.option.role'), addTo)
        .option('--people', t('cli.block-tokens.option.people'))
        .option('--any-course', t('cli.block-tokens.option.anyCourse'))
        .option('--ip <address>', t('cli.block-tokens.option.ip'), addTo),
    async ({ client, flags: { days, role: roles, people, anyCourse, ip: ips }, args: [site, name] }) => {
      const made = await client.call('blockTokens.create', {
        params: { site: site! },
        body: { name: name!, days, roles, people, anyCourse, ips },
      });
      const note = t('cli.block-tokens.created', { name: harmless(name!), date: time(made.expiresAt) });
      return { data: made, words: made.line, note };
    },
  );
  addVerb(
    cli,
    noun,
    'revoke',
    (command) => bySite(command).argument('<id>', t('cli.block-tokens.arg.id')),
    async ({ client, args: [site, id] }) => {
      if (!/^[1-9]\d{0,14}$/.test(id!)) throw badValue(cli.translator, 'id', id!, t('cli.block-tokens.arg.id'));
      const data = await client.call('blockTokens.revoke', { params: { site: site!, id: Number(id) } });
      return { data, words: harmless(t('cli.block-tokens.revoked', { id: id!, site: site! })) };
    },
  );
}
