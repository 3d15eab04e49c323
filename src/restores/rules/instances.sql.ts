import type { Queryable } from '../../store/index.ts';
import type { RequestId, RestoreRequest } from '../types.ts';
import { dropKept, type KeptRow, selectKept } from './kept.sql.ts';

/** One course of one source, as it may come to one target once. */
export interface CourseRef {
  sourceId: number;
  courseid: number;
}

/** A request that has brought, or is to bring, a course to a target. */
export interface CarriedRow extends CourseRef {
  id: RequestId;
  targetId: number;
  target: string;
  source: string;
  courseName: string;
  /** Username on the target. */
  person: string | null;
  newCourse: RestoreRequest['newCourse'];
  /** The course is there; else it is on its way. */
  arrived: boolean;
  /** It has begun. */
  begun: boolean;
  hasKey: boolean;
  createdAt: Date;
  /** When it arrived. */
  endedAt: Date;
  /** False: the request has been deleted since, and for whom it was is not known any more. */
  remembered: boolean;
}

export const instanceIndex = 'restore_requests_instance';

export const instanceKey = (targetId: number, { sourceId, courseid }: CourseRef): string =>
  `${targetId}.${sourceId}.${courseid}`;

/**
 * Of each course whatever stands for it on the target: what is on its way, and what arrived and was not found to be gone
 * since. What has arrived first, then in the order of asking.
 */
export async function selectCarried(
  db: Queryable,
  targetId: number,
  courses: readonly CourseRef[],
): Promise<CarriedRow[]> {
  if (courses.length === 0) return [];
  const kept = (await selectKept(db, targetId, courses)).map(asCarried);
  const { rows } = await db.query<CarriedRow>(
    `select r.id, r.target_id as "targetId", r.target, r.source_id as "sourceId", r.source, r.courseid,
       r.course_name as "courseName", r.person, r.new_course as "newCourse", j.outcome is not null as arrived,
       j.step <> 'queued' as begun, r.instance_key is not null as "hasKey",
       r.created_at as "createdAt", j.updated_at as "endedAt", true as remembered
     from unnest($2::bigint[], $3::bigint[]) as w(source_id, courseid)
     join restore_requests r on r.target_id = $1 and r.source_id = w.source_id and r.courseid = w.courseid
     join jobs j on j.kind = 'restore' and j.subject = r.id
     where r.course_gone_at is null
       and (j.outcome is null or (j.outcome in ('done', 'failed') and r.new_course is not null))
     order by (j.outcome is null), r.number`,
    [targetId, courses.map(({ sourceId }) => sourceId), courses.map(({ courseid }) => courseid)],
  );
  return [...kept, ...rows];
}

const asCarried = ({ arrivedAt, ...row }: KeptRow): CarriedRow => ({
  ...row,
  person: null,
  arrived: true,
  begun: true,
  hasKey: true,
  createdAt: arrivedAt,
  endedAt: arrivedAt,
  remembered: false,
});

/** Those that were not known to be gone before. */
export async function markGone(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `update restore_requests set course_gone_at = now(), instance_key = null
     where id = any($1) and course_gone_at is null returning id`,
    [ids],
  );
  return [...rows.map(({ id }) => id), ...(await dropKept(tx, ids))];
}

/** @throws a unique violation of `instanceIndex` when another request has it */
export async function takeKey(tx: Queryable, id: string): Promise<void> {
  await tx.query(
    `update restore_requests set instance_key = target_id || '.' || source_id || '.' || courseid
     where id = $1 and instance_key is null`,
    [id],
  );
}

/** Of one that came to nothing; a course that arrived all the same still stands for itself. */
export async function dropKey(tx: Queryable, id: string): Promise<void> {
  await tx.query('update restore_requests set instance_key = null where id = $1 and new_course is null', [id]);
}
