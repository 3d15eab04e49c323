import { setTimeout as sleep } from 'node:timers/promises';
import { agentException, transfer } from '@jouvence/protocol';
import { isError } from '../caller.ts';
import type { Case } from '../case.ts';
import type { Got } from '../http.ts';
import { sha256, type TransferCall, type Trial } from '../trial.ts';

const php = 'archive.php';

/** `archive.php`: statuses, headers, bytes. */
export const downloads: Case[] = [
  {
    name: 'an archive comes whole, with its SHA-256 as ETag',
    needs: ['source', 'course', 'web'],
    async run(t) {
      const { bytes } = await t.backup(false);
      for (const method of ['GET', 'HEAD']) {
        const got = await ask(t, { method });
        t.notes.same(php, `${method}: status`, 200, got.status);
        checkHeaders(t, method, got, bytes);
        t.notes.same(php, `${method}: content-length`, String(bytes.length), got.headers['content-length']);
        t.notes.same(php, `${method}: bytes`, method === 'HEAD' ? 0 : bytes.length, got.bytes.length);
        t.notes.same(php, `${method}: content-range`, undefined, got.headers['content-range']);
      }
    },
  },
  { name: 'one range is 206, the rest of HTTP’s ranges is the whole', needs: ['source', 'course', 'web'], run: ranges },
  {
    name: 'a range goes on only with the archive that was begun',
    needs: ['source', 'course', 'web'],
    async run(t) {
      const { bytes } = await t.backup(false);
      const range = 'bytes=100-';
      const same = await ask(t, { headers: { range, 'if-range': `"${sha256(bytes)}"` } });
      t.notes.same(php, 'If-Range with the ETag', [206, bytes.length - 100], [same.status, same.bytes.length]);
      for (const other of [
        `"${'0'.repeat(64)}"`,
        sha256(bytes),
        `W/"${sha256(bytes)}"`,
        'Wed, 21 Oct 2015 07:28:00 GMT',
      ]) {
        const got = await ask(t, { headers: { range, 'if-range': other } });
        t.notes.same(php, `If-Range ${other.slice(0, 12)}…`, [200, bytes.length], [got.status, got.bytes.length]);
      }
    },
  },
  { name: 'without its grant an archive is refused', needs: ['source', 'course', 'web'], run: grants },
  {
    name: 'the product’s own client fetches it, resumed',
    needs: ['source', 'course'],
    async run(t) {
      const { key, bytes } = await t.backup(false);
      const client = t.source.client();
      try {
        const { grant } = await client.call('grant_download', { key });
        const from = Math.floor(bytes.length / 2);
        const download = await client.download({ grant, from, ifRange: sha256(bytes) });
        const parts: Uint8Array[] = [bytes.subarray(0, download.from)];
        for await (const part of download.body) parts.push(part);
        t.notes.same(php, 'begins where it was asked to', from, download.from);
        t.notes.same(php, 'the whole', sha256(bytes), sha256(Buffer.concat(parts)));
      } finally {
        await client.close();
      }
    },
  },
  {
    name: 'a grant that nobody used for a quarter of an hour is over',
    needs: ['source', 'course', 'web', 'slow'],
    async run(t) {
      const { key } = await t.backup(false);
      const { grant, expires } = await t.source.call('grant_download', { key });
      await sleep(expires * 1000 - Date.now() + 15_000);
      refusedTransfer(
        t,
        php,
        'a grant that is over',
        await t.transfer(t.source, transfer.downloadPath, grant),
        403,
        'not-allowed',
      );
    },
  },
];

async function ask(t: Trial, call: TransferCall = {}): Promise<Got> {
  const { grant } = await t.backup(false);
  return t.transfer(t.source, transfer.downloadPath, grant, call);
}

function checkHeaders(t: Trial, asked: string, got: Got, bytes: Buffer): void {
  const { headers } = got;
  t.notes.same(php, `${asked}: etag`, `"${sha256(bytes)}"`, headers.etag);
  t.notes.same(php, `${asked}: accept-ranges`, 'bytes', headers['accept-ranges']);
  t.notes.same(php, `${asked}: content-type`, 'application/vnd.moodle.backup', headers['content-type']);
  t.notes.same(php, `${asked}: content-encoding`, undefined, headers['content-encoding']);
  const cache = String(headers['cache-control'] ?? '');
  t.notes.check(php, `${asked}: cache-control has no-store`, cache.includes('no-store'), cache);
  t.notes.same(php, `${asked}: x-content-type-options`, 'nosniff', headers['x-content-type-options']);
  t.notes.same(php, `${asked}: no cookie`, undefined, headers['set-cookie']);
}

