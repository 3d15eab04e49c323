import { type Archive, type Entry, type OpenOptions, openArchive } from './archive.ts';
import { Contents, contentHashOf, createFileRowsHandler, type FileRow, NumberList } from './file-rows.ts';
import { type BackupInformation, combineHandlers, createInformationHandler, requireCourse } from './moodle-backup.ts';
import { detectPeople, type PeopleFinding } from './people.ts';
import { PluginFinder } from './plugins.ts';
import { type SiteBound, SiteBoundFinder } from './site-bound.ts';
import { createRecordHandler, createXmlReader, type XmlHandler, type XmlRecord } from './xml.ts';

/** Something in the backup that points to nothing, or out of it. */
export interface BrokenReference {
  kind: 'content-missing' | 'file-row-missing' | 'activity-missing' | 'external-repository';
  /** The document that holds the reference. */
  entry: string;
  what: string;
}

/** People's data of one kind in documents of one kind. */
export interface PersonalData {
  kind: PeopleFinding['kind'];
  what: string;
  count: number;
  /** How many documents hold it, and the first of them. */
  documents: number;
  example: string;
}

/** What is in a backup. Times are Unix seconds. */
export interface Inspection {
  format: 'tgz' | 'zip';
  /** Files in the archive; directories are not counted. */
  entries: number;
  uncompressedBytes: number;
  /** Of that, everything but the contents of files: what a rewriting keeps on the disk meanwhile. */
  documentBytes: number;
  sha256: string;
  moodleRelease: string;
  backupRelease: string;
  originalWwwroot: string;
  courseId: number;
  fullname: string;
  shortname: string;
  idnumber: string;
  courseFormat: string;
  visible: boolean;
  category: { name: string; id: number } | null;
  startDate: number;
  /** What the settings claim; `personalData` is what was found. */
  includesUsers: boolean;
  /** User names of all accounts in it, sorted. */
  users: string[];
  /** How many people are enrolled: fewer than `users` where an account is there only for what it wrote. */
  enrolled: number;
  sections: { number: number; name: string | null }[];
  /** In the order of `moodle_backup.xml`. */
  activities: { module: string; title: string }[];
  /** One for each of `activities`, in their order: its documents and the contents of its files. */
  activitySizes: { directory: string; sizeBytes: number }[];
  /** Rows of `files.xml`, without directories. */
  files: number;
  distinctContents: number;
  /** Of all rows: a content used twice counts twice. */
  fileBytes: number;
  plugins: string[];
  moodleNeeded: { release: string; version: number };
  /** Backups from Moodle 4.1 on are tried; 3.9 to 4.0 are read tolerantly; older ones are not promised anything. */
  support: 'tried' | 'untried' | 'too-old';
  personalData: { found: boolean; findings: PersonalData[] };
  references: BrokenReference[];
  /** What Moodle restores elsewhere otherwise than it was, or not at all, without saying so. */
  siteBound: SiteBound;
  /** What a person should know, in plain words. */
  warnings: string[];
}

/** As many references are listed; what is over is counted in a warning. */
const mostReferences = 1000;

/**
 * Says what is in a backup, in one pass and without unpacking it. Documents are read, contents are passed over.
 * Throws `MbzError` for what is no safe archive or no course backup of Moodle.
 */
export async function inspect(
  source: string | AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<Inspection> {
  const archive = await openArchive(source, { ...options, digest: true });
  try {
    const survey = new Survey(options.limits);
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) await survey.visit(entry);
    return survey.result(archive.format, await archive.digest());
  } finally {
    await archive.close();
  }
}

/** Gathers what the documents say, in whatever order they come. */
class Survey {
  private readonly limits: OpenOptions['limits'];
  private readonly information: BackupInformation = { record: {}, type: null, activities: [], settings: new Map() };
  private readonly plugins = new PluginFinder();
  private readonly siteBound = new SiteBoundFinder();
  private readonly contents = new Contents();
  private readonly rowIds = new NumberList();
  private readonly referencedIds = new NumberList();
  private readonly directorySizes = new Map<string, number>();
  private readonly contextSizes = new Map<string, number>();
  private readonly activityContexts = new Map<string, string>();
  private readonly users: string[] = [];
  private readonly enrolled = new Set<string>();
  private readonly sections: { number: number; name: string | null }[] = [];
  private readonly findings = new Map<string, PersonalData>();
  private readonly references: BrokenReference[] = [];
  private course: XmlRecord | undefined;
  private category: { name: string; id: number } | null = null;
  private hasInformation = false;
  private otherReferences = 0;
  private entries = 0;
  private bytes = 0;
  private contentBytes = 0;
  private files = 0;
  private fileBytes = 0;

