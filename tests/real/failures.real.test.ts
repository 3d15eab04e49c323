import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Request } from '@jouvence/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SendOptions } from './rig/control.ts';
import { type Couple, openCouple, say } from './rig/couple.ts';
import { waitFor } from './rig/processes.ts';
import type { MoodleSite } from './rig/site.ts';

/* What goes wrong between real Moodles: what it is called, whether it mends by itself, and that nothing is left behind. */
let couple: Couple;
/** Course 1 is small; course 2 takes a real Moodle some seconds to back up and to restore. */
let courses: number[];

beforeAll(async () => {
  couple = await openCouple({ name: 'fail' });
  const seeded = await couple.source.seed<{ courses: { courseid: number }[] }>('plain', {
    courses: [
      { shortname: 'PETIT', files: 5 },
      { shortname: 'MOYEN', files: 1500, fileBytes: 8000 },
    ],
  });
  courses = seeded.courses.map(({ courseid }) => courseid);
});

afterAll(() => couple?.[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const site of [couple.source, couple.target]) await site.startCron();
});

const asked = (more: Partial<SendOptions> = {}): SendOptions => ({
  source: couple.source.name,
  courseid: courses[0]!,
  target: couple.target.name,
  ...more,
});

const coursesOf = async (site: MoodleSite): Promise<number> =>
  Number((await site.query('select count(*) from mdl_course where id > 1'))[0]);

async function stateOf(id: string, states: Request['state'][]): Promise<Request> {
  const { control } = couple;
  const isThere = async () => states.includes((await control.show(id)).state);
  await waitFor(`request ${id} to be ${states.join(' or ')}`, isThere, 300_000);
  return await control.show(id);
}

/** Nothing of a failed or killed run: no temporary directory, no archive, no course without its end. */
async function expectClean(site: MoodleSite): Promise<void> {
  const temp = join(site.place.data, 'temp/backup');
  const left = () => readdirSync(temp).filter((name) => name !== 'index.html' && !name.endsWith('.log'));
  await waitFor(`${site.name} to have cleaned up: ${left().join(', ')}`, () => left().length === 0, 90_000).catch(
    () => undefined,
  );
  expect(left()).toEqual([]);
  const bin = await site.query(`select count(*) from mdl_tool_recyclebin_category`);
  expect(bin).toEqual(['0']);
}

test('cron does not run on the source: said so, with how to mend it; it goes on when cron is back', async () => {
  const { control, source } = couple;
  await source.stopCron();
  await source.setConfig('lastcronstart', String(Math.floor(Date.now() / 1000) - 3600), 'tool_task');
  const { id } = await control.ask(asked());
  await waitFor('it to say that it waits', async () => (await control.show(id)).waitingFor === 'source', 400_000, 2000);
  const waiting = await control.show(id);
  expect(waiting.state).toBe('backing-up');
  expect(JSON.stringify(waiting)).toMatch(/cron has not run since .*admin\/cli\/cron\.php/);
  await source.startCron();
  expect((await stateOf(id, ['done', 'failed'])).state).toBe('done');
});

test('cron does not run on the target', async () => {
  const { control, target } = couple;
  await target.stopCron();
  await target.setConfig('lastcronstart', String(Math.floor(Date.now() / 1000) - 3600), 'tool_task');
  const { id } = await control.ask(asked());
  await waitFor('it to say that it waits', async () => (await control.show(id)).waitingFor === 'target', 400_000, 2000);
  expect(JSON.stringify(await control.show(id))).toMatch(/cron has not run since/);
  await target.startCron();
  expect((await stateOf(id, ['done', 'failed'])).state).toBe('done');
});

test.each(['source', 'target'] as const)('PHP is killed in the middle of its work on the %s', async (end) => {
  const { control } = couple;
  const site = couple[end];
  const before = await coursesOf(couple.target);
  const { id } = await control.ask(asked({ courseid: courses[1]! }));
  await stateOf(id, [end === 'source' ? 'backing-up' : 'restoring']);
  const table = 'mdl_local_jouvence_tasks';
  const kind = end === 'source' ? 'backup' : 'restore';
  const running = `select count(*) from ${table} where kind = '${kind}' and state = 'running' and progress > 0.05`;
  await waitFor(`the ${kind} to be under way`, async () => (await site.query(running))[0] !== '0', 120_000, 50);
  expect(site.killPhp()).toBeGreaterThan(0);
  const ended = await stateOf(id, ['done', 'failed']);
  expect(ended.state, say(ended)).toBe('done');
  expect(await coursesOf(couple.target)).toBe(before + 1);
  await expectClean(site);
});

test('a short name that is taken: the course gets another, and the report says so', async () => {
  const again = await couple.control.send(asked());
  expect(again.state, say(again)).toBe('done');
  expect(again.newCourse!.shortname).not.toBe('PETIT');
  expect(again.report.map(({ code }) => code)).toContain('name-changed');
});

