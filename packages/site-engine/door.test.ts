import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine, testDoorKey } from './testing.ts';

let t: TestEngine;
beforeAll(async () => {
  t = await startTestEngine();
});
afterAll(async () => {
  await t?.close();
});

let made = 0;
async function newSite(extra: Record<string, unknown> = {}) {
  const name = `door-${++made}`;
  const site = {
    name,
    host: `${name}.localhost`,
    url: `http://${name}.localhost:8080`,
    fullname: `Site ${made}`,
    ...extra,
  };
  const answer = await t.door('POST', '/sites', site);
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}
const person = (username: string, extra: Record<string, unknown> = {}) => ({
  username,
  email: `${username}@example.org`,
  firstname: 'Ada',
  lastname: username,
  ...extra,
});

test('the door opens only with its key, and says so the same way whatever is wrong', async () => {
  for (const authorization of [
    undefined,
    '',
    'Bearer',
    `Bearer ${testDoorKey}x`,
    `bearer ${testDoorKey}`,
    testDoorKey,
  ]) {
    const { port } = t.addresses.door;
    const answer = await t.send(port, {
      path: '/engine/v1/sites',
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(answer.status).toBe(401);
    expect(answer.json().error.code).toBe('unauthorized');
  }
});

test('the door is not reachable through a site', async () => {
  const { host } = await newSite();
  const headers = { authorization: `Bearer ${testDoorKey}` };
  for (const path of ['/engine/v1/sites', '//engine/v1/sites', '/./engine/v1/sites', '/%65ngine/v1/sites'])
    expect((await t.ask({ path, host, headers })).status).toBe(404);
  expect((await t.ask({ path: '/engine/v1/sites', host: 'localhost', headers })).status).toBe(404);
});

test('a site is made, listed, shown, changed and deleted', async () => {
  const site = await newSite({ language: 'en', demo: true });
  expect(site).toMatchObject({
    state: 'active',
    demo: true,
    counts: { courses: 0, people: 0, files: 0, fileBytes: 0 },
  });
  expect((await t.door('GET', '/sites')).json().sites).toContainEqual(site);
  const changed = await t.door('PATCH', `/sites/${site.name}`, {
    url: 'http://x.localhost:9999/',
    state: 'maintenance',
  });
  expect(changed.json()).toMatchObject({ url: 'http://x.localhost:9999', state: 'maintenance' });
  expect((await t.door('DELETE', `/sites/${site.name}`)).json()).toEqual({ deleted: true });
  expect((await t.door('GET', `/sites/${site.name}`)).status).toBe(404);
  expect((await t.ask({ path: '/', host: site.host })).status).toBe(404);
});

test('a name or host that is taken is a conflict, and nothing is left of the attempt', async () => {
  const site = await newSite();
  const before = (await t.door('GET', '/sites')).json().sites.length;
  const again = { name: 'other', host: site.host, url: 'http://o.localhost', fullname: 'O' };
  expect((await t.door('POST', '/sites', again)).status).toBe(409);
  expect((await t.door('POST', '/sites', { ...again, name: site.name, host: 'o.localhost' })).status).toBe(409);
  expect((await t.door('GET', '/sites')).json().sites).toHaveLength(before);
});

test('ten sites made at once are all there, with identifiers of their own', async () => {
  const sites = await Promise.all(Array.from({ length: 10 }, () => newSite()));
  const listed = (await t.door('GET', '/sites')).json().sites.map((site: { name: string }) => site.name);
  expect(listed).toEqual(expect.arrayContaining(sites.map((site) => site.name)));
});

test.each([
  ['not JSON', '{"name"', /not JSON/],
  ['wrong UTF-8', Buffer.from([0x22, 0xff, 0x22]), /UTF-8/],
  [
    'a name with capitals',
    JSON.stringify({ name: 'Bad', host: 'a', url: 'http://a', fullname: 'x' }),
    /name: lower-case/,
  ],
  ['an unknown key', JSON.stringify({ name: 'a', host: 'a', url: 'http://a', fullname: 'x', port: 3 }), /port/],
  ['NUL', JSON.stringify({ name: 'a', host: 'a', url: 'http://a', fullname: 'x\0' }), /fullname: must not contain NUL/],
])('a body with %s is refused with what is wrong', async (_, body, message) => {
  const { port } = t.addresses.door;
  const answer = await t.send(port, {
    method: 'POST',
    path: '/engine/v1/sites',
    headers: { authorization: `Bearer ${testDoorKey}` },
    body,
  });
  expect(answer.status).toBe(400);
  expect(answer.json().error).toMatchObject({ code: 'invalid-parameter', message: expect.stringMatching(message) });
});

test('a body over the limit is refused', async () => {
  const answer = await t.door('POST', '/sites', 'x'.repeat(11 * 1024 * 1024));
  expect(answer.status).toBe(413);
});

test('categories by idnumber, whole lists or nothing', async () => {
  const { name } = await newSite();
  const list = [
    { name: 'Sciences', idnumber: 'SCI' },
    { name: 'Biologie', idnumber: 'BIO', parent: 'SCI' },
    { name: 'Sans', idnumber: '' },
    { name: 'Sans', idnumber: '' },
  ];
  expect((await t.door('POST', `/sites/${name}/categories`, list)).json().ids).toHaveLength(4);
  const half = [
    { name: 'Droit', idnumber: 'DRO' },
    { name: 'Encore', idnumber: 'BIO' },
  ];
  expect((await t.door('POST', `/sites/${name}/categories`, half)).status).toBe(409);
  expect((await t.door('POST', `/sites/${name}/categories`, [{ name: 'x', parent: 'DRO' }])).status).toBe(404);
  expect((await t.door('DELETE', `/sites/${name}/categories/SCI`)).status).toBe(409);
  expect((await t.door('DELETE', `/sites/${name}/categories/BIO`)).status).toBe(200);
  expect((await t.door('DELETE', `/sites/${name}/categories/SCI`)).status).toBe(200);
});

test('people are made once, then changed, and keep a password that is not given again', async () => {
  const { name, host } = await newSite();
  const first = (
    await t.door('POST', `/sites/${name}/people`, [person('Ada', { password: 'très secret' }), person('bob')])
  ).json();
  const again = (await t.door('POST', `/sites/${name}/people`, [person('ada', { lastname: 'Byron' })])).json();
  expect(again.ids).toEqual([first.ids[0]]);
  const browser = await t.browse(host);
  expect((await browser.signIn('ada', 'très secret')).status).toBe(303);
  expect((await browser.get('/')).text).toContain('Ada Byron');
  expect((await t.door('GET', `/sites/${name}`)).json().counts.people).toBe(2);
});

test('roles are given once and taken back; what is not there is named', async () => {
  const { name } = await newSite();
  await t.door('POST', `/sites/${name}/categories`, [{ name: 'S', idnumber: 'S' }]);
  await t.door('POST', `/sites/${name}/people`, [person('prof')]);
  const roles = [
    { username: 'PROF', role: 'coursecreator', level: 'system' },
    { username: 'prof', role: 'manager', level: 'category', instance: 'S' },
  ];
  expect((await t.door('POST', `/sites/${name}/roles`, roles)).json()).toEqual({ assigned: 2 });
  expect((await t.door('POST', `/sites/${name}/roles`, roles)).json()).toEqual({ assigned: 0 });
  expect((await t.door('DELETE', `/sites/${name}/roles`, roles)).json()).toEqual({ removed: 2 });
  for (const [wrong, what] of [
    [{ username: 'nobody', role: 'manager', level: 'system' }, /account nobody/],
    [{ username: 'prof', role: 'boss', level: 'system' }, /role boss/],
    [{ username: 'prof', role: 'manager', level: 'category', instance: 'X' }, /idnumber "X"/],
    [{ username: 'prof', role: 'manager', level: 'course', instance: 'X' }, /short name "X"/],
  ] as const) {
    const answer = await t.door('POST', `/sites/${name}/roles`, [wrong]);
    expect(answer.status).toBe(404);
    expect(answer.json().error.message).toMatch(what);
  }
});

test('nothing unexpected was logged', () => {
  expect(t.failures).toEqual([]);
});
