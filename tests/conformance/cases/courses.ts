import type { Result } from '@jouvence/protocol';
import type { Case } from '../case.ts';
import { hostile, hostileName, type Trial } from '../trial.ts';

const nobody = 2_000_000_000;

export const courses: Case[] = [
  {
    name: 'a course is found by id, short name and idnumber; its text comes as it is',
    needs: ['course'],
    async run(t) {
      const course = await t.course();
      const by = t.callers.source ?? t.target;
      const ids = async (field: 'id' | 'shortname' | 'idnumber', value: string) =>
        (await by.call('find_courses', { field, value })).courses.map(({ id }) => id);
      t.notes.same('find_courses', 'by id', [course.id], await ids('id', String(course.id)));
      t.notes.same('find_courses', 'by short name', [course.id], await ids('shortname', course.shortname));
      if (course.idnumber !== '')
        t.notes.same('find_courses', 'by idnumber', [course.id], await ids('idnumber', course.idnumber));
      for (const field of ['id', 'shortname', 'idnumber'] as const)
        for (const value of [
          '',
          '%',
          '-1',
          '0',
          'no course of this name',
          hostile,
          '99999999999999999999',
          `${course.id}abc`,
        ])
          t.notes.same('find_courses', `${field} "${value}"`, [], await ids(field, value));
      if (t.options.course === undefined)
        t.notes.check(
          'get_course',
          'the name as it was restored',
          course.fullname.startsWith(hostileName),
          course.fullname,
        );
      const found = await by.call('find_courses', { field: 'id', value: String(course.id) });
      const { sections, plugins, files, people, release, ...summary } = course;
      t.notes.same('find_courses', 'the same summary as get_course', sorted(summary), sorted(found.courses[0] ?? {}));
    },
  },
  {
    name: 'the outline says sections, activities and plugins, and adds up',
    needs: ['course'],
    async run(t) {
      const course = await t.course();
      const numbers = course.sections.map(({ number }) => number);
      t.notes.same(
        'get_course',
        'sections by number',
        numbers.toSorted((a, b) => a - b),
        numbers,
      );
      t.notes.check('get_course', 'a section 0', numbers[0] === 0, numbers);
      const activities = course.sections.flatMap((section) => section.activities);
      const ids = new Set(activities.map(({ id }) => id));
      t.notes.same('get_course', 'each activity once', activities.length, ids.size);
      const used = new Set(course.plugins.map(({ type, name }) => `${type}_${name}`));
      for (const { module } of activities)
        t.notes.check('get_course', `plugins name mod_${module}`, used.has(`mod_${module}`), [...used]);
      t.notes.check('get_course', `plugins name the format ${course.format}`, used.has(`format_${course.format}`), [
        ...used,
      ]);
      const { category } = course;
      t.notes.same('get_course', 'the category’s path ends with its name', category.name, category.path.at(-1));
      t.notes.check('get_course', 'a release', /^\d+\.\d+/.test(course.release), course.release);
      if (course.filebytes !== null) {
        const held = activities.reduce((sum, { filebytes }) => sum + filebytes, 0);
        t.notes.check('get_course', 'activities hold no more files than the course', held <= course.filebytes, [
          held,
          course.filebytes,
        ]);
      }
    },
  },
  {
    name: 'every course is found by words of its names, or by its id, page after page',
    needs: ['course', 'source'],
    run: searchCourses,
  },
  {
    name: 'the front page of a Moodle is no course',
    needs: ['source'],
    async run(t) {
      const site = await t.source.call('get_site', {});
      if (site.kind === 'moodle') await t.source.refused('get_course', { courseid: 1 }, 'not-found');
    },
  },
  {
    name: 'categories form a tree, and the default one is in it',
    needs: ['target'],
    async run(t) {
      const { categories } = await t.target.call('list_categories', {});
      const byId = new Map(categories.map((category) => [category.id, category]));
      t.notes.check('list_categories', 'the default category', byId.has(await t.categoryId()), [...byId.keys()]);
      for (const { id, parentid, name, path } of categories) {
        const parent = byId.get(parentid);
        const above = parentid === 0 ? [] : parent?.path;
        t.notes.same('list_categories', `path of ${id}`, above && [...above, name], path);
      }
    },
  },
  {
    name: 'plugins are listed by type, with their state',
    needs: ['target'],
    async run(t) {
      const all = (await t.target.call('list_plugins', {})).plugins;
      const modules = (await t.target.call('list_plugins', { type: 'mod' })).plugins;
      t.notes.same(
        'list_plugins',
        'type mod',
        all
          .filter(({ type }) => type === 'mod')
          .map(({ name }) => name)
          .sort(),
        modules.map(({ name }) => name).sort(),
      );
      t.notes.same('list_plugins', 'state of mod_page', 'on', modules.find(({ name }) => name === 'page')?.state);
      for (const type of ['nothing', '../..', hostile])
        t.notes.same('list_plugins', `type "${type}"`, [], (await t.target.call('list_plugins', { type })).plugins);
      const types = new Set(all.map(({ type }) => type));
      for (const type of ['mod', 'block', 'qtype', 'format', 'enrol', 'auth', 'filter'])
        t.notes.check('list_plugins', `has plugins of type ${type}`, types.has(type), [...types]);
      const states = new Set(all.filter(({ type }) => type === 'qtype').map(({ state }) => state));
      t.notes.check('list_plugins', 'question types are on, or disabled', !states.has('off'), [...states]);
    },
  },
  { name: 'rights are told in the order asked, and whether the thing is there', needs: ['target'], run: checkRights },
  {
    name: 'somebody is enrolled once, and then finds the course by that role only',
    needs: ['course', 'source', 'target', 'same-site'],
    run: enrolAndList,
  },
  {
    name: 'roles held in a category above count for its courses',
    needs: ['source', 'inherited'],
    async run(t) {
      const { id } = await t.person();
      const roles = ['manager', 'coursecreator', 'editingteacher', 'teacher', 'student'];
      const { courses: listed } = await t.source.call('list_courses', { userid: id, roles });
      const found = listed.find((course) => course.id === t.options.inherited);
      t.notes.check(
        'list_courses',
        `has course ${t.options.inherited}`,
        found !== undefined,
        listed.map((c) => c.id),
      );
      checkListing(t, listed, roles);
      for (const role of found?.roles ?? []) {
        const single = await t.source.call('list_courses', { userid: id, roles: [role] });
        t.notes.check(
          'list_courses',
          `the same by ${role} alone`,
          single.courses.some((c) => c.id === found!.id),
          single.courses.map((c) => c.id),
        );
      }
    },
  },
];

