import { randomBytes } from 'node:crypto';
import { transfer } from '@jouvence/protocol';
import type { Case } from '../case.ts';
import type { Got } from '../http.ts';
import { sha256, type Trial } from '../trial.ts';
import { inOrder } from './backups.ts';
import { refusedTransfer } from './downloads.ts';

const php = 'upload.php';
const archive = randomBytes(300_000);

/** `upload.php`: parts, and how it goes on after whatever breaks. */
export const uploads: Case[] = [
  { name: 'an upload in parts, resumed from what is kept', needs: ['target', 'web'], run: parts },
  { name: 'a part that does not fit is refused, and keeps nothing', needs: ['target', 'web'], run: wrongParts },
  {
    name: 'a whole with another SHA-256 is thrown away, and may come again',
    needs: ['target', 'web'],
    async run(t) {
      const up = await begin(t);
      const altered = Buffer.from(archive);
      altered[5] = altered[5]! ^ 1;
      const got = await up.part(0, altered, true);
      refusedTransfer(t, php, 'altered bytes', got, 409, 'conflict');
      t.notes.same(php, 'altered bytes: kept', '0', got.headers[transfer.receivedHeader]);
      t.notes.same(php, 'kept after that', '0', (await up.head()).headers[transfer.receivedHeader]);
      t.notes.same(php, 'the right bytes', 200, (await up.part(0, archive, true)).status);
      t.notes.same('get_job', 'the upload', 'done', (await t.target.call('get_job', { key: up.key })).state);
    },
  },
  {
    name: 'an upload needs its grant',
    needs: ['target', 'web'],
    async run(t) {
      const up = await begin(t);
      const post = (grant: string | undefined) =>
        t.transfer(t.target, transfer.uploadPath, grant, {
          method: 'POST',
          query: 'offset=0',
          body: archive.subarray(0, 10),
        });
      for (const [what, grant] of [
        ['another grant', 'x'.repeat(43)],
        ['the token', t.target.token],
      ] as const)
        refusedTransfer(t, php, what, await post(grant), 403, 'not-allowed');
      refusedTransfer(t, php, 'no grant', await post(undefined), 400, 'invalid-parameter');
      const download = await t.transfer(t.target, transfer.downloadPath, up.grant);
      refusedTransfer(t, 'archive.php', 'a grant for uploads', download, 403, 'not-allowed');
      const get = await t.transfer(t.target, transfer.uploadPath, up.grant);
      t.notes.same(php, 'GET: status', 405, get.status);
      t.notes.same(php, 'kept after all that', '0', (await up.head()).headers[transfer.receivedHeader]);
    },
  },
  {
    name: 'a key is one upload',
    needs: ['target'],
    async run(t) {
      const up = await begin(t);
      const params = { key: up.key, filename: 'course.mbz', sizebytes: archive.length, sha256: sha256(archive) };
      for (const other of [{ sizebytes: 1 }, { sha256: 'a'.repeat(64) }, { filename: 'other.mbz' }])
        await t.target.refused('grant_upload', { ...params, ...other }, 'conflict');
      await t.target.put(up.grant, archive);
      const category = await t.categoryId();
      const restore = {
        uploadkey: up.key,
        categoryid: category,
        people: false,
        enrolments: 'never',
        sha256: sha256(archive),
      };
      await t.target.refused('start_restore', { ...restore, key: up.key }, 'conflict');
      await t.target.refused(
        'start_restore',
        { ...restore, key: t.key(t.target, 'r'), sha256: 'a'.repeat(64) },
        'conflict',
      );
      await t.target.refused(
        'start_restore',
        { ...restore, key: t.key(t.target, 'r'), categoryid: 2_000_000_000 },
        'not-found',
      );
      await t.target.refused('grant_download', { key: up.key }, 'access');
      const gone = inOrder(await t.target.call('discard_job', { key: up.key }));
      t.notes.same(
        'discard_job',
        'a finished upload',
        { before: 'done', removed: { archive: true, courseid: null } },
        gone,
      );
      await t.target.refused('grant_upload', params, 'conflict');
      await t.target.refused('start_restore', { ...restore, key: t.key(t.target, 'r') }, 'not-found');
      const { status } = await t.target.put(up.grant, archive);
      t.notes.check(php, 'its grant opens nothing any more (404, or 403)', [403, 404].includes(status), status);
    },
  },
  {
    name: 'an upload is discarded in the middle',
    needs: ['target', 'web'],
    async run(t) {
      const up = await begin(t);
      await up.part(0, archive.subarray(0, 1000));
      const gone = inOrder(await t.target.call('discard_job', { key: up.key }));
      t.notes.same(
        'discard_job',
        'an upload under way',
        { before: 'running', removed: { archive: true, courseid: null } },
        gone,
      );
      const untouched = await begin(t);
      const early = inOrder(await t.target.call('discard_job', { key: untouched.key }));
      t.notes.same(
        'discard_job',
        'an upload without a byte',
        { before: 'waiting', removed: { archive: false, courseid: null } },
        early,
      );
      t.notes.same('get_job', 'after that', 'discarded', (await t.target.call('get_job', { key: up.key })).state);
    },
  },
  {
    name: 'the product’s own client sends it',
    needs: ['target'],
    async run(t) {
      const client = t.target.client();
      try {
        const large = Buffer.concat([archive, archive, archive, archive]);
        const key = t.key(t.target, 'client');
        const given = await client.call('grant_upload', {
          key,
          filename: 'a.mbz',
          sizebytes: large.length,
          sha256: sha256(large),
        });
        await client.upload({
          ...given,
          sizeBytes: large.length,
          sha256: sha256(large),
          partBytes: 600_000,
          open: async function* (offset, length) {
            yield large.subarray(offset, offset + length);
          },
        });
        const task = await t.target.call('get_job', { key });
        t.notes.same('get_job', 'the upload', ['done', sha256(large)], [task.state, task.archive?.sha256]);
      } finally {
        await client.close();
      }
    },
  },
];

