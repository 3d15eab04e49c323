import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { openEngine } from '../engine.ts';
import { type TestEngine, testDoorKey } from '../testing.ts';
import { contentsIn, createCampus, fixture, sha256, startTestEngine, type TestCampus } from './testing.ts';

let engine: TestEngine;
let site: TestCampus;
let database: Database;
let siteId: number;
let bytes: Buffer;

beforeEach(async () => {
  engine = await startTestEngine();
  site = await createCampus(engine, 'tasks');
  database = await openDatabase({ url: engine.databaseUrl, log: () => {} });
  siteId = (await database.withoutSite((tx) => tx.row<{ id: number }>('select id from sites')))!.id;
  bytes = await readFile(fixture('his110-moodle45-users1'));
});
afterEach(async () => {
  await database.close();
  await engine.close();
});

const count = async (from: string): Promise<number> =>
  (await database.withSite(siteId, (tx) => tx.row<{ count: number }>(`select count(*) from ${from}`)))!.count;
const files = () => readdir(join(engine.poolDir, 'tasks'));
const restoreParams = (key: string) => ({
  key,
  uploadkey: `${key}.upload`,
  categoryid: site.categoryId,
  people: false,
  enrolments: 'never',
  sha256: sha256(bytes),
});

test('the same key and parameters are the same task; other parameters are a conflict', async () => {
  await site.upload('once.upload', bytes);
  const started = await Promise.all([1, 2, 3].map(() => site.target('start_restore', restoreParams('once'))));
  expect(started.map((task) => task.key)).toEqual(['once', 'once', 'once']);
  const done = await site.ended('once', 'target');
  expect(done).toMatchObject({ state: 'done', progress: 1, step: 'done', kind: 'restore' });
  expect(await site.target('start_restore', restoreParams('once'))).toEqual(done);
  expect(await count('courses')).toBe(1);
  expect(await site.target('start_restore', { ...restoreParams('once'), people: true })).toMatchObject({
    errorcode: 'conflict',
  });
  expect(await site.source('start_backup', { key: 'once', courseid: done.courseid, people: false })).toMatchObject({
    errorcode: 'conflict',
  });
  expect(await site.source('get_job', { key: 'never' })).toMatchObject({ errorcode: 'not-found' });
});

test('a key is its caller’s alone: the other profile of the site neither sees nor ends nor fetches it', async () => {
  const made = await site.restore(bytes, {}, 'mine');
  expect(await site.source('get_job', { key: 'mine' })).toMatchObject({ errorcode: 'not-found' });
  expect(await site.source('discard_job', { key: 'mine' })).toMatchObject({ before: 'unknown' });
  expect((await site.target('get_job', { key: 'mine' })).state).toBe('done');

  const course = { courseid: made.courseid, people: false };
  await site.source('start_backup', { key: 'theirs', ...course });
  await site.ended('theirs', 'source');
  expect(await site.target('discard_job', { key: 'theirs' })).toMatchObject({ before: 'unknown' });
  expect(await site.source('grant_download', { key: 'theirs' })).toMatchObject({ grant: expect.any(String) });
});

test('discarding a restore takes the course back, with all that came with it, once', async () => {
  const task = await site.restore(bytes, {}, 'back');
  expect(await contentsIn(engine.poolDir)).not.toEqual([]);
  expect(await site.target('discard_job', { key: 'back' })).toEqual({
    before: 'done',
    removed: { archive: false, courseid: task.courseid },
  });
  expect(await site.target('get_course', { courseid: task.courseid })).toMatchObject({ errorcode: 'not-found' });
  expect(await count('course_documents')).toBe(0);
  expect(await contentsIn(engine.poolDir)).toEqual([]);
  expect(await site.target('discard_job', { key: 'back' })).toEqual({
    before: 'discarded',
    removed: { archive: false, courseid: null },
  });
  expect(await site.target('discard_job', { key: 'back.upload' })).toMatchObject({
    before: 'done',
    removed: { archive: true },
  });
  expect(await files()).toEqual([]);
  expect(await site.target('discard_job', { key: 'unheard-of' })).toMatchObject({ before: 'unknown' });
});

test('a course that somebody opened is not taken back', async () => {
  const task = await site.restore(bytes, {}, 'used');
  const [teacher] = await site.people([{ username: 'teacher', email: 't@example.org', password: 'Teacher-1234' }]);
  await site.target('enrol_person', { courseid: task.courseid, userid: teacher, role: 'editingteacher' });
  const browser = await engine.browse(site.host);
  await browser.signIn('teacher', 'Teacher-1234');
  expect((await browser.get(`/course/view.php?id=${task.courseid}`)).status).toBe(200);
  expect(await site.target('discard_job', { key: 'used' })).toMatchObject({ errorcode: 'not-allowed' });
  expect((await site.target('get_job', { key: 'used' })).state).toBe('done');
  expect(await count('courses')).toBe(1);
});

test('discarding while it runs leaves nothing, whichever comes first', async () => {
  for (let time = 0; time < 6; time++) {
    const key = `race.${time}`;
    await site.upload(`${key}.upload`, bytes);
    await site.target('start_restore', restoreParams(key));
    while ((await site.target('get_job', { key })).progress < time / 6);
    await site.target('discard_job', { key });
    expect((await site.target('get_job', { key })).state).toBe('discarded');
    await site.target('discard_job', { key: `${key}.upload` });
  }
  expect(await count('courses')).toBe(0);
  expect(await count('course_files')).toBe(0);
  expect(await contentsIn(engine.poolDir)).toEqual([]);
  expect(await files()).toEqual([]);
  expect(engine.failures).toEqual([]);
});

