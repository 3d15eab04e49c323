import { AppError } from '../errors.ts';
import type { Settings, SettingValues } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { type CarriedRow, selectCarried } from './rules/instances.sql.ts';
import { findCarried } from './rules/instances.ts';
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
}

/** `person`: who looks, a username on the target. */
export function showCarried(row: CarriedRow, values: SettingValues, person: string | null): Carried {
  const { id, arrived, person: by, remembered: byKnown, createdAt, endedAt, newCourse } = row;
  return {
    request: id,
    arrived,
    by,
    byKnown,
    at: arrived ? endedAt : createdAt,
    url: newCourse?.url ?? null,
    mayEnrol: arrived && newCourse !== null && values['enrol.colleagues'] && person !== null && by !== person,
  };
}

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
  const rows = await findCarried(tools, targetId, known, signal ? AbortSignal.any([signal, within]) : within).catch(
    () => selectCarried(store, targetId, known),
  );
  const sourceIds = [...new Set(rows.map(({ sourceId }) => sourceId))];
  const values = new Map(
    await Promise.all(
      sourceIds.map(async (source) => [source, await settings.at({ target: targetId, source })] as const),
    ),
  );
  const found = new Map<string, Carried>();
  for (const row of rows) {
    const key = `${row.source}:${row.courseid}`;
    // The first is the one that arrived first.
    if (!found.has(key)) found.set(key, showCarried(row, values.get(row.sourceId)!, person));
  }
  return found;
}

/** Somebody else's requests are as if they were not there. */
export const noSuchRequest = (id: string): AppError => new AppError('not-found', `there is no request ${id}`);
