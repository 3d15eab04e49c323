import { AppError } from '../errors.ts';
import type { Settings, SettingValues } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { type CarriedRow, selectCarried } from './rules/instances.sql.ts';
import { findCarried, mostCourses } from './rules/instances.ts';
import { findPerson } from './rules/people.ts';
import type { RequestId } from './types.ts';

/** What was brought to a target already, or is on its way. */
export interface Carried {
  request: RequestId;
  arrived: boolean;
  /** Username on the target of the person for whom; null: nobody, or it is not known any more. */
  by: string | null;
  /** False: by whom has been forgotten with the request. */
  byKnown: boolean;
  /** When it arrived, or was asked for. */
  at: Date;
  /** Of the new course. */
  url: string | null;
  /** A colleague may enrol there now. */
  mayEnrol: boolean;
  /** Whoever looks, and might enrol, is in it already. */
  enrolled: boolean;
}

/** `person`: who looks, a username on the target; `isIn`: the target says that they are enrolled there. */
export function showCarried(row: CarriedRow, values: SettingValues, person: string | null, isIn = false): Carried {
  const { id, arrived, person: by, remembered: byKnown, createdAt, endedAt, newCourse } = row;
  return {
    request: id,
    arrived,
    by,
    byKnown,
    at: arrived ? endedAt : createdAt,
    url: newCourse?.url ?? null,
    mayEnrol: mayEnrol(row, values, person) && !isIn,
    enrolled: isIn,
  };
}

const mayEnrol = ({ arrived, newCourse, person: by }: CarriedRow, values: SettingValues, person: string | null) =>
  arrived && newCourse !== null && values['enrol.colleagues'] && person !== null && by !== person;

/** For the target to say which of them are still there, while a list waits. */
const patienceMs = 5_000;

/** Of courses by the name of their source; `source:courseid` → what stands for it on the target. */
export async function carriedOf(
  tools: { store: Store; sites: Sites; settings: Settings },
  target: string | number,
  courses: readonly { source: string; courseid: number }[],
  person: string | null,
  signal?: AbortSignal,
): Promise<Map<string, Carried>> {
  const { store, sites, settings } = tools;
  const { id: targetId } = await sites.get(target);
  const idOf = new Map((await sites.pairs.sourcesOf(targetId)).map(({ source }) => [source.name, source.id]));
  const known = courses.flatMap(({ source, courseid }) => {
    const sourceId = idOf.get(source);
    return sourceId === undefined ? [] : [{ sourceId, courseid }];
  });
  const within = AbortSignal.timeout(patienceMs);
  // What is shown is not decided: a target that cannot say what is gone hides nothing.
  const patience = signal ? AbortSignal.any([signal, within]) : within;
  const rows = await findCarried(tools, targetId, known, patience).catch(() => selectCarried(store, targetId, known));
  const sourceIds = [...new Set(rows.map(({ sourceId }) => sourceId))];
  const values = new Map(
    await Promise.all(
      sourceIds.map(async (source) => [source, await settings.at({ target: targetId, source })] as const),
    ),
  );
  const open = rows.filter((row) => mayEnrol(row, values.get(row.sourceId)!, person));
  // An agent of before this parameter cannot say; then it is offered, and does no harm.
  const isIn = await enrolledIn(sites, targetId, open, person, patience).catch(() => new Set<number>());
  const found = new Map<string, Carried>();
  for (const row of rows) {
    const key = `${row.source}:${row.courseid}`;
    // The first is the one that arrived first.
    if (!found.has(key))
      found.set(
        key,
        showCarried(row, values.get(row.sourceId)!, person, row.newCourse !== null && isIn.has(row.newCourse.id)),
      );
  }
  return found;
}

/** Ids of the new courses in which a person is enrolled already, asked of the target. */
async function enrolledIn(
  sites: Sites,
  targetId: number,
  rows: readonly CarriedRow[],
  person: string | null,
  signal: AbortSignal,
): Promise<Set<number>> {
  const ids = [...new Set(rows.map(({ newCourse }) => newCourse!.id))];
  if (ids.length === 0 || person === null) return new Set();
  const { id: userid } = await findPerson(sites, await sites.get(targetId), person, signal);
  const client = await sites.client(targetId, 'target');
  const answers = [];
  for (let at = 0; at < ids.length; at += mostCourses)
    answers.push(await client.call('check_courses', { ids: ids.slice(at, at + mostCourses), userid }, { signal }));
  return new Set(answers.flatMap(({ courses }) => courses.filter(({ enrolled }) => enrolled).map(({ id }) => id)));
}

/** Somebody else's requests are as if they were not there. */
export const noSuchRequest = (id: string): AppError => new AppError('not-found', `there is no request ${id}`);
