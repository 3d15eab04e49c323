import type { Category, Person } from '@jouvence/protocol';
import type { Catalogue } from '../catalogue/index.ts';
import { AppError } from '../errors.ts';
import type { Site, Sites } from '../sites/index.ts';
import type { CategoryWish, ReportLine } from './types.ts';

/** One course for one person, as far as the rules care. */
export interface Wish {
  target: string | number;
  source: string | number;
  courseid: number;
  /** Username on the target; null: nobody. */
  person: string | null;
  category: CategoryWish;
}

/** What the rules say now. */
export interface Ruling {
  target: Site;
  source: Site;
  /** On the target. */
  person: Person;
  course: { shortname: string; fullname: string };
  category: Category;
  /** What the person did not ask for so. */
  lines: ReportLine[];
}

/**
 * Decides by what both sites say at this moment: that the pair exists, that the person may take the course, and where
 * it may go. Asked when a request is sent, again when it is carried, and again before the target restores, because
 * between the three anything may have been taken away.
 * @throws AppError `not-found`, `not-allowed`, or why a site could not be asked
 */
export async function decideRules(
  { sites, catalogue }: { sites: Sites; catalogue: Catalogue },
  wish: Wish,
  signal?: AbortSignal,
): Promise<Ruling> {
  const { source, target } = await sites.pairs.get(wish.source, wish.target);
  const username = wish.person;
  if (username === null) throw new AppError('unsupported', `${target.name}: a course is carried for somebody`);
  const person = await findPerson(sites, target, username, signal);
  const taking = await catalogue.mayTake(
    {
      target: target.id,
      source: source.id,
      courseid: wish.courseid,
      person: { field: 'username', value: username },
    },
    { signal },
  );
  if (!taking.allowed || !taking.course) {
    throw new AppError(
      'not-allowed',
      taking.why ?? `${source.name}: ${username} may not take the course ${wish.courseid}`,
    );
  }
  const { category, lines } = await chooseCategory(sites, target, wish, taking.course.category.idnumber, signal);
  await mustCreateCourses(sites, target, person, category, signal);
  return { source, target, person, course: taking.course, category, lines };
}

async function findPerson(sites: Sites, target: Site, username: string, signal?: AbortSignal): Promise<Person> {
  const client = await sites.client(target.id, 'target');
  const { people } = await client.call('find_people', { field: 'username', value: username }, { signal });
  const entering = people.filter(({ suspended }) => !suspended);
  // Another Moodle's account may have the same name: the site's own is meant.
  const own = entering.filter(({ auth }) => auth !== 'mnet');
  const active = own.length > 0 ? own : entering;
  if (active.length === 1) return active[0]!;
  if (active.length > 1) {
    const names = active.map(({ id, email }) => `${id} (${email})`).join(', ');
    throw new AppError('conflict', `${target.name}: several accounts are called ${username}: ${names}`);
  }
  const why = people.length > 0 ? `the account ${username} is suspended` : `nobody is called ${username}`;
  throw new AppError('not-found', `${target.name}: ${why}; courses are carried for someone who can enter them`);
}

async function chooseCategory(
  sites: Sites,
  target: Site,
  { category: wish }: Wish,
  originalIdnumber: string,
  signal?: AbortSignal,
): Promise<{ category: Category; lines: ReportLine[] }> {
  const client = await sites.client(target.id, 'target');
  const { categories } = await client.call('list_categories', {}, { signal });
  if (wish.kind === 'id') {
    const category = categories.find(({ id }) => id === wish.id);
    if (category) return { category, lines: [] };
    throw new AppError('not-found', `${target.name}: the category ${wish.id} is not there, or not any more`);
  }
  const same = categories.filter(({ idnumber }) => idnumber !== '' && idnumber === originalIdnumber);
  if (wish.kind === 'original' && same.length === 1) return { category: same[0]!, lines: [] };
  const category = await defaultCategory(sites, target, categories, signal);
  if (wish.kind === 'default') return { category, lines: [] };
  const why =
    originalIdnumber === ''
      ? 'its category on the source has no idnumber'
      : `${same.length === 0 ? 'no category there has' : `${same.length} categories there have`} the idnumber ${originalIdnumber}`;
  const line: ReportLine = {
    code: 'category-default',
    severity: 'info',
    what: category.path.join(' / '),
    why: `The course went into the default category: ${why}.`,
    todo: 'Move it where it belongs, if that is elsewhere.',
  };
  return { category, lines: [line] };
}

async function defaultCategory(sites: Sites, target: Site, categories: readonly Category[], signal?: AbortSignal) {
  const byRegistry = categories.find(({ id }) => id === target.defaultCategoryId);
  if (byRegistry) return byRegistry;
  // The one that was the default when the site was added has been deleted since.
  const client = await sites.client(target.id, 'target');
  const { defaultcategoryid } = await client.call('get_site', {}, { signal });
  const now = categories.find(({ id }) => id === defaultcategoryid);
  if (now) return now;
  throw new AppError('not-found', `${target.name}: it names no default category for courses that come without one`);
}

async function mustCreateCourses(
  sites: Sites,
  target: Site,
  person: Person,
  category: Category,
  signal?: AbortSignal,
): Promise<void> {
  const client = await sites.client(target.id, 'target');
  const capability = 'moodle/course:create';
  const { checks } = await client.call(
    'check_rights',
    { userid: person.id, checks: [{ capability, level: 'category', instanceid: category.id }] },
    { signal },
  );
  const where = `${target.name}: the category ${category.path.join(' / ')}`;
  if (!checks[0]?.exists) throw new AppError('not-found', `${where} is not there any more`);
  if (checks[0].allowed) return;
  throw new AppError('not-allowed', `${where}: ${person.username} may not create courses there (${capability})`);
}