test('a task that an engine left running is taken up by the next, and given up after the third time', async () => {
  await site.upload('left.upload', bytes);
  await site.upload('cursed.upload', bytes);
  const leave = (key: string, interrupted: number) =>
    database.withSite(siteId, async (tx) => {
      // As a killed engine leaves it: the row committed, nothing else.
      await tx.run(
        `insert into tasks (key, kind, params, caller_id, state, attempt, interrupted)
         select $1, 'restore', $2, caller_id, 'running', 1, $3 from tasks where key = 'left.upload'`,
        [key, JSON.stringify((({ key: _, ...params }) => params)(restoreParams(key))), interrupted],
      );
      await tx.run('insert into tasks_under_way (site_id, key) values ($1, $2)', [siteId, key]);
    });
  await leave('left', 1);
  await leave('cursed', 2);
  const next = await openEngine({ databaseUrl: engine.databaseUrl, poolDir: engine.poolDir, doorKey: testDoorKey });
  expect(await site.ended('cursed', 'target')).toMatchObject({ state: 'failed', error: { code: 'site-error' } });
  expect(await site.ended('left', 'target')).toMatchObject({ state: 'done' });
  await next.close();
  expect(await count('courses')).toBe(1);
  expect(await count('tasks_under_way')).toBe(0);
});

test('a database connection that is lost in the middle of a restore leaves one course, not two or none', async () => {
  await site.upload('cut.upload', bytes);
  const { promise: cut, resolve: cutNow } = Promise.withResolvers<void>();
  // Holds the restore up in the middle of its transaction, after documents and files.
  const blocking = database.withSite(siteId, async (tx) => {
    await tx.run('lock table course_activities in exclusive mode');
    await site.target('start_restore', restoreParams('cut'));
    // Each look in a transaction of its own: within one, PostgreSQL shows the same picture again.
    let ended: { pid: number } | undefined;
    while (!ended)
      ended = await database.withoutSite((look) =>
        look.row<{ pid: number }>(
          `select pid, pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into course_activities%'
             and pid <> pg_backend_pid()`,
        ),
      );
    await cut;
  });
  while (
    !(await database.withSite(siteId, (tx) => tx.row(`select 1 from tasks where key = 'cut' and interrupted > 0`)))
  );
  expect(await count('course_documents')).toBe(0);
  cutNow();
  await blocking;
  expect(await site.ended('cut', 'target')).toMatchObject({ state: 'done' });
  expect(await count('courses')).toBe(1);
  expect(await count('course_sections')).toBeGreaterThan(0);
});

test('an upload is known to the next engine', async () => {
  const { grant } = await site.target('grant_upload', {
    key: 'long',
    filename: 'a',
    sizebytes: bytes.length,
    sha256: sha256(bytes),
  });
  expect(grant).toBeTypeOf('string');
  await engine.ask({
    method: 'POST',
    host: site.host,
    path: '/local/jouvence/upload.php?offset=0',
    headers: { 'x-jouvence-grant': grant },
    body: bytes.subarray(0, 1000),
  });
  const next = await openEngine({ databaseUrl: engine.databaseUrl, poolDir: engine.poolDir, doorKey: testDoorKey });
  await next.close();
  const again = await site.target('grant_upload', {
    key: 'long',
    filename: 'a',
    sizebytes: bytes.length,
    sha256: sha256(bytes),
  });
  expect(again.received).toBe(1000);
});

test('rights that were withdrawn between start and work fail the task', async () => {
  await site.upload('rights.upload', bytes);
  const params = restoreParams('rights');
  await database.withSite(siteId, async (tx) => {
    await tx.run(
      `insert into tasks (key, kind, params, caller_id, state)
       select 'rights', 'restore', $1, caller_id, 'waiting' from tasks where key = 'rights.upload'`,
      [JSON.stringify((({ key: _, ...rest }) => rest)(params))],
    );
    await tx.run(`delete from role_capabilities where capability = 'moodle/restore:restorecourse'`);
  });
  await site.target('start_restore', params);
  expect(await site.ended('rights', 'target')).toMatchObject({ state: 'failed', error: { code: 'not-allowed' } });
  expect(await count('courses')).toBe(0);
});

test('deleting a site takes its files along and leaves those of others', async () => {
  const other = await createCampus(engine, 'other');
  await other.load('bio101-moodle45-users1');
  const before = (await contentsIn(engine.poolDir)).sort();
  await site.load('bio101-moodle45-users0');
  await site.load('his110-moodle45-users1');
  await site.upload('u.upload', bytes);
  expect((await engine.door('DELETE', '/sites/tasks')).json()).toEqual({ deleted: true });
  expect((await contentsIn(engine.poolDir)).sort()).toEqual(before);
  expect(await files()).toEqual([]);
});

test('tasks wait for their turn and are told of while they run', async () => {
  const keys = [1, 2, 3, 4].map((one) => `busy.${one}`);
  for (const key of keys) await site.upload(`${key}.upload`, bytes);
  for (const key of keys) await site.target('start_restore', restoreParams(key));
  const states = new Set<string>();
  for (const key of keys) states.add((await site.target('get_job', { key })).state);
  // Two at once, the others wait, and all of that is told while it goes on.
  expect([...states].some((state) => state !== 'done')).toBe(true);
  for (const key of keys) expect((await site.ended(key, 'target')).state).toBe('done');
});
