import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MbzError, type MbzErrorCode } from './errors.ts';
import { gzip } from './gzip.ts';
import { defaultTime } from './moodle-backup.ts';

/** One file of an archive to be written. */
export interface ArchiveItem {
  /** Its name in the archive, with `/`, such as `course/course.xml`. Directories are made as needed. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Its contents; called once, when its turn comes. */
  readonly open: () => Uint8Array | AsyncIterable<Uint8Array>;
}

export interface WriteOptions {
  /** The one time that every file bears: same items and same time give the same bytes. A number is Unix seconds. */
  readonly modifiedAt: Date | number;
  /** gzip level of what gets smaller by it; 3 unless told. Images, films, PDF and the like are stored as they are. */
  readonly level?: number;
  readonly signal?: AbortSignal;
  /** Told after each file how much of the contents has been written. */
  readonly onProgress?: (progress: { readonly files: number; readonly bytes: number }) => void;
}

export interface WrittenArchive {
  /** Of the archive as written, in hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

const BLOCK = 512;
/** Eleven octal digits; Moodle reads no other form of a size, so more cannot be restored. */
const LARGEST_FILE = 8 ** 11 - 1;
/** What is given to gzip at a time: a call for each block of 512 bytes would take longer than the compression. */
const PIECE_BYTES = 256 * 1024;

/**
 * Writes a course backup as Moodle's own packer does (`lib/filestorage/tgz_packer.php`): a ustar archive in gzip, first
 * `.ARCHIVE_INDEX` naming every entry, each directory before what is in it, long names split at a slash.
 *
 * Holds the list of items and one piece of one file; a slow destination slows the reading. The given stream is ended.
 * When it fails, nothing is left at a destination that is a path, and a stream is destroyed.
 */
export async function writeArchive(
  destination: string | Writable,
  items: Iterable<ArchiveItem>,
  options: WriteOptions,
): Promise<WrittenArchive> {
  return writeMembers(destination, layOut(items), options);
}

/** The same for entries that were laid out already and come anew each time they are asked for. */
export async function writeMembers(
  destination: string | Writable,
  members: Members,
  options: WriteOptions,
): Promise<WrittenArchive> {
  const { modifiedAt, level = 3, signal } = options;
  const seconds = typeof modifiedAt === 'number' ? modifiedAt : modifiedAt.getTime() / 1000;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  const target = typeof destination === 'string' ? createWriteStream(destination) : destination;
  try {
    await pipeline(gzip(gather(tarBlocks(members, Math.floor(seconds), options)), level), meter, target, { signal });
  } catch (error) {
    if (typeof destination === 'string') await rm(destination, { force: true });
    throw error;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** The same; a path bears another name until the archive is whole, so that nobody takes a piece for it. */
export async function writeWhole(
  destination: string | Writable,
  members: Members,
  options: WriteOptions,
): Promise<WrittenArchive> {
  if (typeof destination !== 'string') return writeMembers(destination, members, options);
  const partial = `${destination}.partial`;
  try {
    const written = await writeMembers(partial, members, options);
    await rename(partial, destination);
    return written;
  } catch (error) {
    await rm(partial, { force: true });
    if (!isSystemError(error)) throw error;
    throw new MbzError('cannot-write', `${destination} cannot be written: ${error.message}`, {
      cause: error,
      hint: 'Check the rights and the free space of its directory.',
    });
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

export interface Member {
  readonly path: string;
  /** Absent for a directory. */
  readonly item?: ArchiveItem;
}

/** All entries but the index, each directory before what is in it. Gone through three times: twice for the index. */
export interface Members extends Iterable<Member> {
  readonly count: number;
}

/** The members in order, each directory before the first thing in it; refuses what could not be read again. */
function layOut(items: Iterable<ArchiveItem>): Members {
  const seen = new Set<string>();
  const members: Member[] = [];
  for (const item of items) {
    checkPath(item.path);
    if (seen.has(item.path) || seen.has(`${item.path}/`))
      refuse('duplicate-entry', `${item.path} is given twice`, item.path);
    if (!Number.isSafeInteger(item.sizeBytes) || item.sizeBytes < 0)
      refuse('inconsistent', `${item.path} has no valid size`, item.path);
    if (item.sizeBytes > LARGEST_FILE)
      refuse('too-large', `${item.path} is larger than the 8 GB that Moodle can read`, item.path);
    for (let slash = item.path.indexOf('/'); slash !== -1; slash = item.path.indexOf('/', slash + 1)) {
      const directory = item.path.slice(0, slash + 1);
      if (seen.has(directory)) continue;
      if (seen.has(directory.slice(0, -1))) refuse('duplicate-entry', `${item.path} lies in a file`, item.path);
      seen.add(directory);
      members.push({ path: directory });
    }
    seen.add(item.path);
    members.push({ path: item.path, item });
  }
  return { count: members.length, [Symbol.iterator]: () => members[Symbol.iterator]() };
}

function checkPath(path: string): void {
  const parts = path.split('/');
  const bad =
    path === '.ARCHIVE_INDEX' ||
    /[\x00-\x1f\x7f\\]/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..');
  if (bad) refuse('unsafe-path', `${JSON.stringify(path)} cannot be the name of an entry`, path);
  splitName(path);
}

async function* tarBlocks(
  members: Members,
  seconds: number,
  { onProgress, signal }: WriteOptions,
): AsyncGenerator<Uint8Array> {
  const header = createHeaders();
  // Made twice rather than held: of a million files it has a hundred megabytes.
  let indexBytes = 0;
  for (const line of indexLines(members, seconds)) indexBytes += Buffer.byteLength(line);
  yield header('.ARCHIVE_INDEX', indexBytes, defaultTime, false);
  for (const line of indexLines(members, seconds)) yield Buffer.from(line);
  yield padding(indexBytes);
  let files = 0;
  let bytes = 0;
  for (const { path, item } of members) {
    signal?.throwIfAborted();
    if (!item) {
      yield header(path, 0, defaultTime, true);
      continue;
    }
    yield header(path, item.sizeBytes, seconds, false);
    let written = 0;
    const contents = item.open();
    for await (const chunk of contents instanceof Uint8Array ? [contents] : contents) {
      written += chunk.byteLength;
      if (written > item.sizeBytes) wrongSize(item, `${written} or more`);
      yield chunk;
    }
    if (written !== item.sizeBytes) wrongSize(item, String(written));
    yield padding(written);
    files++;
    bytes += written;
    onProgress?.({ files, bytes });
  }
  yield ZEROS;
}

/** The lines of `.ARCHIVE_INDEX`: a count, then name, kind, size and time of each entry, with tabs between. */
function* indexLines(members: Members, seconds: number): Generator<string> {
  yield `Moodle archive file index. Count: ${members.count}\n`;
  for (const { path, item } of members) {
    yield item ? `${path}\tf\t${item.sizeBytes}\t${seconds}\n` : `${path}\td\t0\t?\n`;
  }
}

/**
 * Pieces of one size, whatever the size of those that come: the same items give the same archive. Each is copied before
 * the next is asked for, and the memory of what it gives is used again: buffers per file would outrun the garbage
 * collector on a million small files.
 */
async function* gather(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const batch = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.byteLength; ) {
      const part = piece.subarray(from, from + PIECE_BYTES - filled);
      batch.set(part, filled);
      filled += part.byteLength;
      from += part.byteLength;
      if (filled < PIECE_BYTES) continue;
      yield batch;
      filled = 0;
    }
  }
  if (filled > 0) yield batch.subarray(0, filled);
}

const ZEROS = Buffer.alloc(2 * BLOCK);

function padding(size: number): Uint8Array {
  return ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);
}

/** One block, always a new name in the same memory: `gather` copies it at once. */
function createHeaders(): (path: string, size: number, seconds: number, directory: boolean) => Uint8Array {
  const block = Buffer.alloc(BLOCK);
  return (path, size, seconds, directory) => {
    const [prefix, name] = splitName(path);
    block.fill(0);
    block.set(name, 0);
    block.write(directory ? '0000755' : '0000644', 100, 'latin1');
    block.write('0000000\x000000000', 108, 'latin1');
    block.write(octal(size, 11), 124, 'latin1');
    block.write(octal(seconds, 11), 136, 'latin1');
    block.write('        ', 148, 'latin1');
    block.write(directory ? '5' : '0', 156, 'latin1');
    block.write('ustar\x0000', 257, 'latin1');
    block.set(prefix, 345);
    let sum = 0;
    for (const byte of block) sum += byte;
    block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
    return block;
  };
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** A ustar name: up to 100 bytes, and before it a prefix of up to 155 that ends at a slash. */
function splitName(path: string): [prefix: Uint8Array, name: Uint8Array] {
  let name = Buffer.from(path);
  let cut = 0;
  while (name.length > 100) {
    const slash = name.indexOf(0x2f);
    if (slash === -1 || slash === name.length - 1 || cut + slash > 155)
      refuse('name-too-long', `the name ${path} is too long for Moodle`, path);
    cut += slash + 1;
    name = name.subarray(slash + 1);
  }
  return [Buffer.from(path).subarray(0, Math.max(0, cut - 1)), name];
}

function refuse(code: MbzErrorCode, message: string, entry: string): never {
  throw new MbzError(code, message, { entry });
}

function wrongSize(item: ArchiveItem, found: string): never {
  refuse('inconsistent', `${item.path} was to have ${item.sizeBytes} bytes and has ${found}`, item.path);
}
