import { createHash, hash } from 'node:crypto';
import { type Entry, type OpenOptions, openArchive } from './archive.ts';
import { ArchiveIndex, indexPath } from './archive-index.ts';
import { MbzError } from './errors.ts';
import { Contents, contentHashOf, createFileRowsHandler, type FileRow } from './file-rows.ts';
import type { Problem } from './problem.ts';
import { createXmlReader, type XmlHandler } from './xml.ts';

export type { Problem } from './problem.ts';

export interface Verification {
  ok: boolean;
  format: 'tgz' | 'zip';
  /** Files looked at. */
  files: number;
  bytes: number;
  /** Contents whose SHA-1 was computed. */
  contents: number;
  problems: Problem[];
  /** Problems over the thousand that are listed. */
  unlisted: number;
}

const mostProblems = 1000;

/**
 * Reads every byte and compares: contents with their SHA-1 and `files.xml`, entries with the index, documents with the rules of
 * XML. What is wrong within a readable archive is data; an archive that is damaged or unsafe as such is refused by `MbzError`.
 */
export async function verify(
  source: string | AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<Verification> {
  const archive = await openArchive(source, options);
  try {
    const check = new Check(options.limits);
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) await check.visit(entry);
    return check.result(archive.format);
  } finally {
    await archive.close();
  }
}

export class Check {
  private readonly limits: OpenOptions['limits'];
  private readonly contents = new Contents();
  private readonly index = new ArchiveIndex();
  private readonly problems: Problem[] = [];
  private unlisted = 0;
  private files = 0;
  private bytes = 0;
  private hashed = 0;
  private readonly missing = new Set(['moodle_backup.xml', 'files.xml']);

  constructor(limits: OpenOptions['limits']) {
    this.limits = limits;
  }

  async visit(entry: Entry): Promise<void> {
    const { path, sizeBytes } = entry;
    if (path === indexPath) {
      this.count(sizeBytes);
      return this.index.read(entry, this.report);
    }
    this.index.visit(entry, this.report);
    if (entry.type === 'directory') return;
    this.count(sizeBytes);
    this.missing.delete(path);
    if (path.startsWith('files/')) return this.checkContent(entry);
    if (path.endsWith('.xml')) return this.checkDocument(entry);
    await entry.read(() => {});
  }

  result(format: 'tgz' | 'zip'): Verification {
    for (const entry of this.missing) this.report('document-missing', entry, 'in the archive', 'nothing');
    this.index.finish(this.report);
    if (!this.missing.has('files.xml')) this.compareContents();
    const { files, bytes, problems, unlisted } = this;
    return { ok: problems.length === 0, format, files, bytes, contents: this.hashed, problems, unlisted };
  }

  private count(sizeBytes: number): void {
    this.files++;
    this.bytes += sizeBytes;
  }

  private async checkContent(entry: Entry): Promise<void> {
    const expected = contentHashOf(entry.path);
    if (expected === undefined) {
      this.report('content-misnamed', entry.path, 'files/ab/ab… by SHA-1', entry.path);
      return entry.read(() => {});
    }
    const told = this.contents.addEntry(expected, entry.sizeBytes);
    if (told !== undefined) this.reportSize(expected, told, entry.sizeBytes);
    this.hashed++;
    const found = await sha1Of(entry);
    if (found !== expected) this.report('content-altered', entry.path, expected, found);
  }

  private async checkDocument(entry: Entry): Promise<void> {
    const { path } = entry;
    const reader = createXmlReader(path === 'files.xml' ? createFileRowsHandler((row) => this.checkRow(row)) : ignore, {
      entry: path,
      limits: this.limits,
    });
    let failure: MbzError | undefined;
    const attempt = (step: () => void) => {
      if (failure !== undefined) return;
      try {
        step();
      } catch (error) {
        // Malformed is a finding; a document that attacks its reader is a refusal.
        if (!(error instanceof MbzError) || !/^xml-(malformed|not-utf8)$/.test(error.code)) throw error;
        failure = error;
      }
    };
    await entry.read((chunk) => attempt(() => reader.write(chunk)));
    attempt(() => reader.end());
    if (failure !== undefined) this.report('document-malformed', path, 'well-formed XML in UTF-8', failure.message);
  }

  private checkRow(row: FileRow): void {
    if (row.repositoryType !== null) return;
    const found = this.contents.addRow(row);
    if (found === false) this.report('content-missing', 'files.xml', `a SHA-1 for ${row.name}`, row.contentHash);
    else if (found !== undefined) this.reportSize(row.contentHash, row.sizeBytes, found);
  }

  private reportSize(hash: string, expected: number, found: number): void {
    this.report('size-differs', `files/${hash.slice(0, 2)}/${hash}`, `${expected} (files.xml)`, `${found}`);
  }

  private compareContents(): void {
    const name = (key: string) => `files/${key.slice(0, 2)}/${key}…`;
    for (const key of this.contents.missing()) this.report('content-missing', name(key), 'in the archive', 'nothing');
    for (const key of this.contents.unused()) this.report('content-unused', name(key), 'a row of files.xml', 'none');
  }

  private readonly report = (code: Problem['code'], entry: string, expected: string, found: string): void => {
    if (this.problems.length < mostProblems) this.problems.push({ code, entry, expected, found });
    else this.unlisted++;
  };
}

const ignore: XmlHandler = { open() {}, text() {}, close() {} };

async function sha1Of(entry: Entry): Promise<string> {
  // Most contents are small and come as one piece, where hashing at once costs half as much as a hash object.
  let only: Uint8Array | undefined;
  let whole: string | undefined;
  let running: ReturnType<typeof createHash> | undefined;
  await entry.read((chunk) => {
    if (running !== undefined) running.update(chunk);
    else if (whole === undefined && chunk.length === entry.sizeBytes) whole = hash('sha1', chunk);
    else {
      running = createHash('sha1');
      running.update(chunk);
    }
    only = chunk;
  });
  if (running !== undefined) return running.digest('hex');
  return whole ?? hash('sha1', only ?? new Uint8Array());
}