async function begin(t: Trial, bytes: Uint8Array = archive) {
  const key = t.key(t.target, 'upload');
  const digest = sha256(bytes);
  const announce = () =>
    t.target.call('grant_upload', { key, filename: 'course.mbz', sizebytes: bytes.length, sha256: digest });
  const { grant, received } = await announce();
  t.notes.same('grant_upload', 'received, before anything', 0, received);
  return {
    key,
    grant,
    announce,
    head: () => t.transfer(t.target, transfer.uploadPath, grant, { method: 'HEAD' }),
    part: (offset: number, body: Uint8Array, last = false): Promise<Got> =>
      t.transfer(t.target, transfer.uploadPath, grant, {
        method: 'POST',
        query: `offset=${offset}${last ? `&complete=1&sha256=${digest}` : ''}`,
        headers: { 'content-type': 'application/octet-stream' },
        body,
      }),
    raw: (query: string, body: Uint8Array) =>
      t.transfer(t.target, transfer.uploadPath, grant, {
        method: 'POST',
        query,
        headers: { 'content-type': 'application/octet-stream' },
        body,
      }),
  };
}

async function parts(t: Trial): Promise<void> {
  const up = await begin(t);
  const kept = async () => (await up.head()).headers[transfer.receivedHeader];
  const waiting = await t.target.call('get_job', { key: up.key });
  t.notes.same(
    'get_job',
    'an upload without a byte',
    ['upload', 'waiting', 0, null],
    [waiting.kind, waiting.state, waiting.progress, waiting.archive],
  );
  const first = await up.part(0, archive.subarray(0, 120_000));
  t.notes.same(php, 'the first part', [200, '120000'], [first.status, first.headers[transfer.receivedHeader]]);
  t.notes.same(php, 'HEAD: kept', '120000', await kept());
  const running = await t.target.call('get_job', { key: up.key });
  t.notes.same('get_job', 'an upload under way', ['running', 0.4], [running.state, running.progress]);

  for (const offset of [0, 60_000, 120_001, 200_000]) {
    const got = await up.part(offset, archive.subarray(offset, offset + 50_000));
    refusedTransfer(t, php, `a part from ${offset} on`, got, 409, 'conflict');
    t.notes.same(php, `a part from ${offset} on: the right offset`, '120000', got.headers[transfer.receivedHeader]);
  }
  t.notes.same(php, 'kept after wrong offsets', '120000', await kept());

  // As after a restart: the same key, a new grant, where it was.
  const again = await up.announce();
  t.notes.same('grant_upload', 'received, in the middle', 120_000, again.received);
  t.notes.same(php, 'the second part', 200, (await up.part(120_000, archive.subarray(120_000, 250_000))).status);
  const last = await up.part(250_000, archive.subarray(250_000), true);
  t.notes.same(
    php,
    'the last part',
    [200, String(archive.length)],
    [last.status, last.headers[transfer.receivedHeader]],
  );
  const done = await t.target.call('get_job', { key: up.key });
  const { filename, sizebytes, sha256: digest } = done.archive ?? {};
  t.notes.same(
    'get_job',
    'a finished upload',
    ['done', 1, 'course.mbz', archive.length, sha256(archive)],
    [done.state, done.progress, filename, sizebytes, digest],
  );
  // The answer to the last part was lost: asking again is no error.
  t.notes.same(php, 'the end once more', 200, (await up.part(archive.length, new Uint8Array(), true)).status);
}

async function wrongParts(t: Trial): Promise<void> {
  const up = await begin(t);
  const little = archive.subarray(0, 10);
  const digest = sha256(archive);
  for (const query of ['', 'offset=', 'offset=-1', 'offset=1e3', 'offset=abc', 'offset[]=0'])
    refusedTransfer(t, php, `query "${query}"`, await up.raw(query, little), 400, 'invalid-parameter');
  refusedTransfer(
    t,
    php,
    'more than was announced',
    await up.raw('offset=0', Buffer.alloc(archive.length + 1)),
    400,
    'invalid-parameter',
  );
  refusedTransfer(
    t,
    php,
    'complete, and too short',
    await up.raw(`offset=0&complete=1&sha256=${digest}`, little),
    400,
    'invalid-parameter',
  );
  refusedTransfer(
    t,
    php,
    'complete, with another SHA-256',
    await up.raw(`offset=0&complete=1&sha256=${'a'.repeat(64)}`, archive),
    400,
    'invalid-parameter',
  );
  refusedTransfer(
    t,
    php,
    'complete, without a SHA-256',
    await up.raw('offset=0&complete=1', archive),
    400,
    'invalid-parameter',
  );
  t.notes.same(php, 'kept after all that', '0', (await up.head()).headers[transfer.receivedHeader]);

  const { uploadpartbytes } = await t.target.call('get_site', {});
  const large = Buffer.alloc(uploadpartbytes + 1);
  const big = await begin(t, large);
  const got = await big.part(0, large.subarray(0, uploadpartbytes + 1), true);
  // The web server before a Moodle may have refused it already, in its own words.
  t.notes.same(php, `a part of ${uploadpartbytes + 1} bytes, one more than is taken`, 413, got.status);
  const fits = await big.part(0, large.subarray(0, uploadpartbytes));
  t.notes.same(php, `a part of ${uploadpartbytes} bytes, as said by get_site`, 200, fits.status);
}
