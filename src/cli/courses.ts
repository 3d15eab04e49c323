import type { Answer, ApiClient, Course, Input, SourceCourses } from '@jouvence/contract';
import type { Translator } from '@jouvence/i18n';
import type { Command } from 'commander';
import { errorCatalogue, isErrorCode } from '../errors.ts';
import { addVerb, type Cli, type Flags, wholeNumber } from './cli.ts';
import { reportLines } from './report.ts';
import { carriedWords } from './request-check.ts';
import { renderTable } from './table.ts';
import { harmless } from './terminal-text.ts';

interface ListFlags extends Flags {
  target: string;
  person: string;
  search?: string;
  source?: string;
  category?: string;
  year?: number;
  role?: string;
  refresh?: boolean;
}

interface SearchFlags extends Flags {
  target?: string;
  limit?: number;
  after?: string;
}

interface ShowFlags extends Flags {
  target: string;
  person?: string;
}

/** `jouvence courses …` */
export function courseVerbs(cli: Cli, noun: Command): void {
  const { t } = cli.translator;
  const maxId = 999_999_999_999_999;

  addVerb<ListFlags>(
    cli,
    noun,
    'list',
    (command) =>
      command
        .requiredOption('--target <site>', t('cli.courses.option.target'))
        .requiredOption('--person <username>', t('cli.courses.option.person'))
        .option('--search <words>', t('cli.courses.option.search'))
        .option('--source <site>', t('cli.courses.option.source'))
        .option('--category <name>', t('cli.courses.option.category'))
        .option('--year <year>', t('cli.courses.option.year'), wholeNumber(cli.translator, '--year', 1000, 9999))
        .option('--role <role>', t('cli.courses.option.role'))
        .option('--refresh', t('cli.courses.option.refresh')),
    async ({ client, flags: { json: _json, data: _data, ...query }, width }) => {
      const sources = cli.stderr.isTTY
        ? await listAsTheyCome(cli, client, query)
        : (await client.call('courses.list', { query })).sources;
      const rows = sources.flatMap((source) =>
        source.courses.map((course) => courseRow(source, course, cli.translator)),
      );
      const words = rows.length > 0 ? renderTable(courseColumns(cli.translator), rows, width) : '';
      return {
        data: { sources },
        words: words || harmless(t('cli.courses.empty', { person: query.person })),
        note: notesOf(sources, cli.translator),
        exitCode: exitCodeOf(sources),
      };
    },
  );
  addVerb<SearchFlags>(
    cli,
    noun,
    'search',
    (command) =>
      command
        .argument('<source>', t('cli.courses.arg.source'))
        .argument('[words...]', t('cli.courses.arg.words'))
        .option('--target <site>', t('cli.courses.option.searchTarget'))
        .option('--limit <number>', t('cli.audit.option.limit'), wholeNumber(cli.translator, '--limit', 1, 200))
        .option('--after <id>', t('cli.audit.option.after')),
    async ({ client, flags: { json: _json, data: _data, ...query }, args: [site, ...words], width }) => {
      const search = words.join(' ').trim() || undefined;
      const page = await client.call('courses.search', { params: { site: site! }, query: { ...query, search } });
      const rows = page.courses.map((course) => courseRow(page, course, cli.translator));
      return {
        data: page,
        words: rows.length > 0 ? renderTable(courseColumns(cli.translator), rows, width) : t('cli.courses.noneFound'),
        note: t('cli.courses.found', { count: page.total, shown: cli.translator.number(page.total) }).concat(
          page.next === null ? '' : ` ${t('cli.audit.more', { after: page.next })}`,
        ),
      };
    },
  );
  addVerb<ShowFlags>(
    cli,
    noun,
    'show',
    (command) =>
      command
        .argument('<source>', t('cli.courses.arg.source'))
        .argument('<id>', t('cli.courses.arg.id'), wholeNumber(cli.translator, 'id', 1, maxId))
        .requiredOption('--target <site>', t('cli.courses.option.target'))
        .option('--person <username>', t('cli.courses.option.person')),
    async ({ client, flags: { target, person }, args: [source, courseid] }) => {
      const shown = await client.call('courses.show', {
        params: { source: source!, courseid: courseid! },
        query: { target, person },
      });
      return { data: shown, words: describeCourse(shown, target, cli.translator) };
    },
  );
}

