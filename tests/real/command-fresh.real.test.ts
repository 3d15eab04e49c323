import { execFileSync } from 'node:child_process';
import { createCommandClient, findCodeBase, type SiteClient } from '@jouvence/moodle-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Control } from './rig/control.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/* One PHP answers for seconds, and what it has answered before is in none of its answers (ADR 27). */
describe.each([
  { release: '4.5', database: 'pgsql' },
  { release: '4.5', database: 'mariadb' },
] as const)('Moodle $release on $database', ({ release, database }) => {
  let site: MoodleSite;
  let client: SiteClient;
  let courseid: number;
  let control: Control;

  beforeAll(async () => {
    site = await openRig().site({ name: `fresh${database}`, release, database, cronSeconds: 0 });
    const { courses } = await site.seed<{ courses: { courseid: number }[] }>('plain', {
      courses: [{ shortname: 'FRESH', files: 1 }],
    });
    courseid = courses[0]!.courseid;
    for (const username of ['prof.martin', 'prof.durand']) await site.seed('target', { username });
    await site.stop();
    control = await Control.start();
    await control.addCodeBase(site, 'target');
    const codeBase = await findCodeBase({ site: site.name, path: site.place.tree });
    client = createCommandClient({ site: site.name, codeBase, profile: 'target', cacheDir: null });
  }, 900_000);
  afterAll(async () => {
    await client?.close();
    await control?.[Symbol.asyncDispose]();
    await site?.remove();
  }, 300_000);

  /** Of the process that has been asked; a fork of it has another parent. */
  const pids = (): string[] =>
    execFileSync('pgrep', ['-f', `${site.place.tree}/local/jouvence/cli/call.php`])
      .toString()
      .trim()
      .split('\n');

  test('a right that is given or taken away is seen by the next question to the same PHP', async () => {
    const { people } = await client.call('find_people', { field: 'username', value: 'prof.martin' });
    const userid = people[0]!.id;
    const capability = 'moodle/site:config';
    const isAllowed = async () => {
      const asked = { userid, checks: [{ capability, level: 'system' as const, instanceid: 0 }] };
      return (await client.call('check_rights', asked)).checks[0]!.allowed;
    };
    expect(await isAllowed()).toBe(false);
    const [pid] = pids();
    for (const isHeld of [true, false, true]) {
      await site.seed('capability', { username: 'prof.martin', capabilities: { [capability]: isHeld } });
      // What a fork has read is a second old at most.
      await expect.poll(isAllowed, { timeout: 1500, interval: 250 }).toBe(isHeld);
    }
    expect(pids()).toContain(pid);
  });

  test('so is a name, and who is enrolled', async () => {
    const nameOf = async () => (await client.call('get_course', { courseid })).fullname;
    const before = await nameOf();
    const rename = `define('CLI_SCRIPT', true); require('config.php'); require_once($CFG->dirroot . '/course/lib.php');
      update_course((object) ['id' => ${courseid}, 'fullname' => 'Renamed']);`;
    await site.php(['-r', rename]);
    await expect.poll(nameOf, { timeout: 1500, interval: 250 }).toBe('Renamed');
    expect(before).not.toBe('Renamed');

    const { people } = await client.call('find_people', { field: 'username', value: 'prof.durand' });
    const isEnrolled = async () => {
      const { courses } = await client.call('check_courses', { ids: [courseid], userid: people[0]!.id });
      return courses[0];
    };
    expect(await isEnrolled()).toMatchObject({ exists: true, enrolled: false });
    await site.seed('enrol', { courseid, usernames: ['prof.durand'] });
    await expect.poll(isEnrolled, { timeout: 1500, interval: 250 }).toMatchObject({ exists: true, enrolled: true });
  });

  test('many at once, each with its own answer; nothing is left when the client goes', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? courseid : 900_000 + n));
    const answers = await Promise.all(ids.map((id) => client.call('check_courses', { ids: [id] })));
    expect(answers.map(({ courses }) => courses[0])).toEqual(
      ids.map((id) => expect.objectContaining({ id, exists: id === courseid })),
    );
    await client.close();
    await expect.poll(() => countOf(pids), { timeout: 10_000 }).toBe(0);
  });
});

/** `pgrep` that finds nothing ends badly. */
function countOf(pids: () => string[]): number {
  try {
    return pids().length;
  } catch {
    return 0;
  }
}
