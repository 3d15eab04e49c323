import type { CourseOutline } from '@jouvence/protocol';
import {
  judge,
  judgedOutline,
  judgeUnseen,
  type Reason,
  type TargetPlugins,
  type Verdict,
} from '../../catalogue/index.ts';
import { type AppError, toAppError } from '../../errors.ts';
import type { Store } from '../../store/index.ts';
import type { CarryOptions, ReportLine, RequestItem } from '../types.ts';
import { decideRules } from './decide.ts';
import { expectPeople } from './expect-people.ts';
import type { CarriedRow } from './instances.sql.ts';
import { carriedAlready, findCarried } from './instances.ts';
import { refusal } from './refusal.ts';
import type { Asking, Ruling, Tools } from './ruling.ts';
import { tooLarge } from './sizes.ts';

/** One course before it is sent: what the rules say, what would become of it, whether it is there already. */
export interface Considered {
  item: RequestItem;
  ruling: Ruling;
  outline: CourseOutline | null;
  verdict: Verdict | null;
  carried: CarriedRow | null;
}

/** At a time, so that a hundred courses do not take a site to themselves. */
const outlinesAtOnce = 4;

/** In the order of the items; each has its own problems, in its ruling. */
export async function considerAll(
  tools: Tools & { store: Store },
  asking: Asking,
  items: readonly RequestItem[],
  signal?: AbortSignal,
): Promise<Considered[]> {
  const wishes = items.map(({ source, courseid, category, ...options }) => ({ source, courseid, category, options }));
  const plugins = tools.catalogue.targetOf(asking.target.id, { signal }).catch(toAppError);
  let outlines: (CourseOutline | AppError | null)[] = [];
  let carried: (CarriedRow | null)[] | AppError = [];
  const rulings = await decideRules(tools, asking, wishes, {
    signal,
    // Only of what may be taken: of the rest nothing is told.
    meanwhile: async (found) => {
      [outlines, carried] = await Promise.all([
        askOutlines(tools, items, found, signal),
        askCarried(tools, asking, items, found, signal).catch(toAppError),
      ]);
    },
  });
  const there = await plugins;
  const people = await expectAllPeople(tools, asking, rulings, outlines, signal);
  const considered = rulings.map((ruling, index): Considered => {
    const told = outlines[index]!;
    if (ruling.problems.length === 0)
      ruling.problems.push(...[told, there, carried].filter((each): each is AppError => each instanceof Error));
    const outline = told instanceof Error ? null : told;
    return {
      item: items[index]!,
      ruling,
      outline,
      verdict:
        there instanceof Error || told instanceof Error
          ? null
          : withReason(foresee(ruling, outline, there), people[index] ?? null),
      carried: carried instanceof Error ? null : carried[index]!,
    };
  });
  for (const each of considered) {
    each.ruling.problems.push(...standingInTheWay(each, asking.person));
    each.ruling.lines.push(...waitingForSites(each.ruling));
  }
  mustBeOnce(considered);
  return considered;
}

/** Of each course what is to be said of its people, where the pair makes no accounts. */
async function expectAllPeople(
  { sites }: Pick<Tools, 'sites'>,
  { target }: Asking,
  rulings: readonly Ruling[],
  outlines: readonly (CourseOutline | AppError | null)[],
  signal?: AbortSignal,
): Promise<(Reason | null)[]> {
  const expected: (Reason | null)[] = rulings.map(() => null);
  const waiting = [...rulings.keys()].filter(
    (index) => rulings[index]!.options?.people && rulings[index]!.problems.length === 0,
  );
  const ask = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const { source, options } = rulings[index]!;
      const told = outlines[index];
      const outline = told instanceof Error ? null : (told ?? null);
      const pair = await sites.pairs.get(source!.id, target.id);
      expected[index] = await expectPeople(sites, pair, { outline, options: options! }, signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(outlinesAtOnce, waiting.length) }, ask));
  return expected;
}

/** Not all of it is sure to come any more, when the reason is a warning. */
function withReason(verdict: Verdict | null, reason: Reason | null): Verdict | null {
  if (!verdict || !reason) return verdict;
  const kind = verdict.kind === 'whole' && reason.severity === 'warning' ? 'partly' : verdict.kind;
  return { kind, reasons: [...verdict.reasons, reason] };
}

/** A source that tells nothing of a course beforehand is no reason not to send it. */
function foresee({ source, options }: Ruling, outline: CourseOutline | null, plugins: TargetPlugins): Verdict | null {
  if (outline) return verdictOf(outline, options, plugins);
  return source && !source.abilities.outline ? judgeUnseen(source.release, plugins) : null;
}

async function askOutlines(
  { catalogue }: Pick<Tools, 'catalogue'>,
  items: readonly RequestItem[],
  rulings: readonly Ruling[],
  signal?: AbortSignal,
): Promise<(CourseOutline | AppError | null)[]> {
  const told: (CourseOutline | AppError | null)[] = items.map(() => null);
  const waiting = [...items.keys()].filter((index) => rulings[index]!.course !== null);
  const ask = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
      told[index] = await catalogue
        .outlineOf(rulings[index]!.source!.id, items[index]!.courseid, { signal })
        .catch(toAppError);
  };
  await Promise.all(Array.from({ length: Math.min(outlinesAtOnce, waiting.length) }, ask));
  return told;
}