  constructor(limits: OpenOptions['limits']) {
    this.limits = limits;
  }

  async visit(entry: Entry): Promise<void> {
    const { path } = entry;
    if (entry.type === 'directory') return;
    this.entries++;
    this.bytes += entry.sizeBytes;
    const hash = contentHashOf(path);
    if (hash !== undefined) {
      this.contentBytes += entry.sizeBytes;
      this.contents.addEntry(hash, entry.sizeBytes);
      return;
    }
    const activity = /^activities\/[^/]+/.exec(path)?.[0];
    if (activity !== undefined)
      this.directorySizes.set(activity, (this.directorySizes.get(activity) ?? 0) + entry.sizeBytes);
    this.plugins.visit(path);
    if (!path.endsWith('.xml')) return;
    const people = detectPeople(path);
    const handlers = this.handlersFor(path, activity);
    if (path !== 'files.xml') handlers.push(this.plugins.handler(path));
    if (people !== undefined) handlers.push(people.handler);
    const siteBound = this.siteBound.handler(path);
    if (siteBound !== undefined) handlers.push(siteBound);
    const reader = createXmlReader(combineHandlers(handlers), { entry: path, limits: this.limits });
    await entry.read((chunk) => reader.write(chunk));
    reader.end();
    for (const finding of people?.result() ?? []) this.addFinding(finding);
  }

  private handlersFor(path: string, activity: string | undefined): XmlHandler[] {
    switch (path) {
      case 'moodle_backup.xml':
        this.hasInformation = true;
        return [createInformationHandler(this.information)];
      case 'course/course.xml':
        return [
          createRecordHandler({ '/course': (record) => (this.course = record) }),
          createRecordHandler({
            '/course/category': (record) => {
              this.category = { name: record.name ?? '', id: Number(record['@id']) };
            },
          }),
        ];
      case 'users.xml':
        return [createRecordHandler({ '/users/user': (record) => this.users.push(record.username ?? '') })];
      case 'course/enrolments.xml':
        return [
          createRecordHandler({
            '/enrolments/enrols/enrol/user_enrolments/enrolment': ({ userid }) => this.enrolled.add(userid ?? ''),
          }),
        ];
      case 'files.xml':
        return [this.fileRows()];
    }
    if (path.endsWith('/inforef.xml'))
      return [createRecordHandler({ '/inforef/fileref/file': (record) => this.referencedIds.add(Number(record.id)) })];
    if (path.startsWith('sections/') && path.endsWith('/section.xml'))
      return [
        createRecordHandler({
          '/section': (record) => this.sections.push({ number: Number(record.number), name: record.name || null }),
        }),
      ];
    if (activity !== undefined && path.split('/').length === 3)
      return [
        createRecordHandler({
          // The module's own document is the only one that tells its context: <activity id= moduleid= contextid=>.
          '/activity': (record) => this.activityContexts.set(activity, record['@contextid'] ?? ''),
        }),
      ];
    return [];
  }

  private fileRows(): XmlHandler {
    return createFileRowsHandler(
      (row) => this.addRow(row),
      (id) => this.rowIds.add(id),
    );
  }

  private addRow(row: FileRow): void {
    this.files++;
    this.fileBytes += row.sizeBytes;
    this.contextSizes.set(row.contextId, (this.contextSizes.get(row.contextId) ?? 0) + row.sizeBytes);
    if (row.repositoryType !== null) {
      this.plugins.names.add(`repository_${row.repositoryType}`);
      this.addReference(
        'external-repository',
        'files.xml',
        `${row.name}: an alias into the repository ${row.repositoryType}`,
      );
    }
    // An alias has no content of its own in the archive.
    if (row.repositoryType === null && this.contents.addRow(row) === false)
      this.addReference('content-missing', 'files.xml', `${row.name}: has no SHA-1`);
  }

