import { ContentSet } from '../content-set.ts';
import type { Limits } from '../limits.ts';
import { createXmlReader } from '../xml.ts';
import { documentKind } from './catalogue.ts';
import { documentWithoutPeople, type Fate } from './documents.ts';
import { areaOwner } from './file-areas.ts';
import { type LeftOut, rewriteWithoutPeople } from './rewrite.ts';
import type { FilterOptions } from './xml-filter.ts';

/** A document of a backup that can be read as often as needed. */
export interface BackupDocument {
  readonly path: string;
  readonly open: () => Uint8Array | AsyncIterable<Uint8Array>;
}

/** What is needed of a row of `files.xml` to tell whose file it is. */
export interface FileOwnership {
  readonly id: string;
  readonly contenthash: string;
  readonly contextid: string;
  readonly component: string;
  readonly filearea: string;
  readonly itemid: string;
}

/** How one backup is written without people. Made by `planWithoutPeople`; `leftOut` grows while documents are rewritten. */
export interface PeoplePlan {
  readonly fateOf: (path: string) => Fate;
  readonly rewrite: (path: string, source: Uint8Array | AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  readonly keepsFile: (file: FileOwnership) => boolean;
  /** SHA-1 of the contents that stay; every other entry under `files/` goes. */
  readonly contents: ContentSet;
  /** What was not known, hence left out: to be told to the person who asked. */
  readonly leftOut: readonly LeftOut[];
}

export interface PeoplePlanOptions extends FilterOptions {
  /** `author` and `userid` of `files.xml` stay as they are. */
  readonly keepFileAuthors?: boolean | undefined;
}

/**
 * Looks through a backup once and decides what stays of it without people.
 *
 * Only few documents are read here: roles and enrolments (a role stays while something kept names it), workshops that
 * have files (examples stay, submissions go) and the head of contributed modules' documents (their files' context).
 */
export async function planWithoutPeople(
  documents: Iterable<BackupDocument>,
  files: Iterable<FileOwnership> | AsyncIterable<FileOwnership>,
  { keepFileAuthors = false, ...filter }: PeoplePlanOptions = {},
): Promise<PeoplePlan> {
  const { limits } = filter;
  const leftOut: LeftOut[] = [];
  const folders = new Set<string>();
  const contexts = new Set<string>();
  const roles = new Map<string, Set<string>>();
  const examples = new Set<string>();
  for (const document of documents) {
    const { path } = document;
    const kind = documentKind(path);
    if (kind.contributed) {
      const folder = kind.owner!;
      if (!folders.has(folder)) {
        folders.add(folder);
        leftOut.push({ entry: folder, reason: contributedReason(kind.contributed) });
      }
      await readHead(document, limits, (attributes) => attributes.contextid && contexts.add(attributes.contextid));
    } else if (documentWithoutPeople(path) === 'unknown') {
      leftOut.push({ entry: path, reason: 'not a document that Moodle itself writes: it may hold people' });
    } else if (kind.key === '*/roles.xml' || kind.key === 'course/enrolments.xml') {
      await collectRoles(document, limits, roles);
    } else if (kind.key === 'activity/workshop.xml') {
      await collectExamples(document, limits, examples);
    }
  }

  const keepsFile = (file: FileOwnership): boolean => {
    if (contexts.has(file.contextid)) return false;
    const owner = areaOwner(file.component, file.filearea);
    return (
      owner === 'content' ||
      (owner === 'by-row' && examples.has(`${file.contextid} ${exampleKind(file)} ${file.itemid}`))
    );
  };
  const contents = new ContentSet();
  // As numbers: the strings would each keep the piece of the document alive that they were cut from.
  const goneFileIds = new Set<number>();
  const unknownAreas = new Set<string>();
  for await (const file of files) {
    if (keepsFile(file)) {
      contents.add(file.contenthash);
      continue;
    }
    goneFileIds.add(Number(file.id));
    const area = `${file.component}/${file.filearea}`;
    if (
      areaOwner(file.component, file.filearea) === 'unknown' &&
      !contexts.has(file.contextid) &&
      !unknownAreas.has(area)
    ) {
      unknownAreas.add(area);
      leftOut.push({
        entry: 'files.xml',
        reason: `files of ${area}: not a file area of Moodle itself, they may be people's`,
      });
    }
  }

  const everyRole = new Set([...roles.values()].flatMap((ids) => [...ids]));
  const context = {
    leftOutFolders: folders,
    keepsFileId: (id: string) => !goneFileIds.has(Number(id)),
    keepsFileAuthors: keepFileAuthors,
    filter,
    keepsRoleId: (id: string, entry: string) =>
      (entry === 'roles.xml' ? everyRole : roles.get(folderOf(entry)))?.has(id) ?? false,
    onLeftOut: (item: LeftOut) => {
      if (!leftOut.some((known) => known.entry === item.entry && known.reason === item.reason)) leftOut.push(item);
    },
  };
  return {
    fateOf: documentWithoutPeople,
    rewrite: (path, source) => rewriteWithoutPeople(path, source, context),
    keepsFile,
    contents,
    leftOut,
  };
}

export interface WithoutPeople<File> {
  readonly documents: readonly BackupDocument[];
  readonly files: readonly File[];
  /** SHA-1 of the contents that stay. */
  readonly contents: ContentSet;
  /** Complete once every document has been read to its end. */
  readonly leftOut: readonly LeftOut[];
}

/** A whole backup without people: the documents as they are to be written, the file rows that stay, what was left out. */
export async function withoutPeople<File extends FileOwnership>(
  documents: readonly BackupDocument[],
  files: readonly File[],
): Promise<WithoutPeople<File>> {
  const plan = await planWithoutPeople(documents, files);
  const kept: BackupDocument[] = [];
  for (const { path, open } of documents) {
    if (plan.fateOf(path) === 'rewrite') kept.push({ path, open: () => plan.rewrite(path, open()) });
  }
  return { documents: kept, files: files.filter(plan.keepsFile), contents: plan.contents, leftOut: plan.leftOut };
}

function contributedReason(contributed: { type: 'module' | 'block'; name: string }): string {
  return `${contributed.type} "${contributed.name}" is not part of Moodle: which of its data is participants' is not known`;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function exampleKind(file: FileOwnership): 'submission' | 'assessment' {
  return file.filearea.startsWith('submission_') ? 'submission' : 'assessment';
}

interface Visit {
  open?(path: readonly string[], attributes: Readonly<Record<string, string>>): void;
  leaf?(path: readonly string[], text: string): void;
}

async function visit(document: BackupDocument, limits: Partial<Limits> | undefined, visitor: Visit): Promise<void> {
  const path: string[] = [];
  let text = '';
  const reader = createXmlReader(
    {
      open(name, attributes) {
        path.push(name);
        text = '';
        visitor.open?.(path, attributes);
      },
      text(chunk) {
        if (visitor.leaf) text += chunk;
      },
      close() {
        visitor.leaf?.(path, text);
        path.pop();
        text = '';
      },
    },
    { entry: document.path, ...(limits && { limits }) },
  );
  const source = document.open();
  for await (const chunk of source instanceof Uint8Array ? [source] : source) reader.write(chunk);
  reader.end();
}

async function readHead(
  document: BackupDocument,
  limits: Partial<Limits> | undefined,
  see: (attributes: Readonly<Record<string, string>>) => void,
): Promise<void> {
  if (!document.path.endsWith('.xml')) return;
  await visit(document, limits, { open: (path, attributes) => path.length === 1 && see(attributes) });
}

/** Roles named by what stays: overridden permissions and ways to enrol, not assignments. */
async function collectRoles(
  document: BackupDocument,
  limits: Partial<Limits> | undefined,
  roles: Map<string, Set<string>>,
): Promise<void> {
  const ids = roles.get(folderOf(document.path)) ?? new Set<string>();
  roles.set(folderOf(document.path), ids);
  await visit(document, limits, {
    leaf(path, text) {
      const name = path.at(-1);
      const parent = path.at(-2);
      const names =
        (name === 'roleid' && parent !== 'assignment') || name === 'roleinstructor' || name === 'rolelearner';
      if (names && text !== '0') ids.add(text);
    },
  });
}

/** The rows of a workshop that are examples: `context submission|assessment id`. */
async function collectExamples(
  document: BackupDocument,
  limits: Partial<Limits> | undefined,
  examples: Set<string>,
): Promise<void> {
  let contextId = '';
  await visit(document, limits, {
    open(path, { id, contextid }) {
      const name = path.at(-1);
      if (name === 'activity') contextId = contextid ?? '';
      if (name === 'examplesubmission') examples.add(`${contextId} submission ${id}`);
      if (name === 'referenceassessment') examples.add(`${contextId} assessment ${id}`);
    },
  });
}