test('the category is gone when the course arrives', async () => {
  const { control, target } = couple;
  const { categoryid } = await target.seed<{ categoryid: number }>('target', { category: 'CAT-GONE' });
  await target.stopCron();
  const { id } = await control.ask(asked({ category: String(categoryid) }));
  await stateOf(id, ['restoring']);
  await target.query(`delete from mdl_course_categories where id = ${categoryid}`);
  await target.query(`delete from mdl_context where contextlevel = 40 and instanceid = ${categoryid}`);
  await target.php(['admin/cli/purge_caches.php']);
  await target.startCron();
  const ended = await stateOf(id, ['failed', 'refused', 'done']);
  expect(ended.state, say(ended)).not.toBe('done');
  expect(ended.error!.message).toMatch(/categor/i);
  await expectClean(target);
});

test('maintenance on both sides: courses are carried all the same', async () => {
  const { control, source, target } = couple;
  for (const site of [source, target]) await site.setConfig('maintenance_enabled', '1');
  try {
    // People are kept out, the service account is not, and Moodle's cron goes on.
    expect(await (await fetch(`${target.url}/course/index.php`)).text()).toContain('maintenance');
    const ended = await control.send(asked());
    expect(ended.state, say(ended)).toBe('done');
  } finally {
    for (const site of [source, target]) await site.setConfig('maintenance_enabled', '0');
  }
});

test('maintenance of the command line, which answers nothing but 503: it waits, then goes on', async () => {
  const { control, target } = couple;
  const { id } = await control.ask(asked({ courseid: courses[1]! }));
  await stateOf(id, ['backing-up', 'fetching', 'checking', 'preparing']);
  await target.php(['admin/cli/maintenance.php', '--enable']);
  await waitFor(
    'it to wait for the target',
    async () => (await control.show(id)).waitingFor === 'target',
    120_000,
    500,
  );
  await target.php(['admin/cli/maintenance.php', '--disable']);
  const ended = await stateOf(id, ['done', 'failed']);
  expect(ended.state, say(ended)).toBe('done');
});

test('a module that the target does not have: the rest arrives, and the report says what does not', async () => {
  const { control, source, target } = couple;
  const rich = await source.seed<{ courseid: number }>('rich');
  await target.removePlugin('mod_survey', 'mod/survey');
  const ended = await control.send(asked({ courseid: rich.courseid }));
  expect(ended.state, say(ended)).toBe('done');
  expect(ended.report.map(({ code, what }) => `${code} ${what}`)).toContainEqual(
    expect.stringMatching(/^module-missing .*Questionnaire/),
  );
  expect(ended.report.filter(({ code }) => code === 'activity-lost')).toEqual([]);
});

test('a target of an older branch: refused before anything starts', async () => {
  const { control, rig, source } = couple;
  await using older = await rig.site({ name: 'failold', release: '4.1', database: 'pgsql' });
  await older.seed('target');
  await control.addSite(older, 'target');
  await control.addPair(source.name, older.name);
  const before = await source.query('select count(*) from mdl_local_jouvence_tasks');
  const sent = await control.run(['requests', 'send', ...words(asked({ target: older.name })), '--wait', '--json']);
  expect(sent.code).not.toBe(0);
  expect(sent.stdout + sent.stderr).toMatch(/4\.1/);
  expect(await source.query('select count(*) from mdl_local_jouvence_tasks')).toEqual(before);
});

test('a setting that the administrator of the source has locked ends the backup by its name', async () => {
  const { control, source } = couple;
  await source.setConfig('backup_general_users_locked', '1', 'backup');
  await source.setConfig('backup_general_users', '1', 'backup');
  try {
    const ended = await control.send(asked());
    expect(ended.state, say(ended)).toBe('failed');
    expect(ended.error).toMatchObject({ code: 'not-allowed', message: expect.stringContaining('users') });
  } finally {
    await source.setConfig('backup_general_users_locked', '0', 'backup');
  }
});

test('a token that somebody revoked: which site, and what to do; nothing starts', async () => {
  const { control, target } = couple;
  const tokens = await target.query('select id from mdl_external_tokens');
  expect(tokens.length).toBeGreaterThan(0);
  await target.query('delete from mdl_external_tokens');
  const sent = await control.run(['requests', 'send', ...words(asked()), '--json']);
  expect(sent.code).not.toBe(0);
  expect(sent.stderr).toContain(target.name);
  await control.addSite(target, 'target', ['--create-people']);
  const ended = await control.send(asked());
  expect(ended.state, say(ended)).toBe('done');
});

test('a token for other addresses than ours', async () => {
  const { control, source } = couple;
  const adding = control.addSite(source, 'source', ['--ip=192.0.2.7']);
  await expect(adding).rejects.toThrow(/127\.0\.0\.1|192\.0\.2\.7|address/);
  await control.addSite(source, 'source', ['--ip=127.0.0.1']);
  const ended = await control.send(asked());
  expect(ended.state, say(ended)).toBe('done');
});

const words = ({ source, courseid, target }: SendOptions): string[] => [
  `${source}:${courseid}`,
  '--target',
  target,
  '--person',
  'prof.martin',
];
