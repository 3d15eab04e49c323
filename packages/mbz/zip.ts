import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { type Archive, type Entry, staleEntry } from './cursor.ts';
import { MbzError } from './errors.ts';
import { Guard } from './guard.ts';
import { Inflation } from './inflation.ts';
import type { Limits } from './limits.ts';
import type { Source } from './source.ts';
import { decodeName } from './tar.ts';
import { ByteRanges, checkLocalHeader, localHeaderBytes } from './zip-layout.ts';

/** Up to this size a file is read and inflated at once: a stream for each small file would cost ten times more. */
const atOnceBytes = 1024 * 1024;

/** A zip read by its central directory; each entry's own header must say the same. */
export class ZipArchive implements Archive {
  readonly format = 'zip';
  private readonly fd: number;
  private readonly sizeBytes: number;
  private readonly path: string;
  private readonly zip: yauzl.ZipFile;
  private readonly directoryStart: number;
  private readonly limits: Limits;
  private readonly guard: Guard;
  private readonly source: Source;
  private readonly removeSpool: (() => Promise<void>) | undefined;
  private readonly signal: AbortSignal | undefined;
  private readonly ranges = new ByteRanges();
  private readonly cursor: AsyncIterator<yauzl.Entry>;
  private outBytes = 0;
  private turn = 0;
  private ended = false;
  private closed = false;

  private constructor(parts: {
    fd: number;
    path: string;
    zip: yauzl.ZipFile;
    limits: Limits;
    source: Source;
    removeSpool?: (() => Promise<void>) | undefined;
    signal: AbortSignal | undefined;
  }) {
    this.fd = parts.fd;
    this.path = parts.path;
    this.zip = parts.zip;
    this.limits = parts.limits;
    this.source = parts.source;
    this.removeSpool = parts.removeSpool;
    this.signal = parts.signal;
    this.sizeBytes = fstatSync(parts.fd).size;
    // yauzl keeps here where it reads next: before the first entry, the start of the directory.
    this.directoryStart = this.zip.readEntryCursor as unknown as number;
    this.guard = new Guard(parts.limits);
    this.cursor = this.zip.eachEntry()[Symbol.asyncIterator]();
  }

  static async open(source: Source, limits: Limits, signal: AbortSignal | undefined): Promise<ZipArchive> {
    const spool = source.path === undefined ? await source.spool(limits) : undefined;
    const path = source.path ?? spool!.path;
    let fd: number | undefined;
    try {
      fd = openSync(path, 'r');
      const zip = await openDirectory(fd);
      return new ZipArchive({ fd, path, zip, limits, source, removeSpool: spool?.remove, signal });
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      await spool?.remove();
      throw translate(error);
    }
  }

  async next(): Promise<Entry | null> {
    this.turn++;
    if (this.ended) return null;
    for (;;) {
      this.signal?.throwIfAborted();
      let item: IteratorResult<yauzl.Entry>;
      try {
        item = await this.cursor.next();
      } catch (error) {
        throw translate(error);
      }
      if (item.done) {
        this.ranges.check(this.directoryStart);
        this.ended = true;
        return null;
      }
      const entry = this.judge(item.value, this.guard);
      if (entry === null) continue;
      if (this.removeSpool === undefined) this.source.report(entry.endsAt);
      this.ranges.add(item.value.relativeOffsetOfLocalHeader, entry.endsAt);
      return new ZipEntry(this, this.turn, entry);
    }
  }

  async openEntry(path: string): Promise<Entry | null> {
    const zip = await openDirectory(this.fd).catch((error) => {
      throw translate(error);
    });
    try {
      for await (const raw of zip.eachEntry()) {
        if (raw.fileNameRaw.toString('utf8') !== path) continue;
        const entry = this.judge(raw, new Guard(this.limits));
        return entry === null ? null : new ZipEntry(this, undefined, entry);
      }
      return null;
    } catch (error) {
      throw translate(error);
    }
  }

