import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Database, Tx } from '../database.ts';
import { EngineError } from '../errors.ts';

/**
 * Contents of files, each stored once whatever the number of courses and sites that have it.
 *
 * A content is on disk before a transaction refers to it, and leaves after the last reference has gone. In between, whoever
 * adds contents holds them: what is held is never removed. One engine process writes one pool, so holds live in memory;
 * a killed engine's hold nothing, and its contents without references are found by `sweep`.
 */
export interface Pool {
  /** To add contents. Nothing that was added through it is removed until it is released. */
  hold(): Hold;
  /** In the transaction that makes the course. @throws EngineError `site-error` when a content is not held */
  refer(tx: Tx, siteId: number, courseId: number, hold: Hold, sha1s: readonly string[]): Promise<void>;
  /** Contents of a course, to be handed to `collect` when the transaction that deletes the course is over. */
  referredBy(tx: Tx, siteId: number, courseId: number): Promise<string[]>;
  /** Removes those that nothing refers to and nobody holds. */
  collect(sha1s: readonly string[]): Promise<void>;
  /** Removes everything that nothing refers to; what another engine left when it was killed. */
  sweep(signal?: AbortSignal): Promise<void>;
  /** Removes what was half written when an engine was killed; before anything is added. */
  discardIncoming(): Promise<void>;
  read(sha1: string, sizeBytes: number): AsyncIterable<Uint8Array>;
  path(sha1: string): string;
}

export interface Hold {
  /** Stores one content under the name that the archive gives it. @throws EngineError `invalid-parameter` when it is another */
  add(sha1: string, body: AsyncIterable<Uint8Array>): Promise<number>;
  has(sha1: string): boolean;
  sizeOf(sha1: string): number;
  /** Makes the names on disk as safe as the bytes already are; to be awaited before the transaction that refers to them. */
  settle(): Promise<void>;
  /** Ends the hold; what nothing refers to by now goes. */
  release(): Promise<void>;
}

const pieceBytes = 256 * 1024;

/** Names in it are hashes: who may list them knows who has which known file. */
const mode = 0o700;

