import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { agentException, transfer } from '@jouvence/protocol';
import type { Database } from '../database.ts';
import { EngineError, type EngineErrorCode } from '../errors.ts';
import { uploadPartBytes } from '../functions/site.ts';
import { discardRest } from '../http/body.ts';
import { sendJson } from '../http/respond.ts';
import type { Site } from '../sites.ts';
import { redeemGrant } from './grants.ts';
import { refusal } from './staging.ts';
import type { TaskRow, Tasks } from './tasks.ts';

export interface TransferOptions {
  database: Database;
  tasks: Tasks;
}

type Handler = (req: IncomingMessage, res: ServerResponse, site: Site) => Promise<void>;

/** `archive.php`: a finished backup, whole or from a byte on. */
export function createDownload({ database, tasks }: TransferOptions): Handler {
  return guarded(async (req, res, site) => {
    if (req.method !== 'GET' && req.method !== 'HEAD')
      throw new Refused(405, 'invalid-parameter', 'only GET and HEAD are answered here');
    const key = await redeemGrant(database, site.id, req, 'download');
    const task = await database.withSite(site.id, (tx) => tasks.find(tx, key));
    const file =
      task?.state === 'done' ? await open(tasks.archivePath(site.id, key), 'r').catch(() => undefined) : undefined;
    if (!file || !task?.archive) throw new EngineError('not-found', 'there is no such archive any more');
    try {
      const { sizebytes, sha256 } = task.archive;
      const etag = `"${sha256}"`;
      const range = readRange(req, etag, sizebytes);
      const common = {
        etag,
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
      };
      if (range === 'none') {
        res.writeHead(416, { ...common, 'content-range': `bytes */${sizebytes}`, 'content-length': 0 }).end();
        return;
      }
      const { start, end } = range ?? { start: 0, end: sizebytes - 1 };
      res.writeHead(range ? 206 : 200, {
        ...common,
        'content-type': 'application/vnd.moodle.backup',
        'content-length': end - start + 1,
        'content-disposition': 'attachment',
        ...(range && { 'content-range': `bytes ${start}-${end}/${sizebytes}` }),
      });
      if (req.method === 'HEAD') return void res.end();
      // The open file stays readable when the task is discarded meanwhile.
      await pipeline(file.createReadStream({ start, end, autoClose: false, highWaterMark: 256 * 1024 }), res);
    } finally {
      await file.close();
    }
  });
}

/** One range; undefined: the whole; 'none': beyond the end. Several ranges, or units that are not bytes, give the whole. */
function readRange(
  req: IncomingMessage,
  etag: string,
  size: number,
): { start: number; end: number } | 'none' | undefined {
  const { range, 'if-range': ifRange } = req.headers;
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range);
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first, last] = match as unknown as [string, string, string];
  if (first === '') return Number(last) === 0 ? 'none' : { start: Math.max(0, size - Number(last)), end: size - 1 };
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  return Number(first) >= size ? 'none' : { start: Number(first), end };
}

/**
 * `upload.php`: an archive in parts. A part counts when all of it is on disk; one that breaks off leaves nothing, so the
 * sender goes on from the last byte that was answered for. That number is in the task's row: it outlives the engine.
 */
