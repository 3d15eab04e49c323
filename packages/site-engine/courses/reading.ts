import { type BackupDocument, createRecordHandler, createXmlReader, readXml } from '@jouvence/mbz';
import { EngineError } from '../errors.ts';
import { plainText } from './plain-text.ts';

/** An element's attributes (as `@name`) and its children that hold text only; Moodle's null is null. */
export type Fields = Record<string, string | null>;

export interface Activity {
  moduleId: number;
  sectionId: number;
  module: string;
  title: string;
  /** `activities/page_442` */
  directory: string;
}

/** What `moodle_backup.xml` and `course.xml` say of the whole. */
export interface Backup {
  information: Fields;
  /** Release of the Moodle that wrote the documents, such as `4.5.6 (Build: 20250811)`. */
  release: string;
  /** Ids inside the documents. */
  courseId: number;
  hasPeople: boolean;
  activities: Activity[];
  sections: { id: number; directory: string }[];
  course: Fields;
}

export interface FileRow {
  id: string;
  contenthash: string;
  contextid: string;
  component: string;
  filearea: string;
  itemid: string;
  filepath: string;
  filename: string;
  mimetype: string | null;
  /** Set where it is an alias into a repository. */
  repositorytype: string | null;
}

type Documents = Map<string, BackupDocument>;

/** All elements at this path, in order, with the wanted children or all. For documents whose rows are few; files.xml is read by `eachFile`. */
export async function readRecords(
  document: BackupDocument | undefined,
  path: string,
  wanted?: ReadonlySet<string>,
): Promise<Fields[]> {
  const found: Fields[] = [];
  if (!document) return found;
  await readXml(document.open(), createRecordHandler({ [path]: (record) => void found.push(record) }, wanted), {
    entry: document.path,
  });
  return found;
}

/** @throws EngineError `invalid-parameter` for what is no backup of a course, `unsupported` for one of before Moodle 3.9 */
export async function readBackup(documents: Documents): Promise<Backup> {
  const main = documents.get('moodle_backup.xml');
  const [information] = await readRecords(main, '/moodle_backup/information');
  const [detail] = await readRecords(main, '/moodle_backup/information/details/detail');
  const [course] = await readRecords(documents.get('course/course.xml'), '/course');
  if (!information || !course || detail?.type !== 'course')
    throw new EngineError('invalid-parameter', 'the archive is no backup of a course');
  const settings = await readRecords(main, '/moodle_backup/information/settings/setting');
  const activities = await readRecords(main, '/moodle_backup/information/contents/activities/activity');
  const sections = await readRecords(main, '/moodle_backup/information/contents/sections/section');
  // Each is read on its own: one small document named a million times would be an hour's work.
  for (const { directory } of [...activities, ...sections].filter(repeated('directory')))
    throw new EngineError('invalid-parameter', `the archive is altered: it lists ${directory} twice`);
  const users = settings.find((setting) => setting.level === 'root' && setting.name === 'users');
  return {
    information,
    release: information.moodle_release ?? '',
    courseId: Number(information.original_course_id),
    // What the settings claim is not to be relied on where it says that there is nobody.
    hasPeople: users?.value === '1' || documents.has('users.xml'),
    activities: activities.map((activity) => ({
      moduleId: Number(activity.moduleid),
      sectionId: Number(activity.sectionid),
      module: activity.modulename ?? '',
      title: activity.title ?? '',
      directory: activity.directory ?? '',
    })),
    sections: sections.map((section) => ({ id: Number(section.sectionid), directory: section.directory ?? '' })),
    course,
  };
}

/** True for a record whose field another one before it had. */
function repeated(field: string): (record: Fields) => boolean {
  const seen = new Set<string | null | undefined>();
  return (record) => seen.size === seen.add(record[field]).size;
}

/** The release as two numbers: `4.5.6 (Build …)` is [4, 5]. */
export function releaseOf(text: string): [major: number, minor: number] {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : [0, 0];
}

/** Rows of `files.xml`, directories (`.`) left out, whatever their number in flat memory. */
export async function* eachFile(document: BackupDocument | undefined): AsyncGenerator<FileRow> {
  if (!document) return;
  let rows: FileRow[] = [];
  const reader = createXmlReader(
    createRecordHandler({
      '/files/file': (record) => {
        if (record.filename !== '.') rows.push(toFileRow(record));
      },
    }),
    { entry: document.path },
  );
  const source = document.open();
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    reader.write(chunk);
    yield* rows;
    rows = [];
  }
  reader.end();
  yield* rows;
}

const toFileRow = (record: Fields): FileRow => ({
  id: record['@id'] ?? '',
  contenthash: record.contenthash ?? '',
  contextid: record.contextid ?? '',
  component: record.component ?? '',
  filearea: record.filearea ?? '',
  itemid: record.itemid ?? '',
  filepath: record.filepath ?? '/',
  filename: record.filename ?? '',
  mimetype: record.mimetype ?? null,
  repositorytype: record.repositorytype || null,
});

export interface ActivityDetail {
  contextId: number;
  visible: boolean;
  /** What a reader sees of it, as plain text. */
  body: string;
}

/** Longest text kept for the page; a whole book is read in Moodle, not on a shelf. */
const bodyLength = 20_000;

export async function readActivity(documents: Documents, { directory, module }: Activity): Promise<ActivityDetail> {
  const [settings] = await readRecords(documents.get(`${directory}/module.xml`), '/module');
  const document = documents.get(`${directory}/${module}.xml`);
  const [head] = await readRecords(document, '/activity');
  const [own] = await readRecords(document, `/activity/${module}`);
  const chapters = module === 'book' ? await readRecords(document, '/activity/book/chapters/chapter') : [];
  const parts = [
    own?.intro,
    own?.content,
    own?.externalurl,
    ...chapters.flatMap(({ title, content }) => [title, content]),
  ];
  const body = parts.map((part) => plainText(part ?? '', bodyLength)).filter((part) => part !== '');
  return {
    contextId: Number(head?.['@contextid'] ?? 0),
    visible: settings?.visible !== '0',
    body: body.join('\n\n').slice(0, bodyLength).toWellFormed(),
  };
}

export interface Section {
  id: number;
  number: number;
  name: string | null;
  visible: boolean;
  summary: string;
}

export async function readSection(documents: Documents, directory: string): Promise<Section> {
  const [section] = await readRecords(documents.get(`${directory}/section.xml`), '/section');
  if (!section)
    throw new EngineError('invalid-parameter', `the archive is altered: it lists ${directory} and does not have it`);
  return {
    id: Number(section['@id']),
    number: Number(section.number),
    name: section.name || null,
    visible: section.visible !== '0',
    summary: plainText(section.summary ?? '', bodyLength),
  };
}
