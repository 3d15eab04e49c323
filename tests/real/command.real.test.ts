import type { Request, Site, SiteCheck } from '@jouvence/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/*
 * The same courses over the command line and over REST, between the same sites, which have neither a web server nor a
 * cron while the command line is tried.
 */
const ends = [
  { name: 'cmd41', release: '4.1', database: 'pgsql' },
  { name: 'cmd43', release: '4.3', database: 'mariadb' },
  { name: 'cmd45', release: '4.5', database: 'pgsql' },
  { name: 'cmd45m', release: '4.5', database: 'mariadb' },
] as const;
const ways = [
  ['cmd41', 'cmd45', true],
  ['cmd43', 'cmd45m', false],
  ['cmd45', 'cmd45m', true],
  ['cmd41', 'cmd45m', false],
] as const;
const isTarget = (name: string) => name.startsWith('cmd45');

const sites = new Map<string, MoodleSite>();
const courses = new Map<string, number>();
let command: Control;

beforeAll(async () => {
  const rig = openRig();
  command = await Control.start();
  for (const { name, ...options } of ends) {
    const site = await rig.site({ name, ...options, cronSeconds: 0 });
    sites.set(name, site);
    courses.set(name, (await site.seed<{ courseid: number }>('rich')).courseid);
    await site.seed('target');
    // What cron changes in a course is not to come between the two ways.
    await site.php(['admin/cli/cron.php', ...(options.release === '4.1' ? [] : ['--keep-alive=0'])]);
    await site.stop();
    await command.addCodeBase(site, 'source');
    if (isTarget(name)) await command.addCodeBase(site, 'target');
  }
  for (const [from, to] of ways) await command.addPair(from, to, ['--create-people']);
}, 1_800_000);

afterAll(async () => {
  await command?.[Symbol.asyncDispose]();
  if (process.env.JOUVENCE_TEST_RIG_KEEP !== '1') for (const site of sites.values()) await site.remove();
}, 300_000);

test('a site is known by its code, and keeps no token', async () => {
  for (const [name, site] of sites) {
    const shown = await command.json<Site>(['sites', 'show', name]);
    expect(shown).toMatchObject({ url: site.url, kind: 'moodle', codeBase: { path: site.place.tree } });
    expect(shown.profiles).toEqual(isTarget(name) ? ['source', 'target'] : ['source']);
    expect(await site.query('select count(*) from mdl_external_tokens')).toEqual(['0']);
    const checked = await command.json<SiteCheck>(['sites', 'check', name], [0, 1]);
    expect(checked.findings.map(({ code, what }) => `${code} ${what}`)).toEqual([]);
  }
});

async function backup(site: MoodleSite, courseid: number, people: boolean): Promise<string> {
  await site.setConfig('backup_general_users', people ? '1' : '0', 'backup');
  return await site.backup(courseid);
}

function done(request: Request): number {
  expect(request.state, say(request)).toBe('done');
  return request.newCourse!.id;
}

describe('the same course by both ways', () => {
  const carried = new Map<string, number>();

  test.each(ways)('%s → %s, with people: %s', async (from, to, people) => {
    const courseid = courses.get(from)!;
    carried.set(`${from} ${to}`, done(await command.send({ source: from, courseid, target: to, people })));
  });

  test('over REST, and compared', async () => {
    await using rest = await Control.start();
    for (const site of sites.values()) {
      await site.start();
      await site.startCron();
      await rest.addSite(site, 'source');
      if (isTarget(site.name)) await rest.addSite(site, 'target', ['--create-people']);
    }
    for (const [from, to, people] of ways) {
      await rest.addPair(from, to, ['--create-people']);
      const courseid = courses.get(from)!;
      const other = done(await rest.send({ source: from, courseid, target: to, people }));
      const target = sites.get(to)!;
      const [one, two] = [carried.get(`${from} ${to}`)!, other];
      const differences = await rest.diff(await backup(target, one, people), await backup(target, two, people));
      const told = differences.map(({ where, what }) => `${where}: ${what}`);
      // Of two courses in one place the second gets another name.
      expect(
        told.filter((line) => !/^Course: The (short|full) name was/.test(line)),
        `${from} → ${to}`,
      ).toEqual([]);
    }
  }, 1_800_000);
});
