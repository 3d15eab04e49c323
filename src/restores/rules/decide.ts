import type { Category, Person } from '@jouvence/protocol';
import { type Catalogue, withKey } from '../../catalogue/index.ts';
import { type AppError, toAppError } from '../../errors.ts';
import type { Settings, SettingValues } from '../../settings/index.ts';
import type { Pair, Site, Sites } from '../../sites/index.ts';
import type { CarryOptions, CategoryWish, ReportLine, Sender } from '../types.ts';
import { asksForOriginalInVain, type ChosenCategory, chooseCategory, keyOf } from './category.ts';
import {
  type Asked,
  type ChoiceName,
  choiceNames,
  choose,
  defaultsIn,
  type Ground,
  groundFor,
  needsCapability,
  optionsOf,
  uphold,
} from './choices.ts';
import { findPerson, mustSpeakFor } from './people.ts';
import { refusal } from './refusal.ts';
import { askRights, type HeldRights, neededIn, roleMissing, rolesToGive } from './rights.ts';

/*
 * The rules for carrying courses, all of them, in one place. They are decided by what both sites and the settings say
 * at this moment: when somebody looks (`requests.check`), when a request is sent, when it is carried, and before the
 * target restores, because between these anything may have been taken away. Nothing that decides a right is remembered.
 *
 * Per target: who the person is, and whether the sender may speak for that person; the categories. Per source: what the
 * person holds there. Then, in one call for all courses: the person's rights in the categories where they would go.
 */

export interface Tools {
  sites: Sites;
  catalogue: Catalogue;
  settings: Settings;
}

/** Who asks, for whom, to where. */
export interface Asking {
  target: Site;
  /** Username on the target; null: nobody, and then neither ownership nor rights of a person are asked about. */
  person: string | null;
  sender: Sender;
}

/** One course. `options`: what somebody wishes, or what was asked for and is looked at again. */
export interface Wish {
  source: string | number;
  courseid: number;
  category?: CategoryWish;
  options: Partial<CarryOptions> | { asked: Asked; current: CarryOptions };
}

/** What the rules say of one course; what cannot be known because of a problem is null. */
export interface Ruling {
  target: Site;
  source: Site | null;
  values: SettingValues | null;
  person: Person | null;
  course: { shortname: string; fullname: string; category: Category } | null;
  category: ChosenCategory | null;
  asked: Asked | null;
  options: CarryOptions | null;
  /** What may be chosen otherwise, now. */
  choices: Record<ChoiceName, Ground | null> | null;
  /** What comes otherwise than it was asked for. */
  lines: ReportLine[];
  /** Why it may not be carried; nothing: it may. */
  problems: AppError[];
}

/**
 * In the order of the wishes; nothing is thrown but an abort: each course has its own problems. `meanwhile` is what else
 * is to be asked about them, once it is known which are the person's, while the person's rights are asked about.
 */
export async function decideRules(
  tools: Tools,
  asking: Asking,
  wishes: readonly Wish[],
  { signal, meanwhile }: { signal?: AbortSignal; meanwhile?: (rulings: readonly Ruling[]) => Promise<void> } = {},
): Promise<Ruling[]> {
  const { target } = asking;
  const makings = await Promise.all(wishes.map((wish) => begin(tools, target, wish)));
  const rulings = makings.map(({ ruling }) => ruling);
  const shared = askTarget(tools, asking, makings, signal);
  const [about] = await Promise.all([shared, askSources(tools, asking, shared, makings, wishes, signal)]);
  for (const [index, { ruling, keyRefused }] of makings.entries())
    place(ruling, wishes[index]!, asking, about, keyRefused);
  const [rights] = await Promise.all([askAllRights(tools, asking, rulings, about, signal), meanwhile?.(rulings)]);
  for (const [index, ruling] of rulings.entries())
    settle(ruling, wishes[index]!, asking, { rights, roles: about.roles });
  signal?.throwIfAborted();
  return rulings;
}

