import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { addEmbedded } from './rig/embedded.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/*
 * A course of every activity type, carried between real Moodles by Jouvence, backed up again by Moodle's own command and
 * compared with Moodle's own backup of the original: what differs is in the request's report, and the report tells of
 * nothing that does not differ.
 */
const rig = openRig();
let control: Control;
const courses = new Map<string, number>();

beforeAll(async () => {
  control = await Control.start();
  for (const [name, release, database] of [
    ['old41', '4.1', 'pgsql'],
    ['old45', '4.5', 'pgsql'],
    ['new45', '4.5', 'pgsql'],
    ['new45m', '4.5', 'mariadb'],
  ] as const) {
    const site = await rig.site({ name, release, database });
    const isSource = name.startsWith('old');
    if (isSource) courses.set(name, (await site.seed<{ courseid: number }>('rich')).courseid);
    else await site.seed('target');
    await control.addSite(site, isSource ? 'source' : 'target', isSource ? [] : ['--create-people']);
  }
  for (const source of ['old41', 'old45']) {
    for (const target of ['new45', 'new45m']) await control.addPair(source, target, ['--create-people']);
  }
  await addEmbedded(control, {
    name: 'shelf',
    release: '4.5.6 (Build: 20250811)',
    branch: 405,
    profiles: ['target', 'source'],
  });
  await control.addPair('old41', 'shelf');
  await control.addPair('shelf', 'new45', ['--create-people']);
});

afterAll(async () => {
  await control?.[Symbol.asyncDispose]();
});

/** Moodle's own backup, with people or without: the site's own defaults say which. */
async function backup(site: MoodleSite, courseid: number, people: boolean): Promise<string> {
  await site.setConfig('backup_general_users', people ? '1' : '0', 'backup');
  return await site.backup(courseid);
}

describe.each([
  ['old45', 'new45', true],
  ['old45', 'new45', false],
  ['old41', 'new45', true],
  ['old41', 'new45m', false],
  ['old45', 'new45m', true],
] as const)('%s → %s, with people: %s', (from, to, people) => {
  test('what differs is in the report, and only that', async () => {
    const [source, target] = await Promise.all([rig.find(from), rig.find(to)]);
    const original = await backup(source, courses.get(from)!, people);
    const request = await control.send({ source: from, courseid: courses.get(from)!, target: to, people });
    expect(request.state, say(request)).toBe('done');
    const copy = await backup(target, request.newCourse!.id, people);
    expect(explain(await control.diff(original, copy), request.report, people)).toEqual({
      unexplained: [],
      unfounded: [],
    });
  });
});

test('4.1 → embedded → 4.5', async () => {
  const [source, target] = await Promise.all([rig.find('old41'), rig.find('new45')]);
  const original = await backup(source, courses.get('old41')!, true);
  const first = await control.send({ source: 'old41', courseid: courses.get('old41')!, target: 'shelf', people: true });
  expect(first.state, say(first)).toBe('done');
  const second = await control.send({ source: 'shelf', courseid: first.newCourse!.id, target: 'new45', people: true });
  expect(second.state, say(second)).toBe('done');
  const copy = await backup(target, second.newCourse!.id, true);
  const report = [...first.report, ...second.report];
  expect(explain(await control.diff(original, copy), report, true)).toEqual({ unexplained: [], unfounded: [] });
});
