import { afterAll, beforeAll, expect, test } from 'vitest';
import { countAttempts } from '../attempts.ts';
import { insertCourse } from '../course-rows.ts';
import { openDatabase } from '../database.ts';
import { startTestEngine, type TestEngine } from '../testing.ts';

let t: TestEngine;
const host = 'pages.localhost';
const evil = `</title><script>alert('x')</script> "é" 🎓 محمد`;

beforeAll(async () => {
  t = await startTestEngine();
  await t.door('POST', '/sites', { name: 'pages', host, url: 'http://pages.localhost:8080', fullname: evil });
  await t.door('POST', '/sites/pages/categories', [{ name: evil, idnumber: 'C' }]);
  const person = (username: string, extra = {}) => ({
    username,
    email: `${username}@x.org`,
    firstname: 'Ada',
    lastname: 'Lovelace',
    ...extra,
  });
  await t.door('POST', '/sites/pages/people', [
    person('ada', { password: 'bon mot', language: 'en' }),
    person('mark', { password: 'bon mot', firstname: evil }),
    person('none'),
  ]);
  const database = await openDatabase({ url: t.databaseUrl, log: () => {}, maxConnections: 1 });
  const id = await database.withoutSite(async (tx) => (await tx.row<{ id: number }>('select id from sites'))!.id);
  await database.withSite(id, async (tx) => {
    const { id: categoryId } = (await tx.row<{ id: number }>('select id from categories'))!;
    await insertCourse(tx, { categoryId, shortname: 'EVIL', fullname: evil });
    await insertCourse(tx, { categoryId, shortname: 'OTHER', fullname: 'Not mine' });
    await insertCourse(tx, { categoryId, shortname: 'CLOSED', fullname: 'Hidden one', visible: false });
  });
  await database.close();
  await t.door('POST', '/sites/pages/roles', [
    { username: 'mark', role: 'editingteacher', level: 'course', instance: 'EVIL' },
    { username: 'mark', role: 'student', level: 'course', instance: 'CLOSED' },
  ]);
});
afterAll(async () => {
  await t?.close();
});

test('an unknown host, however written, is 404 and learns nothing', async () => {
  for (const other of ['nowhere.localhost', '127.0.0.1', '', 'pages.localhost.evil.org', `x'; drop table sites;--`]) {
    const answer = await t.ask({ path: '/', host: other });
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('pages');
  }
});

test.each(['PAGES.localhost', 'pages.localhost:8080', 'pages.localhost.'])('%s is the site', async (written) => {
  expect((await t.ask({ path: '/', host: written })).status).toBe(200);
});

test('pages are closed to scripts and frames, say their language, and escape every name', async () => {
  const answer = await t.ask({ path: '/', host });
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.text).toContain('<html lang="fr">');
  expect(answer.text).toContain('<main id="main">');
  expect(answer.text).not.toContain('<script>');
  expect(answer.text).toContain('&lt;script&gt;alert(&#39;x&#39;)');
  const style = await t.ask({ path: '/style.css', host });
  expect(style.headers['content-type']).toContain('text/css');
});

test('signing in shows one’s own courses in one’s own language, until signing out', async () => {
  const browser = await t.browse(host);
  const signedIn = await browser.signIn('MARK', 'bon mot');
  expect([signedIn.status, signedIn.headers.location]).toEqual([303, '/']);
  expect(String(signedIn.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/);
  const front = await browser.get('/');
  expect(front.text).toContain('Mes cours');
  expect(front.text).toContain('&lt;script&gt;');
  expect(front.text).not.toContain('<script>');
  expect(front.text).not.toContain('Not mine');
  expect(front.text).not.toContain('Hidden one');
  const key = /name="key" value="([^"]+)"/.exec(front.text)![1]!;
  expect((await browser.post('/login/logout.php', { key: 'wrong' })).status).toBe(303);
  expect((await browser.get('/')).text).toContain('Mes cours');
  await browser.post('/login/logout.php', { key });
  expect((await browser.get('/')).text).not.toContain('Mes cours');

  const english = await t.browse(host);
  await english.signIn('ada', 'bon mot');
  expect((await english.get('/')).text).toContain('<html lang="en">');
});

test('a session of one site is none on another', async () => {
  await t.door('POST', '/sites', {
    name: 'second',
    host: 'second.localhost',
    url: 'http://second.localhost',
    fullname: 'Second',
  });
  const browser = await t.browse(host);
  await browser.signIn('ada', 'bon mot');
  const answer = await t.ask({ path: '/', host: 'second.localhost', headers: { cookie: browser.cookie() } });
  expect(answer.text).not.toContain('Ada');
});

