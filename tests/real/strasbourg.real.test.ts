import { execFileSync } from 'node:child_process';
import type { Request, SiteCheck } from '@jouvence/contract';
import { createBlockClient } from '@jouvence/moodle-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchByBlock, installBlock, serveBlock } from './rig/block.ts';
import { Control } from './rig/control.ts';
import { say } from './rig/couple.ts';
import { type Cutter, openCutter } from './rig/cutter.ts';
import { addEmbedded } from './rig/embedded.ts';
import { openRig } from './rig/rig.ts';
import type { MoodleSite } from './rig/site.ts';

/*
 * Strasbourg's block as it was published, on real Moodles: 2.1 on 4.5 (PostgreSQL) and 3.1 on 4.3 (MariaDB), as sources of
 * ten courses each for an embedded site, and as clients that fetch from one by their own scheduled task.
 */
const lines = [
  { line: '2.1', release: '4.5', database: 'pgsql', name: 'block45' },
  { line: '3.1', release: '4.3', database: 'mariadb', name: 'block43' },
] as const;
type Line = (typeof lines)[number];

const wishes = Array.from({ length: 10 }, (_, n) => ({
  shortname: `S-${n}`,
  fullname: `Cours & “${n}”`,
  files: n === 0 ? 400 : 10,
  bigBytes: n === 9 ? 8_000_000 : 0,
}));

let control: Control;
/** Stands before the second one. */
let cutter: Cutter;
const sites = new Map<string, { site: MoodleSite; token: string; courses: number[] }>();

beforeAll(async () => {
  const rig = openRig();
  control = await Control.start();
  // The same course is carried several times.
  await control.run(['settings', 'set', 'requests.oneInstance', 'false']);
  await addEmbedded(control, {
    name: 'shelf',
    release: '4.5.6 (Build: 20250811)',
    branch: 405,
    profiles: ['target', 'source'],
  });
  for (const { line, release, database, name } of lines) {
    const site = await rig.site({ name, release, database, cronSeconds: 0 });
    await installBlock(site, line);
    const token = await serveBlock(site);
    const { courses } = await site.seed<{ courses: { courseid: number }[] }>('plain', { courses: wishes });
    sites.set(name, { site, token, courses: courses.map(({ courseid }) => courseid) });
    if (line === '3.1') cutter = await openCutter(site.url);
    await control.giveBlockToken(name, line === '3.1' ? cutter.url : site.url, token);
    await control.addPair(name, 'shelf');
  }
}, 1_800_000);

afterAll(async () => {
  await control[Symbol.asyncDispose]();
  await cutter.close();
  if (process.env.JOUVENCE_TEST_RIG_KEEP !== '1') for (const { site } of sites.values()) await site.remove();
});

const codesOf = ({ findings }: SiteCheck): string[] => findings.map(({ code }) => code);
const check = (name: string) => control.json<SiteCheck>(['sites', 'check', name], [0, 1]);
const mustBeDone = (requests: Request[]) =>
  expect(requests.filter(({ state }) => state !== 'done').map(say)).toEqual([]);

test.each(lines)(
  'block $line on $release: checked, listed, ten courses carried',
  async ({ name, line }: Line) => {
    const { courses } = sites.get(name)!;
    const checked = await check(name);
    expect(checked.ok).toBe(true);
    // The second one is reached by another address than its own.
    const expected = line === '2.1' ? ['block-roles', 'block-people'] : ['address-other', 'block-roles'];
    expect(codesOf(checked)).toEqual([...expected, 'block-limits']);
    const listed = await control.coursesOf('shelf', 'prof.martin');
    for (const { shortname } of wishes) expect(listed).toContain(shortname);
    const requests = await control.sendAll(courses.map((courseid) => ({ source: name, courseid, target: 'shelf' })));
    mustBeDone(requests);
    for (const { counts, report } of requests) {
      expect(counts.after!.activities).toEqual(counts.before!.activities);
      expect(counts.after!.files).toBe(counts.before!.files);
      expect(report.map(({ code }) => code)).toEqual(expect.arrayContaining(['source-block', 'backup-stays']));
    }
  },
  600_000,
);

test('participants’ data from 3.0 on; before, it is refused', async () => {
  const [old, newer] = [sites.get('block45')!, sites.get('block43')!];
  const request = await control.send({ source: 'block43', courseid: newer.courses[1]!, target: 'shelf', people: true });
  mustBeDone([request]);
  expect(request.counts.after!.people).toBeGreaterThan(0);
  const refused = await control.run([
    'requests',
    'send',
    `block45:${old.courses[1]}`,
    '--target',
    'shelf',
    '--person',
    'prof.martin',
    '--people',
  ]);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/participants/);
}, 900_000);

test.each(lines)(
  'block $line on $release fetches from an embedded site by its own task',
  async ({ name, line }: Line) => {
    const { site } = sites.get(name)!;
    const said = await control.run(['block-tokens', 'create', 'shelf', `block of ${name}`]);
    const [url, token] = said.stdout.trim().split(',') as [string, string];
    const client = createBlockClient({ site: 'shelf', url, token });
    const held = await client.block!.listCourses({ username: 'prof.martin', roles: ['editingteacher'] });
    await client.close();
    // Those that came from itself: the others are of another branch. Of two with one name the later was renamed.
    const courses = held.courses.filter(({ shortname }) => /_1$/.test(shortname) === (line === '3.1'));
    expect(courses.length).toBeGreaterThan(2);
    const ticked = courses.slice(0, 3).map(({ id, fullname }) => ({ courseid: id, name: fullname }));
    const rows = await fetchByBlock(site, { url, token, person: 'prof.martin', courses: ticked });
    // 2 is "performed".
    expect(rows.map(({ status }) => status)).toEqual([2, 2, 2]);
    for (const { courseid } of rows) {
      const [pages] = await site.query(`select count(*) from mdl_page where course = ${courseid}`);
      expect(Number(pages)).toBe(8);
    }
  },
  900_000,
);

test('its token is in no log of ours, and when it is revoked that is said before anything starts', async () => {
  const { site, token, courses } = sites.get('block45')!;
  // Only in the file that the test itself wrote.
  const found = execFileSync('grep', ['-rlF', token, control.dataDir]).toString().trim().split('\n');
  expect(found.filter((file) => !/secret-[0-9a-f]+$/.test(file))).toEqual([]);
  await site.query(`delete from mdl_external_tokens where token = '${token}'`);
  const request = await control.run([
    'requests',
    'send',
    `block45:${courses[2]}`,
    '--target',
    'shelf',
    '--person',
    'prof.martin',
  ]);
  expect(request.code).not.toBe(0);
  expect(request.stderr).toMatch(/token/i);
  expect(codesOf(await check('block45'))).toEqual(['block-token']);
}, 600_000);

test('the server of a block dies in the middle of a download, and comes back', async () => {
  const { site, courses } = sites.get('block43')!;
  const cut = cutter.after(3_000_000, async () => {
    await site.stop();
    setTimeout(() => void site.start(), 3000);
  });
  const request = await control.send({ source: 'block43', courseid: courses[9]!, target: 'shelf' });
  await cut;
  mustBeDone([request]);
  // The rest of the same file, not another backup.
  expect(request.steps.filter(({ name }) => name === 'backing-up')).toHaveLength(1);
}, 900_000);
