import { type BlockClient, SiteError } from '@jouvence/moodle-client';
import type { BlockCourse, CourseSummary, Person } from '@jouvence/protocol';
import type { Pair } from '../sites/index.ts';
import { mayMatch } from '../sites/index.ts';
import { notVouched } from './people.ts';

type Held = CourseSummary & { roles: string[] };

/** What a source with Strasbourg's block tells of a person's courses. */
export interface BlockHeld {
  found: boolean;
  courses: Held[];
  /** Of a list that it could not give whole: why. */
  incomplete: string | null;
}

/**
 * By username. How the account there signs in, the block does not tell; the one here must be vouched for all the same.
 * @throws AppError `not-allowed`
 */
export async function heldByBlock(
  block: BlockClient,
  pair: Pair,
  person: Person,
  signal: AbortSignal,
): Promise<BlockHeld> {
  const { source, target, identity, roles } = pair;
  if (!mayMatch(pair, person.auth)) throw notVouched(target, source, identity, person);
  const held = await block.listCourses({ username: person.username, roles }, { signal });
  // Where the source's own setting decides, nobody knows which role it was; of several it may be any.
  const known = source.abilities.namesRoles && roles.length === 1 ? roles : [];
  return {
    found: held.person === 'found',
    courses: held.courses.map((course) => ({ ...summaryOf(course), roles: known })),
    incomplete: held.incomplete,
  };
}

/**
 * Courses by their ids, when a bad name keeps the block from listing any of that person's. Whether they are theirs, the
 * source decides when the backup is asked for by their username.
 * @returns nothing when the failure was another
 */
export async function findUnlisted(
  block: BlockClient,
  courseids: readonly number[],
  failure: unknown,
  signal: AbortSignal | undefined,
): Promise<CourseSummary[]> {
  if (!(failure instanceof SiteError) || failure.errorcode !== 'invalidresponse') return [];
  const found = await Promise.all(courseids.map((id) => findByBlock(block, id, signal).catch(() => undefined)));
  return found.filter((course) => course !== undefined);
}

export async function findByBlock(
  block: BlockClient,
  courseid: number,
  signal: AbortSignal | undefined,
): Promise<CourseSummary | undefined> {
  const found = await block.findCourse(courseid, { signal });
  if (!found) return undefined;
  const { id, shortname, fullname, idnumber, startdate, visible, categoryid, categoryname } = found;
  const course = { id, shortname, fullname, idnumber, startdate, visible: visible ? 1 : 0, category: categoryid };
  const summary = summaryOf(course);
  return { ...summary, category: { ...summary.category, name: categoryname, path: [categoryname] } };
}

/** What the block does not tell stays empty. Of its category it tells the id, and the key where it gives keys. */
function summaryOf(course: BlockCourse): CourseSummary {
  const { id, shortname, fullname, startdate } = course;
  const key = course.categoryidentifier ?? '';
  return {
    id,
    shortname,
    fullname,
    idnumber: course.idnumber ?? '',
    format: '',
    visible: course.visible !== 0,
    startdate,
    enddate: 0,
    timemodified: 0,
    category: { id: course.category, parentid: 0, name: key, idnumber: key, visible: true, path: key ? [key] : [] },
    teachers: [],
    filebytes: null,
  };
}
