import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { strasbourg } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCampus, type TestCampus } from '../courses/testing.ts';
import { startTestEngine, type TestEngine } from '../testing.ts';

let engine: TestEngine;
let campus: TestCampus;
let courseId: number;

beforeAll(async () => {
  engine = await startTestEngine();
  campus = await createCampus(engine, 'shelf');
  // With its teachers, prof.martin among them, and its students.
  courseId = (await campus.load('bio101-moodle45-users1')).courseid;
});
afterAll(() => engine.close());

const tokenOf = async (rules: object = {}): Promise<string> =>
  (await engine.door('POST', '/sites/shelf/block-tokens', rules)).json().token;

/** As the block's own client writes it: token and function in the address; the first versions by GET. */
async function ask(token: string, name: string, params: Record<string, string>, method = 'POST') {
  const fixed = new URLSearchParams({ wstoken: token, wsfunction: name, moodlewsrestformat: 'json' });
  const own = new URLSearchParams(params).toString();
  const path = `/webservice/rest/server.php?${fixed}${method === 'GET' ? `&${own}` : ''}`;
  // Moodle's curl sends a list of parameters so.
  const form = new FormData();
  for (const [key, value] of Object.entries(params)) form.append(key, value);
  const multipart = new Response(form);
  const headers = { 'content-type': multipart.headers.get('content-type')! };
  const answer = await engine.ask({
    host: campus.host,
    method,
    path,
    ...(method === 'POST' && { headers, body: await multipart.text() }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

const fetchFile = (token: string, id: number | string, headers: Record<string, string> = {}) =>
  engine.ask({ host: campus.host, path: `${strasbourg.downloadPath}?token=${token}&filerecordid=${id}`, headers });

const archivesLeft = async () =>
  (await readdir(join(engine.poolDir, 'tasks'))).filter((name) => name.endsWith('.mbz')).length;

const username = 'prof.martin';

test.each([
  ['2.1', 'GET', { username, concernedroles: 'editingteacher' }, { username }],
  ['3.1', 'POST', { username, concernedroles: 'editingteacher' }, { username, withuserdatas: '0' }],
  [
    '3.2',
    'POST',
    { username, searchroles: 'editingteacher', restorecourseinoriginalcategory: '1' },
    { username, searchroles: 'editingteacher', restorecourseinoriginalcategory: '1', withuserdatas: '' },
  ],
])('a block of %s lists, has a backup made, and fetches it', async (_, method, list, zip) => {
  const token = await tokenOf();
  const info = await ask(token, 'core_webservice_get_site_info', {}, method);
  expect(info).toMatchObject({ sitename: 'shelf', siteurl: 'http://shelf.localhost:8080', downloadfiles: 1 });
  const courses = await ask(token, strasbourg.listCourses, list as never, method);
  expect(courses).toEqual([
    expect.objectContaining({ id: courseId, shortname: 'BIO101-2024', visible: 1, categoryidentifier: 'bio' }),
  ]);
  const made = await ask(token, strasbourg.backUpCourse, { ...zip, courseid: String(courseId) } as never);
  expect(made.filename).toBe('');
  const file = await fetchFile(token, made.filerecordid);
  expect(file.headers['content-type']).toBe('application/vnd.moodle.backup');
  expect(file.bytes.subarray(0, 2).toString('hex')).toBe('1f8b');
  // The block restores comments whether or not the backup says that it has any, and fails without their documents.
  expect(gunzipSync(file.bytes).includes('course/comments.xml')).toBe(true);
  // Once, whole: nothing of it is left, for anybody.
  await expect.poll(archivesLeft).toBe(0);
  const again = await fetchFile(token, made.filerecordid);
  expect([again.status, again.bytes.length]).toEqual([200, 0]);
});

test('shapes are not mixed, and what is unknown is refused, as Moodle refuses it', async () => {
  const token = await tokenOf();
  const wrong: Record<string, string>[] = [
    { username },
    { username, concernedroles: 'a', searchroles: 'b' },
    { username, concernedroles: 'a', restorecourseinoriginalcategory: '1' },
  ];
  for (const params of wrong)
    expect(await ask(token, strasbourg.listCourses, params)).toMatchObject({ errorcode: 'invalidparameter' });
  const zip = { username, courseid: String(courseId) };
  const odd: Record<string, string>[] = [
    { ...zip, restorecourseinoriginalcategory: '1' },
    { ...zip, courseid: '1 or 1=1' },
    { username },
  ];
  for (const params of odd)
    expect(await ask(token, strasbourg.backUpCourse, params)).toMatchObject({ errorcode: 'invalidparameter' });
});

test('a name that nobody has, a course that is not theirs, roles that the token is not for', async () => {
  const token = await tokenOf();
  const list = (name: string, roles: string) =>
    ask(token, strasbourg.listCourses, { username: name, searchroles: roles });
  expect(await list('nobody.here', 'editingteacher')).toMatchObject({
    exception: 'block_my_external_backup_restore_courses_invalid_username_exception',
    errorcode: 'invalidusername',
  });
  expect(await list('etu1', 'editingteacher')).toEqual([]);
  expect(await list(username, 'student,manager')).toEqual([]);
  expect(await list(username, "'editingteacher', 'manager'")).toHaveLength(1);
  expect(await list(username, "x') or 1=1 --")).toEqual([]);
  const zip = (who: string, id: number) =>
    ask(token, strasbourg.backUpCourse, { username: who, courseid: String(id), searchroles: 'editingteacher' });
  const refused = { exception: 'Exception', message: '[[notcourseowner]]' };
  for (const answer of [await zip('etu1', courseId), await zip(username, 999_999), await zip('', courseId)])
    expect(answer).toEqual(refused);
});

test('participants’ data, and courses for nobody, only by a token that is for them', async () => {
  const zip = { username, courseid: String(courseId), withuserdatas: '1' };
  expect(await ask(await tokenOf(), strasbourg.backUpCourse, zip)).toMatchObject({ errorcode: 'nopermissions' });
  const with_ = await tokenOf({ people: true, anyCourse: true });
  expect((await ask(with_, strasbourg.backUpCourse, { ...zip, username: '' })).filerecordid).toBeGreaterThan(0);
  expect(await ask(with_, strasbourg.findCourses, { field: 'id', value: String(courseId) })).toMatchObject({
    courses: [{ id: courseId }],
  });
  expect(await ask(await tokenOf(), strasbourg.findCourses, { field: 'id', value: '1' })).toMatchObject({
    errorcode: 'accessexception',
  });
});

test('an id opens one archive, to the token that asked for it', async () => {
  const [one, other] = [await tokenOf(), await tokenOf()];
  const kept = await archivesLeft();
  const { filerecordid } = await ask(one, strasbourg.backUpCourse, { username, courseid: String(courseId) });
  for (const [token, id] of [
    [other, filerecordid],
    [one, filerecordid + 1],
    [one, 1],
    [one, '1%20or%201=1'],
    [one, '-1'],
  ])
    expect((await fetchFile(token as string, id)).bytes.length).toBe(0);
  expect((await fetchFile('0'.repeat(64), filerecordid)).json()).toMatchObject({ errorcode: 'invalidtoken' });
  const part = await fetchFile(one, filerecordid, { range: 'bytes=0-3' });
  expect([part.status, part.bytes.length]).toEqual([206, 4]);
  const rest = await fetchFile(one, filerecordid, { range: 'bytes=4-' });
  const size = Number(/\/(\d+)$/.exec(rest.headers['content-range']!)![1]);
  expect(rest.bytes.length).toBe(size - 4);
  await expect.poll(archivesLeft).toBe(kept);
  expect((await fetchFile(one, filerecordid)).bytes.length).toBe(0);
});

test('such a token opens nothing else, and no other opens this', async () => {
  const guest = await tokenOf();
  expect(await ask(guest, 'local_jouvence_get_site', {})).toMatchObject({ errorcode: 'accessexception' });
  expect(await ask(guest, 'local_jouvence_find_people', { field: 'username', value: username })).toMatchObject({
    errorcode: 'accessexception',
  });
  const { token } = (await engine.door('POST', '/sites/shelf/tokens', { profile: 'source' })).json();
  expect((await ask(token, strasbourg.listCourses, { username, concernedroles: 'x' })).errorcode).toBeTruthy();
  expect((await fetchFile(token, 1)).json()).toMatchObject({ errorcode: 'invalidtoken' });
  await engine.door('PATCH', '/sites/shelf', { state: 'maintenance' });
  expect(await ask(guest, 'core_webservice_get_site_info', {})).toMatchObject({ errorcode: 'sitemaintenance' });
  await engine.door('PATCH', '/sites/shelf', { state: 'active' });
  await engine.door('DELETE', '/sites/shelf/tokens');
  expect(await ask(guest, 'core_webservice_get_site_info', {})).toMatchObject({ errorcode: 'invalidtoken' });
});

test('each token is seen, used from where it may be, and revoked alone', async () => {
  const tokens = async () => (await engine.door('GET', '/sites/shelf/block-tokens')).json().tokens as { id: number }[];
  const info = (token: string) => ask(token, 'core_webservice_get_site_info', {});
  const earlier = (await tokens()).length;
  const made = (rules: object) => engine.door('POST', '/sites/shelf/block-tokens', rules).then((each) => each.json());
  const [near, far] = [
    await made({ name: 'campus', ips: ['127.0.0.0/8', '::1'] }),
    await made({ name: 'elsewhere', ips: ['192.0.2.7', '2001:db8::/32'], people: true }),
  ];
  expect(await tokens()).toHaveLength(earlier + 2);
  expect((await tokens()).slice(0, 2)).toMatchObject([
    { id: far.id, name: 'elsewhere', people: true, ips: ['192.0.2.7', '2001:db8::/32'], used: null },
    { id: near.id, name: 'campus', people: false, roles: ['editingteacher'], used: null },
  ]);
  const from = (token: string, address: string, path = '/webservice/rest/server.php') =>
    engine.ask({
      host: campus.host,
      path: `${path}?wstoken=${token}&token=${token}&filerecordid=1&wsfunction=core_webservice_get_site_info&moodlewsrestformat=json`,
      headers: { 'x-forwarded-for': address },
    });
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::5'])
    expect((await from(far.token, address)).json()).toMatchObject({ sitename: 'shelf' });
  for (const address of ['192.0.2.8', 'unknown']) {
    expect((await from(far.token, address)).json()).toMatchObject({ errorcode: 'accessexception' });
    expect((await from(far.token, address, strasbourg.downloadPath)).json()).toMatchObject({
      errorcode: 'accessexception',
    });
  }
  expect((await from(near.token, '127.0.0.1')).json()).toMatchObject({ sitename: 'shelf' });
  expect((await tokens()).slice(0, 2)).toMatchObject([{ used: expect.any(Number) }, { used: expect.any(Number) }]);
  const revoke = (id: number) => engine.door('DELETE', `/sites/shelf/block-tokens/${id}`);
  expect((await revoke(far.id)).json()).toEqual({ revoked: true });
  expect((await revoke(far.id)).json()).toEqual({ revoked: false });
  expect((await from(far.token, '192.0.2.7')).json()).toMatchObject({ errorcode: 'invalidtoken' });
  expect((await from(near.token, '127.0.0.1')).json()).toMatchObject({ sitename: 'shelf' });
  expect((await engine.door('POST', '/sites/shelf/block-tokens', { ips: ['campus.example.org'] })).status).toBe(400);
  await createCampus(engine, 'other-shelf');
  expect((await engine.door('DELETE', `/sites/other-shelf/block-tokens/${near.id}`)).json()).toEqual({
    revoked: false,
  });
  expect(await info(near.token)).toMatchObject({ sitename: 'shelf' });
});
