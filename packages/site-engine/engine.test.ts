import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../src/store/testing.ts';
import { openEngine } from './engine.ts';
import { startTestEngine, type TestEngine } from './testing.ts';

let t: TestEngine;
beforeAll(async () => {
  t = await startTestEngine();
});
afterAll(async () => {
  await t?.close();
});

const archive = new URL('../mbz/test/valid/bio101-moodle45-users1.mbz', import.meta.url);
const contents = async () =>
  (await readdir(t.poolDir, { recursive: true })).filter((name) => /[0-9a-f]{40}$/.test(name)).length;

async function siteWithCourse(name: string) {
  const host = `${name}.localhost`;
  await t.door('POST', '/sites', { name, host, url: `http://${host}`, fullname: name });
  await t.door('POST', `/sites/${name}/categories`, [{ name: 'Biologie', idnumber: 'BIO' }]);
  const loaded = await t.door('POST', `/sites/${name}/courses?category=BIO`, await readFile(archive));
  expect(loaded.status, loaded.text).toBe(200);
  const { token } = (await t.door('POST', `/sites/${name}/tokens`, { profile: 'source' })).json();
  return { host, token, ...(loaded.json() as { courseid: number; shortname: string }) };
}

test('a real archive put through the door is a course whose teachers find it, by function and by page', async () => {
  const { host, token, courseid, shortname } = await siteWithCourse('campus');
  const found = await t.call(host, token, 'local_jouvence_find_people', { field: 'username', value: 'prof.martin' });
  const params = { userid: found.people[0].id, roles: ['editingteacher'] };
  const { courses } = await t.call(host, token, 'local_jouvence_list_courses', params);
  expect(courses).toMatchObject([{ id: courseid, shortname, roles: ['editingteacher'] }]);
  expect((await t.door('GET', '/sites/campus')).json().counts).toMatchObject({ courses: 1 });

  const martin = { username: 'prof.martin', email: 'prof.martin@example.org', firstname: 'Claire', lastname: 'Martin' };
  await t.door('POST', '/sites/campus/people', [{ ...martin, password: 'demo' }]);
  const browser = await t.browse(host);
  expect((await browser.get(`/course/view.php?id=${courseid}`)).status).toBe(303);
  await browser.signIn('prof.martin', 'demo');
  expect((await browser.get('/')).text).toContain(`/course/view.php?id=${courseid}`);
  const page = await browser.get(`/course/view.php?id=${courseid}`);
  expect(page.status).toBe(200);
  expect(page.text).toContain(courses[0].fullname);
});

test('deleting one of two sites with the same course leaves the other its files, deleting both leaves none', async () => {
  const first = await contents();
  const { host, token, courseid } = await siteWithCourse('twin');
  expect(await contents()).toBe(first);
  expect((await t.door('DELETE', '/sites/campus')).json()).toEqual({ deleted: true });
  expect(await contents()).toBe(first);
  expect((await t.call(host, token, 'local_jouvence_get_course', { courseid })).files).toBeGreaterThan(0);
  expect((await t.door('DELETE', '/sites/twin')).status).toBe(200);
  expect(await contents()).toBe(0);
});

test('what is no archive, or goes nowhere, is refused and leaves nothing', async () => {
  await t.door('POST', '/sites', { name: 'no', host: 'no.localhost', url: 'http://no.localhost', fullname: 'No' });
  const bytes = await readFile(archive);
  expect((await t.door('POST', '/sites/no/courses?category=NONE', bytes)).status).toBe(404);
  await t.door('POST', '/sites/no/categories', [{ name: 'A', idnumber: 'A' }]);
  expect((await t.door('POST', '/sites/no/courses?category=A', Buffer.from('no archive'))).status).toBe(400);
  expect((await t.door('POST', '/sites/no/courses?category=A', bytes.subarray(0, bytes.length / 2))).status).toBe(400);
  expect((await t.door('GET', '/sites/no')).json().counts).toEqual({ courses: 0, people: 0, files: 0, fileBytes: 0 });
  expect(await contents()).toBe(0);
});

test('an engine without a usable key or database does not open, and says why', async () => {
  const options = { poolDir: t.poolDir, databaseUrl: t.databaseUrl };
  await expect(openEngine({ ...options, doorKey: 'short' })).rejects.toMatchObject({ code: 'configuration' });
  const gone = await testDatabase();
  await gone.drop();
  await expect(openEngine({ ...options, databaseUrl: gone.url, doorKey: 'x'.repeat(32) })).rejects.toThrow(
    /does not exist/,
  );
});

test('nothing unexpected was logged', () => {
  expect(t.failures).toEqual([]);
});
