import type { Category } from '@jouvence/protocol';
import type { Caller } from '../caller.ts';
import type { Case } from '../case.ts';
import { hostile, type Trial } from '../trial.ts';

const nobody = 2_000_000_000;
const keyOf = {
  'course_categories:id:idnumber': ({ idnumber }: Category) => idnumber || null,
  'course_categories:id:name': ({ name }: Category) => name || null,
} as const;
/** What no administrator allows, and what no site has. */
const forbidden = [
  'user:id:password',
  'user:id:email',
  'config:id:value',
  'external_tokens:userid:token',
  'course_categories:id:description',
  'course_categories:parent:name',
  'no_such_table:id:name',
  'course_categories:id:no_such_column',
  'course_categories:id:constructor',
];

/** What a request asks of both sites around the carried course itself. */
export const requests: Case[] = [
  {
    name: 'categories carry a key when it is asked for: target',
    needs: ['target'],
    async run(t) {
      const plain = (await t.target.call('list_categories', {})).categories;
      for (const { id, key } of plain) t.notes.same('list_categories', `no key asked for: ${id}`, undefined, key);
      for (const [key, of] of Object.entries(keyOf)) {
        const { categories } = await t.target.call('list_categories', { key });
        const ids = categories.map(({ id }) => id);
        t.notes.same(
          'list_categories',
          `${key}: the same categories`,
          plain.map(({ id }) => id),
          ids,
        );
        for (const category of categories)
          t.notes.same('list_categories', `${key} of ${category.id}`, of(category), category.key);
      }
      await refuseOthers(t.target, 'list_categories', {});
      await refuseOthers(t.target, 'find_courses', { field: 'id', value: String(nobody) });
    },
  },
  {
    name: 'the category of a course carries a key when it is asked for: source',
    needs: ['source', 'course'],
    async run(t) {
      const { id, category } = await t.course();
      for (const [key, of] of Object.entries(keyOf)) {
        const got = await t.source.call('get_course', { courseid: id, key });
        t.notes.same('get_course', key, of(category), got.category.key);
        const [found] = (await t.source.call('find_courses', { field: 'id', value: String(id), key })).courses;
        t.notes.same('find_courses', key, of(category), found?.category.key);
        const person = await t.person();
        const roles = ['editingteacher', 'teacher', 'student', 'manager'];
        for (const listed of (await t.source.call('list_courses', { userid: person.id, roles, key })).courses)
          t.notes.same('list_courses', `${key} of ${listed.id}`, of(listed.category), listed.category.key);
      }
      await refuseOthers(t.source, 'get_course', { courseid: id });
      await refuseOthers(t.source, 'find_courses', { field: 'id', value: String(id) });
      await refuseOthers(t.source, 'list_courses', { userid: 1, roles: ['editingteacher'] });
    },
  },
  {
    name: 'people of a course are those who hold a role in it, each once, with who they are',
    needs: ['course', 'source', 'target', 'same-site'],
    run: coursePeople,
  },
  {
    name: 'people with a role in a category above a course are people of the course',
    needs: ['source', 'inherited'],
    async run(t) {
      const person = await t.person();
      const courseid = t.options.inherited!;
      const roles = ['manager', 'coursecreator', 'editingteacher', 'teacher', 'student'];
      const { people } = await t.source.call('get_course_people', { courseid, roles });
      const found = people.find(({ id }) => id === person.id);
      const listed = (await t.source.call('list_courses', { userid: person.id, roles })).courses;
      const own = listed.find(({ id }) => id === courseid);
      t.notes.same(
        'get_course_people',
        'roles as list_courses tells them',
        own?.roles.toSorted(),
        found?.roles.toSorted(),
      );
      t.notes.check('get_course_people', 'at least one role', (found?.roles.length ?? 0) > 0, found);
    },
  },
  {
    name: 'courses are there or not, in the order asked',
    needs: ['course'],
    async run(t) {
      const { id } = await t.course();
      for (const by of [t.callers.source, t.callers.target]) {
        if (!by || (by === t.callers.target && !t.sameSite)) continue;
        const ids = [nobody, id, nobody + 1, id];
        const { courses } = await by.call('check_courses', { ids });
        t.notes.same(
          'check_courses',
          ids.join(),
          ids.map((one) => ({ id: one, exists: one === id })),
          courses.map((one) => ({ id: one.id, exists: one.exists })),
        );
        const { userid } = await by.call('get_connection', {});
        const own = (await by.call('check_courses', { ids: [nobody, id], userid })).courses;
        t.notes.same(
          'check_courses',
          'in what nobody is enrolled',
          [false, 'boolean'],
          [own[0]?.enrolled, typeof own[1]?.enrolled],
        );
        const many = Array.from({ length: 200 }, (_, n) => nobody + n);
        const none = (await by.call('check_courses', { ids: many })).courses;
        t.notes.same('check_courses', '200 that are not there', 200, none.filter(({ exists }) => !exists).length);
      }
      const kind = (await t.any.call('get_site', {})).kind;
      if (kind !== 'moodle' || !t.callers.source) return;
      const front = (await t.source.call('check_courses', { ids: [1] })).courses[0]?.exists;
      t.notes.same('check_courses', 'the front page of a Moodle', false, front);
    },
  },
  { name: 'a notice is taken once, and a key is one notice', needs: ['target'], run: notices },
  {
    name: 'what people may do with Jouvence is asked at the system',
    needs: ['target'],
    async run(t) {
      const { userid } = await t.target.call('get_connection', {});
      const names = ['use', 'chooseuserdata', 'requestforothers', 'viewfleet'];
      const checks = names.map((name) => ({
        capability: `local/jouvence:${name}`,
        level: 'system' as const,
        instanceid: 0,
      }));
      const answer = (await t.target.call('check_rights', { userid, checks })).checks;
      for (const { capability, exists, allowed } of answer)
        t.notes.same('check_rights', `${capability} of the service account`, [true, false], [exists, allowed]);
    },
  },
];

