import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Courses } from '../courses/index.ts';
import type { Database } from '../database.ts';
import { addressOf } from '../http/address.ts';
import { sendJson } from '../http/respond.ts';
import type { Site } from '../sites.ts';
import { endDownload, openDownload } from './downloads.ts';
import { comesFrom, findGuest } from './tokens.ts';

/**
 * The block's download address: the archive that was made for this token, until it has been sent whole. What is refused
 * is refused as Moodle's script does, with status 200: JSON for a token, nothing at all for an id.
 */
export async function handleDownload(
  { database, courses }: { database: Database; courses: Courses },
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
): Promise<void> {
  const query = new URLSearchParams(req.url!.split('?', 2)[1]);
  const refuse = (errorcode: string, error: string): void =>
    sendJson(res, 200, { error, errorcode, stacktrace: null, debuginfo: null, reproductionlink: null });
  if (req.method !== 'GET') return refuse('invalidparameter', 'only GET is answered here');
  const text = query.get('filerecordid');
  if (text === null) return refuse('missingparam', 'A required parameter (filerecordid) was missing');
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  const guest = await database.withSite(site.id, (tx) => findGuest(tx, query.get('token') ?? ''));
  if (!guest) return refuse('invalidtoken', 'Invalid token - token not found');
  if (!comesFrom(guest, addressOf(req))) return refuse('accessexception', 'Access control exception');
  const key = await database.withSite(site.id, (tx) => openDownload(tx, guest, id));
  const archive = key === undefined ? undefined : await courses.openArchive(site, key);
  if (key === undefined || !archive) {
    res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': 0 }).end();
    return;
  }
  const { file, sizeBytes, sha256, madeAt } = archive;
  try {
    const range = readRange(req.headers.range, sizeBytes);
    const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
    res.writeHead(range ? 206 : 200, {
      'content-type': 'application/vnd.moodle.backup',
      'content-disposition': 'attachment; filename="backup.mbz"',
      'content-length': end - start + 1,
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'last-modified': madeAt.toUTCString(),
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      ...(range && { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
    });
    await pipeline(file.createReadStream({ start, end, autoClose: false, highWaterMark: 256 * 1024 }), res);
    // To its end, and the caller took it: it is not given twice.
    if (end !== sizeBytes - 1) return;
    await database.withSite(site.id, (tx) => endDownload(tx, id));
    await courses.removeArchive(site, key);
  } finally {
    await file.close();
  }
}

/** What is not understood gives the whole. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start < size && start <= end ? { start, end } : undefined;
}
