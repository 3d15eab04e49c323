import { type Archive, type Entry, staleEntry } from './cursor.ts';
import { MbzError } from './errors.ts';
import { Guard } from './guard.ts';
import { Inflation, trailingData } from './inflation.ts';
import { type Limits, limitError } from './limits.ts';
import type { Source } from './source.ts';
import { blockBytes, decodeName, isZeroBlock, parsePax, parseTarHeader, type TarHeader } from './tar.ts';

/**
 * A tar.gz read in one pass.
 *
 * States: *between* (the next thing is a header; `left` and `padding` are 0) → *in an entry* (`left` bytes of its body and `padding` are
 * still to come) → *between* … → *ended* (two zero blocks seen, and nothing but zeros after them). `next` skips what is
 * left of the entry; `turn` tells an old entry's body that the cursor has moved on.
 */
export class TgzArchive implements Archive {
  readonly format = 'tgz';
  private readonly source: Source;
  private readonly limits: Limits;
  private readonly guard: Guard;
  private readonly inflation: Inflation;
  private chunk: Buffer = Buffer.alloc(0);
  private at = 0;
  private outBytes = 0;
  private left = 0;
  private padding = 0;
  private turn = 0;
  private ended = false;
  private current = '';

  constructor(source: Source, limits: Limits, signal?: AbortSignal) {
    this.source = source;
    this.limits = limits;
    this.guard = new Guard(limits);
    this.inflation = new Inflation('gzip', source.chunks(), signal);
  }

  async next(): Promise<Entry | null> {
    this.turn++;
    if (this.ended) return null;
    while (this.left > 0 || this.padding > 0) {
      await this.ensure();
      this.left -= this.skip(this.left);
      if (this.left === 0) this.padding -= this.skip(this.padding);
    }
    const header = await this.nextHeader();
    if (header === null) {
      await this.expectEnd();
      this.ended = true;
      return null;
    }
    const isDirectory = header.type === '5' || (header.type === '0' && header.name.endsWith('/'));
    let name = header.name;
    if (isDirectory && !name.endsWith('/')) name += '/';
    const path = this.guard.admit(name, isDirectory, header.sizeBytes);
    if (path === '') return this.next();
    this.current = path;
    this.left = header.sizeBytes;
    this.padding = -header.sizeBytes & (blockBytes - 1);
    // `&` works on 32 bits, of which a size's lowest nine are always among them.
    return new TarEntry(this, this.turn, path, isDirectory ? 'directory' : 'file', header.sizeBytes);
  }

  async digest(): Promise<string> {
    return this.source.digest();
  }

  async close(): Promise<void> {
    this.turn++;
    this.ended = true;
    this.inflation.close();
    await this.source.close();
  }

  /** The next piece of the current body without waiting, `undefined` when there is none ready, null at its end. */
  takeBody(turn: number): Buffer | null | undefined {
    if (turn !== this.turn) throw staleEntry();
    if (this.left === 0) return null;
    if (this.at >= this.chunk.length) return undefined;
    const piece = this.chunk.subarray(this.at, this.at + this.left);
    this.at += piece.length;
    this.left -= piece.length;
    return piece;
  }

  /** Waits for data; throws when the archive ends instead. */
  async ensure(): Promise<void> {
    while (this.at >= this.chunk.length) {
      const chunk = await this.pull();
      if (chunk === null)
        throw new MbzError('truncated', `the archive ends within ${this.current || 'its first header'}`, {
          entry: this.current || undefined,
          hint: 'It was not transferred or written whole. Fetch it again.',
        });
      this.chunk = chunk;
      this.at = 0;
    }
  }

  private async pull(): Promise<Buffer | null> {
    const chunk = await this.inflation.next();
    if (chunk !== null) {
      this.outBytes += chunk.length;
      this.guard.checkAmount(this.outBytes, this.inflation.inBytes, this.current || undefined);
    }
    return chunk;
  }

  private skip(bytes: number): number {
    const skipped = Math.min(bytes, this.chunk.length - this.at);
    this.at += skipped;
    return skipped;
  }

  /** Exactly so many bytes, gathered when they lie across two pieces. */
  private async take(bytes: number): Promise<Buffer> {
    if (this.chunk.length - this.at >= bytes) {
      this.at += bytes;
      return this.chunk.subarray(this.at - bytes, this.at);
    }
    const gathered = Buffer.allocUnsafe(bytes);
    for (let have = 0; have < bytes; ) {
      await this.ensure();
      const copied = this.chunk.copy(gathered, have, this.at, this.at + bytes - have);
      this.at += copied;
      have += copied;
    }
    return gathered;
  }

