import type { ApiClient, Input, ListedRequest, Request, RequestPage } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { type Answer, addVerb, badValue, type Cli, type Flags, oneOf, type Run, wholeNumber } from './cli.ts';
import { actionVerbs } from './request-actions.ts';
import { type FilterFlags, filterOf, filterOptions } from './request-filter.ts';
import { describeRequest, readCategory, readId, requestTable } from './request-words.ts';
import { exitCodeOf, watchRequests } from './watch.ts';

type Item = Input<'requests.send'>['body']['items'][number];

interface SendFlags extends Flags {
  target: string;
  person: string;
  people?: boolean;
  category?: Item['category'];
  enrolments?: 'never' | 'withusers' | 'always';
  keepIdnumber?: boolean;
  keepFileAuthors?: boolean;
  key?: string;
  wait?: boolean;
}

interface ListFlags extends FilterFlags {
  limit?: number;
  after?: string;
  before?: string;
}

/** `jouvence requests …` */
export function requestVerbs(cli: Cli, noun: Command): void {
  const { translator } = cli;
  const { t } = translator;
  const byId = (command: Command) =>
    command.argument('<id>', t('cli.requests.arg.id'), (id: string) => readId(translator, id));

  addVerb<SendFlags>(cli, noun, 'send', sendOptions(translator), async (run) => {
    const { target, person, key, wait, people, category, enrolments, keepIdnumber, keepFileAuthors } = run.flags;
    const wishes = { people, category, enrolments, keepIdnumber, keepFileAuthors };
    const items = run.args.map((course) => ({ ...readCourse(translator, course), ...wishes }));
    const { requests } = await run.client.call('requests.send', { body: { target, person, key, items } });
    if (!wait) return { data: { requests }, words: requestTable(requests, translator, run.width) };
    return watched(run, requests);
  });
  addVerb<ListFlags>(cli, noun, 'list', listOptions(translator), async ({ client, flags, width }) => {
    const { limit, after, before } = flags;
    const page = await client.call('requests.list', { query: { ...filterOf(flags), limit, after, before } });
    return {
      data: page,
      words: page.requests.length > 0 ? requestTable(page.requests, translator, width) : t('cli.requests.empty'),
      ...(page.requests.length > 0 && { note: pageNote(page, translator) }),
    };
  });
  addVerb(cli, noun, 'show', byId, async ({ client, args: [id], width }) => {
    const request = await client.call('requests.show', { params: { id: id! } });
    return { data: request, words: describeRequest(request, translator, width) };
  });
  addVerb(
    cli,
    noun,
    'watch',
    (command) => command.argument('[ids...]', t('cli.requests.arg.id')),
    async (run) => {
      const { client, args } = run;
      const requests =
        args.length > 0
          ? await Promise.all(
              args.map((id) => client.call('requests.show', { params: { id: readId(translator, id) } })),
            )
          : await wholeOf(client, (await client.call('requests.list', { query: { open: true, limit: 200 } })).requests);
      if (requests.length === 0) return { data: { requests }, words: t('cli.requests.empty') };
      return watched(run, requests);
    },
  );
  actionVerbs(cli, noun);
}

const wholeOf = (client: ApiClient, listed: readonly ListedRequest[]): Promise<Request[]> =>
  Promise.all(listed.map(({ id }) => client.call('requests.show', { params: { id } })));

async function watched(run: Run<Flags>, requests: readonly Request[]): Promise<Answer> {
  const ended = await watchRequests(run, requests);
  const words = ended.map((request) => describeRequest(request, run.translator, run.width)).join('\n\n');
  return { data: { requests: ended }, words, exitCode: exitCodeOf(ended) };
}

function sendOptions(translator: Translator) {
  const { t } = translator;
  return (command: Command) =>
    command
      .argument('<courses...>', t('cli.requests.arg.courses'))
      .requiredOption('--target <site>', t('cli.courses.option.target'))
      .requiredOption('--person <username>', t('cli.courses.option.person'))
      .option('--people', t('cli.requests.option.people'))
      .option('--category <category>', t('cli.requests.option.category'), (text: string) =>
        readCategory(translator, text),
      )
      .option(
        '--enrolments <mode>',
        t('cli.requests.option.enrolments'),
        oneOf(translator, '--enrolments', ['never', 'withusers', 'always']),
      )
      .option('--keep-idnumber', t('cli.requests.option.keepIdnumber'))
      .option('--keep-file-authors', t('cli.requests.option.keepFileAuthors'))
      .option('--key <key>', t('cli.requests.option.key'))
      .option('--wait', t('cli.requests.option.wait'));
}

function listOptions(translator: Translator) {
  const { t } = translator;
  const filters = filterOptions(translator);
  return (command: Command) =>
    filters(command)
      .option('--limit <number>', t('cli.requests.option.limit'), wholeNumber(translator, '--limit', 1, 200))
      .option('--after <next>', t('cli.requests.option.after'))
      .option('--before <previous>', t('cli.requests.option.before'));
}

/** How many there are, and how to see the others. */
function pageNote({ total, next, previous }: RequestPage, { t, number }: Translator): string {
  return [
    t(total.exact ? 'cli.requests.total' : 'cli.requests.moreThan', { count: total.count, shown: number(total.count) }),
    ...(next === null ? [] : [t('cli.requests.more', { next })]),
    ...(previous === null ? [] : [t('cli.requests.newer', { previous })]),
  ].join(' ');
}

/** `campus-2024:2` */
function readCourse(translator: Translator, text: string): { source: string; courseid: number } {
  const match = /^([^:]+):([1-9]\d{0,14})$/.exec(text);
  if (!match) throw badValue(translator, 'SOURCE:COURSEID', text, translator.t('cli.requests.expected.course'));
  return { source: match[1]!, courseid: Number(match[2]) };
}
