import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MbzError } from './errors.ts';
import { type Limits, limitError } from './limits.ts';

export interface SourceOptions {
  signal?: AbortSignal | undefined;
  /** Told of each piece read; the total is unknown for a stream. */
  onProgress?: ((bytesRead: number, bytesTotal?: number) => void) | undefined;
  /** Compute the SHA-256 of the archive's bytes on the way. */
  digest?: boolean | undefined;
}

/** Large enough that reading costs nothing beside decompressing, small enough to stay flat. */
const chunkBytes = 256 * 1024;

/** The archive's own bytes, from a file or a stream, in order and once. */
export class Source {
  readonly path: string | undefined;
  sizeBytes: number | undefined;
  private readonly file: FileHandle | undefined;
  private readonly stream: AsyncIterator<Uint8Array> | undefined;
  /** A stalled Readable never ends a pending read by itself: it has to be destroyed, on closing and on cancelling. */
  private readonly destroyStream: (() => void) | undefined;
  private readonly options: SourceOptions;
  private readonly hash: Hash | undefined;
  private head: Buffer = Buffer.alloc(0);
  private read = 0;

  private constructor(options: SourceOptions, path?: string, file?: FileHandle, stream?: AsyncIterable<Uint8Array>) {
    this.options = options;
    this.path = path;
    this.file = file;
    this.stream = stream?.[Symbol.asyncIterator]();
    if (stream instanceof Readable) {
      this.destroyStream = () => stream.destroy();
      options.signal?.addEventListener('abort', this.destroyStream, { once: true });
    }
    this.hash = options.digest ? createHash('sha256') : undefined;
  }

  static async open(from: string | AsyncIterable<Uint8Array>, options: SourceOptions): Promise<Source> {
    options.signal?.throwIfAborted();
    if (typeof from !== 'string') return new Source(options, undefined, undefined, from);
    let file: FileHandle | undefined;
    try {
      file = await open(from, 'r');
      const stat = await file.stat();
      if (stat.isDirectory()) throw new Error('it is a directory');
      const source = new Source(options, stat.isFile() ? from : undefined, file);
      source.sizeBytes = stat.isFile() ? stat.size : undefined;
      return source;
    } catch (error) {
      await file?.close();
      throw unreadable(error, from);
    }
  }

  /** The first bytes, at least four unless there are fewer; they are still to be read. */
  async peek(): Promise<Buffer> {
    while (this.head.length < 4) {
      const chunk = await this.pull(Buffer.allocUnsafe(chunkBytes));
      if (chunk === null) break;
      this.head = this.head.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.head, chunk]);
    }
    return this.head;
  }

  /** All bytes in order. A chunk is valid until the second next one: two buffers take turns. */
  async *chunks(): AsyncGenerator<Buffer> {
    if (this.head.length > 0) {
      const head = this.head;
      this.head = Buffer.alloc(0);
      yield head;
    }
    const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
    for (let turn = 0; ; turn ^= 1) {
      const chunk = await this.pull(buffers[turn]!);
      if (chunk === null) return;
      yield chunk;
    }
  }

  /** SHA-256 of all that was read; whole once `chunks` has ended. */
  digest(): string {
    return this.hash!.copy().digest('hex');
  }

  /** The rest into a file that only we can read, for formats that must be read from their end. */
  async spool(limits: Limits): Promise<{ path: string; remove(): Promise<void> }> {
    const directory = await mkdtemp(join(tmpdir(), 'mbz-'));
    const remove = () => rm(directory, { recursive: true, force: true });
    const path = join(directory, 'archive');
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        let written = 0;
        for await (const chunk of this.chunks()) {
          written += chunk.length;
          if (written > limits.totalBytes)
            throw limitError('too-large', 'totalBytes', limits, 'the archive itself is too large');
          await file.write(chunk);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      await remove();
      throw error;
    }
    return { path, remove };
  }

  /** For a reader that goes its own way over the file. */
  report(bytesRead: number): void {
    this.options.onProgress?.(bytesRead, this.sizeBytes);
  }

  async close(): Promise<void> {
    await this.file?.close();
    if (this.destroyStream === undefined) {
      await this.stream?.return?.();
    } else {
      this.options.signal?.removeEventListener('abort', this.destroyStream);
      this.destroyStream();
    }
  }

  private async pull(into: Buffer): Promise<Buffer | null> {
    this.options.signal?.throwIfAborted();
    let chunk: Buffer;
    try {
      if (this.file !== undefined) {
        const { bytesRead } = await this.file.read(into, 0, into.length, null);
        if (bytesRead === 0) return null;
        chunk = into.subarray(0, bytesRead);
      } else {
        const item = await this.stream!.next();
        if (item.done) return null;
        if (!(item.value instanceof Uint8Array)) throw new Error('the stream must deliver bytes, not text');
        chunk = Buffer.from(item.value.buffer, item.value.byteOffset, item.value.length);
      }
    } catch (error) {
      this.options.signal?.throwIfAborted();
      throw unreadable(error, this.path ?? 'the stream');
    }
    this.read += chunk.length;
    this.hash?.update(chunk);
    this.options.onProgress?.(this.read, this.sizeBytes);
    return chunk;
  }
}

function unreadable(error: unknown, what: string): MbzError {
  if (error instanceof MbzError) return error;
  return new MbzError('unreadable', `${what} cannot be read: ${error instanceof Error ? error.message : error}`, {
    cause: error,
    hint: 'Check that the file exists and may be read by this user.',
  });
}
