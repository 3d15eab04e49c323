import type { CourseSummary } from '@jouvence/protocol';
import { keyed } from '../category-keys.ts';
import { getContext } from '../contexts.ts';
import { getCourseRow, summarize } from '../course-rows.ts';
import type { Tx } from '../database.ts';
import { enrolledIn } from '../enrolments.ts';
import { EngineError } from '../errors.ts';
import { fullname } from '../people.ts';
import { hasCapability, requireCapability } from '../roles.ts';
import type { Call, Implementations } from './call.ts';

/** Whose names stand beside a course that was not looked for by roles. */
const teacherRoles = ['editingteacher'];

export const courseListFunctions: Implementations<
  'list_courses' | 'find_courses' | 'search_courses' | 'get_course_people' | 'check_courses'
> = {
  async list_courses(call, { userid, roles, key }) {
    const withKey = keyedCourse(key);
    return call.database.withSite(call.site.id, async (tx) => {
      const hidden = await mayView(tx, call);
      const held = await tx.rows<{ id: number; roles: string[] }>(rolesByCourse, [userid, roles, hidden]);
      const byId = new Map(held.map((row) => [row.id, row.roles]));
      const courses = await summarize(tx, [...byId.keys()], roles);
      return { courses: courses.map((course) => ({ ...withKey(course), roles: byId.get(course.id)! })) };
    });
  },

  async find_courses(call, { field, value, key }) {
    const withKey = keyedCourse(key);
    return call.database.withSite(call.site.id, async (tx) => {
      const hidden = await mayView(tx, call);
      const found = await tx.rows<{ id: number }>(
        `select id from courses where ${conditions[field]} and (visible or $2)`,
        [value, hidden],
      );
      const courses = await summarize(
        tx,
        found.map((row) => row.id),
        teacherRoles,
      );
      return { courses: courses.map(withKey) };
    });
  },

  async search_courses(call, { text, before = 0, limit = 50, key }) {
    const withKey = keyedCourse(key);
    if (before < 0) throw new EngineError('invalid-parameter', 'before: must be an id');
    if (limit < 1 || limit > 200) throw new EngineError('invalid-parameter', 'limit: must be 1 to 200');
    return call.database.withSite(call.site.id, async (tx) => {
      const hidden = await mayView(tx, call);
      const words = text.split(/\s+/).filter((word) => word !== '');
      const rows = await tx.rows<{ id: number; total: number }>(searched, [words, hidden, before, limit + 1]);
      const ids = rows.slice(0, limit).map(({ id }) => id);
      const courses = await summarize(tx, ids, teacherRoles);
      const total =
        rows[0]?.total ??
        (await tx.row<{ total: number }>(`select count(*) as total from (${found}) f`, [words, hidden]))!.total;
      return {
        courses: courses.toSorted((a, b) => b.id - a.id).map(withKey),
        more: rows.length > limit,
        total,
      };
    });
  },

  async get_course_people(call, { courseid, roles, after = 0 }) {
    return call.database.withSite(call.site.id, async (tx) => {
      const course = await getCourseRow(tx, courseid);
      const hidden = await mayView(tx, call);
      if (course?.state !== 'ready' || !(course.visible || hidden))
        throw new EngineError('not-found', `there is no course ${courseid}`);
      const context = await getContext(tx, 'course', courseid);
      const rows = await tx.rows<HolderRow>(roleHolders, [context.path, roles, after, peopleAtOnce + 1]);
      const people = rows.slice(0, peopleAtOnce).map(({ firstname, lastname, ...person }) => ({
        ...person,
        fullname: fullname({ firstname, lastname }),
      }));
      return { people, more: rows.length > peopleAtOnce };
    });
  },

  async check_courses(call, { ids, userid }) {
    return call.database.withSite(call.site.id, async (tx) => {
      await mayView(tx, call);
      const rows = await tx.rows<{ id: number }>(`select id from courses where id = any($1) and state = 'ready'`, [
        ids,
      ]);
      const there = new Set(rows.map((row) => row.id));
      if (userid === undefined) return { courses: ids.map((id) => ({ id, exists: there.has(id) })) };
      const enrolled = await enrolledIn(tx, ids, userid);
      return { courses: ids.map((id) => ({ id, exists: there.has(id), enrolled: there.has(id) && enrolled.has(id) })) };
    });
  },
};

const keyedCourse = (key: string | undefined): (<C extends CourseSummary>(course: C) => C) => {
  const withKey = keyed(key);
  return (course) => ({ ...course, category: withKey(course.category) });
};

/** An answer of `get_course_people`. */
const peopleAtOnce = 200;

interface HolderRow {
  id: number;
  username: string;
  email: string;
  idnumber: string;
  firstname: string;
  lastname: string;
  auth: string;
  suspended: boolean;
  roles: string[];
}

/** In the course's own context and those of the categories above it ($1 is its path), not of the whole site. */
const roleHolders = `
  select p.id, p.username, p.email, p.idnumber, p.firstname, p.lastname, p.auth, p.suspended,
    array_agg(distinct r.shortname order by r.shortname) as roles
  from contexts x
  join role_assignments a on a.context_id = x.id
  join roles r on r.id = a.role_id and r.shortname = any($2)
  join people p on p.id = a.person_id and p.id > $3
  where x.id = any($1) and x.level in (40, 50)
  group by p.site_id, p.id order by p.id limit $4`;

/** As somebody types it who has no time for accents. */
const folded = (text: string) => `regexp_replace(normalize(lower(${text}), NFKD), '[\\u0300-\\u036f]', '', 'g')`;

/** $1: the words; $2: whether hidden ones are told. */
const found = `
  select c.id from courses c
  where c.state = 'ready' and (c.visible or $2) and not exists (
    select from unnest($1::text[]) w
    where strpos(${folded(`concat_ws(e'\\n', c.fullname, c.shortname, c.idnumber)`)}, ${folded('w')}) = 0
      and c.id::text <> w)`;

const searched = `
  with found as (${found})
  select id, (select count(*) from found) as total from found where $3 = 0 or id < $3 order by id desc limit $4`;

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

/** Of finished courses in which a person holds one of these roles, hidden ones too, by the same rule. */
export async function heldCourses(
  tx: Tx,
  { personId, roles }: { personId: number; roles: string[] },
): Promise<number[]> {
  const held = await tx.rows<{ id: number }>(rolesByCourse, [personId, roles, true]);
  return held.map((row) => row.id);
}

/** The service account must see courses at all; whether it sees hidden ones is the answer. */
async function mayView(tx: Tx, { callerId }: Call): Promise<boolean> {
  const system = await getContext(tx, 'system', 0);
  await requireCapability(tx, callerId, 'moodle/course:view', system);
  return hasCapability(tx, callerId, 'moodle/course:viewhiddencourses', system);
}
