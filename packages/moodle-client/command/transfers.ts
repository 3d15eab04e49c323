import type { Duplex } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { badAnswer, readError } from '../answer.ts';
import type { Download, DownloadRequest, SiteLimits, UploadRequest } from '../client.ts';
import { readBody } from '../download.ts';
import { SiteError } from '../errors.ts';
import { maxStalls } from '../limits.ts';
import { uploadAltered } from '../upload.ts';
import type { Words } from '../wire.ts';
import type { CallProcess, Line } from './call-process.ts';

interface Tools {
  words: Words;
  limits: SiteLimits;
  start(request: object): Promise<CallProcess>;
  /** All of it went as it should. */
  giveBack(call: CallProcess, lines: AsyncGenerator<Line, void>): void;
  end(call: CallProcess): void;
}

/** How long its last word may come after its last byte. */
const wordMs = 1000;

/** A part is read from its file anew after it was lost, so it is none of the largest. */
const partBytes = 16 * 1024 * 1024;

/** Opens an archive from a byte on; it comes through descriptor 4. */
export async function downloadBy(
  { words, limits, start, giveBack, end }: Tools,
  { grant, from, ifRange, signal }: DownloadRequest,
): Promise<Download> {
  if (from > 0 && ifRange === undefined)
    throw new SiteError('invalid-parameter', words.site, 'a download can be resumed only with the archive’s SHA-256');
  signal?.throwIfAborted();
  words.conceal(grant);
  const call = await start({ transfer: 'download', grant, from, sha256: ifRange ?? '' });
  const stop = () => end(call);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const lines = call.lines();
  const name = 'the archive';
  const first = await lines.next().catch((error) => {
    stop();
    throw error;
  });
  const opened = first.done ? undefined : first.value.archive;
  if (!opened) {
    stop();
    signal?.throwIfAborted();
    throw first.done ? await call.failure(name) : readError(words, name, first.value.error);
  }
  // What stops it half-way is said on descriptor 3.
  const last = lines.next().catch(() => undefined);
  const head = { from: opened.from, sizeBytes: opened.sizebytes, sha256: opened.sha256 };
  async function* body(): AsyncGenerator<Uint8Array> {
    let isWhole = false;
    try {
      const wire = { site: words.site, limits, translate: (error: unknown) => signal?.reason ?? error };
      const bytes = piecesOf(call.archive, head.sizeBytes - head.from, words, limits.idleMs);
      yield* readBody(wire, { body: bytes }, head, signal);
      await Promise.race([last, sleep(wordMs)]);
      // What has come beyond its length is read by nobody else.
      await setImmediate();
      if (call.archive.read() !== null)
        throw badAnswer(words, name, { reason: 'archive-longer', values: { bytes: head.sizeBytes } });
      isWhole = call.ready;
    } catch (error) {
      const said = signal?.aborted ? undefined : await Promise.race([last, sleep(wordMs)]);
      throw said && !said.done && said.value.error !== undefined ? readError(words, name, said.value.error) : error;
    } finally {
      signal?.removeEventListener('abort', stop);
      if (isWhole) giveBack(call, lines);
      else stop();
    }
  }
  return { ...head, body: body() };
}

/** What comes, until it is as long as it should be; the descriptor stays open. @throws SiteError after long silence */
async function* piecesOf(stream: Duplex, length: number, words: Words, idleMs: number): AsyncGenerator<Uint8Array> {
  const chunks = stream.iterator({ destroyOnReturn: false });
  try {
    for (let rest = length; rest > 0; ) {
      const timer = setTimeout(() => {
        stream.destroy(new SiteError('site-timeout', words.site, { reason: 'archive-silent', values: { ms: idleMs } }));
      }, idleMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      rest -= (next.value as Buffer).length;
      yield next.value as Buffer;
    }
  } finally {
    await chunks.return?.();
  }
}

/**
 * Sends an archive through descriptor 4, beginning with what the site does not have yet, which it says itself. A process
 * that dies half-way is followed by another.
 */
export async function uploadBy(tools: Tools, request: UploadRequest): Promise<void> {
  const { words } = tools;
  words.conceal(request.grant);
  let reached = -1;
  for (let stalls = 0; ; stalls += 1) {
    const outcome = await sendRest(tools, request);
    if (outcome === 'complete') return;
    if (outcome.received > reached) stalls = 0;
    reached = Math.max(reached, outcome.received);
    if (stalls >= maxStalls) throw outcome.failure;
  }
}

type Outcome = 'complete' | { received: number; failure: SiteError };

async function sendRest({ words, limits, start, giveBack, end }: Tools, request: UploadRequest): Promise<Outcome> {
  const { grant, sizeBytes, signal, onProgress } = request;
  const name = 'the upload';
  signal?.throwIfAborted();
  const call = await start({ transfer: 'upload', grant });
  const stop = () => call.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const timer = setTimeout(stop, limits.idleMs);
  let sending: Promise<void> | undefined;
  let ownError: { error: unknown } | undefined;
  let received = 0;
  let isComplete = false;
  const lines = call.lines();
  try {
    for await (const line of lines) {
      timer.refresh();
      if (line.error !== undefined) throw refusalOf(words, line);
      const here = line.received;
      if (typeof here !== 'number') continue;
      if (here > sizeBytes)
        throw badAnswer(words, name, { reason: 'upload-offset', values: { quoted: here, size: sizeBytes } });
      received = here;
      onProgress?.(here);
      sending ??= send(call.archive, request, here, () => timer.refresh()).catch((error) => {
        ownError = { error };
        stop();
      });
    }
    await sending;
    if (ownError) throw ownError.error;
    isComplete = sending !== undefined && received === sizeBytes;
    if (isComplete) return 'complete';
    signal?.throwIfAborted();
    return { received, failure: await call.failure(name) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    if (isComplete && call.ready) giveBack(call, lines);
    else end(call);
  }
}

/** @throws what reading our own file throws; a process that is gone is seen elsewhere */
async function send(stream: Duplex, request: UploadRequest, from: number, tick: () => void): Promise<void> {
  const { sizeBytes, open } = request;
  for (let offset = from; offset < sizeBytes && !stream.destroyed; offset += partBytes) {
    for await (const piece of open(offset, Math.min(partBytes, sizeBytes - offset))) {
      if (stream.destroyed) return;
      tick();
      if (!stream.write(piece)) await drained(stream);
    }
  }
}

const drained = (stream: Duplex): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    const end = () => {
      stream.off('drain', end);
      stream.off('close', end);
      resolve();
    };
    stream.on('drain', end);
    stream.on('close', end);
  });

/** A whole with another checksum is thrown away by the site. */
function refusalOf(words: Words, { error, received }: Line): SiteError {
  const refusal = readError(words, 'the upload', error);
  return refusal.code === 'conflict' && received === 0 ? uploadAltered(words.site, refusal) : refusal;
}
