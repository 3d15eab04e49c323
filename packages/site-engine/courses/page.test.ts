import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestEngine } from '../testing.ts';
import { plainText } from './plain-text.ts';
import { altered, createCampus, startTestEngine, type TestCampus } from './testing.ts';

let engine: TestEngine;
let site: TestCampus;
let courseid: number;

beforeAll(async () => {
  engine = await startTestEngine();
  site = await createCampus(engine, 'pages');
  const archive = await altered('bio101-moodle45-users1', {
    'activities/page_442/page.xml': (text) =>
      text.replace(
        'Versuche',
        '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&amp;lt;b&amp;gt; Versuche',
      ),
    'activities/page_442/module.xml': (text) => text.replace('<visible>1<', '<visible>0<'),
    'sections/section_132/section.xml': (text) =>
      text.replace('Lois de Mendel', '&lt;script&gt;x&lt;/script&gt; مرحبا 😀'),
    'moodle_backup.xml': (text) => text.replace('Atlas en ligne', '"&gt;&lt;script&gt;y&lt;/script&gt;'),
  });
  ({ courseid } = await site.load(archive));
  const password = 'Password-1234';
  await site.people([
    { username: 'etu1', email: 'etu1@example.org', password },
    { username: 'prof.martin', email: 'prof.martin@example.org', password },
    { username: 'stranger', email: 's@example.org', password },
  ]);
});
afterAll(async () => {
  expect(engine.failures).toEqual([]);
  await engine.close();
});

const as = async (username: string) => {
  const browser = await engine.browse(site.host);
  await browser.signIn(username, 'Password-1234');
  return browser;
};
const page = async (username: string) => (await as(username)).get(`/course/view.php?id=${courseid}`);
const linksIn = (text: string): string[] =>
  [...text.matchAll(/href="(\/pluginfile\.php\/[^"]+)"/g)].map(([, link]) => link!);

test('a teacher reads sections, activities and files; nothing that was written there runs', async () => {
  const answer = await page('prof.martin');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  for (const text of [
    'Génétique — introduction',
    'Chromosomes',
    'Travaux dirigés',
    'Versuche über',
    'مرحبا 😀',
    'Devoir : croisement',
  ])
    expect(answer.text).toContain(text);
  expect(answer.text).not.toMatch(/<script|<img|onerror|alert\(1\)/);
  expect(answer.text).toContain('&lt;b&gt; Versuche');
  expect(answer.text).toContain('dir="auto"');
  expect(linksIn(answer.text).length).toBeGreaterThanOrEqual(2);
});

test('a student does not see what is hidden, in page or files', async () => {
  const answer = await page('etu1');
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('Versuche');
  expect(answer.text).toContain('Chromosomes');
});

test('strangers, and people who are not signed in, see neither course nor files', async () => {
  const [link] = linksIn((await page('prof.martin')).text);
  expect((await page('stranger')).status).toBe(404);
  expect((await (await as('stranger')).get(link!)).status).toBe(404);
  const nobody = await engine.ask({ host: site.host, path: link! });
  expect(nobody.status).toBe(303);
  const other = await createCampus(engine, 'elsewhere');
  expect((await engine.ask({ host: other.host, path: link! })).status).not.toBe(200);
});

test('a file downloads whole, under its name, and is not taken for a page', async () => {
  const browser = await as('etu1');
  const link = linksIn((await browser.get(`/course/view.php?id=${courseid}`)).text).find((one) =>
    one.includes('cours'),
  );
  const answer = await browser.get(link!);
  expect(answer.status).toBe(200);
  expect(answer.bytes.length).toBe(200_009);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="file"; filename*=UTF-8''cours%20magistral%20%E2%80%94%20chapitre%201.pdf`,
  });
  for (const path of [
    `/pluginfile.php/${courseid + 1000}/1/x`,
    `/pluginfile.php/${courseid}/999999/x`,
    '/pluginfile.php/../../etc/passwd',
  ])
    expect((await browser.get(path)).status).toBe(404);
});

test('what people handed in is served to nobody', async () => {
  const archive = await altered('bio101-moodle45-users1', {
    'files.xml': (text) =>
      text.replaceAll(
        '<component>mod_resource</component>\n    <filearea>content<',
        '<component>assignsubmission_file</component>\n    <filearea>submission_files<',
      ),
  });
  const loaded = await site.load(archive);
  const answer = await (await as('prof.martin')).get(`/course/view.php?id=${loaded.courseid}`);
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('cours magistral');
});

test.each([
  ['<p>a</p><p>b &amp; c</p>', 'a\nb & c'],
  ['<ul><li>x<li>y</ul>', '• x\n• y'],
  ['a<br>b<script>evil()</script>c<style>p{}</style>', 'a\nbc'],
  ['<script>never closed', ''],
  ['1 < 2 and <unclosed', '1 < 2 and'],
  ['&lt;script&gt;', '<script>'],
  ['&#0;&#xD800;&#128512;', '&#0;&#xD800;😀'],
  ['<!-- <p> -->x', 'x'],
])('%j reads %j', (html, text) => {
  expect(plainText(html, 1000)).toBe(text);
});