/** @throws AppError the first problem */
export function mustBeAllowed(ruling: Ruling): AllowedRuling {
  if (ruling.problems.length > 0) throw ruling.problems[0];
  return ruling as AllowedRuling;
}

export type AllowedRuling = {
  [K in keyof Ruling]: K extends 'person' ? Ruling[K] : NonNullable<Ruling[K]>;
};

/** A ruling that is being made. */
interface Making {
  ruling: Ruling;
  pair: Pair | null;
  keyRefused: string | null;
}

async function begin({ sites, settings }: Tools, target: Site, wish: Wish): Promise<Making> {
  const ruling: Ruling = {
    target,
    source: null,
    values: null,
    person: null,
    course: null,
    category: null,
    asked: null,
    options: null,
    choices: null,
    lines: [],
    problems: [],
  };
  try {
    const pair = await sites.pairs.get(wish.source, target.id);
    const values = await settings.at({ target: target.id, source: pair.source.id });
    Object.assign(ruling, { source: pair.source, values });
    return { ruling, pair, keyRefused: null };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    const values = { source: wish.source, target: target.name };
    ruling.problems.push(code === 'not-found' ? refusal(code, 'pair-missing', message, values) : toAppError(thrown));
    return { ruling, pair: null, keyRefused: null };
  }
}

/** What the target says that is the same for all of them. */
interface AboutTarget {
  person: Person | null | AppError;
  /** By the key that categories are asked with ('' for none). */
  categories: Map<string, { categories: Category[]; keyRefused: string | null } | AppError>;
  siteDefaultId: number | null;
  /** That may be given in courses; null: nobody is to be enrolled, or it cannot be known. */
  roles: Set<string> | null | AppError;
}

async function askTarget(
  { sites }: Tools,
  { target, person: username, sender }: Asking,
  makings: readonly Making[],
  signal?: AbortSignal,
): Promise<AboutTarget> {
  const keys = new Set(makings.flatMap(({ ruling }) => (ruling.values ? [keyOf(ruling.values) ?? ''] : [])));
  const askPerson = async (): Promise<Person | null> => {
    const [person] = await Promise.all([
      username === null ? null : findPerson(sites, target, username, signal),
      mustSpeakFor(sites, target, sender, username, signal),
    ]);
    return person;
  };
  const askCategories = async (key: string) => {
    const client = await sites.client(target.id, 'target');
    const { answer, keyRefused } = await withKey(key || undefined, (keyed) =>
      client.call('list_categories', keyed, { signal }),
    );
    return { categories: answer.categories, keyRefused };
  };
  const enrols = username !== null && makings.some(({ ruling }) => ruling.values?.['enrol.requester']);
  const [person, roles, ...listed] = await Promise.all([
    askPerson().catch(toAppError),
    enrols ? rolesToGive(sites, target, signal).catch(toAppError) : null,
    ...[...keys].map(async (key) => [key, await askCategories(key).catch(toAppError)] as const),
  ]);
  const categories: AboutTarget['categories'] = new Map(listed);
  return { person, roles, categories, siteDefaultId: await defaultOf(sites, target, makings, categories, signal) };
}

/** The one that was the default when the site was added may have been deleted since. */
async function defaultOf(
  sites: Sites,
  target: Site,
  makings: readonly Making[],
  listed: AboutTarget['categories'],
  signal?: AbortSignal,
): Promise<number | null> {
  const registered = target.defaultCategoryId;
  const lists = [...listed.values()].flatMap((each) => (each instanceof Error ? [] : [each.categories]));
  const isThere = lists.some((categories) => categories.some(({ id }) => id === registered));
  const isNeeded = makings.some(({ ruling }) => ruling.values?.['category.default'] === null);
  if (isThere || !isNeeded || lists.length === 0) return registered;
  const client = await sites.client(target.id, 'target');
  const facts = await client.call('get_site', {}, { signal }).catch(() => null);
  return facts?.defaultcategoryid ?? registered;
}

