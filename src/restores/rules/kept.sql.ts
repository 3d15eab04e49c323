import type { Queryable } from '../../store/index.ts';
import type { RequestId, RestoreRequest } from '../types.ts';
import type { CourseRef } from './instances.sql.ts';

/** What a deleted request brought, or what came by other means and was registered, as long as it stands on its target. */
export interface KeptRow extends CourseRef {
  id: RequestId;
  targetId: number;
  target: string;
  source: string;
  courseName: string;
  newCourse: NonNullable<RestoreRequest['newCourse']>;
  arrivedAt: Date;
}

/** Of requests that are about to be deleted: that their courses arrived, and are not known to be gone. */
export async function keepCarried(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query(
    `insert into restore_kept (request_id, target_id, target, source_id, source, courseid, course_name, new_course, arrived_at)
     select r.id, r.target_id, r.target, r.source_id, r.source, r.courseid, r.course_name, r.new_course, j.updated_at
     from restore_requests r join jobs j on j.kind = 'restore' and j.subject = r.id
     where r.id = any($1) and r.new_course is not null and r.course_gone_at is null and j.outcome in ('done', 'failed')
     on conflict do nothing`,
    [ids],
  );
}

const columns = `k.request_id as id, k.target_id as "targetId", k.target, k.source_id as "sourceId", k.source, k.courseid,
  k.course_name as "courseName", k.new_course as "newCourse", k.arrived_at as "arrivedAt"`;

/** Those that arrived first stand first. */
export async function selectKept(db: Queryable, targetId: number, courses: readonly CourseRef[]): Promise<KeptRow[]> {
  const { rows } = await db.query<KeptRow>(
    `select ${columns} from unnest($2::bigint[], $3::bigint[]) as w(source_id, courseid)
     join restore_kept k on k.target_id = $1 and k.source_id = w.source_id and k.courseid = w.courseid
     order by k.arrived_at, k.request_id`,
    [targetId, courses.map(({ sourceId }) => sourceId), courses.map(({ courseid }) => courseid)],
  );
  return rows;
}

export async function selectKeptById(db: Queryable, id: string): Promise<KeptRow | undefined> {
  const { rows } = await db.query<KeptRow>(`select ${columns} from restore_kept k where k.request_id = $1`, [id]);
  return rows[0];
}

/** Their courses are gone. Returns those that were there. */
export async function dropKept(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'delete from restore_kept where request_id = any($1) returning request_id as id',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** From or to these sites. */
export async function dropKeptOf(tx: Queryable, sites: readonly string[]): Promise<void> {
  await tx.query('delete from restore_kept where source = any($1) or target = any($1)', [sites]);
}

/** Of sites that are not there any more: nothing is carried from or to them. */
export async function pruneKept(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from restore_kept where request_id in
       (select request_id from restore_kept k
        where (select count(*) from sites s where s.id in (k.target_id, k.source_id)) < 2 limit $1)`,
    [limit],
  );
  return rowCount;
}

/** Of a course that came by other means. */
export async function insertKept(tx: Queryable, row: KeptRow): Promise<void> {
  await tx.query(
    `insert into restore_kept (request_id, target_id, target, source_id, source, courseid, course_name, new_course, arrived_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.id,
      row.targetId,
      row.target,
      row.sourceId,
      row.source,
      row.courseid,
      row.courseName,
      JSON.stringify(row.newCourse),
      row.arrivedAt,
    ],
  );
}
