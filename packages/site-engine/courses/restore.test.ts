import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diff, inspect } from '@jouvence/mbz';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import type { TestEngine } from '../testing.ts';
import { altered, contentsIn, createCampus, fixture, startTestEngine, type TestCampus } from './testing.ts';

let engine: TestEngine;
let bio: Buffer;
let counter = 0;

beforeAll(async () => {
  engine = await startTestEngine();
  bio = await readFile(fixture('bio101-moodle45-users1'));
});
afterAll(async () => {
  expect(engine.failures).toEqual([]);
  await engine.close();
});

const campus = (options = {}): Promise<TestCampus> => createCampus(engine, `t${++counter}`, options);
const codes = (task: { warnings: { code: string }[] }): string[] => task.warnings.map(({ code }) => code);

async function onDisk<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `restore-${process.pid}-${++counter}.mbz`);
  await writeFile(path, bytes);
  try {
    return await use(path);
  } finally {
    await rm(path);
  }
}

/** Rows of this site, by table. */
async function rowsOf(site: TestCampus, sql: string): Promise<Record<string, unknown>[]> {
  const database = await openDatabase({ url: engine.databaseUrl, log: () => {} });
  try {
    const id = await database.withoutSite((tx) =>
      tx.row<{ id: number }>('select id from sites where host = $1', [site.host]),
    );
    return await database.withSite(id!.id, (tx) => tx.rows<Record<string, unknown>>(sql));
  } finally {
    await database.close();
  }
}

test('an idnumber that was asked for is given when it is free', async () => {
  const site = await campus();
  const first = await site.restore(bio, { idnumber: 'BIO 101 é' });
  expect(codes(first)).not.toContain('idnumber-cleared');
  expect((await site.target('get_course', { courseid: first.courseid })).idnumber).toBe('BIO 101 é');
  const second = await site.restore(bio, { idnumber: 'BIO 101 é' });
  expect(second.warnings).toContainEqual(expect.objectContaining({ code: 'idnumber-taken', what: 'BIO 101 é' }));
  expect((await site.target('get_course', { courseid: second.courseid })).idnumber).toBe('');
  expect(await site.restore(bio, { idnumber: 'x'.repeat(101) })).toMatchObject({ errorcode: 'invalid-parameter' });
});

test('names that are taken get what Moodle gives them', async () => {
  const site = await campus();
  const french = [];
  for (let time = 0; time < 3; time++) french.push(await site.restore(bio));
  const names = [];
  for (const task of french) {
    const course = await site.target('get_course', { courseid: task.courseid });
    names.push([course.fullname, course.shortname, course.idnumber]);
  }
  const title = 'Génétique — introduction à l’hérédité';
  expect(names).toEqual([
    [title, 'BIO101-2024', ''],
    [`${title} copie 1`, 'BIO101-2024_1', ''],
    [`${title} copie 2`, 'BIO101-2024_2', ''],
  ]);
  expect(french.map(codes)).toEqual([
    ['idnumber-cleared'],
    ['name-changed', 'idnumber-cleared'],
    ['name-changed', 'idnumber-cleared'],
  ]);
  const english = await campus({ language: 'en' });
  await english.restore(bio);
  const second = await english.restore(bio);
  expect((await english.target('get_course', { courseid: second.courseid })).fullname).toBe(`${title} copy 1`);
  const { bytes } = await english.backup(second.courseid, false);
  await onDisk(bytes, async (path) => expect((await inspect(path)).fullname).toBe(`${title} copy 1`));
});

test('long names and names in any script come whole and are cut as Moodle cuts them', async () => {
  const site = await campus();
  const long = `مرحبا ${'😀'.repeat(245)} "<b>'`;
  const archive = await altered('his110-moodle45-users1', {
    'course/course.xml': (text) =>
      text.replace(/<fullname>[^<]*</, `<fullname>${long.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}<`),
  });
  const first = await site.restore(archive);
  const second = await site.restore(archive);
  const name = async (task: { courseid: number }) =>
    (await site.target('get_course', { courseid: task.courseid })).fullname;
  expect(await name(first)).toBe([...long].slice(0, 254).join(''));
  expect(await name(second)).toBe(`${[...long].slice(0, 254 - 8).join('')} copie 1`);
});

