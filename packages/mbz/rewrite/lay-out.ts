import type { Member, Members } from '../write.ts';
import type { ContentList } from './content-list.ts';
import type { ContentReader } from './contents.ts';
import type { Spool, Spooled } from './spool.ts';

/** A document as it is to be written, and how many contents of the archive that was read stand before it. */
export interface PreparedDocument extends Spooled {
  readonly path: string;
  readonly after: number;
}

/** The entries in the order in which they were read, made one by one: a list of a million would not stay in flat memory. */
export function layOut(
  documents: readonly PreparedDocument[],
  contents: ContentList,
  keepsContent: (hash: string) => boolean,
  spool: Spool,
  reader: ContentReader,
): Members {
  function* members(): Generator<Member> {
    const directories = new Set<string>();
    function* place(path: string): Generator<Member> {
      for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
        const directory = path.slice(0, slash + 1);
        if (directories.has(directory)) continue;
        directories.add(directory);
        yield { path: directory };
      }
    }
    let next = 0;
    for (let index = 0; index <= contents.length; index++) {
      for (; next < documents.length && documents[next]!.after <= index; next++) {
        const document = documents[next]!;
        const { path, sizeBytes } = document;
        yield* place(path);
        yield { path, item: { path, sizeBytes, open: () => spool.open(document) } };
      }
      if (index === contents.length) break;
      const hash = contents.hashAt(index);
      if (!keepsContent(hash)) continue;
      const path = `files/${hash.slice(0, 2)}/${hash}`;
      const sizeBytes = contents.sizeAt(index);
      yield* place(path);
      yield { path, item: { path, sizeBytes, open: () => reader.read(path, hash, sizeBytes) } };
    }
  }
  let count = 0;
  for (const _ of members()) count++;
  return { count, [Symbol.iterator]: members };
}