async function searchCourses(t: Trial): Promise<void> {
  const course = await t.course();
  const search = (text: string, more: { before?: number; limit?: number } = {}) =>
    t.source.call('search_courses', { text, ...more });
  const all = await search('', { limit: 200 });
  const ids = all.courses.map(({ id }) => id);
  t.notes.same(
    'search_courses',
    'the greatest id first',
    ids.toSorted((a, b) => b - a),
    ids,
  );
  t.notes.check('search_courses', 'more, where there are more', all.more === all.total > ids.length, all.total);
  const known = (await search(String(course.id), { limit: 200 })).courses.find(({ id }) => id === course.id);
  const { sections, plugins, files, people, release, ...summary } = course;
  t.notes.same('search_courses', 'the same summary as get_course', sorted(summary), sorted(known ?? {}));
  const found = async (text: string) => (await search(text, { limit: 200 })).courses.some(({ id }) => id === course.id);
  const words = course.shortname.toUpperCase();
  t.notes.check('search_courses', `by "${words}"`, await found(words));
  t.notes.check(
    'search_courses',
    'by part of two names',
    await found(`${course.shortname} ${course.fullname.slice(0, 5)}`),
  );
  for (const text of ['no course of this name', `${course.shortname} nosuchword`, "'; drop table x", '%%%', '_____x'])
    t.notes.check('search_courses', `not by "${text}"`, !(await found(text)));
  const seen: number[] = [];
  for (let before = 0, more = true; more && seen.length < 5; ) {
    const page = await search('', { before, limit: 1 });
    t.notes.same('search_courses', 'the same total on each page', all.total, page.total);
    seen.push(...page.courses.map(({ id }) => id));
    more = page.more;
    before = page.courses.at(-1)?.id ?? 0;
  }
  t.notes.same('search_courses', 'one by one', ids.slice(0, seen.length), seen);
}

const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

