import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { diff, extract, openArchive, verify, writeDirectory } from './index.ts';

const fixture = (name: string) => new URL(`./test/valid/${name}.mbz`, import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'mbz-directory-'));
afterAll(() => rmSync(root, { recursive: true }));
let course: string;
let target: string;
beforeEach(async () => {
  const directory = mkdtempSync(join(root, 'test-'));
  course = join(directory, 'course');
  target = join(directory, 'written', 'course.mbz');
  mkdirSync(join(directory, 'written'));
  await extract(fixture('bio101-moodle45-users1'), course);
});

async function contentsOf(path: string): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  const archive = await openArchive(path);
  for (let entry = await archive.next(); entry; entry = await archive.next()) {
    let text = '';
    if (entry.type === 'file') await entry.read((chunk) => (text += Buffer.from(chunk).toString('hex')));
    contents.set(entry.path, text);
  }
  await archive.close();
  return contents;
}

test('what was extracted is an archive again: the same entries, no difference, the same bytes each time', async () => {
  const seen: number[] = [];
  const written = await writeDirectory(course, target, {
    onProgress: (read, total) => total !== undefined && seen.push(read / total),
  });
  const [before, after] = [await contentsOf(fixture('bio101-moodle45-users1')), await contentsOf(target)];
  expect(before.delete('.ARCHIVE_INDEX') && after.delete('.ARCHIVE_INDEX')).toBe(true);
  expect([...after].sort()).toEqual([...before].sort());
  expect(await diff(fixture('bio101-moodle45-users1'), target)).toEqual([]);
  expect((await verify(target)).problems).toEqual([]);
  const again = await writeDirectory(course, `${target}2`);
  expect(again).toEqual(written);
  expect(seen[0]).toBeGreaterThan(0.5);
  expect(seen.at(-1)).toBe(1);
});

describe('nothing is written of', () => {
  const content = () => {
    const folder = join(course, 'files', readdirSync(join(course, 'files'))[0]!);
    return join(folder, readdirSync(folder)[0]!);
  };
  test.each<[string, () => void, string, string]>([
    [
      'a directory without moodle_backup.xml',
      () => rmSync(join(course, 'moodle_backup.xml')),
      'not-a-course',
      'moodle_backup.xml',
    ],
    [
      'a document that is cut off',
      () => writeFileSync(join(course, 'users.xml'), '<users><user'),
      'inconsistent',
      'users.xml',
    ],
    ['a content that is not there', () => rmSync(content()), 'inconsistent', 'content-missing'],
    ['a content that was changed', () => appendFileSync(content(), 'x'), 'inconsistent', 'content-altered'],
    ['no files.xml', () => rmSync(join(course, 'files.xml')), 'inconsistent', 'files.xml'],
    ['a link', () => symlinkSync('/etc/passwd', join(course, 'passwd')), 'link', 'passwd'],
    ['a doctype', () => writeFileSync(join(course, 'roles.xml'), '<!DOCTYPE a><a/>'), 'xml-doctype', 'roles.xml'],
    ['a name that Moodle cannot read', () => writeFileSync(join(course, 'a\\b'), ''), 'unsafe-path', 'a\\\\b'],
  ])('%s', async (_, damage, code, what) => {
    damage();
    const error = await writeDirectory(course, target).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'MbzError', code });
    expect(error.message).toContain(what);
    expect(readdirSync(join(target, '..'))).toEqual([]);
  });

  test('a directory into itself', async () => {
    const work = writeDirectory(course, join(course, 'course.mbz'));
    await expect(work).rejects.toMatchObject({ code: 'cannot-write' });
  });

  test('a directory that is not there', async () => {
    await expect(writeDirectory(join(course, 'no'), target)).rejects.toMatchObject({ code: 'unreadable' });
  });
});
