import type { Actor } from '../../accounts/index.ts';
import { audit } from '../../audit/index.ts';
import { type AppError, isAppError, toAppError } from '../../errors.ts';
import type { Settings, SettingValues } from '../../settings/index.ts';
import type { Sites } from '../../sites/index.ts';
import { isUniqueViolation, type Queryable, type Store } from '../../store/index.ts';
import { type CarriedRow, type CourseRef, instanceIndex, markGone, selectCarried, takeKey } from './instances.sql.ts';
import { refusal } from './refusal.ts';

/*
 * A course of a source comes to a target once, where the setting `requests.oneInstance` says so.
 *
 * The one request that may bring it holds the instance key, and a unique index lets nobody else have it: of two teachers
 * who send at the same instant, the database lets one win. It is taken when a request is sent, or tried again; given
 * back when the request fails, is cancelled or refused, unless its course had arrived; and when that course is found to
 * be gone from the target, which is looked at whenever it would stand in somebody's way or is shown.
 *
 * A request that is deleted, or kept no longer, leaves behind that its course arrived (`kept.sql.ts`), and nothing of
 * people: it is looked at as the others are, and goes when the course is found to be gone. No key is needed for it: it is
 * there before anybody asks again.
 *
 * The setting may be turned on with requests from before, which have no key: what has arrived, or has begun, counts as
 * it is; those that wait take the key when they begin, and the second of them is refused then. Turned off, nobody asks
 * for keys, and those that are held do no harm.
 */

/** The most that one call of `check_courses` takes. */
export const mostCourses = 200;
const system: Actor = { kind: 'system' };

interface Tools {
  store: Store;
  sites: Sites;
  settings: Settings;
}

/** As they are now, and whether their course is still there: asked of the target. One call for all. */
export async function findCarried(
  { store, sites }: Pick<Tools, 'store' | 'sites'>,
  targetId: number,
  courses: readonly CourseRef[],
  signal?: AbortSignal,
): Promise<CarriedRow[]> {
  const rows = await selectCarried(store, targetId, courses);
  const arrived = rows.filter(({ arrived, newCourse }) => arrived && newCourse !== null);
  if (arrived.length === 0) return rows;
  const there = await whichAreThere(
    sites,
    targetId,
    arrived.map(({ newCourse }) => newCourse!.id),
    signal,
  );
  const gone = arrived.filter(({ newCourse }) => there.get(newCourse!.id) === false);
  if (gone.length > 0) await letGo(store, gone);
  return rows.filter((row) => !gone.includes(row));
}

async function whichAreThere(
  sites: Sites,
  targetId: number,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, boolean>> {
  const client = await sites.client(targetId, 'target');
  const there = new Map<number, boolean>();
  const unique = [...new Set(ids)];
  for (let at = 0; at < unique.length; at += mostCourses) {
    try {
      const { courses } = await client.call('check_courses', { ids: unique.slice(at, at + mostCourses) }, { signal });
      for (const { id, exists } of courses) there.set(id, exists);
    } catch (thrown) {
      // An agent of before this function cannot say; nothing is taken for gone then.
      if (!isAppError(toAppError(thrown), 'unsupported')) throw thrown;
    }
  }
  return there;
}

async function letGo(store: Store, rows: readonly CarriedRow[]): Promise<void> {
  await store.transaction(async (tx) => {
    const marked = await markGone(
      tx,
      rows.map(({ id }) => id),
    );
    for (const { id, target, newCourse } of rows.filter((row) => marked.includes(row.id)))
      await audit.write(tx, {
        actor: system,
        action: 'requests.gone',
        object: `request ${id}`,
        site: target,
        after: { course: newCourse!.id },
      });
  });
}

/** What the error says to whoever comes too late, a person or null; only people who may take the course get here. */
export function carriedAlready(row: CarriedRow, settings: SettingValues, asker: string | null): AppError {
  const mayEnrol = settings['enrol.colleagues'] && asker !== null && asker !== row.person;
  const { id, target, source, courseid, courseName, person, newCourse, arrived, createdAt, endedAt } = row;
  const by = person ?? (row.remembered ? 'an operator' : 'somebody');
  const at = (arrived ? endedAt : createdAt).toISOString();
  const what = `${target}: “${courseName}” (${source}:${courseid})`;
  const day = at.slice(0, 10);
  const message = arrived
    ? `${what} was carried there for ${by} already, on ${day}: ${newCourse?.url ?? ''}${mayEnrol ? `. You may enrol yourself there: jouvence requests enrol ${id}` : ''}`
    : `${what} is on its way there already: ${by} asked for it on ${day}${mayEnrol ? `. You may enrol yourself once it is there: jouvence requests enrol ${id}` : ''}`;
  const values = { target, course: courseName, by: person ?? '—', at: day, url: newCourse?.url ?? '', request: id };
  const about = { source, courseid, request: id, by: person, at, url: newCourse?.url ?? null, mayEnrol };
  return refusal('conflict', arrived ? 'carried-already' : 'on-its-way', message, values, about);
}

/** For a write that takes a key. @throws AppError `conflict` in place of the violation of the index */
export async function withInstance<T>(
  tools: Pick<Tools, 'store' | 'settings'>,
  targetId: number,
  course: CourseRef & { person: string | null },
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    if (!isUniqueViolation(thrown, instanceIndex)) throw thrown;
    throw await lost(tools, targetId, course);
  }
}

async function lost(
  { store, settings }: Pick<Tools, 'store' | 'settings'>,
  targetId: number,
  course: CourseRef & { person: string | null },
): Promise<AppError> {
  const rows = await selectCarried(store, targetId, [course]);
  const holder = rows.find(({ hasKey }) => hasKey) ?? rows[0];
  // It came to nothing in between.
  if (!holder)
    return refusal('conflict', 'on-its-way', 'somebody else asked for this course at the same time: ask once more');
  const values = await settings.at({ target: targetId, source: course.sourceId });
  return carriedAlready(holder, values, course.person);
}

/**
 * A request that is about to be carried has the key, or takes it now, unless another stands for the course already.
 * @throws AppError `conflict`
 */
export async function claimInstance(
  tools: Tools,
  request: CourseRef & { id: string; targetId: number; instanceKey: string | null; person: string | null },
  signal?: AbortSignal,
): Promise<((tx: Queryable) => Promise<void>) | undefined> {
  if (request.instanceKey !== null) return undefined;
  const values = await tools.settings.at({ target: request.targetId, source: request.sourceId });
  if (!values['requests.oneInstance']) return undefined;
  const rows = await findCarried(tools, request.targetId, [request], signal);
  const other = rows.find(({ id, arrived, begun, hasKey }) => id !== request.id && (arrived || begun || hasKey));
  if (other) throw carriedAlready(other, values, request.person);
  return (tx) => takeKey(tx, request.id);
}
