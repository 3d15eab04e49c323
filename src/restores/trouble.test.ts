import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTranslator, failureParts, failureText } from '@jouvence/i18n';
import { inspect } from '@jouvence/mbz';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RestoreRequest } from './index.ts';
import { archivePath, type Campus, hasEnded, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';
import { answer, hangUp, type Mischief, type Passing, serveInstead } from './test/gate.ts';

let campus: Campus;
let courseid: number;

beforeAll(async () => {
  campus = await openCampus();
  courseid = await campus.load('his110-moodle45-users1');
  await campus.work();
});
afterEach(() => {
  campus.gate.mischief = null;
});
// What was wrong with a site in the test before is over: how that is remembered is for `standing.test.ts`.
beforeEach(() => campus.store.query('delete from restore_standing'));
afterAll(() => campus.close());

async function send(category?: { kind: 'id'; id: number }) {
  const [request] = await campus.restores.send(operator, {
    target: newCampus,
    person: 'prof.martin',
    items: [{ source: oldCampus, courseid, category }],
  });
  return request!;
}

const oldHost = `${oldCampus}.localhost`;
const isDownload = ({ path }: Passing): boolean => path.startsWith('/local/jouvence/archive.php');

/** For mischief with what only a worker asks: it is in place before there is anything to work on. */
async function carryWith(mischief: Mischief): Promise<RestoreRequest> {
  campus.gate.mischief = mischief;
  const { id } = await send();
  return campus.until(id, hasEnded);
}

const french = createTranslator('fr');

/** And whoever reads French is told why in French; only what a site said itself is in English. */
async function expectNothingLeft({ id, error }: RestoreRequest): Promise<void> {
  if (error)
    expect(failureParts(french, error), error.message).toContainEqual({ text: expect.any(String), foreign: false });
  campus.gate.mischief = null;
  await expect.poll(() => campus.spooled(), { timeout: 10_000 }).toEqual([]);
  const target = await campus.sites.client(newCampus, 'target');
  for (const step of ['delivering', 'restoring']) {
    const task = await target
      .call('get_job', { key: `${id}.${step}.1` })
      .catch((error: { code: string }) => error.code);
    expect(task === 'not-found' || (task as { state: string }).state === 'discarded').toBe(true);
  }
}

test.each<[string, string, (call: Passing) => Promise<void>]>([
  ['dead', 'site-unreachable', hangUp],
  ['answering HTML', 'site-bad-answer', answer(200, 'text/html', '<html>Maintenance</html>')],
  ['answering 500', 'site-bad-answer', answer(500, 'text/plain', 'Internal Server Error')],
  ['answering wrong JSON', 'site-bad-answer', answer(200, 'application/json', '{"state":"marvellous"}')],
])('a source that is %s is waited for, and given up in the end', async (_name, code, misbehave) => {
  // From the moment on in which it has work of ours.
  let begun = false;
  campus.gate.mischief = (call) => {
    begun ||= call.name === 'get_job';
    return begun && call.host === oldHost ? misbehave(call) : undefined;
  };
  const { id } = await send();
  // While the site is asked who it is, nobody knows when it goes on.
  const isWaiting = ({ waitingFor, nextAt }: RestoreRequest) =>
    waitingFor !== null && waitingFor !== 'turn' && nextAt !== null;
  const waiting = await campus.until(id, isWaiting);
  expect(waiting).toMatchObject({ waitingFor: 'source', error: { code, retry: true } });
  expect(waiting.nextAt!.getTime()).toBeGreaterThan(waiting.createdAt.getTime());
  const request = await campus.until(id, hasEnded);
  expect(request).toMatchObject({ state: 'failed', error: { code, retry: true } });
  await expectNothingLeft(request);
});

test('a source that comes back is gone on with', async () => {
  let asked = 0;
  const request = await carryWith((call) => (call.name === 'get_job' && ++asked <= 3 ? hangUp(call) : undefined));
  expect(request).toMatchObject({ state: 'done', error: null });
  expect(asked).toBeGreaterThan(3);
  expect(request.steps.filter(({ name }) => name === 'backing-up')).toHaveLength(1);
});

test('a token that has expired fails at once, and says so', async () => {
  const text = JSON.stringify({ exception: 'moodle_exception', errorcode: 'invalidtoken', message: 'Invalid token' });
  const request = await carryWith((call) =>
    call.name === 'start_backup' ? answer(200, 'application/json', text)(call) : undefined,
  );
  expect(request).toMatchObject({
    state: 'failed',
    error: { code: 'token-expired', retry: false, step: 'backing-up' },
  });
  expect(request.error!.message).toContain('jouvence sites check campus-2024');
  expect(failureText(french, request.error!)).toMatch(
    /start_backup a été refusé.*Invalid token.*Pour voir ce qui ne va pas.*sites check campus-2024/s,
  );
  expect(request.steps.find(({ name }) => name === 'backing-up')!.ms).toBeLessThan(5000);
  await expectNothingLeft(request);
});

test('a download that breaks off goes on where it was', async () => {
  const ranges: (string | undefined)[] = [];
  const request = await carryWith((call) => {
    if (!isDownload(call)) return undefined;
    ranges.push(call.req.headers.range);
    if (ranges.length > 1) return undefined;
    const { res } = call;
    const write = res.write.bind(res);
    res.write = ((chunk: Buffer) => {
      write(chunk.subarray(0, 5000), () => call.req.socket.destroy());
      return true;
    }) as typeof res.write;
    return call.pass();
  });
  expect(request).toMatchObject({ state: 'done' });
  expect(ranges[0]).toBeUndefined();
  expect(ranges.at(-1)).toMatch(/^bytes=\d{2,}-$/);
});

test('an archive that is altered on the way is fetched again', async () => {
  let downloads = 0;
  const flip = (body: Buffer): Buffer => {
    body[100]! ^= 1;
    return body;
  };
  const request = await carryWith((call) =>
    isDownload(call) && ++downloads === 1 ? call.pass({ answer: flip }) : undefined,
  );
  expect(request).toMatchObject({ state: 'done' });
  expect(request.steps.filter(({ name }) => name === 'fetching').map(({ attempt }) => attempt)).toEqual([1, 2]);
  const always = await carryWith((call) => (isDownload(call) ? call.pass({ answer: flip }) : undefined));
  expect(always).toMatchObject({ state: 'failed', error: { code: 'archive-altered' } });
  await expectNothingLeft(always);
});

const own = (name: string): Buffer => readFileSync(archivePath(name));

test.each<[string, string, () => Buffer]>([
  ['truncated', 'archive-invalid', () => own('his110-moodle45-users1').subarray(0, -50)],
  ['of another course', 'archive-wrong-course', () => own('mat202-moodle45-users1')],
  ['no archive at all', 'archive-invalid', () => Buffer.from('<html>Log in</html>')],
  [
    'a bomb',
    'archive-invalid',
    () => gzipSync(Buffer.concat([header('zeros.xml', 150_000_000), Buffer.alloc(150_000_000)])),
  ],
])('an archive that is %s is refused, and nothing of it is left', async (_name, code, archive) => {
  const request = await carryWith(serveInstead(archive()));
  expect(request).toMatchObject({ state: 'refused', error: { code, retry: false, step: 'checking' } });
  await expectNothingLeft(request);
});

/** A header of tar. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

test('people in an archive that must hold none are taken out before it goes on, whatever its settings say', async () => {
  // The source backs the course up with its people although it was asked not to.
  let delivered = '';
  const request = await carryWith((call) => {
    if (call.name === 'start_backup') return call.pass({ request: (body) => body.replace(/people=0/, 'people=1') });
    if (call.name !== 'start_restore') return undefined;
    // What stands in the spool now is what the target has.
    const path = join(campus.dataDir, 'spool', campus.spooled()[0]!, 'prepared.mbz');
    delivered = join(campus.dataDir, 'delivered.mbz');
    copyFileSync(path, delivered);
    return undefined;
  });
  expect(request).toMatchObject({ state: 'done', error: null, counts: { before: { people: 0 } } });
  const { users, personalData, includesUsers } = await inspect(delivered);
  expect({ users, personalData, includesUsers }).toEqual({
    users: [],
    personalData: { found: false, findings: [] },
    includesUsers: false,
  });
  // It says what was looked for.
  expect(request.proof!.lookedFor.people).toBeGreaterThanOrEqual(22);
  const [line] = request.report.filter(({ code }) => code === 'people-out');
  expect(line).toMatchObject({
    severity: 'info',
    what: expect.stringContaining(`people: ${request.proof!.lookedFor.people},`),
  });
});

test('a source whose cron stands still is said so, with since when, and goes on when it runs', async () => {
  const { id } = await send();
  let running = false;
  campus.gate.mischief = standingStill(() => running);
  const waiting = await campus.until(id, ({ error }) => error?.code === 'site-cron');
  expect(waiting).toMatchObject({ state: 'backing-up', waitingFor: 'source' });
  expect(waiting.error!.message).toMatch(
    /campus-2024: its cron has not run since 2026-01-02T03:04:05.*admin\/cli\/cron\.php/,
  );
  const later = await campus.until(
    id,
    ({ revision, waitingFor }) => waitingFor !== null && revision > waiting.revision + 2,
  );
  // The same wait, however often it is looked at.
  expect(later.waitingSince).toEqual(waiting.waitingSince);
  running = true;
  const request = await campus.until(id, hasEnded);
  expect(request).toMatchObject({ state: 'done', error: null, waitingSince: null });
  expect(request.steps.filter(({ name }) => name === 'backing-up')).toHaveLength(1);
});

test('a cron that stands still is not waited for for ever', async () => {
  const { id } = await send();
  campus.gate.mischief = standingStill(() => false);
  const request = await campus.until(id, hasEnded);
  expect(request).toMatchObject({ state: 'failed', error: { code: 'site-cron', retry: true, step: 'backing-up' } });
  expect(request.error!.message).toContain('cron.php');
  expect(failureText(french, request.error!)).toMatch(
    /son cron ne tourne plus depuis .*Faites réparer son cron.*Attente/s,
  );
  campus.gate.mischief = null;
  const source = await campus.sites.client(oldCampus, 'source');
  expect(await source.call('get_job', { key: `${id}.backing-up.1` })).toMatchObject({ state: 'discarded' });
});

/** A Moodle whose tasks nobody begins, until `running`. */
function standingStill(running: () => boolean): Mischief {
  const asOf = (body: Buffer, change: object): Buffer =>
    Buffer.from(JSON.stringify({ ...(JSON.parse(body.toString()) as object), ...change }));
  const lastcron = Date.parse('2026-01-02T03:04:05Z') / 1000;
  return (call) => {
    if (running() || call.host !== oldHost) return undefined;
    if (call.name === 'get_job')
      return call.pass({ answer: (body) => asOf(body, { state: 'waiting', step: '', progress: 0, archive: null }) });
    return call.name === 'get_site' ? call.pass({ answer: (body) => asOf(body, { lastcron }) }) : undefined;
  };
}

test('a site in maintenance is waited for, and says so', async () => {
  const { id } = await send();
  let over = false;
  const text = JSON.stringify({ exception: 'moodle_exception', errorcode: 'sitemaintenance', message: 'Maintenance' });
  campus.gate.mischief = (call) =>
    !over && call.name === 'grant_upload' ? answer(200, 'application/json', text)(call) : undefined;
  const waiting = await campus.until(id, ({ waitingFor }) => waitingFor !== null);
  expect(waiting).toMatchObject({ state: 'delivering', waitingFor: 'target', error: { code: 'busy', retry: true } });
  expect(waiting.error!.message).toContain('campus-2026 is in maintenance');
  expect(failureText(french, waiting.error!)).toContain('campus-2026 est en maintenance');
  expect(waiting.waitingSince).toBeInstanceOf(Date);
  // Longer than a site that is dead would be waited for.
  const { length } = campus.gate.calls;
  await campus.until(
    id,
    () => campus.gate.calls.slice(length).filter(({ name }) => name === 'grant_upload').length > 6,
  );
  over = true;
  expect(await campus.until(id, hasEnded)).toMatchObject({ state: 'done', error: null });
});

test('a right that was withdrawn meanwhile stops it before anything is made', async () => {
  const role = [{ username: 'prof.martin', role: 'coursecreator', level: 'system' as const }];
  let withdrawn = false;
  const request = await carryWith((call) => {
    if (call.name !== 'grant_download' || withdrawn) return undefined;
    withdrawn = true;
    return campus.door.call('unassignRoles', { site: newCampus }, role).then(() => call.pass());
  });
  await campus.door.call('assignRoles', { site: newCampus }, role);
  expect(withdrawn).toBe(true);
  expect(request).toMatchObject({
    state: 'failed',
    error: { code: 'not-allowed', step: 'delivering' },
    newCourse: null,
  });
  await expectNothingLeft(request);
});

/** Deletes a category of the target when the course is half-way. */
async function carryPastDeleted(idnumber: string, category?: { kind: 'id'; id: number }): Promise<RestoreRequest> {
  let deleted = false;
  campus.gate.mischief = (call) => {
    if (call.name !== 'grant_download' || deleted) return undefined;
    deleted = true;
    return campus.door.call('deleteCategory', { site: newCampus, idnumber }).then(() => call.pass());
  };
  const { id } = await send(category);
  const request = await campus.until(id, hasEnded);
  expect(deleted).toBe(true);
  return request;
}

async function makeCategory(idnumber: string): Promise<number> {
  const { ids } = await campus.door.call('addCategories', { site: newCampus }, [{ name: 'Short-lived', idnumber }]);
  return ids[0]!;
}

test('the category that was asked for is deleted meanwhile: it fails before anything is made', async () => {
  const request = await carryPastDeleted('GONE', { kind: 'id', id: await makeCategory('GONE') });
  expect(request).toMatchObject({ state: 'failed', error: { code: 'not-found', step: 'delivering' } });
  await expectNothingLeft(request);
});

test('the original category is deleted meanwhile: the course goes into the default one, and it is said', async () => {
  await campus.door.call('addCategories', { site: oldCampus }, [{ name: 'Arts', idnumber: 'ART' }]);
  await makeCategory('ART');
  const before = courseid;
  courseid = await campus.load('his110-moodle45-users1', 'ART');
  const request = await carryPastDeleted('ART');
  courseid = before;
  expect(request).toMatchObject({ state: 'done', newCourse: { category: 'Imported' } });
  expect(request.report.map(({ code }) => code)).toContain('category-default');
});

test('a failed request is carried again, from the beginning, to its end', async () => {
  let broken = true;
  const failed = await carryWith((call) => (broken && call.name === 'grant_upload' ? hangUp(call) : undefined));
  expect(failed).toMatchObject({ state: 'failed', error: { step: 'delivering' } });
  broken = false;
  await campus.restores.retry(operator, failed.id);
  const request = await campus.until(failed.id, hasEnded);
  expect(request).toMatchObject({ state: 'done', error: null });
  expect(request.steps.filter(({ name }) => name === 'backing-up').map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test.each(['start_backup', 'grant_download', 'match_people', 'grant_upload', 'start_restore', 'enrol_person'])(
  'cancelled at %s, nothing of it is left',
  async (name) => {
    const people = name === 'match_people';
    const sent = Promise.withResolvers<string>();
    let cancelled = false;
    campus.gate.mischief = (call) => {
      if (call.name !== name || cancelled) return undefined;
      cancelled = true;
      return sent.promise.then((id) => campus.restores.cancel(operator, id)).then(() => call.pass());
    };
    const items = [{ source: oldCampus, courseid, people }];
    const [asked] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
    sent.resolve(asked!.id);
    const request = await campus.until(asked!.id, hasEnded);
    expect(request).toMatchObject({ state: 'cancelled', newCourse: null });
    expect(cancelled).toBe(true);
    await expectNothingLeft(request);
  },
);
