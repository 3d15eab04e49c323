import { type Archive, type Entry, openArchive } from '../archive.ts';
import { indexPath } from '../archive-index.ts';
import { contentHashOf } from '../file-rows.ts';
import type { Limits } from '../limits.ts';
import { type BackupInformation, combineHandlers, createInformationHandler, requireCourse } from '../moodle-backup.ts';
import { detectPeople, type PeopleFinding } from '../people/detect.ts';
import type { FileOwnership } from '../people/plan.ts';
import { createRecordHandler, createXmlReader, type XmlHandler, type XmlRecord } from '../xml.ts';
import { type ArchivePerson, createPeopleHandler } from './accounts.ts';
import { ContentList } from './content-list.ts';
import type { Spool, Spooled } from './spool.ts';

/** A document of the archive, kept in the spool. */
export interface SurveyedDocument extends Spooled {
  readonly path: string;
  /** How many contents stand before it. */
  readonly after: number;
  readonly findings: readonly PeopleFinding[];
}

/** What the first reading of an archive found: documents in the spool, contents by name and size only. */
export interface Survey {
  readonly information: BackupInformation;
  readonly course: XmlRecord;
  readonly people: readonly ArchivePerson[];
  /** Who uploaded files, by `files.xml`: the user's id, and the name given as author, if any; a person may have several. */
  readonly authors: readonly { readonly id: number; readonly name: string }[];
  readonly documents: readonly SurveyedDocument[];
  readonly contents: ContentList;
}

export interface SurveyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly onProgress?: ((bytesRead: number, bytesTotal?: number) => void) | undefined;
}

/** So many names of authors are remembered; more are in no course. */
const mostAuthors = 100_000;

/** Reads an archive once, as strictly as `inspect` does, and keeps its documents. */
export async function survey(source: string, spool: Spool, options: SurveyOptions): Promise<Survey> {
  const archive = await openArchive(source, options);
  try {
    return await new Surveyor(spool, options.limits).read(archive);
  } finally {
    await archive.close();
  }
}

class Surveyor {
  private readonly spool: Spool;
  private readonly limits: Partial<Limits> | undefined;
  private readonly information: BackupInformation = { record: {}, type: null, activities: [], settings: new Map() };
  private hasInformation = false;
  private course: XmlRecord = {};
  private readonly people: ArchivePerson[] = [];
  private readonly authors = new Map<string, { id: number; name: string }>();
  private readonly documents: SurveyedDocument[] = [];
  private readonly contents = new ContentList();

  constructor(spool: Spool, limits: Partial<Limits> | undefined) {
    this.spool = spool;
    this.limits = limits;
  }

  async read(archive: Archive): Promise<Survey> {
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
      if (entry.type === 'directory' || entry.path === indexPath) continue;
      const hash = contentHashOf(entry.path);
      if (hash === undefined) await this.readDocument(entry);
      else this.contents.add(hash, entry.sizeBytes);
    }
    const { people, documents, contents, course } = this;
    const information = requireCourse(this.hasInformation ? this.information : undefined);
    return { information, course, people, authors: [...this.authors.values()], documents, contents };
  }

  private async readDocument(entry: Entry): Promise<void> {
    const { path, sizeBytes } = entry;
    const detector = detectPeople(path);
    const handlers = this.handlersFor(path);
    if (detector !== undefined) handlers.push(detector.handler);
    const reader = path.endsWith('.xml')
      ? createXmlReader(combineHandlers(handlers), { entry: path, ...(this.limits && { limits: this.limits }) })
      : undefined;
    const at = this.spool.end;
    await entry.read((chunk) => {
      this.spool.append(chunk);
      reader?.write(chunk);
    });
    reader?.end();
    const findings = detector?.result() ?? [];
    this.documents.push({ path, at, sizeBytes, after: this.contents.length, findings });
  }

  private handlersFor(path: string): XmlHandler[] {
    switch (path) {
      case 'moodle_backup.xml':
        this.hasInformation = true;
        return [createInformationHandler(this.information)];
      case 'course/course.xml':
        return [createRecordHandler({ '/course': (record) => (this.course = record) })];
      case 'users.xml':
        return [createPeopleHandler((person) => this.people.push(person))];
      case 'files.xml':
        return [createRecordHandler({ '/files/file': (row) => this.addAuthor(row) }, authorFields)];
      default:
        return [];
    }
  }

  private addAuthor({ userid, author }: XmlRecord): void {
    if ((!author && !Number(userid)) || this.authors.size >= mostAuthors) return;
    const key = `${userid} ${author ?? ''}`;
    // A copy: as a piece of the document it would keep that alive.
    if (!this.authors.has(key))
      this.authors.set(key, { id: Number(userid ?? 0), name: Buffer.from(author ?? '').toString() });
  }
}

const authorFields = new Set(['userid', 'author']);
const ownershipFields = new Set(['contenthash', 'contextid', 'component', 'filearea', 'itemid']);

/** The rows of `files.xml`, one after the other. */
export async function* readFileRows(
  document: Uint8Array | AsyncIterable<Uint8Array>,
  limits: Partial<Limits> | undefined,
): AsyncGenerator<FileOwnership> {
  let rows: FileOwnership[] = [];
  const handler = createRecordHandler(
    {
      '/files/file': (row) =>
        rows.push({
          id: row['@id'] ?? '',
          contenthash: row.contenthash ?? '',
          contextid: row.contextid ?? '',
          component: row.component ?? '',
          filearea: row.filearea ?? '',
          itemid: row.itemid ?? '',
        }),
    },
    ownershipFields,
  );
  const reader = createXmlReader(handler, { entry: 'files.xml', ...(limits && { limits }) });
  for await (const chunk of document instanceof Uint8Array ? [document] : document) {
    reader.write(chunk);
    yield* rows;
    rows = [];
  }
  reader.end();
  yield* rows;
}
