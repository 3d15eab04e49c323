import { constants, createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import { MbzError } from './errors.ts';

/** As objects: otherwise reading joins all that is ready into one new buffer. */
const aheadChunks = 4;
/** With larger pieces, more garbage waits for the collector: 256 kB are hardly faster and cost 10 MB of memory. */
const outputBytes = 128 * 1024;
const stuck = Symbol('the engine wants no more');

/**
 * Decompression by node:zlib in the thread pool, pulled from both ends: the next output is made ready while the last is looked
 * at, one piece of input is read ahead, and no more. zlib passes over what follows the compressed data; here that is an error.
 */
export class Inflation {
  private readonly engine: Gunzip | InflateRaw;
  private readonly output: AsyncIterator<Buffer>;
  private readonly entry: string | undefined;
  private fedBytes = 0;
  private sourceEnded = false;

  constructor(kind: 'gzip' | 'raw', input: AsyncIterable<Buffer>, signal?: AbortSignal, entry?: string) {
    const options = { chunkSize: outputBytes, readableObjectMode: true, readableHighWaterMark: aheadChunks };
    this.engine = kind === 'gzip' ? createGunzip(options) : createInflateRaw(options);
    this.entry = entry;
    // The iterator reports errors; this listener only keeps an error between two pulls from being an uncaught one.
    this.engine.on('error', () => {});
    this.output = this.engine[Symbol.asyncIterator]();
    void this.pump(input, signal);
  }

  /** Compressed bytes used so far. */
  get inBytes(): number {
    return this.engine.bytesWritten;
  }

  /** The next piece, or null at the end, when nothing follows it. */
  async next(): Promise<Buffer | null> {
    let item: IteratorResult<Buffer>;
    try {
      item = await this.output.next();
    } catch (error) {
      throw this.translate(error);
    }
    if (!item.done) return item.value;
    if (!this.sourceEnded || this.fedBytes !== this.engine.bytesWritten) throw trailingData(this.entry);
    return null;
  }

  close(): void {
    this.engine.destroy();
  }

  private async pump(input: AsyncIterable<Buffer>, signal: AbortSignal | undefined): Promise<void> {
    const engine = this.engine;
    const abort = () => engine.destroy(signal!.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const closed = new Promise<typeof stuck>((resolve) => engine.once('close', () => resolve(stuck)));
    const pieces = input[Symbol.asyncIterator]();
    try {
      // The next piece is read while this one is decompressed; a file's two buffers take turns at that.
      let upcoming = pieces.next();
      for (let item = await upcoming; !item.done; item = await upcoming) {
        this.fedBytes += item.value.length;
        const taken = new Promise<void>((resolve) => engine.write(item.value, () => resolve()));
        upcoming = pieces.next();
        upcoming.catch(() => {});
        // zlib never calls back for a chunk that reaches beyond its end; then the stream closes instead.
        if ((await Promise.race([taken, closed])) === stuck) return;
      }
      this.sourceEnded = true;
      engine.end();
    } catch (error) {
      engine.destroy(error as Error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private translate(error: unknown): unknown {
    const { errno } = error as { errno?: number };
    const entry = this.entry;
    const where = entry === undefined ? 'the archive' : entry;
    if (errno === constants.Z_BUF_ERROR)
      return new MbzError('truncated', `${where} ends in the middle of its compressed data`, {
        entry,
        cause: error,
        hint: 'It was not transferred or written whole. Fetch it again.',
      });
    // The first header was seen to be one of gzip, so a bad one is what zlib takes for a second: something was appended.
    if ((error as Error).message === 'incorrect header check') return trailingData(entry);
    if (errno !== undefined && errno < 0)
      return new MbzError('corrupt', `${where} is damaged: ${(error as Error).message}`, {
        entry,
        cause: error,
        hint: 'Bytes changed on its way or on its disk. Fetch it again.',
      });
    return error;
  }
}

export function trailingData(entry?: string): MbzError {
  return new MbzError('trailing-data', `something follows the end of ${entry ?? 'the archive'}`, {
    entry,
    hint: 'Moodle writes nothing after the end; a second archive could hide there. Make the backup anew.',
  });
}
