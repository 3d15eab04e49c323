import { createReadStream } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { RestoreRequest } from '../index.ts';
import { archivePath, type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from '../test/campus.ts';
import { answer, hangUp } from '../test/gate.ts';

let campus: Campus;
afterEach(() => campus.close());

/** A second source beside the old campus, behind the same gate. */
const other = 'campus-2025';
const oldHost = `${oldCampus}.localhost`;

async function addOther(): Promise<number> {
  const { door, gate, sites } = campus;
  const host = `${other}.localhost`;
  const url = `http://${host}:${gate.port}`;
  await door.call(
    'createSite',
    {},
    { name: other, host, url, fullname: other, release: '4.5.6 (Build: 20250811)', branch: 405 },
  );
  await door.call('addCategories', { site: other }, [{ name: 'Biology', idnumber: 'BIO' }]);
  await door.call('addPeople', { site: other }, [
    { username: 'prof.martin', email: 'prof.martin@example.org', firstname: 'A', lastname: 'M' },
  ]);
  const { token } = await door.call('createToken', { site: other }, { profile: 'source' });
  await sites.add(operator, { name: other, url, profile: 'source', token });
  await sites.pairs.add(operator, { source: other, target: newCampus });
  return (await door.load(other, 'BIO', createReadStream(archivePath('mat202-moodle41-users0')))).courseid;
}

async function send(source: string, courseid: number, count = 1): Promise<string[]> {
  const items = Array.from({ length: count }, () => ({ source, courseid }));
  const requests = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  return requests.map(({ id }) => id);
}

const callsTo = (host: string): string[] =>
  campus.gate.calls.filter((call) => call.host === host).map(({ name }) => name);
const began = ({ steps }: RestoreRequest) => steps.some(({ name }) => name === 'backing-up');

test('a source that is dead for long holds back its own requests only, is asked seldom, and they go on when it is back', async () => {
  campus = await openCampus();
  await campus.settings.set(operator, 'requests.oneInstance', false);
  const courseid = await campus.load('mat202-moodle41-users0');
  const otherCourse = await addOther();
  await campus.door.call('assignRoles', { site: other }, [
    { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' },
  ]);
  await campus.door.call('assignRoles', { site: oldCampus }, [
    { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' },
  ]);
  const ids = await send(oldCampus, courseid, 3);
  let dead = true;
  campus.gate.mischief = (call) => (dead && call.host === oldHost ? hangUp(call) : undefined);
  await campus.work({ patience: { firstMs: 50, longestMs: 400, tries: 4, goneMs: 600_000 } as never });
  const waiting = await campus.until(
    ids[0]!,
    ({ state, waitingFor, nextAt }) => state === 'queued' && waitingFor === 'source' && nextAt !== null,
  );
  expect(waiting).toMatchObject({ state: 'queued', error: { code: 'site-unreachable', retry: true } });
  expect(waiting.queue).toMatchObject({ estimate: null });
  // All stand in line again. From now on all that it hears from us is who it is, by one at a time.
  for (const id of ids)
    await campus.until(id, ({ waitingFor, queue }) => waitingFor === 'source' && (queue?.position ?? 0) > 0);
  const before = callsTo(oldHost).length;
  const [there] = await send(other, otherCourse);
  expect(await campus.until(there!, hasEnded)).toMatchObject({ state: 'done' });
  expect(new Set(callsTo(oldHost).slice(before))).toEqual(new Set(['core_webservice_get_site_info']));
  for (const id of ids) expect(began(await campus.restores.get(id))).toBe(false);
  dead = false;
  for (const id of ids) {
    const request = await campus.until(id, hasEnded);
    expect(request).toMatchObject({ state: 'done', error: null, waitingFor: null });
    expect(request.steps.filter(({ name }) => name === 'backing-up')).toHaveLength(1);
  }
}, 120_000);

test('a source that comes and goes: all arrive, each with one attempt, and it is not stormed while it is away', async () => {
  campus = await openCampus();
  await campus.settings.set(operator, 'requests.oneInstance', false);
  const courseid = await campus.load('mat202-moodle41-users0');
  await campus.door.call('assignRoles', { site: oldCampus }, [
    { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' },
  ]);
  const ids = await send(oldCampus, courseid, 3);
  // Away for as many calls as it was there for: nobody has to know how long that is.
  let answered = 0;
  let refused = 0;
  let away = false;
  campus.gate.mischief = (call) => {
    if (call.host !== oldHost || call.path.includes('archive.php')) return undefined;
    if (away && ++refused % 6 === 0) away = false;
    else if (!away && ++answered % 9 === 0) away = true;
    return away ? hangUp(call) : undefined;
  };
  await campus.work({ patience: { firstMs: 20, longestMs: 200, tries: 8, goneMs: 600_000 } as never });
  for (const id of ids) {
    const request = await campus.until(id, hasEnded);
    expect(request).toMatchObject({ state: 'done', error: null });
    for (const name of ['backing-up', 'fetching'])
      expect(request.steps.filter((step) => step.name === name)).toHaveLength(1);
  }
  expect(refused).toBeGreaterThan(5);
  expect(refused).toBeLessThan(answered);
}, 120_000);

test('what fails for one course is no illness of its site', async () => {
  campus = await openCampus();
  await campus.settings.set(operator, 'requests.oneInstance', false);
  const [bad, good] = [await campus.load('his110-moodle45-users1'), await campus.load('inf300-moodle45-users1')];
  await campus.door.call('assignRoles', { site: oldCampus }, [
    { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' },
  ]);
  campus.gate.mischief = (call) => {
    if (call.name !== 'start_backup') return undefined;
    return call.pass({
      answer: (body) => (badRequest && call.path ? Buffer.from('<b>Fatal error</b>') : body),
      request: (body) => {
        badRequest = new URLSearchParams(body).get('courseid') === String(bad);
        return body;
      },
    });
  };
  let badRequest = false;
  await campus.work({ concurrency: 1 });
  const [failing] = await send(oldCampus, bad);
  expect(await campus.until(failing!, hasEnded)).toMatchObject({ state: 'failed', error: { code: 'site-bad-answer' } });
  const [fine] = await send(oldCampus, good);
  expect(await campus.until(fine!, hasEnded)).toMatchObject({ state: 'done' });
  expect((await campus.store.query('select from restore_standing where since is not null')).rows).toEqual([]);
});

test('a token that is refused holds the others back, and they go on once the site is paired again', async () => {
  campus = await openCampus();
  await campus.settings.set(operator, 'requests.oneInstance', false);
  const courseid = await campus.load('mat202-moodle41-users0');
  await campus.door.call('assignRoles', { site: oldCampus }, [
    { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' },
  ]);
  const text = JSON.stringify({ exception: 'moodle_exception', errorcode: 'invalidtoken', message: 'Invalid token' });
  const ids = await send(oldCampus, courseid, 5);
  let refuses = true;
  campus.gate.mischief = (call) =>
    refuses && call.host === oldHost ? answer(200, 'application/json', text)(call) : undefined;
  await campus.work();
  const ended: RestoreRequest[] = [];
  const waiting: RestoreRequest[] = [];
  for (const id of ids) {
    const request = await campus.until(id, (each) => hasEnded(each) || each.waitingFor === 'source');
    (hasEnded(request) ? ended : waiting).push(request);
  }
  // Those that had their turn at that moment have failed, as nobody can know better; all others have not even begun.
  expect(ended.length).toBeLessThanOrEqual(2);
  for (const request of waiting) expect(request).toMatchObject({ state: 'queued', error: { code: 'token-expired' } });
  refuses = false;
  for (const { id } of waiting) expect(await campus.until(id, hasEnded)).toMatchObject({ state: 'done', error: null });
}, 60_000);

const refusesToken = answer(
  200,
  'application/json',
  JSON.stringify({ exception: 'moodle_exception', errorcode: 'invalidtoken', message: 'Invalid token' }),
);

test.each([
  ['does not answer', hangUp],
  ['refuses our token', refusesToken],
])(
  'courses that are ready when their source %s keep no turn of the target, and no place before its door',
  async (_how, away) => {
    campus = await openCampus();
    await campus.settings.set(operator, 'queue.restores', 1, { target: (await campus.sites.get(newCampus)).id });
    const courseid = await campus.load('mat202-moodle41-users0');
    const otherCourse = await addOther();
    for (const site of [other, oldCampus])
      await campus.door.call('assignRoles', { site }, [
        { username: 'prof.martin', role: 'editingteacher', level: 'category', instance: 'BIO' },
      ]);
    let restoring = true;
    let dead = false;
    const unfinished = (body: Buffer) => {
      const task = JSON.parse(body.toString());
      return task.kind === 'restore' && task.state === 'done'
        ? Buffer.from(JSON.stringify({ ...task, state: 'running' }))
        : body;
    };
    campus.gate.mischief = (call) => {
      if (dead && call.host === oldHost) return away(call);
      return restoring && call.name === 'get_job' ? call.pass({ answer: unfinished }) : undefined;
    };
    const ids = await send(oldCampus, courseid, 3);
    await campus.work({
      patience: { firstMs: 50, longestMs: 400, tries: 4, goneMs: 600_000, taskSilenceMs: 600_000 } as never,
    });
    // One of them is being restored; the others stand before the door, which is full.
    // Two are backed up at a time, so any of them may have come first.
    const isAtDoor = ({ state, waitingFor }: RestoreRequest) => state === 'delivering' && waitingFor === 'turn';
    let first: string | undefined;
    while (!first)
      for (const id of ids) {
        const { state } = await campus.until(id, (each) => each.state === 'restoring' || isAtDoor(each));
        if (state === 'restoring') first = id;
      }
    const others = ids.filter((id) => id !== first);
    for (const id of others) await campus.until(id, isAtDoor);
    dead = true;
    restoring = false;
    await campus.until(first, ({ newCourse }) => newCourse !== null);
    const parked = [];
    for (const id of others) {
      const one = await campus.until(id, (each) => hasEnded(each) || (each.waitingFor === 'source' && !each.nextAt));
      // A token that is refused fails whoever hears it first.
      if (away === hangUp || !hasEnded(one)) parked.push(one);
    }
    expect(parked.length).toBeGreaterThan(0);
    for (const one of parked)
      expect(one).toMatchObject({ state: 'preparing', queue: { estimate: null }, error: { site: oldCampus } });
    const [there] = await send(other, otherCourse);
    expect(await campus.until(there!, hasEnded)).toMatchObject({ state: 'done' });
    dead = false;
    for (const id of [first, ...parked.map((one) => one.id)])
      expect(await campus.until(id, hasEnded)).toMatchObject({ state: 'done', error: null });
    // A time that somebody waited for a site says nothing about the next course.
    const { rows } = await campus.store.query('select request_id as id from restore_times order by 1');
    expect(rows.map(({ id }) => id).toSorted()).toEqual([first, there!].toSorted());
  },
  180_000,
);
