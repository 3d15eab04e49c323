import { rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { roomFor } from './spool.ts';
import { archivePath, type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';

let campus: Campus;
afterEach(() => campus.close());

async function send(courseid: number): Promise<string> {
  const items = [{ source: oldCampus, courseid }];
  const [request] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  return request!.id;
}

test('when the spool is full the next one waits, says so, and goes on when there is room', async () => {
  // Room for one of them with the one that it is rewritten into: without people it is a little smaller than this backup.
  campus = await openCampus({ spoolLimitBytes: roomFor(statSync(archivePath('his110-moodle45-users1')).size) });
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
  await campus.sites.pairs.add(operator, { source: oldCampus, target: newCampus, identity: 'email' });
  const courseid = await campus.load('his110-moodle45-users1');
  await campus.door.call('addPeople', { site: newCampus }, [
    { username: 'etu7', email: 'another.etu7@example.org', firstname: 'E', lastname: 'Sept' },
  ]);
  await campus.work();
  const items = [{ source: oldCampus, courseid, people: true }];
  const [sent] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  const request = await campus.until(sent!.id, hasEnded);
  expect(request).toMatchObject({ state: 'refused', error: { code: 'people-unmatched', step: 'preparing' } });
  expect(request.error!.message).toMatch(/etu7 \(.*another\.etu7@example\.org/);
  expect(request.report).toContainEqual(expect.objectContaining({ code: 'person-taken', severity: 'error' }));
  expect(campus.gate.calls.map(({ name }) => name)).not.toContain('grant_upload');
});

test('with people, whose e-mail has changed is found by the username, and an account is made only where allowed', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  await campus.door.call('addPeople', { site: newCampus }, [
    { username: 'etu7', email: 'another.etu7@example.org', firstname: 'E', lastname: 'Sept' },
  ]);
  await campus.work();
  const items = [{ source: oldCampus, courseid, people: true }];
  const carry = async () => {
    const [sent] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
    return campus.until(sent!.id, hasEnded);
  };
  const pair = { source: oldCampus, target: newCampus };
  await campus.sites.pairs.add(operator, { ...pair, createPeople: false });
  const foresee = async () =>
    (await campus.restores.check(operator, { target: newCampus, person: 'prof.martin', items })).items[0]!.verdict!;
  const foreseen = await foresee();
  expect(foreseen.kind).not.toBe('whole');
  const refused = await carry();
  expect(refused).toMatchObject({ state: 'refused', error: { code: 'people-unmatched' }, proof: null });
  // Before anything was backed up it had been said of how many.
  const stopped = refused.report.filter(({ code }) => code === 'person-missing').length;
  expect(foreseen.reasons).toContainEqual(
    expect.objectContaining({ code: 'people-would-stop', values: expect.objectContaining({ count: stopped, of: 22 }) }),
  );
  expect(refused.error!.message).toContain('etu1 (');
  expect(refused.error!.message).not.toContain('etu7 (');
  expect(refused.report.find(({ code }) => code === 'more-of-the-same')).toBeUndefined();
  expect(campus.spooled()).toEqual([]);
  await campus.sites.pairs.add(operator, { ...pair, createPeople: true });
  expect((await foresee()).reasons.map(({ code }) => code)).not.toContain('people-would-stop');
  const request = await carry();
  expect(request).toMatchObject({ state: 'done', error: null, counts: { after: { people: 22 } } });
  const target = await campus.sites.client(newCampus, 'target');
  const { people } = await target.call('find_people', { field: 'username', value: 'etu7' });
  expect(people.map(({ email }) => email)).toEqual(['another.etu7@example.org']);
  // Once made, they are found.
  expect((await carry()).report.map(({ code }) => code)).not.toContain('people-made');
  await campus.sites.pairs.add(operator, { ...pair, createPeople: false });
  expect((await foresee()).reasons.map(({ code }) => code)).toContain('people-all-known');
});

test('somebody who comes to the target while the course is on its way is matched after all', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  let came = false;
  campus.gate.mischief = (call) => {
    if (call.name !== 'start_restore' || came) return undefined;
    came = true;
    const person = { username: 'etu7', email: 'seven@new.example.org', firstname: 'E', lastname: 'Sept' };
    return campus.door.call('addPeople', { site: newCampus }, [person]).then(() => call.pass());
  };
  await campus.work();
  const items = [{ source: oldCampus, courseid, people: true }];
  const [sent] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  const request = await campus.until(sent!.id, hasEnded);
  expect(request).toMatchObject({ state: 'done', error: null, counts: { after: { people: 22 } } });
  expect(request.steps.filter(({ name }) => name === 'preparing').map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(await campus.coursesOf(newCampus)).toEqual([request.newCourse!.id]);
});

test('a disk that is full while the archive is rewritten is waited for', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  campus.gate.mischief = (call) => {
    if (call.name !== 'grant_download') return undefined;
    // Where the rewritten archive is to be written nothing can be.
    const part = join(campus.dataDir, 'spool', campus.spooled()[0]!, 'prepared.mbz.part.partial');
    symlinkSync('/dev/full', part);
    return undefined;
  };
  const id = await send(courseid);
  const waited = campus.until(id, ({ waitingFor }) => waitingFor === 'spool');
  await campus.work();
  expect(await waited).toMatchObject({ state: 'preparing', error: { code: 'spool-full', retry: true } });
  expect(await campus.until(id, hasEnded)).toMatchObject({ state: 'done', error: null });
  expect(campus.spooled()).toEqual([]);
});

test('a prepared archive that was lost is made again of the fetched one, the same to the byte', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  const shas: (string | null)[] = [];
  campus.gate.mischief = (call) => {
    if (call.name !== 'grant_upload') return undefined;
    if (shas.length === 0) rmSync(join(campus.dataDir, 'spool', campus.spooled()[0]!, 'prepared.mbz'));
    const note = (body: string) => {
      shas.push(new URLSearchParams(body).get('sha256'));
      return body;
    };
    return call.pass({ request: note });
  };
  await campus.work();
  const request = await campus.until(await send(courseid), hasEnded);
  expect(request).toMatchObject({ state: 'done', error: null });
  expect(shas).toEqual([shas[0], shas[0]]);
  expect(request.steps.filter(({ name }) => name === 'fetching')).toHaveLength(1);
  expect(request.steps.filter(({ name }) => name === 'preparing').map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('the idnumber is kept when it is asked for, and the report says when it is not', async () => {
  campus = await openCampus();
  const courseid = await campus.load('his110-moodle45-users1');
  await campus.work();
  const carry = async (keepIdnumber: boolean) => {
    const items = [{ source: oldCampus, courseid, keepIdnumber }];
    const [sent] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
    const request = await campus.until(sent!.id, hasEnded);
    const target = await campus.sites.client(newCampus, 'target');
    const { idnumber } = await target.call('get_course', { courseid: request.newCourse!.id });
    const said = request.report.map(({ code }) => code).filter((code) => code.startsWith('idnumber'));
    return { idnumber, said };
  };
  expect(await carry(false)).toEqual({ idnumber: '', said: ['idnumber-cleared'] });
  expect(await carry(true)).toEqual({ idnumber: 'HIS110-2023', said: [] });
  expect(await carry(true)).toEqual({ idnumber: '', said: ['idnumber-taken'] });
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
