import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type ArchiveItem, openArchive, writeArchive } from '@jouvence/mbz';

export const valid = fileURLToPath(new URL('../../mbz/test/valid/', import.meta.url));
export const fixture = (name: string): string => join(valid, `${name}.mbz`);
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A fixture with some of its documents changed: by path, new text, null for none; others are added. */
export async function altered(
  name: string,
  change: Record<string, ((text: string) => string) | null>,
  add: Record<string, string> = {},
): Promise<Buffer> {
  const items: ArchiveItem[] = Object.entries(add).map(([path, text]) => item(path, Buffer.from(text)));
  const archive = await openArchive(fixture(name));
  for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
    const { path } = entry;
    if (entry.type === 'directory' || path === '.ARCHIVE_INDEX' || change[path] === null) continue;
    const parts: Buffer[] = [];
    for await (const part of entry.body()) parts.push(Buffer.from(part));
    const bytes = Buffer.concat(parts);
    items.push(item(path, change[path] ? Buffer.from(change[path](bytes.toString())) : bytes));
  }
  await archive.close();
  const parts: Buffer[] = [];
  const collect = new Writable({
    write(chunk: Buffer, _, done) {
      parts.push(chunk);
      done();
    },
  });
  await writeArchive(collect, items, { modifiedAt: 0 });
  return Buffer.concat(parts);
}

const item = (path: string, bytes: Buffer): ArchiveItem => ({ path, sizeBytes: bytes.length, open: () => bytes });