  async digest(): Promise<string> {
    if (this.removeSpool !== undefined) return this.source.digest();
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.path, { highWaterMark: 1024 * 1024, signal: this.signal }))
      hash.update(chunk as Buffer);
    return hash.digest('hex');
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.ended = true;
    this.turn++;
    closeSync(this.fd);
    await this.source.close();
    await this.removeSpool?.();
  }

  /** The pieces of an entry's contents, with its size and CRC-32 proved at the end. */
  async *contents(entry: Located, turn: number | undefined): AsyncGenerator<Buffer> {
    const { raw, path } = entry;
    let size = 0;
    let crc = 0;
    for await (const chunk of this.inflated(entry)) {
      if (this.closed || (turn !== undefined && turn !== this.turn)) throw staleEntry();
      this.signal?.throwIfAborted();
      size += chunk.length;
      crc = crc32(chunk, crc);
      if (size > raw.uncompressedSize) break;
      this.outBytes += chunk.length;
      this.guard.checkAmount(this.outBytes, this.sizeBytes, path);
      yield chunk;
    }
    if (size !== raw.uncompressedSize)
      throw new MbzError('corrupt', `${path}: has another size than the directory says (${raw.uncompressedSize})`, {
        entry: path,
      });
    if (crc !== raw.crc32)
      throw new MbzError('corrupt', `${path}: does not match its checksum (CRC-32)`, {
        entry: path,
        hint: 'Bytes changed on its way or on its disk. Fetch it again.',
      });
  }

  private async *inflated(entry: Located): AsyncGenerator<Buffer> {
    const { raw, dataStart, path } = entry;
    if (this.closed) throw staleEntry();
    const small = raw.compressedSize <= atOnceBytes && raw.uncompressedSize <= 4 * atOnceBytes;
    if (raw.compressionMethod === 0) yield* this.pieces(dataStart, raw.compressedSize);
    else if (small) yield inflateAtOnce(readAt(this.fd, dataStart, raw.compressedSize), raw.uncompressedSize, path);
    else {
      const inflation = new Inflation('raw', this.pieces(dataStart, raw.compressedSize), this.signal, path);
      try {
        for (let chunk = await inflation.next(); chunk !== null; chunk = await inflation.next()) yield chunk;
      } finally {
        inflation.close();
      }
    }
  }

  private async *pieces(start: number, length: number): AsyncGenerator<Buffer> {
    for (let done = 0; done < length; ) {
      if (this.closed) throw staleEntry();
      const piece = readAt(this.fd, start + done, Math.min(256 * 1024, length - done));
      done += piece.length;
      yield piece;
    }
  }

  /** Refuses what is unsafe, and finds where the entry's data lies; null for the archive's root. */
  private judge(raw: yauzl.Entry, guard: Guard): Located | null {
    const name = decodeName(raw.fileNameRaw);
    const isDirectory = name.endsWith('/');
    refuseKind(raw, name);
    const path = guard.admit(name, isDirectory, raw.uncompressedSize);
    if (path === '') return null;
    // Deflate cannot do better than 1032 to one; what claims more lies, and would be found too late.
    if (raw.uncompressedSize > 1100 * (raw.compressedSize + 1))
      throw new MbzError(
        'inconsistent',
        `${path}: ${raw.compressedSize} bytes cannot unpack to ${raw.uncompressedSize}`,
        {
          entry: path,
        },
      );
    const start = raw.relativeOffsetOfLocalHeader;
    if (start + localHeaderBytes > this.directoryStart)
      throw new MbzError('inconsistent', `${path}: lies outside of the archive`, { entry: path });
    const dataStart = start + checkLocalHeader(this.fd, start, raw, path);
    const endsAt = dataStart + raw.compressedSize;
    if (endsAt > this.directoryStart)
      throw new MbzError('inconsistent', `${path}: reaches into the directory of the zip`, { entry: path });
    return { raw, path, dataStart, endsAt, isDirectory };
  }
}

interface Located {
  raw: yauzl.Entry;
  path: string;
  isDirectory: boolean;
  dataStart: number;
  endsAt: number;
}

