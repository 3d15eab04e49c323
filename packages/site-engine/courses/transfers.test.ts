import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { transfer } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import type { TestEngine } from '../testing.ts';
import { createCampus, fixture, sha256, startTestEngine, type TestCampus } from './testing.ts';

let engine: TestEngine;
let site: TestCampus;
let counter = 0;

beforeAll(async () => {
  engine = await startTestEngine();
  site = await createCampus(engine, 'transfers');
});
afterAll(async () => {
  expect(engine.failures).toEqual([]);
  await engine.close();
});

const archive = randomBytes(100_000);
const announce = async (bytes: Buffer = archive, key = `upload.${++counter}`) => {
  const params = { key, filename: 'course.mbz', sizebytes: bytes.length, sha256: sha256(bytes) };
  return { key, ...(await site.target('grant_upload', params)) };
};
const part = (grant: string, query: string, body: Uint8Array, headers = {}) =>
  engine.ask({
    method: 'POST',
    host: site.host,
    path: `${transfer.uploadPath}?${query}`,
    headers: { [transfer.grantHeader]: grant, ...headers },
    body,
  });
const kept = async (grant: string) => {
  const answer = await engine.ask({
    method: 'HEAD',
    host: site.host,
    path: transfer.uploadPath,
    headers: { [transfer.grantHeader]: grant },
  });
  return Number(answer.headers[transfer.receivedHeader]);
};
const last = (offset: number) => `offset=${offset}&complete=1&sha256=${sha256(archive)}`;

test('an upload in parts, resumed from what is kept', async () => {
  const { key, grant, received } = await announce();
  expect(received).toBe(0);
  expect((await part(grant, 'offset=0', archive.subarray(0, 40_000))).headers[transfer.receivedHeader]).toBe('40000');
  expect(await kept(grant)).toBe(40_000);
  expect(await site.target('get_job', { key })).toMatchObject({ kind: 'upload', state: 'running', progress: 0.4 });

  const wrong = await part(grant, 'offset=30000', archive.subarray(30_000, 50_000));
  expect(wrong.status).toBe(409);
  expect(wrong.headers[transfer.receivedHeader]).toBe('40000');
  expect(await kept(grant)).toBe(40_000);

  // The same key again, as after a lost answer or a restart: where it was.
  const again = await announce(archive, key);
  expect(again.received).toBe(40_000);
  expect((await part(again.grant, last(40_000), archive.subarray(40_000))).status).toBe(200);
  expect(await site.target('get_job', { key })).toMatchObject({
    state: 'done',
    progress: 1,
    archive: { sha256: sha256(archive) },
  });
  // The answer to the last part was lost: asking again is no error.
  expect((await part(again.grant, last(100_000), new Uint8Array())).status).toBe(200);
});

test('a part that breaks off keeps nothing', async () => {
  const { grant } = await announce();
  await part(grant, 'offset=0', archive.subarray(0, 10));
  await new Promise<void>((done) => {
    const call = request({
      host: '127.0.0.1',
      port: engine.addresses.sites.port,
      method: 'POST',
      path: `${transfer.uploadPath}?offset=10`,
      headers: { host: site.host, [transfer.grantHeader]: grant, 'content-length': 5000 },
    });
    call.on('error', () => done());
    call.write(archive.subarray(10, 1000), () => call.destroy());
  });
  // Whether or not the engine has noticed by now that the connection is gone.
  const answer = await part(grant, 'offset=10', archive.subarray(10, 20));
  expect(answer.status).toBe(200);
  expect((await part(grant, last(20), archive.subarray(20))).status).toBe(200);
});

test('a whole that is another than announced is thrown away', async () => {
  const { key, grant } = await announce();
  const answer = await part(grant, last(0), Buffer.alloc(archive.length));
  expect(answer.status).toBe(409);
  expect(answer.json().errorcode).toBe('conflict');
  expect(await kept(grant)).toBe(0);
  expect((await site.target('get_job', { key })).state).toBe('waiting');
  expect((await part(grant, last(0), archive)).status).toBe(200);
});

test('more than announced, too large a part, no length, or another checksum are refused and keep nothing', async () => {
  const { grant } = await announce();
  expect((await part(grant, 'offset=0', Buffer.alloc(100_001))).status).toBe(400);
  expect((await part(grant, last(0), archive.subarray(1))).status).toBe(400);
  expect((await part(grant, `offset=0&complete=1&sha256=${'0'.repeat(64)}`, archive)).status).toBe(400);
  expect((await part(grant, 'offset=x', archive)).status).toBe(400);
  const large = await announce(Buffer.alloc(17 * 1024 * 1024));
  expect((await part(large.grant, 'offset=0', Buffer.alloc(16 * 1024 * 1024 + 1))).status).toBe(413);
  expect(await kept(grant)).toBe(0);
});

