import { type Context, findContext } from '../contexts.ts';
import { type CourseRow, getCourseRow } from '../course-rows.ts';
import type { Tx } from '../database.ts';
import { hasCapability } from '../roles.ts';

export interface Access {
  course: CourseRow;
  /** Sees hidden sections and activities, and files that only those who teach should. */
  teaches: boolean;
}

/**
 * Whether a person may read a course, as Moodle's `require_login`: enrolled and active, or with `moodle/course:view`; a
 * hidden course needs the right to see hidden ones besides. Undefined: no, or there is no such course, which is not told apart.
 */
export async function courseAccess(tx: Tx, courseId: number, personId: number): Promise<Access | undefined> {
  const course = await getCourseRow(tx, courseId);
  const context = course?.state === 'ready' ? await findContext(tx, 'course', courseId) : undefined;
  if (!course || !context) return undefined;
  if (!course.visible && !(await hasCapability(tx, personId, 'moodle/course:viewhiddencourses', context)))
    return undefined;
  if (!(await isActive(tx, courseId, personId)) && !(await hasCapability(tx, personId, 'moodle/course:view', context)))
    return undefined;
  return { course, teaches: await maySeeHidden(tx, personId, context) };
}

const maySeeHidden = (tx: Tx, personId: number, context: Context): Promise<boolean> =>
  hasCapability(tx, personId, 'moodle/course:viewhiddenactivities', context);

async function isActive(tx: Tx, courseId: number, personId: number): Promise<boolean> {
  const row = await tx.row(
    `select 1 from enrolments e join enrol_methods m on m.id = e.method_id
     where m.course_id = $1 and e.person_id = $2 and m.enabled and not e.suspended
       and e.timestart <= extract(epoch from now()) and (e.timeend = 0 or e.timeend > extract(epoch from now())) limit 1`,
    [courseId, personId],
  );
  return row !== undefined;
}

/**
 * Which files a page may show, as a condition on `course_files f` and `course_activities a`. Never what people handed in;
 * answers, feedback and the like, which Moodle shows by rules that are not ours to imitate, only to those who teach.
 */
export const readableFile = (teaches: string): string =>
  `f.shared and f.component like 'mod\\_%' and (${teaches} or (a.visible and (f.filearea = 'intro'
     or f.component in ('mod_resource', 'mod_folder', 'mod_page', 'mod_book', 'mod_label', 'mod_url', 'mod_imscp'))))`;