test('several restores of one course at once: each has a name of its own', async () => {
  const site = await campus();
  const tasks = await Promise.all([1, 2, 3, 4].map(() => site.restore(bio)));
  const names = await Promise.all(
    tasks.map(async (task) => (await site.target('get_course', { courseid: task.courseid })).shortname),
  );
  expect(names.sort()).toEqual(['BIO101-2024', 'BIO101-2024_1', 'BIO101-2024_2', 'BIO101-2024_3']);
});

test('an activity whose module is missing is skipped, told, and gone from everything', async () => {
  const modules =
    'assign book choice data feedback folder forum glossary label lesson lti page resource survey url wiki workshop'.split(
      ' ',
    );
  const site = await campus({ modules });
  const task = await site.restore(bio, { people: true });
  expect(task.state).toBe('done');
  const missing = task.warnings.filter(({ code }: { code: string }) => code === 'module-missing');
  expect(missing.map(({ what }: { what: string }) => what).sort()).toEqual([
    'chat “Clavardage”',
    'quiz “QCM chromosomes”',
  ]);
  const outline = await site.target('get_course', { courseid: task.courseid });
  const left = outline.sections.flatMap((section: { activities: { module: string }[] }) =>
    section.activities.map(({ module }) => module),
  );
  expect(left).toHaveLength(18);
  expect(left).not.toContain('quiz');
  expect(outline.plugins).not.toContainEqual({ type: 'mod', name: 'quiz' });
  const { bytes } = await site.backup(task.courseid, true);
  await onDisk(bytes, async (path) => {
    const inspection = await inspect(path);
    expect(inspection.activities.map(({ module }) => module)).not.toContain('chat');
    expect(inspection.references).toEqual([]);
    const lost = await diff(fixture('bio101-moodle45-users1'), path);
    expect(lost.filter(({ kind }) => kind === 'removed').length).toBeGreaterThan(0);
    expect(lost.filter(({ kind }) => kind === 'added')).toEqual([]);
  });
});

test('a course format that is missing falls back to topics', async () => {
  const site = await campus();
  const archive = await altered('his110-moodle45-users1', {
    'course/course.xml': (text) => text.replace('<format>topics</format>', '<format>tiles</format>'),
  });
  const task = await site.restore(archive);
  expect(codes(task)).toContain('format-missing');
  expect((await site.target('get_course', { courseid: task.courseid })).format).toBe('topics');
});

test('people are matched as Moodle does, created without a password, and enrolled by method', async () => {
  const site = await campus();
  const [martin] = await site.people([{ username: 'prof.martin', email: 'PROF.MARTIN@EXAMPLE.ORG' }]);
  const archive = await altered('bio101-moodle45-users1', {
    'users.xml': (text) =>
      text.replace('<username>etu1</username>', '<username>etu1</username><password>$2y$10$known</password>'),
  });
  const task = await site.restore(archive, { people: true, enrolments: 'always' });
  expect(task).toMatchObject({ state: 'done', error: null });
  const people = await rowsOf(site, 'select id, username, auth, password from people');
  expect(people.find(({ username }) => username === 'prof.martin')?.id).toBe(martin);
  expect(people.find(({ username }) => username === 'etu1')).toMatchObject({ auth: 'manual', password: null });
  expect(people.filter(({ password }) => password !== null)).toEqual([]);
  expect((await site.target('get_course', { courseid: task.courseid })).people).toBe(14);
  expect(await methodsOf(site, task.courseid)).toEqual([
    { method: 'guest', enrolled: 0 },
    { method: 'manual', enrolled: 14 },
    { method: 'self', enrolled: 0 },
  ]);
  const { courses } = await site.source('list_courses', { userid: martin, roles: ['editingteacher'] });
  expect(courses.map(({ id }: { id: number }) => id)).toEqual([task.courseid]);
});