test('a key is of one upload only', async () => {
  const { key } = await announce();
  const other = await site.target('grant_upload', {
    key,
    filename: 'course.mbz',
    sizebytes: 1,
    sha256: sha256(archive),
  });
  expect(other).toMatchObject({ errorcode: 'conflict' });
});

test('a download in ranges gives the archive', async () => {
  const { courseid } = await site.load('his110-moodle45-users1');
  const { bytes, grant } = await site.backup(courseid, true);
  expect(grant).toMatchObject({ sizebytes: bytes.length, sha256: sha256(bytes) });
  expect(grant.filename).toMatch(/^backup-moodle2-course-\d+-his110.*\.mbz$/);
  const get = (headers: Record<string, string>, method = 'GET') =>
    engine.ask({
      method,
      host: site.host,
      path: transfer.downloadPath,
      headers: { [transfer.grantHeader]: grant.grant, ...headers },
    });
  const etag = `"${grant.sha256}"`;

  const middle = await get({ range: 'bytes=1000-', 'if-range': etag });
  expect(middle.status).toBe(206);
  expect(middle.headers['content-range']).toBe(`bytes 1000-${bytes.length - 1}/${bytes.length}`);
  expect(middle.bytes.equals(bytes.subarray(1000))).toBe(true);
  expect((await get({ range: 'bytes=5-9' })).bytes.equals(bytes.subarray(5, 10))).toBe(true);
  expect((await get({ range: 'bytes=-7' })).bytes.equals(bytes.subarray(-7))).toBe(true);
  // Another archive by now: the whole of it, never the end of this on the beginning of that.
  const other = await get({ range: 'bytes=1000-', 'if-range': `"${'0'.repeat(64)}"` });
  expect(other.status).toBe(200);
  expect(other.bytes.equals(bytes)).toBe(true);
  const beyond = await get({ range: `bytes=${bytes.length}-` });
  expect(beyond.status).toBe(416);
  expect(beyond.headers['content-range']).toBe(`bytes */${bytes.length}`);
  const head = await get({}, 'HEAD');
  expect([head.headers.etag, head.headers['content-length'], head.bytes.length]).toEqual([
    etag,
    String(bytes.length),
    0,
  ]);
});

test('a grant opens one file, in one direction, on one site, for its time', async () => {
  const { courseid } = await site.load('his110-moodle45-users1');
  const { task, grant } = await site.backup(courseid, false);
  const other = await createCampus(engine, 'elsewhere');
  const get = (given: string, host = site.host) =>
    engine.ask({ host, path: transfer.downloadPath, headers: { [transfer.grantHeader]: given } });
  expect((await get(grant.grant)).status).toBe(200);
  for (const answer of [
    await get('x'),
    await get(grant.grant, other.host),
    await get((await announce()).grant),
    await part(grant.grant, 'offset=0', archive),
  ]) {
    expect(answer.status).toBe(403);
    expect(answer.json().errorcode).toBe('not-allowed');
  }
  // A header that got lost on the way must not look like a grant that is wrong.
  for (const answer of [
    await get(''),
    await engine.ask({ host: site.host, path: `${transfer.downloadPath}?grant=${grant.grant}` }),
  ]) {
    expect(answer.status).toBe(400);
    expect(answer.json().errorcode).toBe('invalid-parameter');
  }
  const database = await openDatabase({ url: engine.databaseUrl, log: () => {} });
  const age = async (column: string, minutes: number) => {
    const sites = await database.withoutSite((tx) => tx.rows<{ id: number }>('select id from sites'));
    for (const { id } of sites)
      await database.withSite(id, (tx) =>
        tx.run(`update grants set ${column} = now() - make_interval(mins => $1)`, [minutes]),
      );
  };
  await age('used_at', 14);
  expect((await get(grant.grant)).status).toBe(200);
  await age('used_at', 16);
  expect((await get(grant.grant)).status).toBe(403);
  await age('used_at', 0);
  await age('created_at', 24 * 60 + 1);
  expect((await get(grant.grant)).status).toBe(403);
  // Only its hash is kept.
  await database.close();
  await site.source('discard_job', { key: task.key });
  expect(await site.source('grant_download', { key: task.key })).toMatchObject({ errorcode: 'not-found' });
});

test('a restore of another archive than is meant is refused', async () => {
  const bytes = await readFile(fixture('his110-moodle45-users1'));
  expect(await site.restore(bytes, { sha256: '0'.repeat(64) })).toMatchObject({ errorcode: 'conflict' });
  expect(await site.restore(bytes, { uploadkey: 'never.was' })).toMatchObject({ errorcode: 'not-found' });
});
