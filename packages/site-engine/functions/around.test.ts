import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../testing.ts';

let t: TestEngine;
const host = 'around.localhost';
const evil = `</h2><script>alert('x')</script> "é" 🎓 محمد`;
let courseid: number;
let ids: Record<string, number>;
const tokens: Record<string, string> = {};
const ask = (profile: 'source' | 'target', name: string, params: Record<string, unknown> = {}) =>
  t.call(host, tokens[profile]!, `local_jouvence_${name}`, params);

beforeAll(async () => {
  t = await startTestEngine();
  await t.door('POST', '/sites', { name: 'around', host, url: 'http://around.localhost:8080', fullname: 'Around' });
  await t.door('POST', '/sites/around/categories', [
    { name: 'Sciences', idnumber: 'SCI' },
    { name: 'Biologie', idnumber: '', parent: 'SCI' },
    { name: 'Sciences', idnumber: 'SCI2' },
  ]);
  const archive = await readFile(new URL('../../mbz/test/valid/bio101-moodle45-users0.mbz', import.meta.url));
  courseid = (await t.door('POST', '/sites/around/courses?category=SCI', archive)).json().courseid;
  const names = ['ada', 'dean', 'pupil', 'boss', 'gone', 'elsewhere'];
  const people = names.map((username) => ({
    username,
    email: `${username}@x.org`,
    firstname: 'A',
    lastname: username,
    idnumber: `N-${username}`,
    language: username === 'ada' ? 'en' : 'fr',
    password: 'bon mot',
  }));
  const made = (await t.door('POST', '/sites/around/people', people)).json().ids as number[];
  ids = Object.fromEntries(names.map((name, index) => [name, made[index]!]));
  const { shortname } = (await t.call(host, await tokenOf('source'), 'local_jouvence_get_course', { courseid })) as {
    shortname: string;
  };
  await tokenOf('target');
  await t.door('POST', '/sites/around/roles', [
    { username: 'ada', role: 'editingteacher', level: 'course', instance: shortname },
    { username: 'ada', role: 'teacher', level: 'course', instance: shortname },
    { username: 'dean', role: 'manager', level: 'category', instance: 'SCI' },
    { username: 'pupil', role: 'student', level: 'course', instance: shortname },
    { username: 'boss', role: 'manager', level: 'system' },
    { username: 'elsewhere', role: 'manager', level: 'category', instance: 'SCI2' },
  ]);
});
afterAll(async () => {
  await t?.close();
});

async function tokenOf(profile: string): Promise<string> {
  tokens[profile] = (await t.door('POST', '/sites/around/tokens', { profile })).json().token;
  return tokens[profile]!;
}

test('categories carry the key that was asked for, and none when none was', async () => {
  const key = 'course_categories:id:idnumber';
  const { categories } = await ask('target', 'list_categories', { key });
  expect(categories.map((one: { name: string; key: unknown }) => [one.name, one.key])).toEqual([
    ['Sciences', 'SCI'],
    ['Sciences', 'SCI2'],
    ['Biologie', null],
  ]);
  const byName = await ask('target', 'list_categories', { key: 'course_categories:id:name' });
  expect(byName.categories.map((one: { key: unknown }) => one.key)).toEqual(['Sciences', 'Sciences', 'Biologie']);
  const plain = await ask('target', 'list_categories');
  expect(plain.categories[0]).not.toHaveProperty('key');
  const found = await ask('source', 'find_courses', { field: 'id', value: courseid, key });
  const listed = await ask('source', 'list_courses', { userid: ids.ada, roles: ['teacher'], key });
  const got = await ask('source', 'get_course', { courseid, key });
  expect([found.courses[0], listed.courses[0], got].map(({ category }) => category.key)).toEqual(['SCI', 'SCI', 'SCI']);
});

