import type { Answer as ApiAnswer, ApiClient, Input, Request, ShownLine } from '@jouvence/contract';
import type { TextKey, Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError, errorCatalogue, isErrorCode } from '../errors.ts';
import { type Answer, addVerb, badValue, type Cli, type Run } from './cli.ts';
import { reportLines, worstFirst } from './report.ts';
import { type FilterFlags, filterOf, filterOptions } from './request-filter.ts';
import { readCategory, readId, requestTable } from './request-words.ts';
import { renderTable } from './table.ts';

type Action = Input<'requests.bulk'>['body']['action'];
type Results = ApiAnswer<'requests.bulk'>['results'];

interface ActionFlags extends FilterFlags {
  yes?: boolean;
  to?: NonNullable<Input<'requests.bulk'>['body']['category']>;
}

interface ReportFlags extends FilterFlags {
  done?: string;
  undone?: string;
}

/** `jouvence requests cancel|retry|delete|category`: one, several, or all that a filter finds; and `report`. */
export function actionVerbs(cli: Cli, noun: Command): void {
  const { translator } = cli;
  const { t } = translator;
  for (const action of ['cancel', 'retry', 'delete', 'category'] as const) {
    addVerb<ActionFlags>(cli, noun, action, actionOptions(translator, action), async (run) => {
      const ids = run.args.map((id) => readId(translator, id));
      const filter = filterOf(run.flags);
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      if (isFiltered === ids.length > 0)
        throw new AppError('invalid-parameter', t('cli.requests.whichOnes', { action }));
      if (isFiltered) return actOnAll(run, action, filter);
      return ids.length === 1 ? actOnOne(run, action, ids[0]!) : actOnThese(run, action, ids);
    });
  }
  const describe = (command: Command) =>
    command
      .argument('<id>', t('cli.requests.arg.id'), (id: string) => readId(translator, id))
      .option('--done <numbers>', t('cli.requests.option.done'))
      .option('--undone <numbers>', t('cli.requests.option.undone'));
  addVerb<ReportFlags>(cli, noun, 'report', describe, async (run) => {
    const { client, args, flags } = run;
    const params = { id: args[0]! };
    let answer: Pick<Request, 'id' | 'state' | 'report'> = await client.call('requests.report', { params });
    for (const [numbers, dealt] of [
      [flags.done, true],
      [flags.undone, false],
    ] as const) {
      for (const { key } of linesAt(translator, answer.report, numbers))
        answer = await client.call('requests.deal', { params: { ...params, line: key }, body: { dealt } });
    }
    const { id, state, report } = answer;
    const words =
      report.length > 0 ? reportLines(report, translator, { numbered: true }) : t('cli.requests.reportEmpty');
    return { data: { id, state, report }, words };
  });
}

function actionOptions(translator: Translator, action: Action) {
  const { t } = translator;
  const filters = filterOptions(translator);
  return (command: Command) => {
    command.argument('[ids...]', t('cli.requests.arg.ids'));
    if (action === 'category')
      command.requiredOption('--to <category>', t('cli.requests.option.category'), (text: string) =>
        readCategory(translator, text),
      );
    filters(command).option('--yes', t('cli.requests.option.yes'));
  };
}

/** Numbers as the report shows them: `3`, `1,4`. */
function linesAt(translator: Translator, report: readonly ShownLine[], numbers: string | undefined): ShownLine[] {
  const shown = worstFirst(report);
  return (numbers ?? '')
    .split(',')
    .filter((text) => text !== '')
    .map((text) => {
      const line = /^[1-9]\d{0,5}$/.test(text) ? shown[Number(text) - 1] : undefined;
      if (line) return line;
      const expected = translator.t('cli.requests.expected.number', { min: 1, max: shown.length });
      throw badValue(translator, '--done', text, expected);
    });
}

async function actOnOne(run: Run<ActionFlags>, action: Action, id: string): Promise<Answer> {
  const { client, translator, width } = run;
  const params = { id };
  if (action === 'delete') {
    const data = await client.call('requests.delete', { params });
    return { data, words: translator.t('cli.requests.deleted', { id }) };
  }
  const request =
    action === 'category'
      ? await client.call('requests.category', { params, body: { category: run.flags.to! } })
      : await client.call(`requests.${action}`, { params });
  return { data: request, words: requestTable([request], translator, width) };
}

/** As many as a command line holds. */
async function actOnThese(run: Run<ActionFlags>, action: Action, ids: readonly string[]): Promise<Answer> {
  const results: Results = [];
  for (let from = 0; from < ids.length; from += 200) {
    const body = { action, category: run.flags.to, ids: ids.slice(from, from + 200) };
    results.push(...(await run.client.call('requests.bulk', { body })).results);
  }
  return resultsOf(run, action, results);
}

/** Without `--yes` they are only shown: how many, and the first of them. */
async function actOnAll(run: Run<ActionFlags>, action: Action, filter: ReturnType<typeof filterOf>): Promise<Answer> {
  const { client, flags, translator, width } = run;
  const body = { action, category: flags.to, filter };
  const { count } = await client.call('requests.bulk', { body });
  if (!flags.yes || count === 0) {
    const { requests } = await client.call('requests.list', { query: { ...filter, limit: 10 } });
    const note = translator.t('cli.requests.wouldAct', { count, shown: translator.number(count), action });
    const words = count === 0 ? translator.t('cli.requests.empty') : requestTable(requests, translator, width);
    return { data: { count, results: [] }, words, ...(count > 0 && { note }) };
  }
  return resultsOf(run, action, await actOnPages(client, { ...body, count }));
}

async function actOnPages(client: ApiClient, body: Input<'requests.bulk'>['body']): Promise<Results> {
  const results: Results = [];
  for (let after: string | undefined; ; ) {
    const answer = await client.call('requests.bulk', { body: { ...body, after } });
    results.push(...answer.results);
    if (answer.next === null) return results;
    after = answer.next;
  }
}

/** What was not done, with why; of what was, how many. */
function resultsOf({ translator, width }: Run<ActionFlags>, action: Action, results: Results): Answer {
  const { t, number, maybe, language } = translator;
  const refused = results.flatMap(({ id, error }) => (error ? [{ id, ...error }] : []));
  const done = results.length - refused.length;
  const said = t(`cli.requests.bulk.${action}` as TextKey, { count: done, shown: number(done) });
  const columns = [{ title: t('cli.column.id') }, { title: t('cli.field.error') }];
  const rows = refused.map(({ id, code, message }) => [
    id,
    [language === 'en' ? undefined : maybe(`error.${code}`), message].filter(Boolean).join(' '),
  ]);
  const code = refused[0]?.code ?? '';
  return {
    data: { results },
    words: refused.length === 0 ? said : `${said}\n${renderTable(columns, rows, width)}`,
    exitCode: refused.length === 0 ? 0 : errorCatalogue[isErrorCode(code) ? code : 'internal'].exitCode,
  };
}
