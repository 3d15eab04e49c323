import type { SiteCheck } from '@jouvence/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { readTrees } from './rig/programs.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/*
 * Moodle 5.1, whose code lies below `public/`: courses of every activity type come to it and leave it, over the command
 * line, where it has neither web server nor cron, and over REST. Each copy is backed up again by Moodle's own command and
 * compared with Moodle's own backup of the original, and with the copy that came the other way.
 */
const release = process.env.JOUVENCE_TEST_RELEASE ?? '5.1';
const ends = [
  { name: 'pub45', release: '4.5', database: 'pgsql' },
  { name: 'pub51', release, database: 'pgsql' },
  { name: 'pub51t', release, database: 'pgsql' },
] as const;
const ways = [
  ['pub45', 'pub51', true],
  ['pub51', 'pub51t', true],
] as const;
const isSource = (name: string) => ways.some(([from]) => from === name);
const isTarget = (name: string) => ways.some(([, to]) => to === name);

const sites = new Map<string, MoodleSite>();
const courses = new Map<string, number>();
const copies = new Map<string, number>();

describe.runIf(readTrees().has(release))(`Moodle ${release}`, () => {
  beforeAll(async () => {
    const rig = openRig();
    for (const end of ends) {
      const site = await rig.site({ ...end, cronSeconds: 0 });
      sites.set(end.name, site);
      if (isSource(end.name)) courses.set(end.name, (await site.seed<{ courseid: number }>('rich')).courseid);
      if (isTarget(end.name)) await site.seed('target');
      // What cron changes in a course is not to come between the two ways.
      await site.php(['admin/cli/cron.php', '--keep-alive=0']);
      await site.stop();
    }
  }, 1_800_000);

  afterAll(async () => {
    if (process.env.JOUVENCE_TEST_RIG_KEEP !== '1') for (const site of sites.values()) await site.remove();
  }, 300_000);

  async function backup(site: MoodleSite, courseid: number, people: boolean): Promise<string> {
    await site.setConfig('backup_general_users', people ? '1' : '0', 'backup');
    return await site.backup(courseid);
  }

  async function carry(control: Control, how: string): Promise<void> {
    for (const [from, to, people] of ways) {
      await control.addPair(from, to, ['--create-people']);
      const courseid = courses.get(from)!;
      const request = await control.send({ source: from, courseid, target: to, people });
      expect(request.state, say(request)).toBe('done');
      copies.set(`${from} ${to} ${how}`, request.newCourse!.id);
      const original = await backup(sites.get(from)!, courseid, people);
      const copy = await backup(sites.get(to)!, request.newCourse!.id, people);
      expect(explain(await control.diff(original, copy), request.report, people), `${from} → ${to}`).toEqual({
        unexplained: [],
        unfounded: [],
      });
    }
  }

  async function expectNoFindings(control: Control): Promise<void> {
    for (const name of ['pub51', 'pub51t']) {
      const checked = await control.json<SiteCheck>(['sites', 'check', name], [0, 1]);
      // A test machine serves over plain http.
      const worse = checked.findings.filter(({ severity }) => severity !== 'info');
      expect(worse.map(({ code, what }) => `${code} ${what}`)).toEqual([]);
    }
  }

  test('over the command line', async () => {
    await using control = await Control.start();
    for (const [name, site] of sites) {
      if (isSource(name)) await control.addCodeBase(site, 'source');
      if (isTarget(name)) await control.addCodeBase(site, 'target');
    }
    await expectNoFindings(control);
    await carry(control, 'command');
  }, 1_800_000);

  test('over REST', async () => {
    await using control = await Control.start();
    for (const [name, site] of sites) {
      await site.start();
      await site.startCron();
      if (isSource(name)) await control.addSite(site, 'source');
      if (isTarget(name)) await control.addSite(site, 'target', ['--create-people']);
    }
    await carry(control, 'rest');
    for (const [from, to, people] of ways) {
      const [one, two] = ['command', 'rest'].map((how) => copies.get(`${from} ${to} ${how}`)!) as [number, number];
      const target = sites.get(to)!;
      const differences = await control.diff(await backup(target, one, people), await backup(target, two, people));
      // Of two courses in one place the second gets another name.
      const told = differences.map(({ where, what }) => `${where}: ${what}`);
      expect(
        told.filter((line) => !/^Course: The (short|full) name was/.test(line)),
        `${from} → ${to}`,
      ).toEqual([]);
    }
  }, 1_800_000);
});