/** Who looks on is told of each source as it answers: a slow one holds up nothing but the table. */
async function listAsTheyCome(
  { stderr, translator }: Cli,
  client: ApiClient,
  query: NonNullable<Input<'courses.list'>['query']>,
): Promise<SourceCourses[]> {
  const sources: SourceCourses[] = [];
  for await (const { event, data } of client.stream('courses.list', { query })) {
    if (event !== 'source') continue;
    sources.push(data);
    const { source, courses, ms, state } = data;
    const seconds = translator.number(ms / 1000);
    if (state === 'ok')
      stderr.write(`${harmless(translator.t('cli.courses.answered', { source, count: courses.length, seconds }))}\n`);
  }
  return sources.sort((a, b) => a.source.localeCompare(b.source));
}

function courseColumns({ t }: Translator) {
  return [
    { title: t('cli.column.course') },
    { title: t('cli.column.shortname'), flexible: true },
    { title: t('cli.column.fullname'), flexible: true },
    { title: t('cli.column.category'), flexible: true },
    { title: t('cli.column.year') },
    { title: t('cli.column.size'), align: 'right' as const },
    { title: t('cli.column.roles'), flexible: true },
    { title: t('cli.column.carried'), flexible: true },
  ];
}

function courseRow({ source }: Pick<SourceCourses, 'source'>, course: Course, translator: Translator): string[] {
  const { bytes } = translator;
  return [
    // As `requests send` takes it.
    `${source}:${course.id}`,
    course.shortname,
    course.fullname,
    course.category.path.join(' / ') || course.category.name,
    course.year === null ? '' : String(course.year),
    course.fileBytes === null ? '' : bytes(course.fileBytes),
    course.roles.join(', '),
    course.carried === null ? '' : carriedWords(course.carried, translator),
  ];
}

function notesOf(sources: readonly SourceCourses[], { t, maybe, language }: Translator): string | undefined {
  const notes = sources.flatMap(({ source, paused, state, person, error }) => {
    const waits = paused ? [t('cli.courses.paused', { source })] : [];
    if (state === 'failing') {
      const sentence = language === 'en' ? undefined : maybe(`error.${error?.code}`);
      const message = [sentence, error?.message].filter(Boolean).join(' ');
      return [t('cli.courses.failing', { source, message }), ...waits];
    }
    if (error) return [t('cli.courses.incomplete', { source, message: error.message }), ...waits];
    return person === 'unknown' ? [t('cli.courses.unknownPerson', { source }), ...waits] : waits;
  });
  return notes.length > 0 ? notes.map(harmless).join('\n') : undefined;
}

/** One that fails hides nothing of the others; when none answers, nothing was learned. */
function exitCodeOf(sources: readonly SourceCourses[]): number {
  const code = sources[0]?.error?.code ?? 'site-unreachable';
  const allFail = sources.length > 0 && sources.every(({ state }) => state === 'failing');
  return allFail ? errorCatalogue[isErrorCode(code) ? code : 'site-error'].exitCode : 0;
}

function describeCourse(
  { outline, verdict, carried, url }: Answer<'courses.show'>,
  target: string,
  translator: Translator,
): string {
  const { t } = translator;
  const colon = translator.language === 'fr' ? '\u00a0: ' : ': ';
  const lines = [
    ...(outline ? [...outlineLines(outline, translator), ''] : []),
    ...(url === null ? [] : [url]),
    t('cli.courses.verdict', { target, verdict: t(`verdict.${verdict.kind}`) }),
    ...(carried ? [`${t('cli.field.carried')}${colon}${carriedWords(carried, translator)}`] : []),
  ].map(harmless);
  const reasons = verdict.reasons.length > 0 ? `\n${reportLines(verdict.reasons, translator)}` : '';
  return lines.join('\n') + reasons;
}

function outlineLines(outline: NonNullable<Answer<'courses.show'>['outline']>, translator: Translator): string[] {
  const { t, bytes } = translator;
  const hidden = (visible: boolean) => (visible ? '' : ` (${t('cli.courses.hidden')})`);
  return [
    `${outline.fullname} (${outline.shortname})`,
    t('cli.courses.summary', {
      category: outline.category.path.join(' / ') || outline.category.name,
      release: outline.release,
      files: t('cli.courses.files', { count: outline.files }),
      size: outline.fileBytes === null ? '?' : bytes(outline.fileBytes),
      people: t('cli.courses.people', { count: outline.people }),
    }),
    '',
    ...outline.sections.flatMap((section) => [
      (section.name || t('cli.courses.section', { number: section.number })) + hidden(section.visible),
      ...section.activities.map(
        ({ module, name, visible, fileBytes }) =>
          `  ${module.padEnd(12)} ${name}${fileBytes > 0 ? ` · ${bytes(fileBytes)}` : ''}${hidden(visible)}`,
      ),
    ]),
  ];
}
