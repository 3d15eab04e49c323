import { readFile } from 'node:fs/promises';
import type { Setting } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { addVerb, type Cli, type Flags } from './cli.ts';
import { nearest } from './nearest.ts';
import { renderTable } from './table.ts';

interface PlaceFlags extends Flags {
  target?: string;
  source?: string;
}

interface ListFlags extends PlaceFlags {
  changed?: boolean;
}

interface ImportFlags extends Flags {
  target: string;
  dryRun?: boolean;
}

/** `jouvence settings …` */
export function settingVerbs(cli: Cli, noun: Command): void {
  const { translator } = cli;
  const { t } = translator;
  const place = (command: Command) =>
    command
      .option('--target <site>', t('cli.settings.option.target'))
      .option('--source <site>', t('cli.settings.option.source'));
  const oneKey = (command: Command) => place(command.argument('<key>', t('cli.settings.arg.key')));

  addVerb<ListFlags>(
    cli,
    noun,
    'list',
    (command) => place(command).option('--changed', t('cli.settings.option.changed')),
    async ({ client, flags: { target, source, changed }, width }) => {
      const all = (await client.call('settings.list', { query: { target, source } })).settings;
      const settings = changed ? all.filter(({ origin }) => origin !== 'default') : all;
      const columns = [
        { title: t('cli.settings.column.key') },
        { title: t('cli.settings.column.value'), flexible: true },
        { title: t('cli.settings.column.origin') },
      ];
      const rows = settings.map((each) => [each.key, textOf(each.value, translator), originOf(each, translator)]);
      return {
        data: { settings },
        words: rows.length > 0 ? renderTable(columns, rows, width) : t('cli.settings.empty'),
      };
    },
  );
  addVerb<PlaceFlags>(cli, noun, 'show', oneKey, async ({ client, flags: { target, source }, args: [key] }) => {
    const { settings } = await client.call('settings.list', { query: { target, source } });
    const setting = settings.find((each) => each.key === key);
    if (!setting) throw noSetting(key!, settings, translator);
    return { data: setting, words: describe(setting, translator) };
  });
  addVerb<PlaceFlags>(
    cli,
    noun,
    'set',
    (command) => oneKey(command).argument('<value>', t('cli.settings.arg.value')),
    async ({ client, flags: { target, source }, args: [key, value] }) => {
      await mustBeKnown(key!, client, translator);
      const setting = await client.call('settings.set', {
        params: { key: key! },
        body: { value: value!, target, source },
      });
      return { data: setting, words: describe(setting, translator) };
    },
  );
  addVerb<PlaceFlags>(cli, noun, 'unset', oneKey, async ({ client, flags: { target, source }, args: [key] }) => {
    await mustBeKnown(key!, client, translator);
    const setting = await client.call('settings.unset', { params: { key: key! }, query: { target, source } });
    return { data: setting, words: describe(setting, translator) };
  });
  addVerb<ImportFlags>(
    cli,
    noun,
    'import',
    (command) =>
      command
        .argument('<file>', t('cli.settings.arg.file'))
        .requiredOption('--target <site>', t('cli.settings.option.importTarget'))
        .option('--dry-run', t('cli.settings.option.dryRun')),
    async ({ client, flags: { target, dryRun }, args: [file], width }) => {
      const text = await readListing(cli, file!);
      const answer = await client.call('settings.import', { body: { target, text, dryRun: dryRun === true } });
      const columns = [
        { title: t('cli.settings.column.from') },
        { title: t('cli.settings.column.key') },
        { title: t('cli.settings.column.before'), flexible: true },
        { title: t('cli.settings.column.after'), flexible: true },
      ];
      const rows = answer.changes.map(({ from, key, before, after, source }) => [
        from,
        source === null ? key : `${key} (${source})`,
        textOf(before, translator),
        textOf(after, translator),
      ]);
      const remarks = answer.remarks.map(
        ({ name, code, values }) => translator.maybe(`strasbourg.${code}`, { name, ...values }) ?? `${name}: ${code}`,
      );
      const end = t(answer.applied ? 'cli.settings.imported' : 'cli.settings.wouldImport', { count: rows.length });
      const words = [renderTable(columns, rows, width), ...(remarks.length > 0 ? ['', ...remarks] : []), '', end];
      return { data: answer, words: words.join('\n') };
    },
  );
}

/** `-`: what comes in. @throws AppError `invalid-parameter` */
export async function readListing({ stdin }: Cli, file: string): Promise<string> {
  if (file === '-') {
    let text = '';
    for await (const chunk of stdin) text += chunk;
    return text;
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid-parameter', (error as Error).message, { cause: error });
  }
}

type Client = Parameters<Parameters<typeof addVerb>[4]>[0]['client'];

/** Before anything is changed: which one was meant. */
async function mustBeKnown(key: string, client: Client, translator: Translator): Promise<void> {
  const { settings } = await client.call('settings.list');
  if (!settings.some((each) => each.key === key)) throw noSetting(key, settings, translator);
}

function noSetting(key: string, settings: readonly Setting[], { t }: Translator): AppError {
  const known = settings.map((each) => each.key);
  const meant = nearest(key, known);
  const hint = meant === undefined ? '' : `\n${t('cli.error.didYouMean', { nearest: meant })}`;
  return new AppError('invalid-parameter', t('cli.settings.unknown', { key }) + hint);
}

function describe(setting: Setting, translator: Translator): string {
  const { t } = translator;
  const meaning = translator.maybe(`setting.${setting.key}`) ?? '';
  const value = `${setting.key} = ${textOf(setting.value, translator)} (${originOf(setting, translator)})`;
  return [value, meaning, t('cli.settings.default', { value: textOf(setting.fallback, translator) })].join('\n');
}

/** As it may be typed again. */
function textOf(value: unknown, { t }: Translator): string {
  if (value === null || value === '') return '–';
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? '–' : value.join(', ');
}

const originOf = ({ origin }: Setting, { t }: Translator): string => t(`cli.settings.origin.${origin}`);