/** Whether the person holds the courses, each source asked once and all at the same time. */
async function askSources(
  { catalogue }: Tools,
  { person: username }: Asking,
  shared: Promise<AboutTarget>,
  makings: readonly Making[],
  wishes: readonly Wish[],
  signal?: AbortSignal,
): Promise<void> {
  const { person } = await shared;
  const bySource = Map.groupBy(
    makings.map((making, index) => ({ ...making, making, wish: wishes[index]! })).filter(({ pair }) => pair !== null),
    ({ pair }) => pair!.source.id,
  );
  for (const { ruling } of makings) {
    if (person instanceof Error) ruling.problems.push(person);
    else ruling.person = person;
  }
  await Promise.all(
    [...bySource.values()].map(async (group) => {
      const pair = group[0]!.pair!;
      const key = keyOf(group[0]!.ruling.values!);
      try {
        if (username === null) {
          await Promise.all(group.map((each) => askCourse(catalogue, pair, each.making, each.wish, { key, signal })));
          return;
        }
        if (person === null || person instanceof Error) return;
        const wanted = group.map(({ wish }) => wish.courseid);
        const held = await catalogue.held(pair, person, { key, wanted, signal });
        for (const { making, wish } of group) {
          making.keyRefused = held.keyRefused;
          const course = held.courses.find(({ id }) => id === wish.courseid);
          if (course) making.ruling.course = course;
          else making.ruling.problems.push(notTheirs(pair, person, held.userid, wish.courseid));
        }
      } catch (thrown) {
        for (const { ruling } of group) ruling.problems.push(toAppError(thrown));
      }
    }),
  );
}

async function askCourse(
  catalogue: Catalogue,
  { source }: Pair,
  making: Making,
  { courseid }: Wish,
  options: { key: string | undefined; signal?: AbortSignal },
): Promise<void> {
  try {
    const { course, keyRefused } = await catalogue.courseOf(source.id, courseid, options);
    making.keyRefused = keyRefused;
    if (course) making.ruling.course = course;
    else {
      const message = `${source.name}: there is no course ${courseid}`;
      making.ruling.problems.push(
        refusal('not-found', 'course-missing', message, { source: source.name, course: courseid }),
      );
    }
  } catch (thrown) {
    making.ruling.problems.push(toAppError(thrown));
  }
}

function notTheirs({ source, roles }: Pair, person: Person, userid: number | null, courseid: number): AppError {
  const values = { source: source.name, person: person.fullname, course: courseid, roles: roles.join(', ') };
  if (userid === null) {
    const message = `${person.fullname} is not known on ${source.name}`;
    return refusal('not-allowed', 'course-unknown-person', message, values);
  }
  const message = `${person.fullname} holds none of the roles ${values.roles} in course ${courseid} of ${source.name}`;
  return refusal('not-allowed', 'course-not-yours', message, values);
}

/** Into which category it would go. */
function place(
  ruling: Ruling,
  wish: Wish,
  { target, sender }: Asking,
  { categories, siteDefaultId }: AboutTarget,
  sourceRefused: string | null,
): void {
  const { values, course } = ruling;
  if (!values) return;
  const listed = categories.get(keyOf(values) ?? '')!;
  if (listed instanceof Error) return void ruling.problems.push(listed);
  if (!course) return;
  const operator = sender.kind !== 'person';
  try {
    ruling.category = chooseCategory({
      wish: wish.category,
      values,
      operator,
      original: course.category,
      keyRefused: sourceRefused ?? listed.keyRefused,
      categories: listed.categories,
      siteDefaultId,
      target: target.name,
    });
    if (!('asked' in wish.options) && asksForOriginalInVain(wish.category, values, operator)) {
      const message = `${target.name}: courses are not put into their original category there (category.original): leave it out, or ask for the default one`;
      ruling.problems.push(refusal('not-allowed', 'category-original-off', message, { target: target.name }));
    }
  } catch (thrown) {
    ruling.problems.push(toAppError(thrown));
  }
}