export function createPool(database: Database, directory: string): Pool {
  const holders = new Map<string, number>();
  // Removing looks at holds and references and then unlinks; adding must not begin in the middle of that.
  const removing = new Map<string, Promise<void>>();
  const path = (sha1: string) => join(directory, sha1.slice(0, 2), sha1.slice(2, 4), sha1);
  const incoming = join(directory, 'incoming');

  async function store(sha1: string, body: AsyncIterable<Uint8Array>): Promise<number> {
    await mkdir(incoming, { recursive: true, mode });
    const temporary = join(incoming, randomBytes(12).toString('hex'));
    const hash = createHash('sha1');
    let sizeBytes = 0;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        for await (const chunk of body) {
          hash.update(chunk);
          sizeBytes += chunk.byteLength;
          await file.writeFile(chunk);
        }
        const found = hash.digest('hex');
        if (found !== sha1)
          throw new EngineError(
            'invalid-parameter',
            `the archive is altered: file ${sha1} has the contents of ${found}`,
          );
        await file.sync();
      } finally {
        await file.close();
      }
      const known = await stat(path(sha1)).catch(() => undefined);
      // The same bytes are there: writing them again would only move them under someone who reads.
      if (known?.size !== sizeBytes) {
        await mkdir(dirname(path(sha1)), { recursive: true, mode });
        await rename(temporary, path(sha1));
      }
      return sizeBytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw new EngineError('quota', 'the disk that keeps the files of the embedded sites is full', { cause: error });
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async function removeOne(sha1: string): Promise<void> {
    if (holders.has(sha1) || removing.has(sha1)) return;
    const work = database.withoutSite(async (tx) => {
      await tx.run(
        'delete from contents c where sha1 = $1 and not exists (select from content_references r where r.sha1 = c.sha1)',
        [sha1],
      );
      if (await tx.row('select 1 from contents where sha1 = $1', [sha1])) return;
      await rm(path(sha1), { force: true });
    });
    const settled = work.then(
      () => {},
      () => {},
    );
    removing.set(sha1, settled);
    try {
      await work;
    } finally {
      removing.delete(sha1);
    }
  }

  const pool: Pool = {
    path,
    hold() {
      const sizes = new Map<string, number>();
      return {
        has: (sha1) => sizes.has(sha1),
        sizeOf: (sha1) => sizes.get(sha1) ?? 0,
        async settle() {
          // Once for each directory, not for each file: a rename is safe when its directory has been written.
          for (const parent of new Set([...sizes.keys()].map((sha1) => dirname(path(sha1)))))
            await syncDirectory(parent);
        },
        async add(sha1, body) {
          holders.set(sha1, (holders.get(sha1) ?? 0) + 1);
          try {
            await removing.get(sha1);
            const sizeBytes = await store(sha1, body);
            if (sizes.has(sha1)) drop(holders, sha1);
            sizes.set(sha1, sizeBytes);
            return sizeBytes;
          } catch (error) {
            drop(holders, sha1);
            throw error;
          }
        },
        async release() {
          const held = [...sizes.keys()];
          sizes.clear();
          for (const sha1 of held) drop(holders, sha1);
          await pool.collect(held);
        },
      };
    },
    async refer(tx, siteId, courseId, hold, sha1s) {
      const sorted = [...new Set(sha1s)].sort();
      const foreign = sorted.find((sha1) => !hold.has(sha1));
      // A hash is no right to the contents: another site's file must not be had by naming it.
      if (foreign !== undefined)
        throw new EngineError('site-error', `content ${foreign} did not come with the archive`);
      for (let from = 0; from < sorted.length; from += 10_000) {
        const some = sorted.slice(from, from + 10_000);
        await tx.run(
          `insert into contents (sha1, size_bytes) select * from unnest($1::text[], $2::bigint[]) as c(sha1, size)
           order by 1 on conflict (sha1) do update set size_bytes = excluded.size_bytes`,
          [some, some.map((sha1) => hold.sizeOf(sha1))],
        );
        await tx.run(
          'insert into content_references (sha1, site_id, course_id) select sha1, $2, $3 from unnest($1::text[]) as c(sha1)',
          [some, siteId, courseId],
        );
      }
    },
    async referredBy(tx, siteId, courseId) {
      const rows = await tx.rows<{ sha1: string }>(
        'select sha1 from content_references where site_id = $1 and course_id = $2',
        [siteId, courseId],
      );
      return rows.map((row) => row.sha1);
    },
    async collect(sha1s) {
      if (sha1s.length === 0) return;
      const rows = await database.withoutSite((tx) =>
        tx.rows<{ sha1: string }>(
          `select sha1 from unnest($1::text[]) as c(sha1)
           where not exists (select from content_references r where r.sha1 = c.sha1)`,
          [sha1s],
        ),
      );
      for (const { sha1 } of rows) await removeOne(sha1);
    },
    async discardIncoming() {
      await mkdir(directory, { recursive: true, mode });
      await rm(incoming, { recursive: true, force: true });
    },
    async sweep(signal) {
      for (const first of await readdir(directory)) {
        if (!/^[0-9a-f]{2}$/.test(first)) continue;
        const names = await readdir(join(directory, first), { recursive: true });
        signal?.throwIfAborted();
        await pool.collect(names.map((name) => basename(name)).filter((name) => /^[0-9a-f]{40}$/.test(name)));
      }
    },
    read: (sha1, sizeBytes) =>
      sizeBytes <= pieceBytes ? readWhole(path(sha1)) : createReadStream(path(sha1), { highWaterMark: pieceBytes }),
  };
  return pool;
}

function drop(holders: Map<string, number>, sha1: string): void {
  const left = (holders.get(sha1) ?? 1) - 1;
  if (left === 0) holders.delete(sha1);
  else holders.set(sha1, left);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A stream for each of thousands of small files costs more than what is in them. */
async function* readWhole(path: string): AsyncGenerator<Uint8Array> {
  yield await readFile(path);
}
