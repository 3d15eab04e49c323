import { hash } from 'node:crypto';
import type { Entry } from './cursor.ts';
import { DigestTable, inArchive, inDocument } from './digest-table.ts';
import type { Report } from './problem.ts';

/** The first entry of Moodle's tar.gz: a line for each entry that follows. A zip has none. */
export const indexPath = '.ARCHIVE_INDEX';

/** Up to here the index is kept, to name what it lists and the archive lacks; of a longer one only the number is told. */
const keptBytes = 16 * 1024 * 1024;

/**
 * Compares the entries with the index: `Moodle archive file index. Count: N`, then `path⇥f|d⇥size⇥time`, a directory's path with
 * a slash and its time `?`. By hash, so that a million names take no more than 40 MB.
 */
export class ArchiveIndex {
  private readonly table = new DigestTable();
  private wasRead = false;
  private kept: string[] | undefined = [];
  private keptLength = 0;

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
      this.table.mark(this.table.slot(keyOf(path, type === 'd')), inDocument, Number(size));
    };
    await entry.read((chunk) => {
      const text = decoder.decode(chunk, { stream: true });
      this.keep(text);
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      for (const part of parts) line(part);
    });
    if (rest !== '') line(rest);
    if (count >= 0 && count !== lines) report('index-malformed', indexPath, `${count} lines`, `${lines} lines`);
  }

  visit(entry: Entry, report: Report): void {
    if (!this.wasRead) return;
    const slot = this.table.slot(keyOf(entry.path, entry.type === 'directory'));
    if (!this.table.has(slot, inDocument)) {
      report('not-in-index', entry.path, 'a line in the index', 'none');
      return;
    }
    this.table.mark(slot, inArchive, entry.sizeBytes);
    const listed = this.table.sizeBytes(slot, inDocument);
    if (listed !== entry.sizeBytes)
      report('size-differs', entry.path, `${listed} (${indexPath})`, `${entry.sizeBytes}`);
  }

  finish(report: Report): void {
    let missing = 0;
    this.table.forEach(inDocument, inArchive, () => missing++);
    if (missing === 0) return;
    if (this.kept === undefined) {
      report('missing-from-archive', indexPath, `${missing} entries that the index lists`, 'nothing');
      return;
    }
    for (const text of this.kept.join('').split('\n').slice(1)) {
      const [path, type] = text.split('\t');
      if (path === undefined || type === undefined) continue;
      const slot = this.table.slot(keyOf(path, type === 'd'));
      if (!this.table.has(slot, inArchive)) report('missing-from-archive', path, 'in the archive', 'nothing');
    }
  }

  private keep(text: string): void {
    this.keptLength += text.length;
    if (this.keptLength > keptBytes) this.kept = undefined;
    this.kept?.push(text);
  }
}

function keyOf(path: string, isDirectory: boolean): Buffer {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  return hash('sha1', isDirectory ? `${bare}/` : bare, 'buffer');
}