const methodsOf = (site: TestCampus, courseId: number) =>
  rowsOf(
    site,
    `select method, count(e.person_id)::int as enrolled from enrol_methods m left join enrolments e on e.method_id = m.id
     where m.course_id = ${Number(courseId)} group by method order by method`,
  );

const selfEnrolled = (text: string): string => text.replace('<enrol>manual</enrol>', '<enrol>cohort</enrol>');

test.each([
  ['never', true, [{ method: 'manual', enrolled: 14 }], []],
  [
    'withusers',
    true,
    [
      { method: 'guest', enrolled: 0 },
      { method: 'manual', enrolled: 0 },
      { method: 'self', enrolled: 0 },
    ],
    ['enrolment-method-bound'],
  ],
  [
    'always',
    true,
    [
      { method: 'guest', enrolled: 0 },
      { method: 'manual', enrolled: 0 },
      { method: 'self', enrolled: 0 },
    ],
    ['enrolment-method-bound'],
  ],
  ['withusers', false, [{ method: 'manual', enrolled: 0 }], []],
  [
    'always',
    false,
    [
      { method: 'guest', enrolled: 0 },
      { method: 'manual', enrolled: 0 },
      { method: 'self', enrolled: 0 },
    ],
    ['enrolment-method-bound'],
  ],
])('a course of cohorts with enrolments "%s", people %s', async (enrolments, people, methods, warned) => {
  const site = await campus();
  const archive = await altered('bio101-moodle45-users1', { 'course/enrolments.xml': selfEnrolled });
  const task = await site.restore(archive, { enrolments, people });
  expect(task.state).toBe('done');
  expect(await methodsOf(site, task.courseid)).toEqual(methods);
  expect(codes(task).filter((code) => code.startsWith('enrolment'))).toEqual(warned);
  // What stands there is what its own backup tells: it comes the same to the next site.
  const { bytes } = await site.backup(task.courseid, people);
  const next = await campus();
  const again = await next.load(bytes);
  expect(await methodsOf(next, again.courseid)).toEqual(methods);
});

test('a user name that is another person’s fails the course, names the person and leaves nothing', async () => {
  const site = await campus();
  await site.people([{ username: 'etu3', email: 'somebody@else.example' }]);
  const before = await contentsIn(engine.poolDir);
  const task = await site.restore(bio, { people: true });
  expect(task).toMatchObject({ state: 'failed', courseid: null, error: { code: 'conflict' } });
  expect(task.error.message).toContain('etu3');
  expect(await rowsOf(site, 'select 1 from courses')).toEqual([]);
  expect(await rowsOf(site, `select 1 from people where username = 'etu1'`)).toEqual([]);
  expect((await contentsIn(engine.poolDir)).sort()).toEqual(before.sort());
});

test('without people nothing of them is stored', async () => {
  const site = await campus();
  const task = await site.restore(bio, { people: false });
  expect(task.state).toBe('done');
  expect(await rowsOf(site, `select 1 from people where auth <> 'webservice'`)).toEqual([]);
  const documents = await rowsOf(site, `select path, encode(body, 'escape') as body from course_documents`);
  expect(documents.map(({ path }) => path)).not.toContain('users.xml');
  for (const { path, body } of documents) expect(`${path} ${body}`).not.toMatch(/prof\.martin|etu1@/);
});

