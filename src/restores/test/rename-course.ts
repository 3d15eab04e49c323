import { type ArchiveItem, openArchive, writeArchive } from '@jouvence/mbz';

export interface NewNames {
  fullname: string;
  shortname: string;
  /** Of every section and activity, and beside the last names of people and before the names of files. */
  inside?: string;
}

/** Writes a backup again under other names, as if everything in it had always been called so. */
export async function renameCourse(from: string, to: string, names: NewNames): Promise<void> {
  const items: ArchiveItem[] = [];
  const archive = await openArchive(from);
  try {
    for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
      if (entry.type === 'directory' || entry.path === '.ARCHIVE_INDEX') continue;
      const parts: Uint8Array[] = [];
      for await (const part of entry.body()) parts.push(Buffer.from(part));
      const body = rename(entry.path, Buffer.concat(parts), names);
      items.push({ path: entry.path, sizeBytes: body.length, open: () => body });
    }
  } finally {
    await archive.close();
  }
  await writeArchive(to, items, { modifiedAt: 1_700_000_000 });
}

type Change = [element: RegExp, to: (before: string) => string];

function rename(path: string, body: Buffer, names: NewNames): Buffer {
  const changes = changesOf(path, names);
  if (changes.length === 0) return body;
  let text = body.toString();
  for (const [element, to] of changes)
    text = text.replace(element, (_, open: string, before: string) => open + asText(to(before)));
  return Buffer.from(text);
}

function changesOf(path: string, { fullname, shortname, inside }: NewNames): Change[] {
  const course: Change[] = [
    [/(<(?:original_course_)?fullname>)([^<]*)/g, () => fullname],
    [/(<(?:original_course_)?shortname>)([^<]*)/g, () => shortname],
  ];
  if (path === 'course/course.xml') return course;
  if (path === 'moodle_backup.xml')
    return inside === undefined
      ? course
      : [...course, [/(<activity>(?:(?!<\/activity>)[\s\S])*?<title>)([^<]*)/g, () => inside]];
  if (inside === undefined) return [];
  if (/^sections\/[^/]+\/section\.xml$/.test(path)) return [[/(<name>)([^<]*)/, () => inside]];
  // The first name in the document of a module is its own.
  if (/^activities\/([a-z]+)_\d+\/\1\.xml$/.test(path)) return [[/(<name>)([^<]*)/, () => inside]];
  if (path === 'users.xml') return [[/(<lastname>)([^<]*)/g, (before) => `${before} ${inside}`.slice(0, 100)]];
  if (path === 'files.xml')
    return [
      [
        /(<filename>)([^<]*)/g,
        (before) => (before === '.' ? before : `${inside.replaceAll('/', '').slice(0, 200)} ${before}`),
      ],
    ];
  return [];
}

const asText = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
