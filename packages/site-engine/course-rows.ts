import type { CourseSummary } from '@jouvence/protocol';
import { categoryTree, holdCategory } from './categories.ts';
import { createContext, deleteContext } from './contexts.ts';
import type { Tx } from './database.ts';
import { EngineError } from './errors.ts';

/** A course's row: what lists need. Its documents, activities and files are kept by `courses/`. */
export interface CourseRow {
  id: number;
  categoryId: number;
  shortname: string;
  fullname: string;
  idnumber: string;
  summary: string;
  format: string;
  visible: boolean;
  /** Unix seconds, 0: never. */
  startdate: number;
  enddate: number;
  timecreated: number;
  timemodified: number;
  filebytes: number;
  /** Release of the Moodle whose documents it is made of. */
  release: string;
  /** A course that a restore has not finished is seen by nobody but that restore. */
  state: 'restoring' | 'ready';
  taskKey: string | null;
}

export type NewCourseRow = Pick<CourseRow, 'categoryId' | 'shortname' | 'fullname'> & Partial<Omit<CourseRow, 'id'>>;

const columnOf = {
  categoryId: 'category_id',
  shortname: 'shortname',
  fullname: 'fullname',
  idnumber: 'idnumber',
  summary: 'summary',
  format: 'format',
  visible: 'visible',
  startdate: 'startdate',
  enddate: 'enddate',
  timecreated: 'timecreated',
  timemodified: 'timemodified',
  filebytes: 'filebytes',
  release: 'release',
  state: 'state',
  taskKey: 'task_key',
} as const satisfies Record<Exclude<keyof CourseRow, 'id'>, string>;

const columns = ['id', ...Object.entries(columnOf).map(([key, column]) => `${column} as "${key}"`)].join(', ');

type Field = keyof typeof columnOf;
const given = (values: Partial<CourseRow>): Field[] =>
  (Object.keys(columnOf) as Field[]).filter((key) => values[key] !== undefined);

/** With its context. @throws EngineError `not-found` (category), `conflict` (shortname or idnumber taken) */
export async function insertCourse(tx: Tx, course: NewCourseRow): Promise<number> {
  const parent = await holdCategory(tx, course.categoryId);
  const keys = given(course);
  const row = await tx.row<{ id: number }>(
    `insert into courses (${keys.map((key) => columnOf[key])}) values (${keys.map((_, index) => `$${index + 1}`)})
     on conflict do nothing returning id`,
    keys.map((key) => course[key]),
  );
  if (!row)
    throw new EngineError('conflict', `a course called ${course.shortname} or with its idnumber exists already`);
  await createContext(tx, 'course', row.id, parent);
  return row.id;
}

/** With its context, roles and enrolments, and what refers to the course by a cascading key. */
export async function deleteCourse(tx: Tx, id: number): Promise<void> {
  await deleteContext(tx, 'course', id);
  await tx.run('delete from courses where id = $1', [id]);
}

/** In any state. */
export function getCourseRow(tx: Tx, id: number): Promise<CourseRow | undefined> {
  return tx.row<CourseRow>(`select ${columns} from courses where id = $1`, [id]);
}

/** Summaries of finished courses, in the order of the names. `roles`: whose holders are named as teachers. */
export async function summarize(tx: Tx, ids: number[], roles: string[]): Promise<CourseSummary[]> {
  return tx.rows<CourseSummary>(
    `${categoryTree}
     select c.id, c.shortname, c.fullname, c.idnumber, c.format, c.visible, c.startdate, c.enddate, c.timemodified,
       c.filebytes,
       json_build_object('id', t.id, 'parentid', coalesce(t.parent_id, 0), 'name', t.name, 'idnumber', t.idnumber,
         'visible', t.visible, 'path', t.path) as category,
       array(
         select trim(p.firstname || ' ' || p.lastname)
         from contexts x
         join role_assignments a on a.context_id = x.id
         join roles r on r.id = a.role_id and r.shortname = any($2)
         join people p on p.id = a.person_id
         where x.level = 50 and x.instance_id = c.id
         group by p.id, p.lastname, p.firstname order by p.lastname, p.firstname, p.id limit 20
       ) as teachers
     from courses c join tree t on t.id = c.category_id
     where c.id = any($1) and c.state = 'ready' order by c.fullname, c.id`,
    [ids, roles],
  );
}
