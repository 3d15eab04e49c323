import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diff, inspect, verify } from '@jouvence/mbz';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestEngine } from '../testing.ts';
import { createCampus, fixture, startTestEngine, type TestCampus, valid } from './testing.ts';

/** Courses that come, are told of, and go again, against what Moodle itself wrote. */
let engine: TestEngine;
let old: TestCampus;
let directory: string;
// biome-ignore lint/suspicious/noExplicitAny: as in the file
let facts: Record<string, any>;

beforeAll(async () => {
  engine = await startTestEngine();
  old = await createCampus(engine, 'old');
  directory = await mkdtemp(join(tmpdir(), 'carry-'));
  facts = JSON.parse(await readFile(join(valid, 'facts.json'), 'utf8'));
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

const keep = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
};

describe.each([
  'bio101-moodle45-users1',
  'bio101-moodle45-users1-zip',
  'bio101-moodle45-users0',
  'bio101-moodle41-users1',
  'his110-moodle45-users1',
  'inf300-moodle45-users1',
  'mat202-moodle41-users0',
  'mat202-moodle45-users1',
])('%s', (name) => {
  test('is told as it is, and given back as it came', async () => {
    const truth = facts[`${name}.mbz`];
    const campus = await createCampus(engine, `c-${name}`, { category: truth.category.name });
    const loaded = await campus.load(name);
    expect(loaded.warnings).toEqual([]);
    const outline = await campus.source('get_course', { courseid: loaded.courseid });
    expect(outline).toMatchObject({
      shortname: truth.shortname,
      fullname: truth.fullname,
      idnumber: truth.idnumber,
      visible: truth.visible,
      format: truth.courseFormat,
      startdate: truth.startDate,
      files: truth.files,
      release: truth.moodleRelease,
    });
    expect(outline.sections.map(({ number, name }: { number: number; name: string }) => ({ number, name }))).toEqual(
      truth.sections.toSorted((a: { number: number }, b: { number: number }) => a.number - b.number),
    );
    const told = outline.sections.flatMap((section: { activities: { module: string; name: string }[] }) =>
      section.activities.map(({ module, name: title }) => `${module} ${title}`),
    );
    expect(told.sort()).toEqual(
      truth.activities.map((one: { module: string; title: string }) => `${one.module} ${one.title}`).sort(),
    );

    const { bytes } = await campus.backup(loaded.courseid, true);
    const copy = await keep(`${name}.mbz`, bytes);
    expect(await diff(fixture(name), copy)).toEqual([]);
    expect((await verify(copy)).problems).toEqual([]);
    const inspection = await inspect(copy);
    expect(inspection).toMatchObject({
      courseId: loaded.courseid,
      users: truth.users,
      originalWwwroot: `http://${campus.host}:8080`,
    });
  });
});

test('a backup without people differs from Moodle’s own only in the authorship that Moodle keeps', async () => {
  const { courseid } = await old.load('bio101-moodle45-users1');
  const { bytes, task } = await old.backup(courseid, false);
  expect(task.warnings).toEqual([]);
  const copy = await keep('without.mbz', bytes);
  const differences = await diff(fixture('bio101-moodle45-users0'), copy);
  expect(differences.length).toBeGreaterThan(0);
  expect(differences.filter((difference) => !difference.authorship)).toEqual([]);
  expect((await inspect(copy)).personalData.found).toBe(false);
});

test.each(['bio101-moodle45-users1', 'bio101-moodle45-users0'])(
  'who came to %s later is in its backup, and comes along',
  async (name) => {
    const campus = await createCampus(engine, `later-${name}`);
    const { courseid } = await campus.load(name);
    const before = await campus.source('get_course', { courseid });
    const [ada] = await campus.people([{ username: 'ada', email: `a<&>"da@x.org` }]);
    await campus.target('enrol_person', { courseid, userid: ada, role: 'editingteacher' });
    const { bytes } = await campus.backup(courseid, true);
    const path = await keep(`later-${name}.mbz`, bytes);
    expect((await verify(path)).problems).toEqual([]);
    const found = await inspect(path);
    expect([found.includesUsers, found.users.includes('ada')]).toEqual([true, true]);

    const other = await createCampus(engine, `later-to-${name}`);
    const task = await other.restore(bytes, { people: true, enrolments: 'always' });
    expect(task.state).toBe('done');
    expect((await other.target('get_course', { courseid: task.courseid })).people).toBe(before.people + 1);
    const [account] = (await other.target('find_people', { field: 'username', value: 'ada' })).people;
    expect(account).toMatchObject({ email: `a<&>"da@x.org`, fullname: 'A ada' });
    const listed = await other.source('list_courses', { userid: account.id, roles: ['editingteacher', 'student'] });
    expect(listed.courses[0].roles).toEqual(['editingteacher']);
    // Once more from there: she is in the documents by now, and not twice.
    const again = await other.backup(task.courseid, true);
    const users = (await inspect(await keep(`again-${name}.mbz`, again.bytes))).users;
    expect(users).toEqual(found.users);
  },
);