async function refuseOthers(
  by: Caller,
  name: 'list_categories' | 'find_courses' | 'get_course' | 'list_courses',
  params: object,
): Promise<void> {
  for (const key of forbidden) await by.refused(name, { ...params, key }, 'not-allowed');
}

async function coursePeople(t: Trial): Promise<void> {
  // Not the course that is named: nothing of the site's own is changed.
  const courseid = await t.share('peopled course', async () => {
    const { bytes } = await t.backup(false);
    return (await t.restore(bytes)).courseid!;
  });
  const person = await t.person();
  const roles = ['editingteacher', 'student'];
  const of = (more: object = {}) => t.source.call('get_course_people', { courseid, roles, ...more });
  const mine = async (more: object = {}) => (await of(more)).people.filter(({ id }) => id === person.id);
  t.notes.same('get_course_people', 'before anybody is enrolled', [], await mine());
  for (const role of roles) await t.target.call('enrol_person', { courseid, userid: person.id, role });
  const { id, username, email, idnumber, fullname, auth, suspended } = person;
  const expected = { id, username, email, idnumber, fullname, auth, suspended, roles: ['editingteacher', 'student'] };
  const [found, ...more] = await mine();
  t.notes.same('get_course_people', 'each once', 0, more.length);
  t.notes.same('get_course_people', 'who it is', expected, found && { ...pick(found), roles: found.roles.toSorted() });
  t.notes.same('get_course_people', 'by one role', ['student'], (await mine({ roles: ['student'] }))[0]?.roles);
  t.notes.same('get_course_people', 'by a role not held', [], await mine({ roles: ['coursecreator'] }));
  t.notes.same('get_course_people', 'by a role that is not there', [], await mine({ roles: ['nosuchrole'] }));
  t.notes.same('get_course_people', 'after this account', [], await mine({ after: person.id }));
  t.notes.same('get_course_people', 'after the one before', 1, (await mine({ after: person.id - 1 })).length);
  t.notes.same('get_course_people', 'no more', false, (await of()).more);
}

const pick = ({ id, username, email, idnumber, fullname, auth, suspended }: Record<string, unknown>) => ({
  id,
  username,
  email,
  idnumber,
  fullname,
  auth,
  suspended,
});

/** A person that was named is told something; the service's own account, which nobody reads, is not. */
async function notices(t: Trial): Promise<void> {
  const { userid } = await t.target.call('get_connection', {});
  const notice = {
    key: t.key(t.target, 'notice'),
    userid,
    kind: 'attention' as const,
    subject: `Conformance ${hostile}`,
    text: `A notice that a test sent.\n\n${hostile}`,
  };
  const own = await t.target.call('send_notice', notice);
  t.notes.same('send_notice', 'to the service account', false, own.accepted);
  t.notes.check('send_notice', 'why not', own.why !== '', own.why);
  if (t.options.person === undefined || !t.sameSite) return;
  const person = await t.person();
  for (const kind of ['carried', 'partly', 'failed', 'attention', 'digest'] as const) {
    const key = t.key(t.target, 'notice');
    const url = `${t.target.url}/course/view.php?id=1&a=b`;
    const params = { ...notice, key, userid: person.id, kind, html: `<p>${kind}</p>`, url, urlname: hostile };
    for (const time of ['once', 'again'])
      t.notes.same(
        'send_notice',
        `${kind}, ${time}`,
        { accepted: true, why: '' },
        inOrder(await t.target.call('send_notice', params)),
      );
    await t.target.refused('send_notice', { ...params, userid }, 'conflict');
    await t.target.refused('send_notice', { ...params, kind: kind === 'failed' ? 'digest' : 'failed' }, 'conflict');
  }
}

const inOrder = ({ accepted, why }: { accepted: boolean; why: string }) => ({ accepted, why });