async function checkRights(t: Trial): Promise<void> {
  const { userid } = await t.target.call('get_connection', {});
  const categoryid = await t.categoryId();
  const checks = [
    { capability: 'moodle/course:create', level: 'category' as const, instanceid: categoryid },
    { capability: 'moodle/course:create', level: 'category' as const, instanceid: nobody },
    { capability: 'moodle/course:create', level: 'course' as const, instanceid: nobody },
    { capability: 'moodle/site:config', level: 'system' as const, instanceid: 0 },
    { capability: 'moodle/course:create', level: 'system' as const, instanceid: 0 },
    { capability: 'moodle/no:suchthing', level: 'system' as const, instanceid: 0 },
    { capability: hostile, level: 'system' as const, instanceid: 0 },
  ];
  const answer = (exists: boolean[], allowed: boolean[]) =>
    checks.map(({ capability }, index) => ({ capability, exists: exists[index]!, allowed: allowed[index]! }));
  const exists = [true, false, false, true, true, true, true];
  const own = await t.target.call('check_rights', { userid, checks });
  t.notes.same(
    'check_rights',
    'the service itself',
    answer(exists, [true, false, false, false, true, false, false]),
    own.checks.map(inOrder),
  );
  const stranger = await t.target.call('check_rights', { userid: nobody, checks });
  t.notes.same(
    'check_rights',
    'an account that is not there',
    answer(
      exists,
      checks.map(() => false),
    ),
    stranger.checks.map(inOrder),
  );
}

const inOrder = ({ capability, exists, allowed }: { capability: string; exists: boolean; allowed: boolean }) => ({
  capability,
  exists,
  allowed,
});

async function enrolAndList(t: Trial): Promise<void> {
  // Not the course that is named: nothing of the site's own is changed.
  const course = await t.share('enrolled', async () => {
    const { bytes } = await t.backup(false);
    return (await t.restore(bytes)).courseid!;
  });
  const person = await t.person();
  const enrol = async (role: string) =>
    (await t.target.call('enrol_person', { courseid: course, userid: person.id, role })).before;
  const listed = async (...roles: string[]) =>
    (await t.source.call('list_courses', { userid: person.id, roles })).courses;
  const rolesOf = (list: Result<'list_courses'>['courses']) => list.find(({ id }) => id === course)?.roles;

  t.notes.same('list_courses', 'before anything', undefined, rolesOf(await listed('editingteacher', 'student')));
  t.notes.same('enrol_person', 'the first time', { enrolled: false, roles: [] }, await enrol('editingteacher'));
  t.notes.same('enrol_person', 'again', { enrolled: true, roles: ['editingteacher'] }, await enrol('editingteacher'));
  t.notes.same('enrol_person', 'another role', { enrolled: true, roles: ['editingteacher'] }, await enrol('student'));
  t.notes.same(
    'enrol_person',
    'both held',
    { enrolled: true, roles: ['editingteacher', 'student'] },
    await enrol('student'),
  );
  const both = await listed('student', 'editingteacher');
  t.notes.same('list_courses', 'by either role', ['editingteacher', 'student'], rolesOf(both)?.toSorted());
  checkListing(t, both, ['student', 'editingteacher']);
  t.notes.same('list_courses', 'by one role', ['student'], rolesOf(await listed('student')));
  t.notes.same('list_courses', 'by a role not held', undefined, rolesOf(await listed('coursecreator')));
  t.notes.same('list_courses', 'by a role that is not there', [], await listed('nosuchrole'));
  const teacher = (await listed('editingteacher')).find(({ id }) => id === course);
  t.notes.same('list_courses', 'teachers', [person.fullname], teacher?.teachers);
  const nobodys = await t.source.call('list_courses', { userid: nobody, roles: ['editingteacher'] });
  t.notes.same('list_courses', 'for an account that is not there', [], nobodys.courses);

  const outline = await t.target.call('get_course', { courseid: course });
  t.notes.same('get_course', 'people, after one was enrolled', 1, outline.people);
  await t.target.refused('enrol_person', { courseid: course, userid: nobody, role: 'student' }, 'not-found');
  for (const role of ['nosuchrole', 'user', 'guest'])
    await t.target.refused('enrol_person', { courseid: course, userid: person.id, role }, 'not-allowed');
}

function checkListing(t: Trial, listed: Result<'list_courses'>['courses'], asked: string[]): void {
  t.notes.same('list_courses', 'each course once', listed.length, new Set(listed.map(({ id }) => id)).size);
  for (const { id, roles } of listed) {
    const known = roles.length > 0 && roles.every((role) => asked.includes(role));
    t.notes.check('list_courses', `course ${id}: roles are some of those asked for`, known, roles);
  }
}
