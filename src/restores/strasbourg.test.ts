import { createReadStream } from 'node:fs';
import { strasbourg } from '@jouvence/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { archivePath, type Campus, hasEnded, newCampus, openCampus, operator } from './test/campus.ts';
import { answer, hangUp, type Mischief } from './test/gate.ts';

/*
 * The source has only Strasbourg's block: an embedded site that answers it, over real HTTP, with the gate before it for
 * what real ones do wrong.
 */
const oldBlock = 'block-2023';
let campus: Campus;
let courseid: number;

beforeAll(async () => {
  campus = await openCampus();
  const host = `${oldBlock}.localhost`;
  const url = `http://${host}:${campus.gate.port}`;
  const { door } = campus;
  await door.call('createSite', {}, { name: oldBlock, host, url, fullname: 'Old campus', release: '4.1', branch: 401 });
  await door.call('addCategories', { site: oldBlock }, [{ name: 'Biology', idnumber: 'BIO' }]);
  const archive = createReadStream(archivePath('bio101-moodle45-users1'));
  courseid = (await door.load(oldBlock, 'BIO', archive)).courseid;
  const { token } = await door.call('createBlockToken', { site: oldBlock }, { people: true });
  await campus.sites.add(operator, { name: oldBlock, url, profile: 'source', token, strasbourg: true });
  await campus.sites.pairs.add(operator, { source: oldBlock, target: newCampus });
  await campus.work();
});
afterAll(() => campus.close());
beforeEach(() => {
  campus.gate.mischief = null;
  campus.gate.calls.length = 0;
});

async function send(options: { people?: boolean } = {}) {
  const wish = { target: newCampus, person: 'prof.martin', items: [{ source: oldBlock, courseid, ...options }] };
  const [request] = await campus.restores.send(operator, wish);
  return request!.id;
}

const carry = async (options: { people?: boolean } = {}) => campus.until(await send(options), hasEnded);

const backups = () => campus.gate.calls.filter(({ name }) => name === strasbourg.backUpCourse).length;

test.each([false, true])('a course is carried, with people: %s', async (people) => {
  const request = await carry({ people });
  expect(request.error).toBeNull();
  expect(request).toMatchObject({ state: 'done', source: oldBlock, newCourse: { category: 'Biology' } });
  // Chat and survey are not on the target.
  expect(Object.keys(request.counts.after!.activities).length).toBe(17);
  expect(request.counts.after!.people > 1).toBe(people);
  const codes = request.report.map(({ code }) => code);
  expect(codes).toContain('source-block');
  expect(codes.filter((code) => code === 'backup-stays')).toHaveLength(1);
  expect(campus.spooled()).toEqual([]);
});

test('what is in it is not known before, and that is said', async () => {
  const shown = await campus.catalogue.outline({ target: newCampus, source: oldBlock, courseid });
  expect(shown).toMatchObject({ outline: null, verdict: { kind: 'unknown' } });
  expect(shown.verdict.reasons.map(({ code }) => code)).toContain('outline-none');
});

test('a download that breaks off goes on where it was', async () => {
  let whole: Buffer | undefined;
  let etag = '';
  const ranges: string[] = [];
  campus.gate.mischief = (call) => {
    const { range } = call.req.headers;
    // Not the look at its first bytes.
    if (!call.path.startsWith(strasbourg.downloadPath) || range === 'bytes=0-3') return undefined;
    ranges.push(range ?? 'whole');
    const { res } = call;
    if (!whole) {
      // What the site has sent is on its way: a proxy in between holds it.
      const writeHead = res.writeHead.bind(res) as (status: number, headers: Record<string, string>) => typeof res;
      const cut = {
        writeHead(status: number, headers: Record<string, string>) {
          etag = headers.etag!;
          return writeHead(status, headers);
        },
        end: (chunk: Buffer) => res.write(chunk.subarray(0, 50_000), () => call.req.socket.destroy()),
      };
      Object.assign(res, cut);
      return call.pass({
        answer: (body) => {
          whole = body;
          return body;
        },
      });
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range!)![1]);
    const contentRange = `bytes ${from}-${whole.length - 1}/${whole.length}`;
    res.writeHead(206, { etag, 'content-range': contentRange, 'content-length': whole.length - from });
    res.end(whole.subarray(from));
    return Promise.resolve();
  };
  expect((await carry()).state).toBe('done');
  expect(ranges).toEqual(['whole', expect.stringMatching(/^bytes=[1-9]\d{3,}-$/)]);
  expect(backups()).toBe(1);
});

test('a web server that gives up on the backup: asked three times, and no more', async () => {
  campus.gate.mischief = ({ name, ...call }) =>
    name === strasbourg.backUpCourse ? answer(504, 'text/html', '<title>504</title>')({ name, ...call }) : undefined;
  const request = await carry();
  expect(request).toMatchObject({ state: 'failed', error: { step: 'backing-up' } });
  expect(request.error!.message).toMatch(/fastcgi_read_timeout/);
  expect(backups()).toBe(3);
});

