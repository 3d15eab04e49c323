import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { diff, inspect } from '@jouvence/mbz';
import { createSiteClient } from '@jouvence/moodle-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RestoreRequest } from './index.ts';
import { archivePath, type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';
import { renameCourse } from './test/rename-course.ts';

let campus: Campus;
beforeAll(async () => {
  campus = await openCampus();
  await campus.work();
});
afterAll(() => campus.close());

const signal = new AbortController().signal;

/** A course of these names, carried with its people; the archive that it came from, and one of what arrived. */
async function carry(names: Parameters<typeof renameCourse>[2]) {
  const archive = join(campus.dataDir, 'renamed.mbz');
  await renameCourse(archivePath('his110-moodle45-users1'), archive, names);
  const courseid = await campus.load(archive);
  const [sent] = await campus.restores.send(operator, {
    target: newCampus,
    person: 'prof.martin',
    items: [{ source: oldCampus, courseid, people: true, enrolments: 'always' }],
  });
  const request = await campus.until(sent!.id, hasEnded);
  expect(request.error).toBeNull();
  return { archive, request, arrived: await backUp(request) };
}

/** The new course as its own site gives it back. */
async function backUp({ id, newCourse }: RestoreRequest): Promise<string> {
  const { token } = await campus.door.call('createToken', { site: newCampus }, { profile: 'source' });
  const url = `http://${newCampus}.localhost:${campus.gate.port}`;
  const site = createSiteClient({ site: newCampus, url, token });
  try {
    const key = `${id}.again`;
    let task = await site.call('start_backup', { key, courseid: newCourse!.id, people: true });
    while (task.state !== 'done') task = await site.call('get_job', { key });
    const { grant } = await site.call('grant_download', { key });
    const { body } = await site.download({ grant, from: 0, signal });
    const path = join(campus.dataDir, 'arrived.mbz');
    await pipeline(body, createWriteStream(path));
    return path;
  } finally {
    await site.close();
  }
}

test.each([
  ['quotes', `"double" 'single' \`back\` \\ and $1 %s`],
  ['markup', '<script>alert(1)</script> & </original_course_fullname>'],
  ['emoji', 'Zoé 👩‍🔬🧬 course'],
  ['right-to-left text', 'مقدمة في علم الوراثة ‏(2024)'],
  // Moodle's column of full names holds no more.
  ['254 characters', 'é'.repeat(254)],
])('%s in every name: nothing of the course, its files and its people is another on the target', async (_, name) => {
  const shortname = name.slice(0, 100);
  const { archive, arrived, request } = await carry({ fullname: name, shortname, inside: name });
  expect(request).toMatchObject({ state: 'done', courseName: name, newCourse: { fullname: name, shortname } });
  expect(request.report.map(({ code }) => code)).not.toContain('name-changed');
  const { sections, activities } = await inspect(arrived);
  expect(new Set(sections.map((section) => section.name))).toEqual(new Set([name]));
  expect(new Set(activities.map(({ title }) => title))).toEqual(new Set([name]));
  // Moodle gives the idnumber to no course from elsewhere, and the category is where the course was put.
  expect((await diff(archive, arrived)).map(({ before }) => before)).toEqual(['HIS110-2023', 'Faculté des lettres']);
});

test('255 characters outside the basic plane are cut where Moodle cuts them, and no character in two', async () => {
  const name = '🧬'.repeat(255);
  const { request } = await carry({ fullname: name, shortname: name });
  const fullname = '🧬'.repeat(254);
  expect(request).toMatchObject({
    state: 'done',
    courseName: fullname,
    newCourse: { fullname, shortname: '🧬'.repeat(100) },
  });
});
