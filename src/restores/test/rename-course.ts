import { type ArchiveItem, openArchive, writeArchive } from '@jouvence/mbz';

/** Writes a backup again under other names, as if the course had always been called so. */
export async function renameCourse(
  from: string,
  to: string,
  names: { fullname: string; shortname: string },
): Promise<void> {
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

function rename(path: string, body: Buffer, names: { fullname: string; shortname: string }): Buffer {
  if (path !== 'course/course.xml' && path !== 'moodle_backup.xml') return body;
  let text = body.toString();
  for (const [element, value] of Object.entries(names)) {
    const escaped = value.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
    text = text.replace(
      new RegExp(`(<(?:original_course_)?${element}>)[^<]*`, 'g'),
      (_, open: string) => `${open}${escaped}`,
    );
  }
  return Buffer.from(text);
}
