import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupDocument, type Limits, MbzError, openArchive } from '@jouvence/mbz';
import { EngineError } from '../errors.ts';
import type { Hold, Pool } from './pool.ts';

/** An archive taken apart: its files held in the pool, its documents in one private temporary file. */
export interface Staged {
  /** In the archive's order. Each can be read as often as needed. */
  documents: BackupDocument[];
  byPath: Map<string, BackupDocument>;
  hold: Hold;
  /** Removes what is not referred to by now. */
  dispose(): Promise<void>;
}

export interface StageOptions {
  pool: Pool;
  directory: string;
  limits?: Partial<Limits>;
  signal?: AbortSignal;
  onProgress?: (bytesRead: number) => void;
}

/** Without them it is no backup of a course. */
const required = ['moodle_backup.xml', 'course/course.xml', 'files.xml', 'roles.xml'];

/**
 * Reads an archive once, from beginning to end, whatever its order: every file against its SHA-1, into the pool; every
 * document aside, to be read again. Nothing refers to any of it yet: what fails leaves nothing.
 * @throws EngineError `invalid-parameter` for an archive that is refused, `quota` for a full disk
 */
export async function stageArchive(source: string | AsyncIterable<Uint8Array>, options: StageOptions): Promise<Staged> {
  const hold = options.pool.hold();
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const aside = join(options.directory, `documents-${randomBytes(12).toString('hex')}`);
  const dispose = async () => {
    await rm(aside, { force: true });
    await hold.release();
  };
  try {
    const file = await open(aside, 'wx', 0o600);
    let documents: BackupDocument[];
    try {
      documents = await takeApart(source, file, aside, hold, options);
    } finally {
      await file.close();
    }
    const byPath = new Map(documents.map((document) => [document.path, document]));
    const missing = required.find((path) => !byPath.has(path));
    if (missing !== undefined)
      throw new EngineError('invalid-parameter', `the archive is no backup of a course: it has no ${missing}`);
    return { documents, byPath, hold, dispose };
  } catch (error) {
    await dispose();
    throw refusal(error);
  }
}

async function takeApart(
  source: string | AsyncIterable<Uint8Array>,
  file: FileHandle,
  aside: string,
  hold: Hold,
  { limits, signal, onProgress }: StageOptions,
): Promise<BackupDocument[]> {
  const documents: BackupDocument[] = [];
  let offset = 0;
  const archive = await openArchive(source, { limits, signal, onProgress });
  try {
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
      signal?.throwIfAborted();
      if (entry.type === 'directory' || entry.path === '.ARCHIVE_INDEX') continue;
      const { path } = entry;
      if (path.startsWith('files/')) {
        const sha1 = /^files\/([0-9a-f]{2})\/(\1[0-9a-f]{38})$/.exec(path)?.[2];
        if (!sha1)
          throw new EngineError('invalid-parameter', `the archive is altered: ${path} is no name of a file in it`);
        await hold.add(sha1, entry.body());
        continue;
      }
      const start = offset;
      for await (const chunk of entry.body()) {
        await file.writeFile(chunk);
        offset += chunk.byteLength;
      }
      documents.push({ path, open: slice(aside, start, offset) });
    }
  } finally {
    await archive.close();
  }
  return documents;
}

const slice = (path: string, start: number, end: number) => (): Uint8Array | AsyncIterable<Uint8Array> =>
  start === end ? new Uint8Array() : createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 });

/** What is wrong with an archive is the caller's to know, with its code. */
export function refusal(error: unknown): unknown {
  if (error instanceof MbzError)
    return new EngineError('invalid-parameter', `the archive is refused (${error.code}): ${error.message}`, {
      cause: error,
    });
  const code = (error as NodeJS.ErrnoException)?.code;
  // PostgreSQL on a number that is none, or larger than any id, or missing: only the archive can have said so.
  if (typeof code === 'string' && /^22[0-9A-Z]{3}$|^23502$/.test(code))
    return new EngineError('invalid-parameter', 'the archive is altered: it holds a value that no course has', {
      cause: error,
    });
  if (code === 'ENOSPC')
    return new EngineError('quota', 'the disk that keeps the archives of the embedded sites is full', { cause: error });
  return error;
}
