import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MbzError } from '../errors.ts';
import { createPauses } from '../pauses.ts';

/** Where something stands in the spool. */
export interface Spooled {
  readonly at: number;
  readonly sizeBytes: number;
}

/** Pieces in which a long document is read back. */
const pieceBytes = 16 * 1024;
/** Small writes are gathered: a course has tens of thousands of documents of some hundred bytes. */
const gatherBytes = 256 * 1024;

/**
 * A temporary file, which only we can read, for documents between two readings of the archive. Written at its end, read
 * anywhere; synchronously, since a turn of the event loop costs more than copying such a document.
 */
export class Spool {
  private readonly directory: string;
  private readonly file: number;
  private readonly gathered = Buffer.allocUnsafe(gatherBytes);
  private waiting = 0;
  private written = 0;

  /** @throws MbzError `cannot-write` */
  constructor(parent: string) {
    try {
      this.directory = mkdtempSync(join(parent, '.mbz-'));
    } catch (error) {
      throw cannotSpool(parent, error);
    }
    try {
      this.file = openSync(join(this.directory, 'documents'), 'wx+', 0o600);
    } catch (error) {
      rmSync(this.directory, { recursive: true, force: true });
      throw cannotSpool(parent, error);
    }
  }

  /** The end of what was appended: the place of what comes next. */
  get end(): number {
    return this.written + this.waiting;
  }

  append(chunk: Uint8Array): void {
    if (this.waiting + chunk.length > gatherBytes) this.flush();
    if (chunk.length > gatherBytes) this.write(chunk);
    else {
      this.gathered.set(chunk, this.waiting);
      this.waiting += chunk.length;
    }
  }

  /** What stands there: at once when it is small, else by pieces, each good until the next one is asked for. */
  open({ at, sizeBytes }: Spooled): Uint8Array | AsyncIterable<Uint8Array> {
    if (at + sizeBytes > this.written) this.flush();
    return sizeBytes <= pieceBytes ? this.read(at, sizeBytes) : this.pieces(at, sizeBytes);
  }

  close(): void {
    closeSync(this.file);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async *pieces(at: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
    const pause = createPauses();
    const memory = Buffer.allocUnsafeSlow(pieceBytes);
    for (let done = 0; done < sizeBytes; done += pieceBytes) {
      await pause();
      yield this.read(at + done, Math.min(pieceBytes, sizeBytes - done), memory);
    }
  }

  private read(at: number, sizeBytes: number, memory?: Buffer): Uint8Array {
    const bytes = memory?.subarray(0, sizeBytes) ?? Buffer.allocUnsafe(sizeBytes);
    for (let done = 0; done < sizeBytes; ) {
      const read = readSync(this.file, bytes, done, sizeBytes - done, at + done);
      if (read === 0) throw new Error(`the spool has ${fstatSync(this.file).size} bytes, less than were written`);
      done += read;
    }
    return bytes;
  }

  private flush(): void {
    this.write(this.gathered.subarray(0, this.waiting));
    this.waiting = 0;
  }

  private write(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.file, bytes, done, bytes.length - done, this.written + done);
    } catch (error) {
      throw cannotSpool(this.directory, error);
    }
    this.written += bytes.length;
  }
}

function cannotSpool(directory: string, cause: unknown): MbzError {
  return new MbzError('cannot-write', `documents cannot be kept in ${directory}: ${(cause as Error).message}`, {
    cause,
    hint: 'They need as much room there as the documents of the backup, unpacked, take twice. Check its rights and free space.',
  });
}