export function createUpload({ database, tasks }: TransferOptions): Handler {
  // Two parts of one upload at once would write over each other. The later one wins: it comes when the sender has lost
  // the connection of the earlier, which is noticed here much later.
  const underWay = new Map<string, { req: IncomingMessage; ended: Promise<void> }>();
  return guarded(async (req, res, site) => {
    if (req.method !== 'POST' && req.method !== 'HEAD')
      throw new Refused(405, 'invalid-parameter', 'only POST and HEAD are answered here');
    const key = await redeemGrant(database, site.id, req, 'upload');
    const task = await database.withSite(site.id, (tx) => tasks.find(tx, key));
    if (!task || task.state === 'discarded' || task.state === 'failed')
      throw new EngineError('not-found', 'there is no such upload any more');
    if (req.method === 'HEAD') {
      res
        .writeHead(200, { [transfer.receivedHeader]: task.received, 'content-length': 0, 'cache-control': 'no-store' })
        .end();
      return;
    }
    const id = `${site.id} ${key}`;
    for (let earlier = underWay.get(id); earlier; earlier = underWay.get(id)) {
      if (!earlier.req.complete) earlier.req.destroy();
      await earlier.ended;
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    underWay.set(id, { req, ended });
    try {
      // As it is now that no other part is being written.
      const now = await database.withSite(site.id, (tx) => tasks.find(tx, key));
      const received = await receive({ database, tasks }, req, site, now!);
      sendJson(res, 200, { received }, { [transfer.receivedHeader]: String(received) });
    } finally {
      underWay.delete(id);
      end();
    }
  });
}

async function receive(
  { database, tasks }: TransferOptions,
  req: IncomingMessage,
  site: Site,
  task: TaskRow,
): Promise<number> {
  const query = new URL(req.url!, 'http://site').searchParams;
  const size = Number(task.params.sizebytes);
  const offset = /^\d{1,15}$/.test(query.get('offset') ?? '') ? Number(query.get('offset')) : -1;
  const complete = query.get('complete') === '1';
  if (offset < 0) throw new EngineError('invalid-parameter', 'offset must be a number of bytes');
  // The last answer was lost: the whole is here, and was checked.
  if (task.state === 'done' && complete && query.get('sha256') === task.params.sha256) return size;
  if (offset !== task.received)
    throw new Refused(
      409,
      'conflict',
      `the part begins at ${offset}, and ${task.received} bytes are here`,
      task.received,
    );
  const length = Number(req.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) throw new Refused(411, 'invalid-parameter', 'the part must say how long it is');
  if (length > uploadPartBytes)
    throw new Refused(413, 'quota', `parts may have ${uploadPartBytes} bytes`, task.received);
  if (offset + length > size || (complete && offset + length !== size))
    throw new Refused(400, 'invalid-parameter', `the upload was announced with ${size} bytes`, task.received);
  if (complete && query.get('sha256') !== task.params.sha256)
    throw new Refused(
      400,
      'invalid-parameter',
      'the SHA-256 is not the one that the upload was announced with',
      task.received,
    );

  const path = tasks.archivePath(site.id, task.key);
  const reached = await appendPart(req, path, offset, length, task.received);
  if (!complete) {
    await database.withSite(site.id, (tx) =>
      tx.run(`update tasks set received = $2, state = 'running' where key = $1 and state in ('waiting', 'running')`, [
        task.key,
        reached,
      ]),
    );
    return reached;
  }
  const found = await sha256Of(path);
  if (found !== task.params.sha256) {
    await database.withSite(site.id, (tx) =>
      tx.run(`update tasks set received = 0, state = 'waiting' where key = $1`, [task.key]),
    );
    await rm(path, { force: true });
    throw new Refused(
      409,
      'conflict',
      'the whole has another SHA-256 than was announced: all of it was thrown away',
      0,
    );
  }
  const archive = { filename: task.params.filename, sizebytes: size, sha256: found };
  await database.withSite(site.id, (tx) =>
    tx.run(
      `update tasks set received = $2, state = 'done', archive = $3, finished_at = now() where key = $1 and state <> 'discarded'`,
      [task.key, size, JSON.stringify(archive)],
    ),
  );
  return size;
}

/** @returns bytes on disk; when it throws, the file is as it was */
async function appendPart(
  req: IncomingMessage,
  path: string,
  offset: number,
  length: number,
  received: number,
): Promise<number> {
  const file: FileHandle = await open(path, offset === 0 ? 'w' : 'r+', 0o600).catch((error: NodeJS.ErrnoException) => {
    // Removed after a day: what was here is gone.
    if (error.code === 'ENOENT')
      throw new EngineError('not-found', 'what was uploaded has been removed: begin again with a new key');
    throw refusal(error);
  });
  try {
    // A part that an engine was killed in left bytes that nobody was answered for.
    await file.truncate(offset);
    let written = 0;
    try {
      // Leaving the loop must not close the connection that the refusal goes back on.
      for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        await file.write(chunk, 0, chunk.length, offset + written);
        written += chunk.length;
      }
      if (written !== length) throw new Refused(400, 'invalid-parameter', 'the part broke off', received);
      await file.sync();
    } catch (error) {
      await file.truncate(offset);
      throw refusal(error);
    }
    return offset + written;
  } finally {
    await file.close();
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A refusal with its own HTTP status. */
class Refused extends EngineError {
  readonly status: number;
  readonly received: number | undefined;

  constructor(status: number, code: EngineErrorCode, message: string, received?: number) {
    super(code, message);
    this.status = status;
    this.received = received;
  }
}

const statusOf: Partial<Record<EngineErrorCode, number>> = {
  'not-allowed': 403,
  'not-found': 404,
  'invalid-parameter': 400,
  conflict: 409,
  busy: 409,
  quota: 507,
};

/** Errors of a transfer have an HTTP status, and a body as over REST. */
function guarded(handler: Handler): Handler {
  return async (req, res, site) => {
    try {
      await handler(req, res, site);
    } catch (error) {
      // Whoever went away in the middle is told nothing.
      if (req.destroyed && !req.complete) return;
      if (res.headersSent) return void res.destroy();
      if (!(error instanceof EngineError)) throw error;
      const status = error instanceof Refused ? error.status : (statusOf[error.code] ?? 503);
      sendJson(
        res,
        status,
        { exception: agentException, errorcode: error.code, message: error.message },
        {
          ...(error instanceof Refused &&
            error.received !== undefined && { [transfer.receivedHeader]: String(error.received) }),
        },
      );
      discardRest(req);
    }
  };
}