test.each([
  ['moodle_backup.xml', null, 'invalid-parameter'],
  ['files.xml', null, 'invalid-parameter'],
  ['course/course.xml', (text: string) => `<!DOCTYPE x [<!ENTITY a "b">]>${text}`, 'invalid-parameter'],
  [
    'moodle_backup.xml',
    (text: string) => text.replace(/<moodle_release>[^<]*/, '<moodle_release>3.8.2'),
    'unsupported',
  ],
  [
    'moodle_backup.xml',
    (text: string) => text.replace('<type>course</type>', '<type>activity</type>'),
    'invalid-parameter',
  ],
  [
    'moodle_backup.xml',
    (text: string) => text.replace(/<activity>[\s\S]*?<\/activity>/, (activity) => activity.repeat(2)),
    'invalid-parameter',
  ],
  ['moodle_backup.xml', (text: string) => text.replace(/<sectionid>\d+/g, '<sectionid>x'), 'invalid-parameter'],
  ['course/course.xml', (text: string) => text.replace(/<startdate>\d+/, '<startdate>1e400'), 'invalid-parameter'],
  ['files.xml', (text: string) => text.replace(/<contextid>\d+/g, `<contextid>${'9'.repeat(30)}`), 'invalid-parameter'],
])('an archive with a spoilt %s is refused and leaves nothing (%#)', async (path, change, code) => {
  const site = await campus();
  const before = await contentsIn(engine.poolDir);
  const task = await site.restore(await altered('his110-moodle45-users1', { [path]: change }));
  expect(task).toMatchObject({ state: 'failed', error: { code }, courseid: null });
  expect(await rowsOf(site, 'select 1 from courses union all select 1 from course_documents')).toEqual([]);
  expect((await contentsIn(engine.poolDir)).sort()).toEqual(before.sort());
});

test('contents under a false name are refused; naming a hash gives nobody another site’s file', async () => {
  const site = await campus();
  const other = await campus();
  await other.load('bio101-moodle45-users1');
  const lie = await altered('his110-moodle45-users1', {}, { [`files/aa/aa${'0'.repeat(38)}`]: 'not that' });
  expect(await site.restore(lie)).toMatchObject({ state: 'failed', error: { code: 'invalid-parameter' } });
  const stolen = '62b5554d6efc16b255a40b66c930a4f95d01775c';
  expect(await contentsIn(engine.poolDir)).toContain(stolen);
  const thief = await altered('his110-moodle45-users1', {
    'files.xml': (text) => text.replace(/<contenthash>[0-9a-f]{40}/, `<contenthash>${stolen}`),
  });
  const task = await site.restore(thief);
  expect(codes(task)).toContain('file-missing');
  expect(await rowsOf(site, `select 1 from course_files where sha1 = '${stolen}'`)).toEqual([]);
});

test('truncated and appended archives are refused', async () => {
  const site = await campus();
  for (const bytes of [bio.subarray(0, bio.length - 100), Buffer.concat([bio, bio]), Buffer.from('<html>')])
    expect(await site.restore(bytes)).toMatchObject({ state: 'failed', error: { code: 'invalid-parameter' } });
  expect(await rowsOf(site, 'select 1 from courses')).toEqual([]);
});

test.each([
  ['3.11.4 (Build: 20211108)', 'release-untried'],
  ['5.1 (Build: 20251006)', 'release-newer'],
])('a backup of Moodle %s comes with a warning', async (release, code) => {
  const site = await campus();
  const archive = await altered('his110-moodle45-users1', {
    'moodle_backup.xml': (text) => text.replace(/<moodle_release>[^<]*/, `<moodle_release>${release}`),
  });
  const task = await site.restore(archive);
  expect(task.state).toBe('done');
  expect(codes(task)).toContain(code);
});

test('links that name the course name the new one when it is backed up again', async () => {
  const site = await campus();
  const archive = await altered('his110-moodle45-users1', {
    'course/course.xml': (text) =>
      text.replace(/<summary>[^<]*/, '<summary>$@COURSEVIEWBYID*8@$ $@FORUMINDEX*8@$ $@COURSEVIEWBYID*99@$ $@'),
    'moodle_backup.xml': (text) => text.replace(/<original_course_id>\d+/, '<original_course_id>8'),
  });
  const { courseid } = await site.load(archive);
  const again = await campus();
  const { bytes } = await site.backup(courseid, true);
  const loaded = await again.load(bytes);
  const [course] = await rowsOf(again, `select summary from courses where id = ${loaded.courseid}`);
  expect(course?.summary).toBe(`$@COURSEVIEWBYID*${courseid}@$ $@FORUMINDEX*${courseid}@$ $@COURSEVIEWBYID*99@$ $@`);
});
