import type { Tx } from './database.ts';

export interface EnrolMethod {
  id: number;
  courseId: number;
  method: string;
  name: string;
  enabled: boolean;
}

const columns = 'id, course_id as "courseId", method, name, enabled';

export function listEnrolMethods(tx: Tx, courseId: number): Promise<EnrolMethod[]> {
  return tx.rows<EnrolMethod>(`select ${columns} from enrol_methods where course_id = $1 order by sortorder, id`, [
    courseId,
  ]);
}

export async function addEnrolMethod(
  tx: Tx,
  method: { courseId: number; method: string; name?: string; enabled?: boolean },
): Promise<number> {
  const row = await tx.row<{ id: number }>(
    `insert into enrol_methods (course_id, method, name, enabled, sortorder)
     select $1, $2, $3, $4, count(*) from enrol_methods where course_id = $1 returning id`,
    [method.courseId, method.method, method.name ?? '', method.enabled ?? true],
  );
  return row!.id;
}

/** The course's manual method, made when it has none: Moodle gives one to every new course. */
export async function manualMethodId(tx: Tx, courseId: number): Promise<number> {
  // Two at once would each make one.
  await tx.row('select 1 from courses where id = $1 for no key update', [courseId]);
  const methods = await listEnrolMethods(tx, courseId);
  return methods.find((method) => method.method === 'manual')?.id ?? addEnrolMethod(tx, { courseId, method: 'manual' });
}

/** Enrols by one method, or changes that enrolment. Roles are given separately. */
export async function enrol(
  tx: Tx,
  methodId: number,
  people: { personId: number; suspended?: boolean; timestart?: number; timeend?: number }[],
): Promise<void> {
  if (people.length === 0) return;
  await tx.run(
    `insert into enrolments (method_id, person_id, suspended, timestart, timeend)
     select $1, "personId", coalesce(suspended, false), coalesce(timestart, 0), coalesce(timeend, 0)
     from jsonb_to_recordset($2::jsonb) as p("personId" bigint, suspended boolean, timestart bigint, timeend bigint)
     on conflict (site_id, method_id, person_id) do update
       set suspended = excluded.suspended, timestart = excluded.timestart, timeend = excluded.timeend`,
    [methodId, JSON.stringify(people)],
  );
}

/** Of these courses those in which a person is enrolled, by any method, active or not. */
export async function enrolledIn(tx: Tx, courseIds: readonly number[], personId: number): Promise<Set<number>> {
  const rows = await tx.rows<{ id: number }>(
    `select distinct m.course_id as id from enrolments e join enrol_methods m on m.id = e.method_id
     where m.course_id = any($1) and e.person_id = $2`,
    [courseIds, personId],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Enrolled by any method, active or not. */
export async function isEnrolled(tx: Tx, courseId: number, personId: number): Promise<boolean> {
  const row = await tx.row(
    'select 1 from enrolments e join enrol_methods m on m.id = e.method_id where m.course_id = $1 and e.person_id = $2 limit 1',
    [courseId, personId],
  );
  return row !== undefined;
}
