import type { AuditLine, AuditVerification } from '@jouvence/contract';
import {
  auditActions,
  auditActionText,
  auditThingText,
  nameText,
  readAuditThing,
  type Translator,
} from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { addVerb, type Cli, type Flags, type Run, wholeNumber } from './cli.ts';
import { momentOf } from './moment.ts';
import { nearest } from './nearest.ts';
import { renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

interface ListFlags extends Flags {
  actor?: string;
  action?: string;
  object?: string;
  site?: string;
  from?: Date;
  to?: Date;
  limit?: number;
  after?: string;
}

interface VerifyFlags extends Flags {
  head?: string;
}

/** `jouvence audit …` */
export function auditVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  addVerb<ListFlags>(
    cli,
    noun,
    'list',
    (command) =>
      command
        .option('--actor <name>', t('cli.audit.option.actor'))
        .option('--action <action>', t('cli.audit.option.action'), actionOf(cli.translator))
        .option('--object <object>', t('cli.audit.option.object'))
        .option('--site <site>', t('cli.audit.option.site'))
        .option('--from <date>', t('cli.audit.option.from'), momentOf(cli.translator, '--from', 'begin'))
        .option('--to <date>', t('cli.audit.option.to'), momentOf(cli.translator, '--to', 'end'))
        .option('--limit <number>', t('cli.audit.option.limit'), wholeNumber(cli.translator, '--limit', 1, 200))
        .option('--after <id>', t('cli.audit.option.after')),
    async ({ client, flags: { json: _, data: __, from, to, ...query }, width }) => {
      const page = await client.call('audit.list', {
        query: { ...query, from: from?.toISOString(), to: to?.toISOString() },
      });
      const words = page.lines.length > 0 ? table(page.lines, cli.translator, width) : t('cli.audit.empty');
      const note = page.next === null ? undefined : t('cli.audit.more', { after: page.next });
      return { data: page, words, note };
    },
  );
  addVerb<VerifyFlags>(
    cli,
    noun,
    'verify',
    (command) => command.option('--head <number:hash>', t('cli.audit.option.head')),
    verify,
  );
}

/** Ends with 1 when something was found: a script notices. */
async function verify({ client, flags: { head }, translator }: Run<VerifyFlags>) {
  const found = await client.call('audit.verify', { query: { head } });
  return { data: found, words: verificationWords(found, translator), exitCode: found.ok ? 0 : 1 };
}

function verificationWords({ ok, lines, head, erased, findings }: AuditVerification, { t }: Translator): string {
  return [
    t(ok ? 'cli.audit.whole' : 'cli.audit.touched', { count: lines }),
    ...findings.map(({ kind, message }) => `  ${t(`cli.audit.kind.${kind}`)}: ${harmless(message)}`),
    ...(erased > 0 ? [t('cli.audit.erased', { count: erased })] : []),
    ...(head === null ? [] : [t('cli.audit.head', { head })]),
  ].join('\n');
}

function table(lines: readonly AuditLine[], translator: Translator, width: number | undefined): string {
  const { t, time } = translator;
  const columns = [
    { title: t('cli.column.id') },
    { title: t('cli.column.at') },
    { title: t('cli.column.actor'), flexible: true },
    { title: t('cli.column.action'), flexible: true },
    { title: t('cli.column.object'), flexible: true },
    { title: t('cli.column.site') },
  ];
  const rows = lines.map(({ id, at, actor, action, object, site }) => [
    String(id),
    time(at),
    nameText(translator, actor.name),
    // With the code, by which --action finds more of them.
    `${auditActionText(translator, action)} (${action})`,
    auditThingText(translator, readAuditThing(object)),
    site ?? '',
  ]);
  return renderTable(columns, rows, width);
}

/** An action or a noun that the audit knows; else the nearest is named. */
function actionOf({ t }: Translator) {
  const nouns = new Set(auditActions.map((action) => action.split('.')[0]!));
  const known: string[] = [...nouns, ...auditActions];
  return (given: string): string => {
    if (known.includes(given)) return given;
    const meant = nearest(given, known);
    const hint = meant === undefined ? '' : `\n${t('cli.error.didYouMean', { nearest: meant })}`;
    throw new AppError(
      'invalid-parameter',
      t('cli.audit.unknownAction', { given, known: [...nouns].join(', ') }) + hint,
    );
  };
}
