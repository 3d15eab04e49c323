import {
  type Answer as ApiAnswer,
  type ApiClient,
  BlockTableError,
  type BlockTasks,
  type Input,
  placeTasks,
  readBlockTasks,
} from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { addVerb, type Cli, type Flags, wholeNumber } from './cli.ts';
import { readCourse } from './request-words.ts';
import { readListing } from './settings.ts';
import { renderTable } from './table.ts';

interface RegisterFlags extends Flags {
  target: string;
  course?: number;
  from?: string;
  dryRun?: boolean;
}

type Registration = Input<'requests.register'>['body']['courses'][number];
type Registered = ApiAnswer<'requests.register'>['courses'][number];

/** The most that one call takes; each asks the target for its course. */
const atOnce = 100;

/** `jouvence requests register`: a course that came by other means; or all that Strasbourg's block has restored. */
export function registerVerb(cli: Cli, noun: Command): void {
  const { translator } = cli;
  const { t } = translator;
  const describe = (command: Command) =>
    command
      .argument('[course]', t('cli.requests.arg.registered'))
      .requiredOption('--target <site>', t('cli.courses.option.target'))
      .option('--course <id>', t('cli.requests.option.becameCourse'), wholeNumber(translator, '--course', 1, 1e15))
      .option('--from <file>', t('cli.requests.option.from'))
      .option('--dry-run', t('cli.requests.option.dryRun'));
  addVerb<RegisterFlags>(cli, noun, 'register', describe, async ({ client, flags, args: [course], width }) => {
    const { target, from, dryRun = false } = flags;
    const one = course !== undefined && flags.course !== undefined && from === undefined;
    if (!one && (from === undefined || course !== undefined || flags.course !== undefined))
      throw new AppError('invalid-parameter', t('cli.requests.expected.registered'));
    const found = one
      ? { courses: [{ ...readCourse(translator, course), course: flags.course! }], left: [] }
      : await readTasks(cli, client, from!);
    const done: Registered[] = [];
    for (let at = 0; at < found.courses.length; at += atOnce) {
      const body = { target, courses: found.courses.slice(at, at + atOnce), dryRun };
      done.push(...(await client.call('requests.register', { body })).courses);
    }
    const refused = done.filter(({ outcome }) => outcome === 'refused').length;
    const count = (outcome: Registered['outcome']) => done.filter((each) => each.outcome === outcome).length;
    const said = { registered: count('registered'), already: count('already'), refused, left: found.left.length };
    const words = [
      ...(done.length > 0 ? [tableOf(done, translator, width)] : []),
      ...found.left,
      t(dryRun ? 'cli.requests.wouldRegister' : 'cli.requests.registered', said),
    ];
    return { data: { courses: done, left: found.left }, words: words.join('\n'), exitCode: refused > 0 ? 1 : 0 };
  });
}

/** By the addresses of sites that are known here; what is of none, or restored into nothing, is told. */
async function readTasks(cli: Cli, client: ApiClient, file: string) {
  const { t } = cli.translator;
  const table = readTasksOf(await readListing(cli, file), file, cli.translator);
  const placed = placeTasks(table, (await client.call('sites.list')).sites);
  const courses: Registration[] = placed.courses.map(({ line: _line, name: _name, ...course }) => course);
  const left = placed.left.map(({ why, ...values }) => t(`cli.requests.left.${why}`, values));
  if (table.others > 0) left.push(t('cli.requests.left.others', { count: table.others }));
  return { courses, left };
}

function readTasksOf(text: string, file: string, { t }: Translator): BlockTasks {
  try {
    return readBlockTasks(text);
  } catch (error) {
    if (!(error instanceof BlockTableError)) throw error;
    throw new AppError(
      'invalid-parameter',
      t('cli.requests.expected.tasks', { file, columns: error.missing.join(', ') }),
      { cause: error },
    );
  }
}

function tableOf(done: readonly Registered[], { t }: Translator, width: number | undefined): string {
  const columns = [
    { title: t('cli.requests.column.registeredFrom') },
    { title: t('cli.requests.column.registeredAs'), flexible: true },
    { title: t('cli.requests.column.outcome'), flexible: true },
  ];
  const rows = done.map(({ source, courseid, course, fullname, outcome, request, error }) => [
    `${source}:${courseid}`,
    fullname === null ? String(course) : `${course} ${fullname}`,
    error ? error.message : `${t(`cli.requests.outcome.${outcome}`)}${request ? ` (${request})` : ''}`,
  ]);
  return renderTable(columns, rows, width);
}