async function askCarried(
  tools: Tools & { store: Store },
  { target }: Asking,
  items: readonly RequestItem[],
  rulings: readonly Ruling[],
  signal?: AbortSignal,
): Promise<(CarriedRow | null)[]> {
  const courses = items.map(({ courseid }, index) => {
    const { course, source } = rulings[index]!;
    return course && source ? { sourceId: source.id, courseid } : null;
  });
  const known = courses.filter((course) => course !== null);
  const rows = await findCarried(tools, target.id, known, signal);
  return courses.map((course) => (course && rows.find((row) => isOf(row, course))) ?? null);
}

/** As it would be with what was asked for: what does not come with it need not be foreseen. */
export function verdictOf(outline: CourseOutline, options: CarryOptions | null, plugins: TargetPlugins): Verdict {
  const { people = false, enrolments = 'withusers', keepIdnumber = false } = options ?? {};
  const { kind, reasons } = judge({ ...judgedOutline(outline), ...(people && { people: outline.people }) }, plugins);
  const methodsCome = enrolments === 'always' || (enrolments === 'withusers' && people);
  const without = new Set([
    ...(keepIdnumber ? ['idnumber-cleared'] : []),
    ...(methodsCome ? [] : ['enrolment-method-bound']),
  ]);
  return { kind, reasons: reasons.filter(({ code }) => !without.has(code)) };
}

const isOf = (row: CarriedRow, course: { sourceId: number; courseid: number }): boolean =>
  row.sourceId === course.sourceId && row.courseid === course.courseid;

function standingInTheWay({ item, ruling, outline, carried }: Considered, asker: string | null): AppError[] {
  const { source, values } = ruling;
  if (!source || !values) return [];
  const problems: AppError[] = [];
  if (ruling.options?.people && !source.abilities.people)
    problems.push(
      refusal(
        'unsupported',
        'people-not-given',
        `${source.name} gives no participants’ data: its version of Strasbourg’s block is too old for it. Ask for the course without`,
        { source: source.name },
      ),
    );
  if (outline?.filebytes != null) {
    const large = tooLarge(outline.filebytes, values);
    if (large)
      problems.push(
        refusal('too-large', 'too-large', `${source.name}:${item.courseid}: ${large.message}`, large.values),
      );
  }
  if (carried && values['requests.oneInstance']) problems.push(carriedAlready(carried, values, asker));
  return problems;
}

/** What is asked for while a site is paused waits, as what was asked for before does. Before it is sent, that is told. */
function waitingForSites({ source, target }: Ruling): ReportLine[] {
  return [source, target].flatMap((site): ReportLine[] => {
    if (!site?.pausedAt) return [];
    const { title, name, pauseReason } = site;
    const why = 'Those who run this service have paused it';
    return [
      {
        code: 'site-paused-waits',
        severity: 'warning',
        what: title || name,
        why: pauseReason === '' ? `${why}.` : `${why}: ${pauseReason}`,
        todo: 'Nothing is to be done: the course waits, and goes by itself when the site goes on.',
        ...(pauseReason !== '' && { values: { because: pauseReason } }),
      },
    ];
  });
}

function mustBeOnce(considered: readonly Considered[]): void {
  const seen = new Set<string>();
  for (const { item, ruling } of considered) {
    if (!ruling.source || !ruling.values?.['requests.oneInstance']) continue;
    const key = `${ruling.source.id} ${item.courseid}`;
    const values = { source: ruling.source.name, course: item.courseid };
    if (seen.has(key))
      ruling.problems.push(
        refusal('conflict', 'twice', `${values.source}:${values.course} is asked for twice at once`, values),
      );
    seen.add(key);
  }
}

/** What Moodle's mode means with and without participants' data: it is not what its name says. */
export function enrolmentLine({ people, enrolments }: CarryOptions): ReportLine {
  const meanings: Record<string, string> = {
    'never-people': 'Nobody keeps the way they were enrolled: everybody in the archive is enrolled by hand.',
    'never-nobody': 'Without participants’ data nobody is in the archive: nobody comes, and no way to enrol.',
    'withusers-people': 'Ways to enrol come with their people; cohort and meta ways of another site do not.',
    'withusers-nobody': 'Without participants’ data nobody comes, and no way to enrol.',
    'always-people': 'Ways to enrol come with their people; cohort and meta ways of another site do not.',
    'always-nobody': 'Ways to enrol come, such as self-enrolment with its key, and nobody is enrolled by them.',
  };
  const code = `${enrolments}-${people ? 'people' : 'nobody'}`;
  return { code: `enrolments-${code}`, severity: 'info', what: enrolments, why: meanings[code]!, todo: '' };
}