  private addFinding(finding: PeopleFinding): void {
    const key = `${finding.kind} ${finding.what}`;
    const known = this.findings.get(key);
    if (known === undefined) {
      const { kind, what, count, entry } = finding;
      this.findings.set(key, { kind, what, count, documents: 1, example: entry });
    } else {
      known.count += finding.count;
      known.documents++;
    }
  }

  private addReference(kind: BrokenReference['kind'], entry: string, what: string): void {
    if (this.references.length < mostReferences) this.references.push({ kind, entry, what });
    else this.otherReferences++;
  }

  result(format: Archive['format'], sha256: string): Inspection {
    const { record, settings, activities } = requireCourse(this.hasInformation ? this.information : undefined);
    for (const key of this.contents.missing())
      this.addReference('content-missing', 'files.xml', `files/${key.slice(0, 2)}/${key}…`);
    for (const id of this.referencedIds.without(this.rowIds))
      this.addReference('file-row-missing', 'inforef.xml', `file ${id}`);
    for (const { directory, title } of activities)
      if (!this.directorySizes.has(directory))
        this.addReference('activity-missing', 'moodle_backup.xml', `${directory}: ${title}`);
    const version = Number(record.backup_version ?? 0);
    const text = (name: string) => record[name] ?? '';
    const support = supportOf(version);
    const plugins = [...this.plugins.names, ...activities.map(({ module }) => `mod_${module}`)];
    const findings = [...this.findings.values()];
    return {
      format,
      entries: this.entries,
      uncompressedBytes: this.bytes,
      documentBytes: this.bytes - this.contentBytes,
      sha256,
      moodleRelease: text('moodle_release'),
      backupRelease: text('backup_release'),
      originalWwwroot: text('original_wwwroot'),
      courseId: Number(text('original_course_id')),
      fullname: text('original_course_fullname'),
      shortname: text('original_course_shortname'),
      idnumber: this.course?.idnumber ?? '',
      courseFormat: record.original_course_format ?? this.course?.format ?? '',
      visible: this.course?.visible !== '0',
      category: this.category,
      startDate: Number(text('original_course_startdate')),
      includesUsers: settings.get('users') === '1',
      users: this.users.sort(),
      enrolled: this.enrolled.size,
      sections: this.sections.sort((a, b) => a.number - b.number),
      activities: activities.map(({ module, title }) => ({ module, title })),
      activitySizes: activities.map(({ directory }) => ({
        directory,
        sizeBytes:
          (this.directorySizes.get(directory) ?? 0) +
          (this.contextSizes.get(this.activityContexts.get(directory) ?? 'none') ?? 0),
      })),
      files: this.files,
      distinctContents: this.contents.distinct,
      fileBytes: this.fileBytes,
      plugins: [...new Set(plugins)].sort(),
      moodleNeeded: { release: text('backup_release'), version },
      support,
      personalData: { found: findings.length > 0, findings },
      references: this.references,
      siteBound: this.siteBound.result(text('original_wwwroot')),
      warnings: this.warnings(support),
    };
  }

  private warnings(support: Inspection['support']): string[] {
    const { record, settings } = this.information;
    const warnings: string[] = [];
    if (support === 'untried') warnings.push(`made by Moodle ${record.backup_release}: read, but never tried with it`);
    if (support === 'too-old')
      warnings.push(`made by Moodle ${record.backup_release}: older than 3.9, which is not supported`);
    if (record.include_file_references_to_external_content === '1')
      warnings.push('some files are only references to external repositories; their contents are not in the archive');
    if (settings.get('users') !== '1' && [...this.findings.values()].some(({ kind }) => kind !== 'authorship'))
      warnings.push('the settings say "without users", but people\'s data was found');
    if (record.mnet_remoteusers === '1') warnings.push('has users of a remote Moodle network (MNet)');
    if (this.course === undefined) warnings.push('course/course.xml is missing');
    if (this.otherReferences > 0) warnings.push(`${this.otherReferences} more references are broken than are listed`);
    return warnings;
  }
}

/** By Moodle's backup version, a date: 3.9 is 2020061500, 4.1 is 2022112800. */
function supportOf(version: number): Inspection['support'] {
  if (version >= 2022112800) return 'tried';
  return version >= 2020061500 ? 'untried' : 'too-old';
}