test.each([
  ['user:id:password', 'not-allowed'],
  ['course_categories:id:visible', 'not-allowed'],
  ['course_categories:parent:idnumber', 'not-allowed'],
  ['constructor:id:name', 'not-allowed'],
  ['course_categories:id:name;drop', 'invalidparameter'],
  ['course_categories', 'invalidparameter'],
])('the key %s is refused', async (key, errorcode) => {
  expect(await ask('target', 'list_categories', { key })).toMatchObject({ errorcode });
  expect(await ask('source', 'find_courses', { field: 'id', value: courseid, key })).toMatchObject({ errorcode });
});

test('people of a course are those who hold a role in it or in a category above it, and who they are', async () => {
  const answer = await ask('source', 'get_course_people', {
    courseid,
    roles: ['editingteacher', 'teacher', 'manager'],
  });
  expect(answer).toEqual({
    people: [
      {
        id: ids.ada,
        username: 'ada',
        email: 'ada@x.org',
        idnumber: 'N-ada',
        fullname: 'A ada',
        auth: 'manual',
        suspended: false,
        roles: ['editingteacher', 'teacher'],
      },
      expect.objectContaining({ id: ids.dean, roles: ['manager'] }),
    ],
    more: false,
  });
  expect((await ask('source', 'get_course_people', { courseid, roles: ['manager'], after: ids.dean })).people).toEqual(
    [],
  );
  expect(await ask('source', 'get_course_people', { courseid: 2_000_000_000, roles: ['teacher'] })).toMatchObject({
    errorcode: 'not-found',
  });
});

test('many people come in pages', async () => {
  const many = Array.from({ length: 203 }, (_, n) => ({
    username: `many${n}`,
    email: `many${n}@x.org`,
    firstname: 'M',
    lastname: `${n}`,
  }));
  await t.door('POST', '/sites/around/people', many);
  const { shortname } = await ask('source', 'get_course', { courseid });
  const place = { role: 'student', level: 'course', instance: shortname };
  await t.door(
    'POST',
    '/sites/around/roles',
    many.map(({ username }) => ({ username, ...place })),
  );
  const first = await ask('source', 'get_course_people', { courseid, roles: ['student'] });
  expect([first.people.length, first.more]).toEqual([200, true]);
  const after = first.people.at(-1).id;
  const rest = await ask('source', 'get_course_people', { courseid, roles: ['student'], after });
  expect([rest.people.length, rest.more]).toEqual([4, false]);
});

test('courses are there or not, in the order asked', async () => {
  const { courses } = await ask('target', 'check_courses', { ids: [2_000_000_000, courseid] });
  expect(courses).toEqual([
    { id: 2_000_000_000, exists: false },
    { id: courseid, exists: true },
  ]);
  const asked = { ids: [2_000_000_000, courseid], userid: ids.ada };
  const before = (await ask('target', 'check_courses', asked)).courses;
  await ask('target', 'enrol_person', { courseid, userid: ids.ada, role: 'editingteacher' });
  const after = (await ask('target', 'check_courses', asked)).courses;
  expect([before, after].map((each) => each.map((one: { enrolled: boolean }) => one.enrolled))).toEqual([
    [false, false],
    [false, true],
  ]);
  const many = Array.from({ length: 201 }, (_, n) => n + 1);
  expect(await ask('target', 'check_courses', { ids: many })).toMatchObject({ errorcode: 'invalidparameter' });
});

test('a role made at the door gives somebody what the agent asks about', async () => {
  const system = { level: 'system', instanceid: 0 };
  const checks = ['use', 'chooseuserdata', 'requestforothers', 'viewfleet'].map((name) => ({
    capability: `local/jouvence:${name}`,
    ...system,
  }));
  const allowed = async (userid: number) =>
    (await ask('target', 'check_rights', { userid, checks })).checks.map((one: { allowed: boolean }) => one.allowed);
  expect(await allowed(ids.ada!)).toEqual([false, false, false, false]);
  expect(await allowed(ids.boss!)).toEqual([true, false, false, true]);
  const define = (capabilities: string[], shortname = 'carrier') =>
    t.door('POST', '/sites/around/role-definitions', [{ shortname, capabilities }]);
  expect((await define(['local/jouvence:use', 'local/jouvence:chooseuserdata'])).status).toBe(200);
  await t.door('POST', '/sites/around/roles', [{ username: 'ada', role: 'carrier', level: 'system' }]);
  expect(await allowed(ids.ada!)).toEqual([true, true, false, false]);
  await define(['local/jouvence:requestforothers']);
  expect(await allowed(ids.ada!)).toEqual([false, false, true, false]);
  expect((await define(['local/jouvence:fly'])).status).toBe(400);
  for (const own of ['editingteacher', 'jouvencetarget']) expect((await define([], own)).status).toBe(409);
});

