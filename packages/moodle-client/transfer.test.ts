import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSiteClient } from './index.ts';
import { openSite, readBody } from './test/misbehaving-site.ts';

const archive = randomBytes(2_000_000);
const sha256 = createHash('sha256').update(archive).digest('hex');
const token = 'canary-4711-token';
const grant = 'canary-4712-grant';

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

const clientOf = (site: { url: string }, limits = {}) =>
  createSiteClient({ site: 'old', url: site.url, token, limits });

test('a download that broke off goes on where it was', async () => {
  let requests = 0;
  await using site = await openSite((request, response) => {
    requests += 1;
    expect(request.headers['x-jouvence-grant']).toBe(grant);
    expect(request.url).toBe('/local/jouvence/archive.php');
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? 'bytes=0-')![1]);
    if (from > 0) expect(request.headers['if-range']).toBe(`"${sha256}"`);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: `"${sha256}"`,
      'content-length': archive.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${archive.length - 1}/${archive.length}` }),
    });
    if (requests > 1) return void response.end(archive.subarray(from));
    response.write(archive.subarray(0, 700_000), () => request.socket.destroy());
  });
  const client = clientOf(site);
  const parts: Uint8Array[] = [];
  const first = await client.download({ grant, from: 0 });
  expect(first).toMatchObject({ from: 0, sizeBytes: archive.length, sha256 });
  const failure = await (async () => {
    for await (const part of first.body) parts.push(part);
  })().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'site-unreachable', retry: true });
  const here = Buffer.concat(parts);
  expect(here.length).toBeGreaterThan(0);
  const second = await client.download({ grant, from: here.length, ifRange: sha256 });
  expect(second.from).toBe(here.length);
  expect(Buffer.concat([here, await collect(second.body)]).equals(archive)).toBe(true);
});

test('a site that has another archive by now begins again', async () => {
  await using site = await openSite((_, response) => {
    response.writeHead(200, { etag: `"${sha256}"`, 'content-length': archive.length }).end(archive);
  });
  const download = await clientOf(site).download({ grant, from: 10, ifRange: 'f'.repeat(64) });
  expect(download).toMatchObject({ from: 0, sha256 });
  expect((await collect(download.body)).equals(archive)).toBe(true);
});

test('a download that stalls is given up', async () => {
  await using site = await openSite((_, response) => {
    response.writeHead(200, { etag: `"${sha256}"`, 'content-length': archive.length }).write(archive.subarray(0, 10));
  });
  const { body } = await clientOf(site, { idleMs: 50 }).download({ grant, from: 0 });
  await expect(collect(body)).rejects.toMatchObject({ code: 'site-timeout' });
});

test('a download that drips is given up; a slow one that gets on is not', async () => {
  let pieceBytes = 1;
  await using site = await openSite((_, response) => {
    const headers = { etag: `"${sha256}"`, 'content-length': archive.length };
    response.writeHead(200, headers);
    let at = 0;
    const drip = setInterval(() => {
      response.write(archive.subarray(at, at + pieceBytes));
      at += pieceBytes;
    }, 10);
    response.on('close', () => clearInterval(drip));
  });
  const limits = { idleMs: 100, trickleBytes: 1000 };
  const { body } = await clientOf(site, limits).download({ grant, from: 0 });
  await expect(collect(body)).rejects.toMatchObject({ code: 'site-timeout', retry: true });
  pieceBytes = 50_000;
  const slow = await clientOf(site, limits).download({ grant, from: 0 });
  expect((await collect(slow.body)).equals(archive)).toBe(true);
});

test.each([
  ['without a checksum', {}, 200],
  ['of another place', { etag: `"${sha256}"`, 'content-range': 'bytes 0-9/10' }, 206],
  ['of another archive', { etag: `"${'0'.repeat(64)}"`, 'content-range': 'bytes 5-9/10' }, 206],
  ['that is a page', { 'content-type': 'text/html' }, 500],
])('a download %s is a bad answer', async (_, headers, status) => {
  await using site = await openSite((_, response) => void response.writeHead(status, headers).end('12345'));
  const failure = await clientOf(site)
    .download({ grant, from: 5, ifRange: sha256 })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'site-bad-answer' });
});

test('a grant goes along within the site and nowhere else', async () => {
  await using elsewhere = await openSite(() => expect.unreachable('the grant left the site'));
  await using site = await openSite((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: `${elsewhere.url}/archive?x=1` }).end();
    else response.writeHead(302, { location: '/moved' }).end();
  });
  const failure = (await clientOf(site)
    .download({ grant, from: 0 })
    .catch((error: unknown) => error)) as Error;
  expect(failure.message).toContain(`redirects to another address, ${elsewhere.url}/archive`);
  expect(failure.message).not.toContain('canary');
});

interface Receiving {
  kept: Buffer;
  parts: number[];
  complete: boolean;
}

/** Keeps parts as the protocol says; `spoil` may answer in its place. */
async function openReceivingSite(
  spoil: (call: { part: number; length: number; kept: Receiving }) => 'cut' | 'too-large' | 'forget' | undefined,
) {
  const kept: Receiving = { kept: Buffer.alloc(0), parts: [], complete: false };
  let part = 0;
  const site = await openSite(async (request, response) => {
    const query = new URL(request.url!, 'http://site').searchParams;
    const received = () => ({ 'x-jouvence-received': String(kept.kept.length) });
    if (request.method === 'HEAD') return void response.writeHead(200, received()).end();
    const length = Number(request.headers['content-length']);
    const spoiled = spoil({ part, length, kept });
    part += 1;
    if (spoiled === 'cut') return void request.socket.destroy();
    if (spoiled === 'too-large') return void response.writeHead(413, { connection: 'close' }).end('<h1>413</h1>');
    const body = await readBody(request);
    if (spoiled === 'forget') kept.kept = kept.kept.subarray(0, 100);
    if (Number(query.get('offset')) !== kept.kept.length) return void response.writeHead(409, received()).end();
    kept.kept = Buffer.concat([kept.kept, body]);
    kept.parts.push(body.length);
    if (query.get('complete') === '1') {
      const right = createHash('sha256').update(kept.kept).digest('hex') === query.get('sha256');
      if (!right) {
        const error = { exception: 'local_jouvence\\error', errorcode: 'conflict', message: 'another sum' };
        kept.kept = Buffer.alloc(0);
        return void response.writeHead(409, received()).end(JSON.stringify(error));
      }
      kept.complete = true;
    }
    response.writeHead(200, received()).end('{}');
  });
  return Object.assign(site, { received: kept });
}

async function* readArchive(offset: number, length: number, bytes = archive) {
  yield bytes.subarray(offset, offset + length);
}

const sending = { grant, received: 0, sizeBytes: archive.length, sha256, open: readArchive, partBytes: 600_000 };

test('an upload goes in parts and says how far it is', async () => {
  await using site = await openReceivingSite(() => undefined);
  const seen: number[] = [];
  await clientOf(site).upload({ ...sending, onProgress: (bytes) => seen.push(bytes) });
  expect(site.received.parts).toEqual([600_000, 600_000, 600_000, 200_000]);
  expect(seen).toEqual([600_000, 1_200_000, 1_800_000, 2_000_000]);
  expect(site.received).toMatchObject({ complete: true, kept: archive });
});

test('an upload of which all arrived but the end is ended', async () => {
  await using site = await openReceivingSite(() => undefined);
  site.received.kept = archive;
  await clientOf(site).upload({ ...sending, received: archive.length });
  expect(site.received).toMatchObject({ complete: true, parts: [0] });
});

test('a connection that is cut is taken up where the site is', async () => {
  await using site = await openReceivingSite(({ part }) => (part === 1 ? 'cut' : undefined));
  await clientOf(site).upload(sending);
  expect(site.received.complete).toBe(true);
});

test('a site that lost a part gets it again', async () => {
  await using site = await openReceivingSite(({ part }) => (part === 2 ? 'forget' : undefined));
  await clientOf(site).upload(sending);
  expect(site.received.complete).toBe(true);
  expect(site.received.kept.equals(archive)).toBe(true);
});

test('parts shrink to what gets through', async () => {
  await using site = await openReceivingSite(({ length }) => (length > 700_000 ? 'too-large' : undefined));
  await clientOf(site).upload({ ...sending, partBytes: 2_000_000 });
  expect(site.received.complete).toBe(true);
  expect(Math.max(...site.received.parts)).toBeLessThanOrEqual(700_000);
});

test('a way that takes not even 512 KiB is named', async () => {
  await using site = await openReceivingSite(() => 'too-large');
  await expect(clientOf(site).upload(sending)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('client_max_body_size'),
  });
});

test('a site that has no room says so', async () => {
  await using site = await openSite((_, response) => {
    const error = { exception: 'local_jouvence\\error', errorcode: 'quota', message: 'no room' };
    response.writeHead(507, { connection: 'close' }).end(JSON.stringify(error));
  });
  await expect(clientOf(site).upload(sending)).rejects.toMatchObject({ code: 'quota' });
});

test('a site that never keeps anything is given up', async () => {
  await using site = await openReceivingSite(({ part }) => (part > 0 ? 'cut' : undefined));
  await expect(clientOf(site).upload(sending)).rejects.toMatchObject({ code: 'site-unreachable', retry: true });
});

test('an archive that arrived altered is said', async () => {
  await using site = await openReceivingSite(() => undefined);
  const altered = Buffer.from(archive);
  altered[5] = altered[5]! ^ 1;
  const open = (offset: number, length: number) => readArchive(offset, length, altered);
  await expect(clientOf(site).upload({ ...sending, open })).rejects.toMatchObject({ code: 'archive-altered' });
});

test('a part that another call is still sending is left to it', async () => {
  await using site = await openSite((_, response) => {
    const error = { exception: 'local_jouvence\\error', errorcode: 'busy', message: 'another part' };
    const headers = { 'x-jouvence-received': '0', connection: 'close' };
    response.writeHead(409, headers).end(JSON.stringify(error));
  });
  await expect(clientOf(site).upload(sending)).rejects.toMatchObject({ code: 'busy', retry: true });
});

test('an error in reading the archive is ours, not the site’s', async () => {
  await using site = await openReceivingSite(() => undefined);
  const open = async function* (): AsyncGenerator<Uint8Array> {
    yield archive.subarray(0, 10);
    throw new Error('the disk is gone');
  };
  await expect(clientOf(site).upload({ ...sending, open })).rejects.toThrow('the disk is gone');
});
