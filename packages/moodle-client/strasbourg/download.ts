import { strasbourg } from '@jouvence/protocol';
import { readText, refusalOf } from '../answer.ts';
import { readBody } from '../download.ts';
import { SiteError } from '../errors.ts';
import type { Answer, Wire } from '../wire.ts';
import type { BlockArchive, BlockDownload } from './block.ts';

const name = 'the archive';

interface Asked {
  fileid: number;
  /** As Range says it; `bytes=0-3` to look only. */
  range?: string;
  signal?: AbortSignal;
}

/** The token is in the address, because the block takes it from nowhere else: so nobody is sent anywhere with it. */
async function ask(wire: Wire, token: string, { fileid, range, signal }: Asked): Promise<Answer> {
  const answer = await wire.send({
    method: 'GET',
    path: strasbourg.downloadPath,
    query: { token, filerecordid: String(fileid) },
    headers: { accept: '*/*', 'accept-encoding': 'identity', ...(range !== undefined && { range }) },
    refuseRedirects: true,
    signal,
  });
  if (answer.status === 200 || answer.status === 206) return answer;
  throw refusalOf(wire, name, answer.status, await readText(wire, name, answer, signal));
}

/** Looks whether a file is there, and is an archive, by its first bytes. */
export async function lookAt(
  wire: Wire,
  token: string,
  asked: { fileid: number; signal?: AbortSignal },
): Promise<BlockArchive & { ageMs: number | null }> {
  const answer = await ask(wire, token, { ...asked, range: 'bytes=0-3' });
  try {
    const { sizeBytes } = await begin(wire, answer, asked);
    // Both times are the site's own.
    const ageMs = Date.parse(answer.header('date') ?? '') - Date.parse(answer.header('last-modified') ?? '');
    return {
      fileid: asked.fileid,
      sizeBytes,
      etag: answer.header('etag') ?? null,
      ageMs: Number.isNaN(ageMs) ? null : ageMs,
    };
  } finally {
    answer.body.destroy();
  }
}

export async function open(
  wire: Wire,
  token: string,
  {
    fileid,
    from = 0,
    etag = null,
    signal,
  }: { fileid: number; from?: number; etag?: string | null; signal?: AbortSignal },
): Promise<BlockDownload> {
  // Without something to know the file by again, the end of another could be glued to this one's beginning.
  const wanted = etag === null ? 0 : from;
  const answer = await ask(wire, token, { fileid, signal, ...(wanted > 0 && { range: `bytes=${wanted}-` }) });
  const now = answer.header('etag') ?? null;
  if (answer.status === 206) {
    const range = readRange(answer);
    if (range?.from === wanted && range.to === range.sizeBytes - 1 && now === etag) {
      const { sizeBytes } = range;
      return { from: wanted, sizeBytes, etag: now, body: readBody(wire, answer, { from: wanted, sizeBytes }, signal) };
    }
    answer.body.destroy();
    return open(wire, token, { fileid, signal });
  }
  try {
    const { sizeBytes, body } = await begin(wire, answer, { signal });
    return { from: 0, sizeBytes, etag: now, body: readBody(wire, { body }, { from: 0, sizeBytes }, signal) };
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

/**
 * Reads as far as it takes to see that this is an archive. Moodle answers 200 to everything here: nothing at all for a
 * file that is gone, and JSON for what it refuses.
 */
async function begin(
  wire: Wire,
  answer: Answer,
  { signal }: { signal?: AbortSignal },
): Promise<{ sizeBytes: number; body: AsyncIterable<Uint8Array> }> {
  const parts: Buffer[] = [];
  const reader = (answer.body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let length = 0;
  try {
    while (length < 4) {
      const { done, value } = await reader.next();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch (error) {
    throw wire.translate(error, signal);
  }
  const head = Buffer.concat(parts);
  if (head.length === 0) throw new SiteError('not-found', wire.site, { reason: 'archive-gone', values: {} });
  if (!isArchive(head)) {
    const rest = await restAsText(wire, head, reader, signal);
    throw refusalOf(wire, name, answer.status, rest);
  }
  const range = answer.status === 206 ? readRange(answer) : undefined;
  const size = Number(range?.sizeBytes ?? answer.header('content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(size) || size < head.length)
    throw new SiteError('site-bad-answer', wire.site, { reason: 'archive-no-length', values: {} });
  return { sizeBytes: size, body: goOn(head, reader) };
}

const isArchive = (head: Buffer): boolean =>
  (head[0] === 0x1f && head[1] === 0x8b) || head.subarray(0, 4).equals(Buffer.from('PK\x03\x04'));

async function* goOn(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}

async function restAsText(wire: Wire, head: Buffer, reader: AsyncIterator<Buffer>, signal?: AbortSignal) {
  const body = goOn(head, reader);
  return readText(wire, name, { body }, signal);
}

function readRange(answer: Answer): { from: number; to: number; sizeBytes: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.header('content-range') ?? '');
  return match ? { from: Number(match[1]), to: Number(match[2]), sizeBytes: Number(match[3]) } : undefined;
}
