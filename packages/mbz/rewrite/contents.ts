import { createHash, type Hash, hash } from 'node:crypto';
import { type Archive, type OpenOptions, openArchive } from '../archive.ts';
import { MbzError } from '../errors.ts';

/** The second reading of an archive: contents in the order of the first, each checked against its SHA-1. */
export class ContentReader {
  private readonly source: string;
  private readonly options: OpenOptions;
  private archive: Archive | undefined;

  constructor(source: string, options: OpenOptions) {
    this.source = source;
    this.options = options;
  }

  /** The contents of that name and size; those that stand before it are passed over. */
  async *read(path: string, sha1: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
    this.archive ??= await openArchive(this.source, this.options);
    for (let entry = await this.archive.next(); entry !== null; entry = await this.archive.next()) {
      if (entry.path !== path) continue;
      if (entry.sizeBytes !== sizeBytes) break;
      // Most contents are small and come as one piece, where hashing at once costs half as much as a hash object.
      let whole: string | undefined;
      let running: Hash | undefined;
      for await (const chunk of entry.body()) {
        if (chunk.length === sizeBytes) whole = hash('sha1', chunk);
        else {
          running ??= createHash('sha1');
          running.update(chunk);
        }
        yield chunk;
      }
      const found = whole ?? running?.digest('hex') ?? hash('sha1', '');
      if (found === sha1) return;
      throw new MbzError('corrupt', `${path}: the contents are not those of its name: their SHA-1 is ${found}`, {
        entry: path,
        hint: 'The file was damaged before or while the backup was made. Make the backup anew.',
      });
    }
    throw new MbzError('inconsistent', `${path} is no longer where it was: the archive changed while it was read`, {
      entry: path,
      hint: 'Let nothing write to the archive, and begin again.',
    });
  }

  async close(): Promise<void> {
    await this.archive?.close();
  }
}