/** Null: nobody's rights are asked about. */
async function askAllRights(
  { sites }: Tools,
  { target, sender }: Asking,
  rulings: readonly Ruling[],
  { person }: AboutTarget,
  signal?: AbortSignal,
): Promise<HeldRights | null> {
  if (person === null || person instanceof Error) return null;
  const operator = sender.kind !== 'person';
  const placed = rulings.filter(({ category }) => category !== null);
  try {
    return await askRights(
      { sites, target, person, signal },
      {
        capable: !operator && rulings.some(({ values }) => values && needsCapability(values)),
        in: placed.map(({ category, values }) => ({
          category: category!.category,
          needed: neededIn(category!, values!, operator),
        })),
      },
    );
  } catch (thrown) {
    for (const ruling of rulings) ruling.problems.push(toAppError(thrown));
    return null;
  }
}

/** Rights in that category, and what comes with the course. */
function settle(
  ruling: Ruling,
  wish: Wish,
  { target, sender }: Asking,
  { rights, roles }: { rights: HeldRights | null; roles: AboutTarget['roles'] },
): void {
  const { source, category, problems } = ruling;
  if (!ruling.values) return;
  const { values, lines: about } = givenBy(source, ruling.values);
  ruling.lines.push(...about);
  const operator = sender.kind !== 'person';
  if (category && rights) {
    try {
      rights.require(category.category, neededIn(category, values, operator));
    } catch (thrown) {
      problems.push(toAppError(thrown));
    }
  }
  // A target that does not answer has a problem already.
  const missing = roles instanceof Error ? null : roleMissing(target, values, roles);
  if (missing) problems.push(missing);
  const chooser = { operator, capable: rights?.capable ?? false };
  ruling.choices = Object.fromEntries(
    choiceNames.map((name) => [
      name,
      name === 'people' && source?.abilities.people === false ? null : groundFor(name, values, chooser),
    ]),
  ) as unknown as Ruling['choices'];
  if ('asked' in wish.options) {
    const { asked, current } = wish.options;
    const { options, withdrawn, lines } = uphold(asked, current, values, chooser);
    Object.assign(ruling, { asked, options });
    ruling.lines.push(...lines);
    // What could not be asked is a problem already, and says more.
    if (withdrawn.length > 0 && problems.length === 0) problems.push(lostRight(target, ruling, withdrawn));
    return;
  }
  const { asked, refused } = choose(wish.options, values, chooser);
  Object.assign(ruling, { asked, options: optionsOf(asked) });
  // Whose rights could not be asked has a problem already.
  if (operator || rights) problems.push(...refused.map((name) => notChosen(target, values, name)));
}

/** Where participants' data are the default and the source has none to give, the course comes without, and it is said. */
function givenBy(source: Site | null, values: SettingValues): { values: SettingValues; lines: ReportLine[] } {
  if (!source || source.abilities.people || !values['requests.people']) return { values, lines: [] };
  const line: ReportLine = {
    code: 'people-not-given',
    severity: 'warning',
    what: source.name,
    why: 'The settings would have participants’ data come; this version of Strasbourg’s block gives none.',
    todo: 'If they are needed, have the block updated to 3.0 or later, or local_jouvence installed on the source.',
  };
  return { values: { ...values, 'requests.people': false }, lines: [line] };
}

const capability = 'local/jouvence:chooseuserdata';

function notChosen({ name: target }: Site, values: SettingValues, name: ChoiceName): AppError {
  const said = String(defaultsIn(values)[name]);
  const message = `${target}: ${name} is not yours to choose: it is “${said}” there. It is chosen by operators, and where the settings say so by who holds ${capability}: leave it out`;
  return refusal('not-allowed', `${name}-choice`, message, { target, value: said, capability });
}

function lostRight({ name: target }: Site, { person }: Ruling, names: ChoiceName[]): AppError {
  const username = person?.username ?? '';
  const message = `${target}: ${username} does not hold ${capability} any more, by which it was asked for (${names.join(', ')}): nothing is carried. Ask again without it`;
  return refusal('not-allowed', 'right-withdrawn', message, { target, person: username, capability });
}
