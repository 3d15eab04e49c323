import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database.ts';
import { sendPage } from '../http/respond.ts';
import { renderNotice } from '../pages/layout.ts';
import type { Person } from '../people.ts';
import type { Site } from '../sites.ts';
import { courseAccess, readableFile } from './access.ts';
import type { Pool } from './pool.ts';

/** Types that a browser may show on the site's own address: they run nothing. SVG, HTML and XML do, so they are saved. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'text/plain', 'audio/mpeg', 'video/mp4']);

/** `/pluginfile.php/<course>/<file>/<name>`: one file of a course, to those who may read it. */
export async function pluginFile(
  { database, pool }: { database: Database; pool: Pool },
  req: IncomingMessage,
  res: ServerResponse,
  site: Site,
  person: Person,
): Promise<void> {
  const match = /^\/pluginfile\.php\/(\d{1,15})\/(\d{1,15})(?:\/|$)/.exec(req.url!.split('?', 1)[0]!);
  const found = match && (await find(database, site, Number(match[1]), Number(match[2]), person));
  const file = found && (await open(pool.path(found.sha1), 'r').catch(() => undefined));
  if (!found || !file) return sendPage(res, 404, renderNotice(site, 'notFound'));
  try {
    const type = found.mimetype !== null && shown.has(found.mimetype) ? found.mimetype : 'application/octet-stream';
    const inline = type !== 'application/octet-stream';
    res.writeHead(200, {
      'content-type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
      'content-length': found.size_bytes,
      'content-disposition': `${inline ? 'inline' : 'attachment'}; filename="file"; filename*=UTF-8''${encodeName(found.filename)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
    if (req.method === 'HEAD') return void res.end();
    await pipeline(file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 }), res);
  } finally {
    await file.close();
  }
}

interface Found {
  sha1: string;
  filename: string;
  mimetype: string | null;
  size_bytes: number;
}

function find(database: Database, site: Site, courseId: number, fileId: number, person: Person) {
  return database.withSite(site.id, async (tx) => {
    const access = await courseAccess(tx, courseId, person.id);
    if (!access) return undefined;
    return tx.row<Found>(
      `select f.sha1, f.filename, f.mimetype, f.size_bytes from course_files f
       join course_activities a on a.course_id = f.course_id and a.context_id = f.context_id
       where f.course_id = $1 and f.id = $3 and ${readableFile('$2')} limit 1`,
      [courseId, access.teaches, fileId],
    );
  });
}

/** RFC 5987: what `encodeURIComponent` leaves and a header's value must not have. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
