import type { BackupDocument } from '@jouvence/mbz';
import type { Database, Tx } from '../database.ts';
import { EngineError } from '../errors.ts';

/** A document of any length is kept in chunks of this size. */
const chunkBytes = 1024 * 1024;
/** As much goes in one statement: small documents by the hundred, a large one chunk by chunk. */
const batchBytes = 1024 * 1024;

interface Batch {
  positions: number[];
  chunks: number[];
  paths: string[];
  bodies: Buffer[];
  bytes: number;
}

const emptyBatch = (): Batch => ({ positions: [], chunks: [], paths: [], bodies: [], bytes: 0 });

export async function writeDocuments(tx: Tx, courseId: number, documents: BackupDocument[]): Promise<void> {
  let batch = emptyBatch();
  const flush = async () => {
    if (batch.paths.length === 0) return;
    await tx.run(
      `insert into course_documents (course_id, position, chunk, path, body)
       select $1, * from unnest($2::int[], $3::int[], $4::text[], $5::bytea[])`,
      [courseId, batch.positions, batch.chunks, batch.paths, batch.bodies],
    );
    batch = emptyBatch();
  };
  for (const [position, { path, open }] of documents.entries()) {
    let chunk = 0;
    for await (const body of inChunks(open())) {
      batch.positions.push(position);
      batch.chunks.push(chunk++);
      batch.paths.push(path);
      batch.bodies.push(body);
      batch.bytes += body.length;
      if (batch.bytes >= batchBytes || batch.paths.length >= 500) await flush();
    }
  }
  await flush();
}

/** At least one, however short. */
async function* inChunks(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let first = true;
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    waiting.push(piece);
    bytes += piece.byteLength;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(waiting, bytes);
    first = false;
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0 || first) yield Buffer.concat(waiting, bytes);
}

/** The documents of a course in their order; each is read from the database when it is opened. */
export async function readDocuments(database: Database, siteId: number, courseId: number): Promise<BackupDocument[]> {
  const rows = await database.withSite(siteId, (tx) =>
    tx.rows<{ position: number; path: string }>(
      'select position, path from course_documents where course_id = $1 and chunk = 0 order by position',
      [courseId],
    ),
  );
  return rows.map(({ position, path }) => ({ path, open: () => readBody(database, siteId, courseId, position) }));
}

async function* readBody(
  database: Database,
  siteId: number,
  courseId: number,
  position: number,
): AsyncGenerator<Uint8Array> {
  for (let chunk = 0; ; chunk++) {
    const row = await database.withSite(siteId, (tx) =>
      tx.row<{ body: Buffer; last: boolean }>(
        `select body, not exists (select from course_documents n
           where n.course_id = $1 and n.position = $2 and n.chunk = $3 + 1) as last
         from course_documents where course_id = $1 and position = $2 and chunk = $3`,
        [courseId, position, chunk],
      ),
    );
    if (!row) throw new EngineError('not-found', `course ${courseId} was deleted while it was read`);
    if (row.body.length > 0) yield row.body;
    if (row.last) return;
  }
}
