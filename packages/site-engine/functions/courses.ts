import { getContext } from '../contexts.ts';
import { summarize } from '../course-rows.ts';
import type { Tx } from '../database.ts';
import { hasCapability, requireCapability } from '../roles.ts';
import type { Call, Implementations } from './call.ts';

/** Whose names stand beside a course that was not looked for by roles. */
const teacherRoles = ['editingteacher'];

export const courseListFunctions: Implementations<'list_courses' | 'find_courses'> = {
  async list_courses(call, { userid, roles }) {
    return call.database.withSite(call.site.id, async (tx) => {
      const hidden = await mayView(tx, call);
      const held = await tx.rows<{ id: number; roles: string[] }>(rolesByCourse, [userid, roles, hidden]);
      const byId = new Map(held.map((row) => [row.id, row.roles]));
      const courses = await summarize(tx, [...byId.keys()], roles);
      return { courses: courses.map((course) => ({ ...course, roles: byId.get(course.id)! })) };
    });
  },

  async find_courses(call, { field, value }) {
    return call.database.withSite(call.site.id, async (tx) => {
      const hidden = await mayView(tx, call);
      const found = await tx.rows<{ id: number }>(
        `select id from courses where ${conditions[field]} and (visible or $2)`,
        [value, hidden],
      );
      return {
        courses: await summarize(
          tx,
          found.map((row) => row.id),
          teacherRoles,
        ),
      };
    });
  },
};

const conditions = {
  id: `id = case when $1 ~ '^[0-9]{1,15}$' then $1::bigint end`,
  shortname: 'shortname = $1',
  // Every course may have none.
  idnumber: `idnumber = $1 and $1 <> ''`,
} as const;

/**
 * Courses in which a person holds one of these roles, in the course itself or in a category above it. Suspended people
 * and enrolments that are over count: a platform that has been retired is full of them.
 */
const rolesByCourse = `with recursive
  held as (
    select distinct x.level, x.instance_id, r.shortname
    from role_assignments a
    join roles r on r.id = a.role_id and r.shortname = any($2)
    join contexts x on x.id = a.context_id and x.level in (40, 50)
    where a.person_id = $1
  ),
  below as (
    select instance_id as category_id, shortname from held where level = 40
    union
    select c.id, b.shortname from categories c join below b on c.parent_id = b.category_id
  ),
  taught as (
    select instance_id as course_id, shortname from held where level = 50
    union
    select c.id, b.shortname from courses c join below b on c.category_id = b.category_id
  )
  select c.id, array_agg(t.shortname order by t.shortname) as roles
  from taught t join courses c on c.id = t.course_id
  where c.state = 'ready' and (c.visible or $3)
  group by c.id`;

/** The service account must see courses at all; whether it sees hidden ones is the answer. */
async function mayView(tx: Tx, { callerId }: Call): Promise<boolean> {
  const system = await getContext(tx, 'system', 0);
  await requireCapability(tx, callerId, 'moodle/course:view', system);
  return hasCapability(tx, callerId, 'moodle/course:viewhiddencourses', system);
}
