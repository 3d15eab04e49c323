import { type Actor, hasSite } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import { AppError, type ErrorCode, toAppError } from '../errors.ts';
import type { Site, Sites } from '../sites/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { newId } from './new-id.ts';
import { instanceKey, selectCarried } from './rules/instances.sql.ts';
import { findCarried } from './rules/instances.ts';
import { insertKept, type KeptRow } from './rules/kept.sql.ts';

/** A course of a source that came to the target by other means, such as Strasbourg's block, and stands there. */
export interface Registration {
  /** Name or id of the source. */
  source: string | number;
  courseid: number;
  /** Id of the course on the target. */
  course: number;
  /** When it arrived; left out: now. */
  at?: Date;
}

export interface Registered {
  source: string;
  courseid: number;
  course: number;
  /** What it is called there; null: it was not found. */
  fullname: string | null;
  /** `already`: it was known to be there; `request` is by what. */
  outcome: 'registered' | 'already' | 'refused';
  /** By which it is known from now on, as one that was carried is. */
  request: string | null;
  error: { code: ErrorCode; message: string } | null;
}

interface Tools {
  store: Store;
  sites: Sites;
}

const mostCourses = 200;
/** At a time, so that a site is not taken by it. */
const atOnce = 4;

/**
 * Makes known that courses stand on a target already, so that none of them comes a second time where the setting
 * `requests.oneInstance` says so, and colleagues may enrol there. Each for itself; a course is asked for on the target, and its
 * source is not asked: it may be gone by then. With `dryRun` nothing is written.
 * @throws AppError `not-found` (the target), `invalid-parameter` (too many)
 */
export async function registerCourses(
  tools: Tools,
  actor: Actor,
  { target: name, courses, dryRun = false }: { target: string | number; courses: Registration[]; dryRun?: boolean },
): Promise<Registered[]> {
  if (courses.length < 1 || courses.length > mostCourses)
    throw new AppError('invalid-parameter', `1 to ${mostCourses} courses at once, not ${courses.length}`);
  const target = await tools.sites.get(name);
  if (!hasSite(actor, target.id)) throw new AppError('not-found', `there is no site ${name}`);
  const done: Registered[] = [];
  const waiting = [...courses.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, wish] = next;
      const about = { source: String(wish.source), courseid: wish.courseid, course: wish.course };
      done[index] = await registerOne(tools, actor, { target, wish, dryRun }).catch((thrown): Registered => {
        const { code, message } = toAppError(thrown);
        return { ...about, fullname: null, outcome: 'refused', request: null, error: { code, message } };
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, courses.length) }, work));
  return done;
}

async function registerOne(
  { store, sites }: Tools,
  actor: Actor,
  { target, wish, dryRun }: { target: Site; wish: Registration; dryRun: boolean },
): Promise<Registered> {
  const { source } = await sites.pairs.get(wish.source, target.id);
  const { courseid, at = new Date() } = wish;
  const course = { sourceId: source.id, courseid };
  // What is known of it, and is found to be gone, does not stand in its way.
  await findCarried({ store, sites }, target.id, [course]);
  const there = await (await sites.client(target.id, 'target')).call('get_course', { courseid: wish.course });
  const row: KeptRow = {
    ...course,
    id: newId(),
    targetId: target.id,
    target: target.name,
    source: source.name,
    courseName: there.fullname,
    newCourse: {
      id: there.id,
      url: `${target.url}/course/view.php?id=${there.id}`,
      shortname: there.shortname,
      fullname: there.fullname,
      category: there.category.path.join(' / '),
    },
    arrivedAt: at,
  };
  const about = { source: source.name, courseid, course: wish.course, fullname: there.fullname };
  return store.transaction(async (tx) => {
    // The same lock as of those that send it at this moment.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [instanceKey(target.id, course)]);
    const [known] = await selectCarried(tx, target.id, [course]);
    if (known && !known.arrived)
      throw new AppError(
        'conflict',
        `${target.name}: ${source.name}:${courseid} is on its way there by request ${known.id}: cancel that first, or let it arrive`,
      );
    if (known) return { ...about, outcome: 'already', request: known.id, error: null };
    if (!dryRun) await write(tx, actor, row);
    return { ...about, outcome: 'registered', request: dryRun ? null : row.id, error: null };
  });
}

async function write(tx: Transaction, actor: Actor, row: KeptRow): Promise<void> {
  await insertKept(tx, row);
  const { id, target, source, courseid, newCourse } = row;
  await audit.write(tx, {
    actor,
    action: 'requests.register',
    object: `request ${id}`,
    site: target,
    after: { source, courseid, course: newCourse.id },
  });
}
