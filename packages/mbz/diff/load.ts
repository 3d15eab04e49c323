import { type Entry, type OpenOptions, openArchive } from '../archive.ts';
import { createXmlReader, type XmlHandler } from '../xml.ts';

/** An element of a document, held for comparing. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
  readonly children: Element[];
}

/** A backup as far as comparing needs it: its documents as trees, its contents as names and sizes only. */
export interface LoadedBackup {
  readonly documents: ReadonlyMap<string, Element>;
  /** SHA-1 of each content in the file pool. */
  readonly contents: ReadonlySet<string>;
  /** Number of log rows; logs are counted, not held: they are the bulk of many backups and all ids and times. */
  readonly logRows: number;
}

const NOT_COMPARED = /(?:^|\/)inforef\.xml$/;
const LOGS = /(?:^|\/)(?:logs|logstores|loglastaccess)\.xml$/;

/** Reads the documents of a backup; contents of files are skipped over. */
export async function loadBackup(path: string, options: OpenOptions): Promise<LoadedBackup> {
  const documents = new Map<string, Element>();
  const contents = new Set<string>();
  let logRows = 0;
  const archive = await openArchive(path, options);
  try {
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
      if (entry.type !== 'file') continue;
      const content = /^files\/[0-9a-f]{2}\/([0-9a-f]{40})$/.exec(entry.path);
      if (content) contents.add(content[1]!);
      else if (LOGS.test(entry.path)) logRows += await countRows(entry, options.limits);
      else if (entry.path.endsWith('.xml') && !NOT_COMPARED.test(entry.path)) {
        documents.set(entry.path, await readTree(entry, options.limits));
      }
    }
  } finally {
    await archive.close();
  }
  return { documents, contents, logRows };
}

async function readTree(entry: Entry, limits: OpenOptions['limits']): Promise<Element> {
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const open: Element[] = [root];
  await read(entry, limits, {
    open(name, attributes) {
      const element: Element = { name, attributes, text: '', children: [] };
      const parent = open.at(-1)!;
      parent.children.push(element);
      // White space between elements is not kept.
      parent.text = '';
      open.push(element);
    },
    text(chunk) {
      const element = open.at(-1)!;
      if (element.children.length === 0) element.text += chunk;
    },
    close() {
      open.pop();
    },
  });
  return root.children[0] ?? root;
}

async function countRows(entry: Entry, limits: OpenOptions['limits']): Promise<number> {
  let rows = 0;
  await read(entry, limits, {
    open(_name, attributes) {
      if (attributes.id !== undefined) rows++;
    },
    text() {},
    close() {},
  });
  return rows;
}

async function read(entry: Entry, limits: OpenOptions['limits'], handler: XmlHandler): Promise<void> {
  const reader = createXmlReader(handler, { entry: entry.path, ...(limits && { limits }) });
  await entry.read((chunk) => reader.write(chunk));
  reader.end();
}

export function child(element: Element | undefined, ...names: string[]): Element | undefined {
  let found = element;
  for (const name of names) found = found?.children.find((candidate) => candidate.name === name);
  return found;
}

export function childText(element: Element | undefined, ...names: string[]): string {
  const text = child(element, ...names)?.text ?? '';
  return text === '$@NULL@$' ? '' : text;
}

export function childrenOf(element: Element | undefined, ...names: string[]): readonly Element[] {
  return child(element, ...names)?.children ?? [];
}
