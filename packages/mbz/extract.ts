import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Entry, type OpenOptions, openArchive } from './archive.ts';
import { MbzError } from './errors.ts';

export interface Extraction {
  files: number;
  directories: number;
  bytes: number;
}

/**
 * Unpacks a backup into a new or empty directory, and nowhere else: names were made safe by the cursor, links are refused, and each
 * file is created, never opened, so that nothing already there can be written through. When it fails or is cancelled, what it
 * made is removed.
 */
export async function extract(
  source: string | AsyncIterable<Uint8Array>,
  directory: string,
  options: OpenOptions = {},
): Promise<Extraction> {
  const archive = await openArchive(source, options);
  try {
    const madeAt = prepare(directory);
    try {
      const done: Extraction = { files: 0, directories: 0, bytes: 0 };
      const made = new Set<string>();
      for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
        const target = join(directory, entry.path);
        if (entry.type === 'directory') {
          makeDirectory(target, made);
          done.directories++;
        } else {
          makeDirectory(dirname(target), made);
          await writeFile(entry, target);
          done.files++;
          done.bytes += entry.sizeBytes;
        }
      }
      return done;
    } catch (error) {
      remove(directory, madeAt);
      throw error;
    }
  } finally {
    await archive.close();
  }
}

/** Returns the topmost directory that had to be made, undefined if the directory was there, empty. */
function prepare(directory: string): string | undefined {
  try {
    const madeAt = mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).length === 0) return madeAt;
  } catch (error) {
    throw cannotWrite(directory, error);
  }
  throw new MbzError('directory-not-empty', `${directory} is not empty`, {
    hint: 'Name a new directory, or empty this one.',
  });
}

function remove(directory: string, madeAt: string | undefined): void {
  const targets = madeAt === undefined ? readdirSync(directory).map((name) => join(directory, name)) : [madeAt];
  for (const target of targets) rmSync(target, { recursive: true, force: true });
}

function makeDirectory(path: string, made: Set<string>): void {
  if (made.has(path)) return;
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  // Bounded: a million directories would otherwise be remembered by name; making one again costs a system call.
  if (made.size > 10_000) made.clear();
  made.add(path);
}

/** Synchronously: for small files, an asynchronous open, write and close cost three to five times as much. */
async function writeFile(entry: Entry, target: string): Promise<void> {
  let fd: number;
  try {
    fd = openSync(target, 'wx', 0o644);
  } catch (error) {
    throw cannotWrite(entry.path, error);
  }
  try {
    await entry.read((chunk) => {
      try {
        for (let done = 0; done < chunk.length; ) done += writeSync(fd, chunk, done);
      } catch (error) {
        throw cannotWrite(entry.path, error);
      }
    });
  } finally {
    closeSync(fd);
  }
}

function cannotWrite(what: string, cause: unknown): MbzError {
  return new MbzError('cannot-write', `${what} cannot be written: ${(cause as Error).message}`, {
    cause,
    hint: 'Check the rights and the free space of the directory.',
  });
}
