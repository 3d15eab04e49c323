import type { Input, ListedRequest, Request, RequestPage } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { type Answer, addVerb, type Cli, type Flags, oneOf, type Run, wholeNumber } from './cli.ts';
import { actionVerbs } from './request-actions.ts';
import { describeCheck, exitCodeOfCheck } from './request-check.ts';
import { type FilterFlags, filterOf, filterOptions } from './request-filter.ts';
import { registerVerb } from './request-register.ts';
import { describeRequest, readCategory, readCourse, readId, requestTable } from './request-words.ts';
import { harmless } from './terminal-text.ts';
import { exitCodeOf, watchRequests } from './watch.ts';

type Wish = Input<'requests.send'>['body'];
type Item = Wish['items'][number];

interface WishFlags extends Flags {
  target: string;
  person?: string;
  nobody?: boolean;
  people?: boolean;
  category?: Item['category'];
  enrolments?: Item['enrolments'];
  keepIdnumber?: boolean;
  keepFileAuthors?: boolean;
}

interface SendFlags extends WishFlags {
  key?: string;
  wait?: boolean;
}

interface EnrolFlags extends Flags {
  person: string;
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
    const { key, wait } = run.flags;
    const { requests } = await run.client.call('requests.send', { body: { ...readWish(translator, run), key } });
    if (!wait) return { data: { requests }, words: requestTable(requests, translator, run.width) };
    return watched(run, requests);
  });
  addVerb<WishFlags>(cli, noun, 'check', wishOptions(translator), async (run) => {
    const checked = await run.client.call('requests.check', { body: readWish(translator, run) });
    const words = describeCheck(checked, translator, run.width);
    return { data: checked, words, exitCode: exitCodeOfCheck(checked) };
  });
  addVerb<EnrolFlags>(
    cli,
    noun,
    'enrol',
    (command) =>
      command
        .argument('<id>', t('cli.requests.arg.request'), (id: string) => readId(translator, id))
        .requiredOption('--person <username>', t('cli.requests.option.enrolPerson')),
    async ({ client, flags: { person }, args: [id] }) => {
      const enrolled = await client.call('requests.enrol', { params: { id: id! }, body: { person } });
      const { role, course, before } = enrolled;
      const said = { person: enrolled.person, role, course: course.fullname, url: course.url };
      return {
        data: enrolled,
        words: harmless(t(before ? 'cli.requests.enrolledBefore' : 'cli.requests.enrolled', said)),
      };
    },
  );
  registerVerb(cli, noun);
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
          : (await client.call('requests.list', { query: { open: true, limit: 200 } })).requests;
      if (requests.length === 0) return { data: { requests }, words: t('cli.requests.empty') };
      return watched(run, requests);
    },
  );
  actionVerbs(cli, noun);
}

async function watched(run: Run<Flags>, requests: readonly (Request | ListedRequest)[]): Promise<Answer> {
  const ended = await watchRequests(run, requests);
  const words = ended.map((request) => describeRequest(request, run.translator, run.width)).join('\n\n');
  return { data: { requests: ended }, words, exitCode: exitCodeOf(ended) };
}

/** What is not said is left out: the settings say it then. */
function readWish(translator: Translator, { flags, args }: Run<WishFlags>): Wish {
  const { target, person, nobody, people, category, enrolments, keepIdnumber, keepFileAuthors } = flags;
  if ((person === undefined) === (nobody !== true))
    throw new AppError('invalid-parameter', translator.t('cli.requests.expected.whom'));
  const wishes = { people, category, enrolments, keepIdnumber, keepFileAuthors };
  const items = args.map((course) => ({ ...readCourse(translator, course), ...wishes }));
  return { target, person: person ?? null, items };
}

function wishOptions(translator: Translator) {
  const { t } = translator;
  return (command: Command) =>
    command
      .argument('<courses...>', t('cli.requests.arg.courses'))
      .requiredOption('--target <site>', t('cli.courses.option.target'))
      .option('--person <username>', t('cli.requests.option.person'))
      .option('--nobody', t('cli.requests.option.nobody'))
      .option('--people', t('cli.requests.option.people'))
      .option('--no-people', t('cli.requests.option.noPeople'))
      .option('--category <category>', t('cli.requests.option.category'), (text: string) =>
        readCategory(translator, text),
      )
      .option(
        '--enrolments <mode>',
        t('cli.requests.option.enrolments'),
        oneOf(translator, '--enrolments', ['never', 'withusers', 'always']),
      )
      .option('--keep-idnumber', t('cli.requests.option.keepIdnumber'))
      .option('--no-keep-idnumber', t('cli.requests.option.noKeepIdnumber'))
      .option('--keep-file-authors', t('cli.requests.option.keepFileAuthors'))
      .option('--no-keep-file-authors', t('cli.requests.option.noKeepFileAuthors'));
}

function sendOptions(translator: Translator) {
  const { t } = translator;
  const describe = wishOptions(translator);
  return (command: Command) =>
    describe(command)
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