test('a file that is gone, and one that is an error in JSON', async () => {
  let gone = true;
  campus.gate.mischief = (call) => {
    if (!call.path.startsWith(strasbourg.downloadPath) || !gone) return undefined;
    gone = false;
    return answer(200, 'application/json', '')(call);
  };
  expect((await carry()).state).toBe('done');
  expect(backups()).toBe(2);
  campus.gate.mischief = (call) =>
    call.path.startsWith(strasbourg.downloadPath)
      ? answer(200, 'application/json', '{"error":"Invalid token - token not found","errorcode":"invalidtoken"}')(call)
      : undefined;
  const request = await carry();
  expect(request).toMatchObject({ state: 'failed', error: { code: 'token-expired' } });
});

test('a backup that failed, of which the block says nothing; a course that is not theirs', async () => {
  campus.gate.mischief = (call) =>
    call.name === strasbourg.backUpCourse
      ? answer(200, 'application/json', '{"filename":"","filerecordid":0}')(call)
      : undefined;
  expect(await carry()).toMatchObject({ state: 'failed', error: { code: 'site-error', step: 'backing-up' } });
  const notTheirs: Mischief = (call) =>
    call.name === strasbourg.backUpCourse
      ? answer(200, 'application/json', '{"exception":"Exception","message":"[[notcourseowner]]"}')(call)
      : undefined;
  // It may pass: asked three times.
  expect(backups()).toBe(3);
  campus.gate.calls.length = 0;
  campus.gate.mischief = notTheirs;
  expect(await carry()).toMatchObject({ state: 'failed', error: { code: 'not-allowed', step: 'backing-up' } });
  expect(backups()).toBe(1);
});

test('one bad name keeps the list back, and not a course that is asked for by its id', async () => {
  const { token } = await campus.door.call('createBlockToken', { site: oldBlock }, { anyCourse: true });
  await campus.sites.setToken(operator, oldBlock, { profile: 'source', token });
  campus.gate.mischief = (call) =>
    call.name === strasbourg.listCourses
      ? answer(200, 'application/json', '{"exception":"x","errorcode":"invalidresponse","message":"Invalid"}')(call)
      : undefined;
  const person = { field: 'username', value: 'prof.martin' } as const;
  for await (const found of campus.catalogue.list(
    { target: newCampus, person, filters: { source: oldBlock } },
    { refresh: true },
  ))
    expect(found).toMatchObject({
      state: 'failing',
      error: { message: expect.stringContaining('have that name corrected') },
    });
  expect((await carry()).state).toBe('done');
});

test('cancelled while the backup is made: nothing arrives, and what stays is said', async () => {
  const held = Promise.withResolvers<void>();
  campus.gate.mischief = (call) => {
    if (call.name !== strasbourg.backUpCourse) return undefined;
    held.resolve();
    // Never answered: the caller leaves.
    return new Promise(() => {});
  };
  const before = await campus.coursesOf(newCampus);
  const id = await send();
  await held.promise;
  await campus.restores.cancel(operator, id);
  const request = await campus.until(id, hasEnded);
  expect(request.state).toBe('cancelled');
  expect(request.report.map(({ code }) => code)).toContain('backup-stays');
  expect(await campus.coursesOf(newCampus)).toEqual(before);
});

test('a source that is not there is waited for, and not asked for backups meanwhile', async () => {
  const id = await send();
  await campus.until(id, hasEnded);
  let away = 3;
  campus.gate.mischief = (call) => {
    if (call.host !== `${oldBlock}.localhost` || call.name !== strasbourg.backUpCourse || away === 0) return undefined;
    away -= 1;
    return away === 2 ? hangUp(call) : undefined;
  };
  expect((await carry()).state).toBe('done');
});

test('an older block gives no participants’ data: where they are the default the course comes without, and says so', async () => {
  const [name, host] = ['block-2021', 'block-2021.localhost'];
  const url = `http://${host}:${campus.gate.port}`;
  const { door } = campus;
  await door.call('createSite', {}, { name, host, url, fullname: 'Older campus', release: '4.1', branch: 401 });
  await door.call('addCategories', { site: name }, [{ name: 'Biology', idnumber: 'BIO' }]);
  const archive = createReadStream(archivePath('bio101-moodle45-users1'));
  const loaded = await door.load(name, 'BIO', archive);
  const { token } = await door.call('createBlockToken', { site: name }, { people: true });
  const older = (body: Buffer) => Buffer.from(body.toString().replaceAll('"2025073000"', '"2022060100"'));
  campus.gate.mischief = (call) =>
    call.host === host && call.name === 'core_webservice_get_site_info' ? call.pass({ answer: older }) : undefined;
  const site = await campus.sites.add(operator, { name, url, profile: 'source', token, strasbourg: true });
  expect(site.abilities.people).toBe(false);
  await campus.sites.pairs.add(operator, { source: name, target: newCampus });
  await campus.settings.set(operator, 'requests.people', true, { target: (await campus.sites.get(newCampus)).id });

  const wish = { target: newCampus, person: 'prof.martin', items: [{ source: name, courseid: loaded.courseid }] };
  const [item] = (await campus.restores.check(operator, wish)).items;
  expect(item).toMatchObject({ problems: [], options: { people: false }, mayChoose: { people: false } });
  expect(item!.lines.map(({ code }) => code)).toContain('people-not-given');
  const asked = { ...wish, items: [{ ...wish.items[0]!, people: true }] };
  expect((await campus.restores.check(operator, asked)).items[0]!.problems[0]).toMatchObject({ code: 'unsupported' });
  const [request] = await campus.restores.send(operator, wish);
  expect(request!.people).toBe(false);
  await campus.restores.cancel(operator, request!.id);
});