  /**
   * The next real header, with what pax and GNU headers before it say about its name and size; null at the two zero
   * blocks. Headers for all that follows (pax `g`) may carry comments, but not names or sizes.
   */
  private async nextHeader(): Promise<TarHeader | null> {
    let name: string | undefined;
    let sizeBytes: number | undefined;
    let extensions = 0;
    for (;;) {
      const block = await this.take(blockBytes);
      if (block[0] === 0 && isZeroBlock(block)) {
        if (extensions > 0) throw new MbzError('truncated', 'the archive ends after an extension header');
        if (!isZeroBlock(await this.take(blockBytes)))
          throw new MbzError('corrupt', 'the tar goes on after a single zero block');
        return null;
      }
      const header = parseTarHeader(block);
      switch (header.type) {
        case 'x':
        case 'g': {
          const records = parsePax(await this.extension(header));
          for (const key of records.keys())
            if (key.startsWith('GNU.sparse') || (header.type === 'g' && /^(path|size|linkpath)$/.test(key)))
              throw new MbzError('unsupported', `the tar uses ${key} in a pax header; Moodle does not`);
          name = records.get('path') ?? name;
          const size = records.get('size');
          if (size !== undefined) sizeBytes = parsePaxSize(size);
          break;
        }
        case 'L':
          name = trimNul(await this.extension(header));
          break;
        case 'K':
          await this.extension(header);
          break;
        case '0':
        case '7':
        case '5':
          return { type: header.type, name: name ?? header.name, sizeBytes: sizeBytes ?? header.sizeBytes };
        default:
          throw refusedType(header.type, name ?? header.name);
      }
      if (++extensions > 4) throw new MbzError('corrupt', 'the tar has extension headers without an entry');
    }
  }

  private async extension(header: TarHeader): Promise<Buffer> {
    // Twice: pax repeats the name beside other records.
    if (header.sizeBytes > 2 * this.limits.nameBytes + 4 * blockBytes)
      throw limitError('name-too-long', 'nameBytes', this.limits, 'a long name in the tar');
    const data = Buffer.from(await this.take(header.sizeBytes));
    await this.take(-header.sizeBytes & (blockBytes - 1));
    return data;
  }

  /** After the two zero blocks only zeros (tar fills up to its record size), and then the end of the file itself. */
  private async expectEnd(): Promise<void> {
    let chunk: Buffer | null = this.chunk.subarray(this.at);
    while (chunk !== null) {
      if (chunk.some((byte) => byte !== 0)) throw trailingData();
      chunk = await this.pull();
    }
  }
}

class TarEntry implements Entry {
  readonly path: string;
  readonly type: 'file' | 'directory';
  readonly sizeBytes: number;
  private readonly archive: TgzArchive;
  private readonly turn: number;

  constructor(archive: TgzArchive, turn: number, path: string, type: 'file' | 'directory', sizeBytes: number) {
    this.archive = archive;
    this.turn = turn;
    this.path = path;
    this.type = type;
    this.sizeBytes = sizeBytes;
  }

  async *body(): AsyncIterable<Uint8Array> {
    for (;;) {
      const piece = this.archive.takeBody(this.turn);
      if (piece === null) return;
      if (piece === undefined) await this.archive.ensure();
      else yield piece;
    }
  }

  async read(consume: (chunk: Uint8Array) => void): Promise<void> {
    for (;;) {
      const piece = this.archive.takeBody(this.turn);
      if (piece === null) return;
      if (piece === undefined) await this.archive.ensure();
      else consume(piece);
    }
  }
}

function parsePaxSize(text: string): number {
  const size = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new MbzError('corrupt', 'a pax header holds an impossible size');
  return size;
}

function trimNul(data: Buffer): string {
  return decodeName(data.at(-1) === 0 ? data.subarray(0, -1) : data);
}

function refusedType(type: string, name: string): MbzError {
  const options = {
    entry: name,
    hint: 'A backup of Moodle holds files and directories only. Do not unpack it by other means.',
  };
  if (type === '1' || type === '2')
    return new MbzError('link', `${name}: a ${type === '1' ? 'hard' : 'symbolic'} link`, options);
  if (type === '3' || type === '4' || type === '6')
    return new MbzError('special-file', `${name}: a ${type === '6' ? 'pipe' : 'device'}`, options);
  return new MbzError('unsupported', `${name}: an entry of type ${JSON.stringify(type)}`, options);
}
