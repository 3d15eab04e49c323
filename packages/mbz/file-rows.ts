import { DigestTable, inArchive, inDocument } from './digest-table.ts';
import { createRecordHandler, type XmlHandler, type XmlRecord } from './xml.ts';

/** `files/62/62b555…`: where Moodle stores a content, by its SHA-1. */
const contentPath = /^files\/([0-9a-f]{2})\/(\1[0-9a-f]{38})$/;

/** The SHA-1 that an entry's name promises of its contents; undefined for other entries. */
export function contentHashOf(path: string): string | undefined {
  return path.startsWith('files/') ? contentPath.exec(path)?.[2] : undefined;
}

/** One row of `files.xml`, as far as contents go. A directory is a row named `.`. */
export interface FileRow {
  id: number;
  contentHash: string;
  /** Of the course, activity … that the file belongs to. */
  contextId: string;
  sizeBytes: number;
  name: string;
  /** Set where the file is an alias into a repository, such as an external drive. */
  repositoryType: string | null;
  reference: string | null;
}

/** Reads `files.xml` row by row; directories are not reported. */
export function createFileRowsHandler(row: (row: FileRow) => void, anyRow?: (id: number) => void): XmlHandler {
  const take = (record: XmlRecord) => {
    anyRow?.(Number(record['@id']));
    if (record.filename === '.') return;
    row({
      id: Number(record['@id']),
      contentHash: record.contenthash ?? '',
      contextId: record.contextid ?? '',
      sizeBytes: Number(record.filesize ?? 0),
      name: `${record.filepath ?? '/'}${record.filename ?? ''}`,
      repositoryType: record.repositorytype || null,
      reference: record.reference || null,
    });
  };
  return createRecordHandler({ '/files/file': take }, rowFields);
}

const rowFields: ReadonlySet<string> = new Set([
  'contenthash',
  'contextid',
  'filesize',
  'filepath',
  'filename',
  'repositorytype',
  'reference',
]);

/** Which contents are there and which are asked for, whatever comes first in the archive. */
export class Contents {
  private readonly table = new DigestTable();
  /** Of the rows: one content in two rows counts once. */
  distinct = 0;

  /** What `files.xml` says of the size, if it came first and says otherwise. */
  addEntry(hash: string, sizeBytes: number): number | undefined {
    const told = this.table.mark(Buffer.from(hash, 'hex'), inArchive, sizeBytes);
    return told === sizeBytes ? undefined : told;
  }

  /** The size of the entry, if it came first and is another; false when the row's hash is none. */
  addRow(row: FileRow): number | undefined | false {
    if (!/^[0-9a-f]{40}$/.test(row.contentHash)) return false;
    const sha1 = Buffer.from(row.contentHash, 'hex');
    if (!this.table.has(sha1, inDocument)) this.distinct++;
    const found = this.table.mark(sha1, inDocument, row.sizeBytes);
    return found === row.sizeBytes ? undefined : found;
  }

  /** Contents that rows ask for and the archive lacks, by the first 24 digits. */
  missing(): string[] {
    const missing: string[] = [];
    // An empty file has no content to store, and some versions store none.
    this.table.forEach(inDocument, inArchive, (key, sizeBytes) => {
      if (sizeBytes > 0) missing.push(key);
    });
    return missing.sort();
  }

  /** Contents that no row asks for. */
  unused(): string[] {
    const unused: string[] = [];
    this.table.forEach(inArchive, inDocument, (key) => unused.push(key));
    return unused.sort();
  }
}

/** Numbers by the million: eight bytes each, compared by sorting. */
export class NumberList {
  private values = new Float64Array(1024);
  private count = 0;

  add(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  /** Those that are not in the other list, ascending, each once. */
  without(other: NumberList): number[] {
    const mine = this.values.subarray(0, this.count).sort();
    const theirs = other.values.subarray(0, other.count).sort();
    const missing: number[] = [];
    let j = 0;
    for (let i = 0; i < mine.length; i++) {
      if (i > 0 && mine[i] === mine[i - 1]) continue;
      while (j < theirs.length && theirs[j]! < mine[i]!) j++;
      if (theirs[j] !== mine[i]) missing.push(mine[i]!);
    }
    return missing;
  }
}
