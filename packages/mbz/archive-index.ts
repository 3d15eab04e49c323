import { hash } from 'node:crypto';
import type { Entry } from './cursor.ts';
import { DigestTable, inArchive, inDocument } from './digest-table.ts';
import { contentHashOf } from './file-rows.ts';
import type { Report } from './problem.ts';

/** The first entry of Moodle's tar.gz: a line for each entry that follows. A zip has none. */
export const indexPath = '.ARCHIVE_INDEX';

/** So many names are kept, to tell which of them the archive lacks. Contents need none: their key is in their name. */
const mostNames = 50_000;

/**
 * Compares the entries with the index: `Moodle archive file index. Count: N`, then `path⇥f|d⇥size⇥time`, a directory's path with
 * a slash and its time `?`. By hash, so that a million names take no more than 40 MB.
 */
export class ArchiveIndex {
  private readonly table = new DigestTable();
  private wasRead = false;
  private readonly names: string[] = [];

  async read(entry: Entry, report: Report): Promise<void> {
    this.wasRead = true;
    let rest = '';
    let count = -1;
    let lines = 0;
    const decoder = new TextDecoder();
    const line = (text: string) => {
      if (count < 0) {
        const head = /^Moodle archive file index\. Count: ([0-9]{1,12})$/.exec(text);
        if (head === null)
          report('index-malformed', indexPath, 'Moodle archive file index. Count: N', text.slice(0, 80));
        count = head === null ? 0 : Number(head[1]);
        return;
      }
      if (text === '') return;
      lines++;
      const [path, type, size, time] = text.split('\t');
      if (path === undefined || !/^[fd]$/.test(type ?? '') || !/^[0-9]+$/.test(size ?? '') || time === undefined)
        return report('index-malformed', indexPath, 'path, f or d, size, time', text.slice(0, 200));
      const isDirectory = type === 'd';
      const isContent = !isDirectory && contentHashOf(path) !== undefined;
      if (!isContent && this.names.length < mostNames) this.names.push(nameOf(path, isDirectory));
      this.table.mark(keyOf(path, isDirectory), inDocument, Number(size));
    };
    await entry.read((chunk) => {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop()!;
      for (const part of parts) line(part);
    });
    if (rest !== '') line(rest);
    if (count >= 0 && count !== lines) report('index-malformed', indexPath, `${count} lines`, `${lines} lines`);
  }

  visit(entry: Entry, report: Report): void {
    if (!this.wasRead) return;
    const listed = this.table.mark(keyOf(entry.path, entry.type === 'directory'), inArchive, entry.sizeBytes);
    if (listed === undefined) report('not-in-index', entry.path, 'a line in the index', 'none');
    else if (listed !== entry.sizeBytes)
      report('size-differs', entry.path, `${listed} (${indexPath})`, `${entry.sizeBytes}`);
  }

  finish(report: Report): void {
    const missing = new Set<string>();
    this.table.forEach(inDocument, inArchive, (key) => missing.add(key));
    for (const name of this.names) {
      const key = keyOf(name, name.endsWith('/')).toString('hex', 0, 12);
      if (missing.delete(key)) report('missing-from-archive', name, 'in the archive', 'nothing');
    }
    for (const key of missing)
      report('missing-from-archive', `files/${key.slice(0, 2)}/${key}…`, 'in the archive', 'nothing');
  }
}

function nameOf(path: string, isDirectory: boolean): string {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  return isDirectory ? `${bare}/` : bare;
}

/** A content's own SHA-1, and of everything else that of its name. */
function keyOf(path: string, isDirectory: boolean): Buffer {
  const content = isDirectory ? undefined : contentHashOf(path);
  return content === undefined ? hash('sha1', nameOf(path, isDirectory), 'buffer') : Buffer.from(content, 'hex');
}