class ZipEntry implements Entry {
  readonly path: string;
  readonly type: 'file' | 'directory';
  readonly sizeBytes: number;
  private readonly archive: ZipArchive;
  private readonly turn: number | undefined;
  private readonly located: Located;

  constructor(archive: ZipArchive, turn: number | undefined, located: Located) {
    this.archive = archive;
    this.turn = turn;
    this.located = located;
    this.path = located.path;
    this.type = located.isDirectory ? 'directory' : 'file';
    this.sizeBytes = located.raw.uncompressedSize;
  }

  body(): AsyncIterable<Uint8Array> {
    return this.archive.contents(this.located, this.turn);
  }

  async read(consume: (chunk: Uint8Array) => void): Promise<void> {
    for await (const chunk of this.archive.contents(this.located, this.turn)) consume(chunk);
  }
}

function refuseKind(raw: yauzl.Entry, name: string): void {
  const options = { entry: name, hint: 'Moodle writes no such entry. Do not unpack it by other means.' };
  if ((raw.generalPurposeBitFlag & 0x2041) !== 0) throw new MbzError('encrypted', `${name}: is encrypted`, options);
  if (raw.compressionMethod !== 0 && raw.compressionMethod !== 8)
    throw new MbzError('unsupported', `${name}: compressed by method ${raw.compressionMethod}`, options);
  const kind = (raw.externalFileAttributes >>> 16) & 0o170000;
  if (kind === 0o120000) throw new MbzError('link', `${name}: a symbolic link`, options);
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000)
    throw new MbzError('special-file', `${name}: a device, pipe or socket`, options);
}

function inflateAtOnce(data: Buffer, sizeBytes: number, path: string): Buffer {
  try {
    const { buffer, engine } = inflateRawSync(data, { maxOutputLength: sizeBytes + 1, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten === data.length) return buffer;
  } catch (error) {
    throw new MbzError('corrupt', `${path}: is damaged: ${(error as Error).message}`, { entry: path, cause: error });
  }
  throw new MbzError('inconsistent', `${path}: something follows its compressed data`, { entry: path });
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const count = readSync(fd, buffer, done, length - done, position + done);
    if (count === 0) throw new MbzError('truncated', 'the zip ends before its end');
    done += count;
  }
  return buffer;
}

/** Reads the directory through a window: yauzl asks for 46 bytes and then a name, two system calls an entry. */
class WindowReader extends yauzl.RandomAccessReader {
  private readonly fd: number;
  private window = Buffer.alloc(0);
  private start = 0;

  constructor(fd: number) {
    super();
    this.fd = fd;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    try {
      for (let have = 0; have < length; ) {
        const from = position + have - this.start;
        if (from < 0 || from >= this.window.length) {
          const window = Buffer.allocUnsafe(256 * 1024);
          const count = readSync(this.fd, window, 0, window.length, position + have);
          if (count === 0) throw new MbzError('truncated', 'the zip ends within its directory');
          this.window = window.subarray(0, count);
          this.start = position + have;
          continue;
        }
        have += this.window.copy(buffer, offset + have, from, from + length - have);
      }
      done(null);
    } catch (error) {
      done(error as Error);
    }
  }

  override _readStreamForRange(): never {
    throw new Error('bodies are read by the archive itself');
  }
}

function openDirectory(fd: number): Promise<yauzl.ZipFile> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  return yauzl.fromRandomAccessReaderPromise(new WindowReader(fd), fstatSync(fd).size, options);
}

/** yauzl's errors are plain sentences. */
function translate(error: unknown): unknown {
  if (error instanceof MbzError || (error as Error).name === 'AbortError') return error;
  const { message } = error as Error;
  const hint = 'It was damaged, cut or added to. Fetch it again.';
  if (/central directory record signature not found/.test(message))
    return new MbzError('truncated', 'the zip has no end: it was cut', { hint, cause: error });
  if (/Invalid comment length/.test(message))
    return new MbzError('trailing-data', 'something follows the end of the zip', { hint, cause: error });
  return new MbzError('corrupt', `the zip is damaged: ${message}`, { hint, cause: error });
}
