import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { archivePath, type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';

let campus: Campus;
afterEach(() => campus.close());

async function send(courseid: number): Promise<string> {
  const items = [{ source: oldCampus, courseid }];
  const [request] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  return request!.id;
}

test('when the spool is full the next one waits, says so, and goes on when there is room', async () => {
  // Room for one of them: without people it is a little smaller than the backup that it was made from.
  campus = await openCampus({ spoolLimitBytes: readFileSync(archivePath('his110-moodle45-users1')).length });
  const courseid = await campus.load('his110-moodle45-users1');
  // The first one stops at its delivery, with its archive in the spool.
  const released = Promise.withResolvers<void>();
  campus.gate.mischief = (call) =>
    call.name === 'grant_upload' ? released.promise.then(() => call.pass()) : undefined;
  await campus.work();
  const first = await send(courseid);
  await campus.until(first, ({ state }) => state === 'delivering');
  const second = await send(courseid);
  const waiting = await campus.until(second, ({ waitingFor }) => waitingFor === 'spool');
  expect(waiting).toMatchObject({ state: 'fetching', error: { code: 'spool-full' } });
  expect(waiting.nextAt).toBeInstanceOf(Date);
  released.resolve();
  expect(await campus.until(first, hasEnded)).toMatchObject({ state: 'done' });
  expect(await campus.until(second, hasEnded)).toMatchObject({ state: 'done', error: null });
  expect(campus.spooled()).toEqual([]);
});

test('an archive that the spool could never hold is refused', async () => {
  campus = await openCampus({ spoolLimitBytes: 1000 });
  const courseid = await campus.load('his110-moodle45-users1');
  await campus.work();
  const request = await campus.until(await send(courseid), hasEnded);
  expect(request).toMatchObject({ state: 'refused', error: { code: 'quota', step: 'fetching' } });
  expect(campus.spooled()).toEqual([]);
});

test('an archive that was lost from the spool is fetched again', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  let lost = false;
  // The target's plugins are asked for the verdict, when the archive is in the spool.
  campus.gate.mischief = (call) => {
    const id = campus.spooled()[0];
    if (call.name !== 'list_plugins' || lost || !id) return undefined;
    lost = true;
    rmSync(join(campus.dataDir, 'spool', id, 'fetched.mbz'));
    return undefined;
  };
  const id = await send(courseid);
  // The plugins of the target are remembered for a while; the worker is another process's, and asks by itself.
  await campus.work({ patience: {} as never });
  const request = await campus.until(id, hasEnded);
  expect(lost).toBe(true);
  expect(request.state).toBe('done');
  expect(request.steps.filter(({ name }) => name === 'fetching').map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('with people, accounts that may be other people stop it before anything is delivered, and are named', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  await campus.door.call('addPeople', { site: newCampus }, [
    { username: 'etu7', email: 'another.etu7@example.org', firstname: 'E', lastname: 'Sept' },
  ]);
  await campus.work();
  const items = [{ source: oldCampus, courseid, people: true }];
  const [sent] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  const request = await campus.until(sent!.id, hasEnded);
  expect(request).toMatchObject({ state: 'refused', error: { code: 'conflict', step: 'preparing' } });
  expect(request.error!.message).toContain('etu7');
  expect(campus.gate.calls.map(({ name }) => name)).not.toContain('grant_upload');
});

test('a source that is slow is waited for like one that is dead, and not for ever', async () => {
  campus = await openCampus({ limits: { headersMs: 300, callMs: 600 } });
  const courseid = await campus.load('his110-moodle45-users1');
  const id = await send(courseid);
  const late: (() => void)[] = [];
  campus.gate.mischief = (call) =>
    call.name === 'start_backup' ? new Promise((resolve) => late.push(resolve)) : undefined;
  await campus.work();
  const request = await campus.until(id, hasEnded);
  expect(request).toMatchObject({ state: 'failed', error: { code: 'site-timeout', retry: true, step: 'backing-up' } });
  expect(late.length).toBeGreaterThan(1);
  expect(campus.spooled()).toEqual([]);
  for (const resolve of late) resolve();
});

test('a course of which nothing would arrive is refused before anything is asked of the source', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  // Another program stands behind the address: it runs a Moodle of the last major version.
  campus.gate.mischief = (call) =>
    call.name === 'get_site' || call.name === 'list_plugins'
      ? call.pass({ answer: (body) => Buffer.from(body.toString().replace('5.0 (Build', '3.11 (Build')) })
      : undefined;
  await campus.work();
  const items = [{ source: oldCampus, courseid }];
  const [request] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  expect(request).toMatchObject({ state: 'refused', error: { code: 'unsupported', retry: false, step: 'queued' } });
  expect(request!.report.map(({ code, severity }) => `${code} ${severity}`)).toContain('release-new error');
  expect(campus.gate.calls.map(({ name }) => name)).not.toContain('start_backup');
});
