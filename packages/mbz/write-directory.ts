import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { indexPath } from './archive-index.ts';
import type { Entry } from './cursor.ts';
import { MbzError } from './errors.ts';
import { contentHashOf } from './file-rows.ts';
import { Guard } from './guard.ts';
import { type Limits, resolveLimits } from './limits.ts';
import { type BackupInformation, createInformationHandler, requireCourse, timeOfBackup } from './moodle-backup.ts';
import { createPauses } from './pauses.ts';
import { ContentList } from './rewrite/content-list.ts';
import { layOut, type PlacedDocument } from './rewrite/lay-out.ts';
import { Check } from './verify.ts';
import { type WrittenArchive, writeWhole } from './write.ts';
import { createXmlReader } from './xml.ts';

export interface WriteDirectoryOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Of the files' bytes, which are read twice: to check and to write; `total` is known once all were checked. */
  readonly onProgress?: ((read: number, total?: number) => void) | undefined;
}

export interface WrittenDirectory extends WrittenArchive {
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
}

const pieceBytes = 256 * 1024;

/**
 * Makes an archive of an unpacked backup, the reverse of `extract`, in the order of names: the same directory gives the same bytes. First
 * everything is checked as `verify` checks an archive, so that nothing is written that Moodle would restore in part.
 * @throws MbzError `not-a-course`, `inconsistent` (what is missing, altered or malformed), `link`, `unsafe-path` …
 */
export async function writeDirectory(
  directory: string,
  destination: string | Writable,
  options: WriteDirectoryOptions = {},
): Promise<WrittenDirectory> {
  const { signal, limits, onProgress } = options;
  if (typeof destination === 'string') refuseWithin(directory, destination);
  const information = readInformation(directory, limits);
  const documents: PlacedDocument[] = [];
  const contents = new ContentList();
  const check = new Check(limits);
  const pause = createPauses(signal);
  let bytes = 0;
  for await (const entry of filesIn(directory, new Guard(resolveLimits(limits)))) {
    await pause();
    await check.visit(entry);
    const { path, sizeBytes } = entry;
    const hash = contentHashOf(path);
    if (hash === undefined) documents.push({ path, sizeBytes, after: contents.length });
    else contents.add(hash, sizeBytes);
    bytes += sizeBytes;
    onProgress?.(bytes);
  }
  refuseProblems(directory, check);
  const read = (path: string) => piecesOf(join(directory, path));
  const members = layOut({
    documents,
    contents,
    keepsContent: () => true,
    openDocument: ({ path }) => read(path),
    openContent: read,
  });
  const written = await writeWhole(destination, members, {
    modifiedAt: timeOfBackup(information),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done) => onProgress(bytes + done.bytes, 2 * bytes) }),
  });
  return { ...written, files: documents.length + contents.length, bytes };
}

function readInformation(directory: string, limits: Partial<Limits> | undefined): BackupInformation {
  const path = join(directory, 'moodle_backup.xml');
  if (!existsSync(directory))
    throw new MbzError('unreadable', `there is no directory ${directory}`, { hint: 'Name an unpacked backup.' });
  if (!existsSync(path)) requireCourse(undefined);
  const information: BackupInformation = { record: {}, type: null, activities: [], settings: new Map() };
  const reader = createXmlReader(createInformationHandler(information), {
    entry: 'moodle_backup.xml',
    ...(limits && { limits }),
  });
  reader.write(readFileSync(path));
  reader.end();
  return requireCourse(information);
}

/** Contents that no row names do no harm; everything else would be missing from the course, or stop its restore. */
function refuseProblems(directory: string, check: Check): void {
  const { problems, unlisted } = check.result('tgz');
  const real = problems.filter(({ code }) => code !== 'content-unused');
  if (real.length === 0) return;
  const shown = real
    .slice(0, 3)
    .map(({ code, entry, expected, found }) => `${code} ${entry}: ${expected} expected, ${found} found`);
  const more = real.length + unlisted - shown.length;
  throw new MbzError(
    'inconsistent',
    `${directory} is no whole backup: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    { entry: real[0]!.entry, hint: 'Nothing was written. Mend the files, or extract the backup again.' },
  );
}

function refuseWithin(directory: string, destination: string): void {
  const parent = dirname(resolve(destination));
  if (!existsSync(parent) || !existsSync(directory)) return;
  const [inside, outside] = [`${realpathSync(parent)}${sep}`, `${realpathSync(directory)}${sep}`];
  if (inside.startsWith(outside))
    throw new MbzError(
      'cannot-write',
      `${destination} lies in the directory that is written: it would be part of itself`,
      {
        hint: 'Write the archive to another directory.',
      },
    );
}

/** Every file below a directory, by name; of the index a new one is made. */
async function* filesIn(directory: string, guard: Guard, below = ''): AsyncGenerator<Entry> {
  const found = readdirSync(join(directory, below), { withFileTypes: true });
  for (const item of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = below + item.name;
    if (item.isDirectory()) yield* filesIn(directory, guard, `${name}/`);
    else if (item.isSymbolicLink())
      throw new MbzError('link', `${name}: a symbolic link`, { entry: name, hint: 'A backup holds files only.' });
    else if (!item.isFile())
      throw new MbzError('special-file', `${name}: neither a file nor a directory`, { entry: name });
    else if (name !== indexPath) {
      const { size: sizeBytes } = await lstat(join(directory, name));
      const path = guard.admit(name, false, sizeBytes);
      yield {
        path,
        type: 'file',
        sizeBytes,
        body: () => piecesOf(join(directory, name)),
        async read(consume) {
          for (const piece of syncPieces(join(directory, name))) consume(piece);
        },
      };
    }
  }
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  yield* syncPieces(path);
}

/** Synchronously, as `extract` writes: for small files turns of the event loop would cost more than all the rest. */
function* syncPieces(path: string): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new MbzError('unreadable', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) yield buffer.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