async function ranges(t: Trial): Promise<void> {
  const { bytes } = await t.backup(false);
  const size = bytes.length;
  const one: [string, number, number][] = [
    ['bytes=0-99', 0, 99],
    ['bytes=0-0', 0, 0],
    ['bytes=100-', 100, size - 1],
    ['bytes=-50', size - 50, size - 1],
    [`bytes=10-${size + 1000}`, 10, size - 1],
    [`bytes=-${size + 1000}`, 0, size - 1],
  ];
  for (const [range, start, end] of one) {
    const got = await ask(t, { headers: { range } });
    t.notes.same(php, `${range}: status`, 206, got.status);
    t.notes.same(php, `${range}: content-range`, `bytes ${start}-${end}/${size}`, got.headers['content-range']);
    t.notes.check(
      php,
      `${range}: the bytes of the range`,
      got.bytes.equals(bytes.subarray(start, end + 1)),
      got.bytes.length,
    );
    checkHeaders(t, range, got, bytes);
  }
  for (const range of ['bytes=0-1,5-6', 'items=0-5', 'bytes=5-1', 'bytes=-', 'bytes=a-b', 'bytes']) {
    const got = await ask(t, { headers: { range } });
    t.notes.same(php, `${range}: the whole`, [200, size], [got.status, got.bytes.length]);
  }
  for (const range of [`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, 'bytes=-0']) {
    const got = await ask(t, { headers: { range } });
    t.notes.same(php, `${range}: status`, 416, got.status);
    t.notes.same(php, `${range}: content-range`, `bytes */${size}`, got.headers['content-range']);
  }
}

async function grants(t: Trial): Promise<void> {
  const { key, grant } = await t.backup(false);
  const asked: [string, Promise<Got>][] = [
    ['another grant', t.transfer(t.source, transfer.downloadPath, 'x'.repeat(43))],
    ['the token as grant', t.transfer(t.source, transfer.downloadPath, t.source.token)],
    ['a grant for downloads, to upload', t.transfer(t.source, transfer.uploadPath, grant, { method: 'HEAD' })],
  ];
  for (const [what, got] of asked) refusedTransfer(t, php, what, await got, 403, 'not-allowed');
  // A header that something on the way took out is another trouble than a grant that is over.
  const lost: [string, Promise<Got>][] = [
    ['no grant', t.transfer(t.source, transfer.downloadPath, undefined)],
    ['an empty grant', t.transfer(t.source, transfer.downloadPath, '')],
    [
      'the grant in the address',
      t.transfer(t.source, transfer.downloadPath, undefined, { query: `grant=${grant}&x-jouvence-grant=${grant}` }),
    ],
  ];
  for (const [what, got] of lost) refusedTransfer(t, php, what, await got, 400, 'invalid-parameter');
  for (const method of ['POST', 'DELETE']) {
    const got = await ask(t, { method, ...(method === 'POST' && { body: new Uint8Array() }) });
    t.notes.same(php, `${method}: status`, 405, got.status);
  }
  const second = await t.source.call('grant_download', { key });
  t.notes.check(
    'grant_download',
    'a grant of its own each time, of 256 bits',
    second.grant !== grant && second.grant.length >= 43,
  );
  const life = second.expires - Date.now() / 1000;
  t.notes.check('grant_download', 'a quarter of an hour', life > 14 * 60 && life < 16 * 60, life);
  for (const [which, one] of [
    ['the earlier', grant],
    ['the later', second.grant],
  ] as const)
    t.notes.same(
      php,
      `${which} grant`,
      200,
      (await t.transfer(t.source, transfer.downloadPath, one, { method: 'HEAD' })).status,
    );
}

/** Errors of a transfer: an HTTP status, and a body as over REST. */
export function refusedTransfer(t: Trial, name: string, asked: string, got: Got, status: number, code: string): void {
  t.notes.same(name, `${asked}: status`, status, got.status);
  // To HEAD there is no body.
  if (got.bytes.length === 0 && got.json === undefined) return;
  const said = isError(got.json) ? [got.json.exception, got.json.errorcode] : got.text.slice(0, 100);
  t.notes.same(name, `${asked}: error`, [agentException, code], said);
}
