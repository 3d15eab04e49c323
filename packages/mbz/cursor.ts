import { MbzError } from './errors.ts';

/** One file or directory of an archive, while the cursor stands on it. */
export interface Entry {
  /** Safe below a directory: relative, `/` between the parts, no `..`. A directory's ends with `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory';
  readonly sizeBytes: number;
  /** Its contents, once, until the cursor moves on; after that, `stale-entry`. What is not read is skipped. */
  body(): AsyncIterable<Uint8Array>;
  /**
   * The same, handed to a function: faster, as a small file costs no turn of the event loop. The bytes belong to the
   * function until it returns.
   */
  read(consume: (chunk: Uint8Array) => void): Promise<void>;
}

/** A cursor over an archive. It is pulled: nothing is read that nobody asked for. */
export interface Archive {
  readonly format: 'tgz' | 'zip';
  /** The next entry in the archive's order, or null after the last, when the end has been found to be in order. */
  next(): Promise<Entry | null>;
  /**
   * One file by its path, anywhere in the archive; null if there is none. Only where the format allows it (zip). It is checked as `next`
   * does, except that only the whole pass finds duplicates and overlaps. Does not move the cursor.
   */
  openEntry?(path: string): Promise<Entry | null>;
  /** SHA-256 of the archive's bytes, in hexadecimal; with the option `digest`, after `next` has returned null. */
  digest(): Promise<string>;
  /** Releases files, memory and spool; also in the middle. */
  close(): Promise<void>;
}

/** For whoever keeps an entry too long. */
export function staleEntry(): MbzError {
  return new MbzError('stale-entry', 'this entry can no longer be read: the cursor has moved on', {
    hint: 'Read the body before asking for the next entry.',
  });
}
