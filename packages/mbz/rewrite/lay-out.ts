import type { ArchiveItem, Member, Members } from '../write.ts';
import type { ContentList } from './content-list.ts';

/** A document to be written, and how many of the contents stand before it. */
export interface PlacedDocument {
  readonly path: string;
  readonly sizeBytes: number;
  readonly after: number;
}

export interface Layout<Document extends PlacedDocument> {
  readonly documents: readonly Document[];
  readonly contents: ContentList;
  readonly keepsContent: (hash: string) => boolean;
  readonly openDocument: (document: Document) => ReturnType<ArchiveItem['open']>;
  readonly openContent: (path: string, hash: string, sizeBytes: number) => ReturnType<ArchiveItem['open']>;
}

/** The entries in the order in which they were read, made one by one: a list of a million would not stay in flat memory. */
export function layOut<Document extends PlacedDocument>(layout: Layout<Document>): Members {
  let count = 0;
  for (const _ of membersOf(layout)) count++;
  return { count, [Symbol.iterator]: () => membersOf(layout) };
}

function* membersOf<Document extends PlacedDocument>(layout: Layout<Document>): Generator<Member> {
  const { documents, contents } = layout;
  const directories = new Set<string>();
  let next = 0;
  for (let index = 0; index <= contents.length; index++) {
    for (; next < documents.length && documents[next]!.after <= index; next++) {
      const document = documents[next]!;
      const { path, sizeBytes } = document;
      yield* newDirectories(path, directories);
      yield { path, item: { path, sizeBytes, open: () => layout.openDocument(document) } };
    }
    if (index === contents.length) return;
    const hash = contents.hashAt(index);
    if (!layout.keepsContent(hash)) continue;
    const path = `files/${hash.slice(0, 2)}/${hash}`;
    const sizeBytes = contents.sizeAt(index);
    yield* newDirectories(path, directories);
    yield { path, item: { path, sizeBytes, open: () => layout.openContent(path, hash, sizeBytes) } };
  }
}

function* newDirectories(path: string, known: Set<string>): Generator<Member> {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const directory = path.slice(0, slash + 1);
    if (known.has(directory)) continue;
    known.add(directory);
    yield { path: directory };
  }
}