test('a suspended account is enrolled nowhere, and told nothing', async () => {
  await t.door('POST', '/sites/around/people', [
    { username: 'gone', email: 'gone@x.org', firstname: 'A', lastname: 'gone', suspended: true },
  ]);
  const refused = await ask('target', 'enrol_person', { courseid, userid: ids.gone, role: 'student' });
  expect(refused).toMatchObject({ errorcode: 'not-allowed', message: expect.stringContaining('suspended') });
  const notice = { userid: ids.gone, kind: 'failed', subject: 'S', text: 'T', key: 'gone.1' };
  expect(await ask('target', 'send_notice', notice)).toEqual({ accepted: false, why: 'the account gone is suspended' });
  expect(await ask('target', 'enrol_person', { courseid, userid: ids.pupil, role: 'manager' })).toMatchObject({
    errorcode: 'not-allowed',
    message: expect.stringContaining('it may give editingteacher, '),
  });
});

test('a notice waits on the person’s page, as text, and is new once', async () => {
  const send = (params: object) =>
    ask('target', 'send_notice', {
      userid: ids.ada,
      kind: 'carried',
      subject: evil,
      text: 'First.\n\n<b>Second</b>',
      ...params,
    });
  const url = 'http://around.localhost:8080/course/view.php?id=3&x=1';
  expect(await send({ key: 'ada.1', url, urlname: evil, html: '<script>1</script>' })).toEqual({
    accepted: true,
    why: '',
  });
  expect(await send({ key: 'ada.1', url })).toEqual({ accepted: true, why: '' });
  expect(await send({ key: 'ada.2', subject: 'Plain' })).toMatchObject({ accepted: true });
  for (const wrong of [{ url: 'javascript:alert(1)' }, { subject: 'a\nBcc: x' }, { kind: 'party' }, { key: '' }])
    expect(await send({ key: 'ada.3', ...wrong })).toMatchObject({ errorcode: 'invalidparameter' });
  expect(await send({ key: 'ada.4', userid: 2_000_000_000 })).toMatchObject({ errorcode: 'not-found' });

  expect(await send({ key: 'ada.2', userid: ids.dean })).toMatchObject({ errorcode: 'conflict' });
  expect(await send({ key: 'ada.2', kind: 'failed' })).toMatchObject({ errorcode: 'conflict' });

  const atDoor = async () => (await t.door('GET', '/sites/around/people/ada/notices')).json().notices;
  expect(await atDoor()).toMatchObject([
    { subject: 'Plain', url: null, read: false },
    { subject: evil, url, urlname: evil, kind: 'carried', read: false },
  ]);
  const browser = await t.browse(host);
  const path = '/message/output/popup/notifications.php';
  expect((await browser.get(path)).status).toBe(303);
  await browser.signIn('ada', 'bon mot');
  expect((await browser.get('/')).text).toContain('>Notices</a> (2)');
  const page = (await browser.get(path)).text;
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('<b>');
  expect(page).toContain('&lt;b&gt;Second&lt;/b&gt;');
  expect(page).toContain('href="http://around.localhost:8080/course/view.php?id=3&amp;x=1"');
  expect(page.match(/\(new\)/g)).toHaveLength(2);
  expect((await browser.get(path)).text).not.toContain('(new)');
  expect((await atDoor()).map(({ read }: { read: boolean }) => read)).toEqual([true, true]);
  const other = await t.browse(host);
  await other.signIn('dean', 'bon mot');
  expect((await other.get(path)).text).toContain('Rien ne vous a été envoyé.');
});

test('nothing unexpected was logged', () => {
  expect(t.failures).toEqual([]);
});