test('a new password ends the sessions that began with the old one', async () => {
  const eve = { username: 'eve', email: 'e@x.org', firstname: 'Eve', lastname: 'E', password: 'old' };
  await t.door('POST', '/sites/pages/people', [eve]);
  const browser = await t.browse(host);
  await browser.signIn('eve', 'old');
  await t.door('POST', '/sites/pages/people', [{ ...eve, password: undefined }]);
  expect((await browser.get('/')).text).toContain('Eve');
  await t.door('POST', '/sites/pages/people', [{ ...eve, password: 'new' }]);
  expect((await browser.get('/')).text).not.toContain('Eve');
});

test('a form that did not come from this browser signs nobody in', async () => {
  const other = await t.browse(host);
  const page = await other.get('/login/index.php');
  const key = /name="key" value="([^"]+)"/.exec(page.text)![1]!;
  const stranger = await t.browse(host);
  expect((await stranger.post('/login/index.php', { username: 'ada', password: 'bon mot', key })).status).toBe(403);
  await stranger.get('/login/index.php');
  expect((await stranger.post('/login/index.php', { username: 'ada', password: 'bon mot', key })).status).toBe(403);
});

test.each([
  ['none', ''],
  ['none', 'x'],
  ['nobody', 'bon mot'],
  ['jouvence-target', ''],
])('%s with "%s" is refused like any wrong password', async (username, password) => {
  const answer = await (await t.browse(host)).signIn(username, password);
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('Nom d’utilisateur ou mot de passe incorrect.');
});

test('after five wrong passwords from one address even the right one waits, there only', async () => {
  const headers = { 'x-forwarded-for': '10.0.0.1, 192.0.2.7' };
  const browser = await t.browse(host, headers);
  for (let n = 0; n < 5; n++) expect((await browser.signIn('ada', 'wrong')).status).toBe(401);
  expect((await browser.signIn('ada', 'bon mot')).status).toBe(429);
  expect((await browser.signIn('mark', 'bon mot')).status).toBe(303);
  const elsewhere = await t.browse(host, { 'x-forwarded-for': '192.0.2.7, 192.0.2.8' });
  expect((await elsewhere.signIn('ada', 'bon mot')).status).toBe(303);
});

test('a name of megabytes is not remembered, nor even read', async () => {
  const browser = await t.browse(host);
  const answer = await browser.signIn('x'.repeat(1024 * 1024), 'bad');
  expect(answer.status).toBe(413);
});

test('a flood of sign-ins waits in a short line, and who finds no place is told at once', async () => {
  const browsers = await Promise.all(Array.from({ length: 40 }, () => t.browse(host)));
  const answers = await Promise.all(browsers.map((browser, index) => browser.signIn(`flood${index}`, 'bad')));
  const statuses = new Set(answers.map(({ status }) => status));
  expect(statuses).toEqual(new Set([401, 503]));
  expect((await (await t.browse(host)).signIn('ada', 'bon mot')).status).toBe(303);
});

test('attempts are forgotten in time, and memory stays bounded', () => {
  let now = 0;
  const attempts = countAttempts(() => now);
  for (let n = 0; n < 5; n++) attempts.failed('a');
  expect(attempts.mayTry('a')).toBe(false);
  now += 15 * 60_000;
  expect(attempts.mayTry('a')).toBe(true);
  for (let n = 0; n < 5; n++) attempts.failed('a');
  for (let n = 0; n < 20_000; n++) attempts.failed(`b${n}`);
  expect(attempts.mayTry('a')).toBe(true);
});

test('a page for people leads to the form and back, never to another host', async () => {
  const answer = await t.ask({ path: '/course/view.php?id=7', host });
  expect(answer.status).toBe(303);
  expect(answer.headers.location).toBe('/login/index.php?wantsurl=%2Fcourse%2Fview.php%3Fid%3D7');
  const browser = await t.browse(host);
  for (const [wanted, to] of [
    ['/course/view.php?id=7', '/course/view.php?id=7'],
    ['//evil.org/', '/'],
    ['/\\evil.org', '/'],
    ['https://evil.org/', '/'],
    ['/a\r\nset-cookie: x=1', '/'],
  ])
    expect((await browser.signIn('ada', 'bon mot', wanted)).headers.location).toBe(to);
});

test('what is not there is a page that says so', async () => {
  expect((await t.ask({ path: '/admin/index.php', host })).status).toBe(404);
  expect((await t.ask({ method: 'HEAD', path: '/', host })).text).toBe('');
  expect((await t.ask({ path: '/favicon.ico', host })).status).toBe(204);
});

test('nothing unexpected was logged', () => {
  expect(t.failures).toEqual([]);
});
