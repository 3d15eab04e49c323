import { createReadStream, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Inspection, inspect, openArchive } from './index.ts';
import { leastBackup, type TarItem, tgz } from './test/build.ts';

const facts = JSON.parse(readFileSync(new URL('test/valid/facts.json', import.meta.url), 'utf8'));
const valid = (name: string) => new URL(`test/valid/${name}`, import.meta.url).pathname;

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** A real backup with some entries replaced or added; null leaves one out. */
async function altered(name: string, changes: Record<string, ((text: string) => string) | null>): Promise<Buffer> {
  const items: TarItem[] = [];
  const archive = await openArchive(valid(name));
  for (let entry = await archive.next(); entry !== null; entry = await archive.next()) {
    const chunks: Buffer[] = [];
    await entry.read((chunk) => chunks.push(Buffer.from(chunk)));
    const change = changes[entry.path];
    if (change === null || entry.path === '.ARCHIVE_INDEX') continue;
    const body = Buffer.concat(chunks);
    items.push({
      name: entry.path,
      type: entry.type === 'directory' ? '5' : '0',
      body: change === undefined ? body : change(body.toString()),
    });
  }
  await archive.close();
  return tgz(items);
}

describe('inspect finds in a real backup what another program found', () => {
  for (const [name, truth] of Object.entries<Record<string, unknown>>(facts)) {
    test(name, async () => {
      const found = await inspect(valid(name));
      // Exactly: of what is told under these keys nothing more may be in it either.
      expect(
        Object.fromEntries(Object.keys(truth).map((key) => [key, (found as unknown as Record<string, unknown>)[key]])),
      ).toEqual(truth);
      expect(found.references).toEqual([]);
      expect(found.warnings).toEqual([]);
      expect(found.support).toBe('tried');
      expect(await inspect(createReadStream(valid(name)))).toEqual(found);
    });
  }
});

describe('inspect', () => {
  test('tells plugins, the size of each activity, and whom it holds', async () => {
    const found = await inspect(valid('bio101-moodle45-users1.mbz'));
    expect(found.plugins).toEqual(
      expect.arrayContaining(['mod_quiz', 'qtype_multichoice', 'enrol_self', 'format_topics']),
    );
    const sizeOf = (is: (activity: Inspection['activities'][number]) => boolean) =>
      found.activitySizes[found.activities.findIndex(is)]?.sizeBytes;
    expect(sizeOf(({ title }) => title === 'Cours magistral (PDF)')).toBeGreaterThan(200_000);
    expect(sizeOf(({ module }) => module === 'page')).toBeLessThan(10_000);
    expect(found.personalData.found).toBe(true);
    expect(found.personalData.findings).toContainEqual(
      expect.objectContaining({ kind: 'users', count: 15, example: 'users.xml' }),
    );
    const without = await inspect(valid('mat202-moodle41-users0.mbz'));
    expect(without.personalData.findings.filter(({ kind }) => kind !== 'authorship')).toEqual([]);
  });

  test('finds people whom the settings deny', async () => {
    const bytes = await altered('inf300-moodle45-users1.mbz', {
      'moodle_backup.xml': (text) => text.replace(/(<name>users<\/name>\s*<value>)1/, '$10'),
    });
    const found = await inspect(once(bytes));
    expect(found.includesUsers).toBe(false);
    expect(found.personalData.found).toBe(true);
    expect(found.warnings).toEqual([expect.stringContaining('without users')]);
  });

  test('finds authorship in files.xml', async () => {
    const bytes = await altered('mat202-moodle41-users0.mbz', {
      'files.xml': (text) => text.replace('<author>$@NULL@$</author>', '<author>Ada Martin</author>'),
    });
    const { personalData } = await inspect(once(bytes));
    expect(personalData.findings).toContainEqual(expect.objectContaining({ kind: 'authorship', example: 'files.xml' }));
  });

  test('finds references that are broken or lead outside', async () => {
    const content = 'files/62/62b5554d6efc16b255a40b66c930a4f95d01775c';
    const bytes = await altered('bio101-moodle45-users1.mbz', {
      [content]: null,
      'activities/folder_447/inforef.xml': (text) => text.replace('657', '999657'),
      'moodle_backup.xml': (text) =>
        text
          .replace('<directory>activities/url_443</directory>', '<directory>activities/url_9</directory>')
          .replace('external_content>0<', 'external_content>1<'),
      'files.xml': (text) => text.replace('<repositorytype>$@NULL@$<', '<repositorytype>dropbox<'),
    });
    const found = await inspect(once(bytes));
    expect(found.references.map(({ kind, what }) => `${kind} ${what}`)).toEqual([
      'external-repository /cours magistral — chapitre 1.pdf: an alias into the repository dropbox',
      'content-missing files/62/62b5554d6efc16b255a40b66…',
      'file-row-missing file 999657',
      'activity-missing activities/url_9: Atlas en ligne',
    ]);
    expect(found.plugins).toContain('repository_dropbox');
    expect(found.warnings).toEqual([expect.stringContaining('external repositories')]);
  });

  test('reads older backups, and says so', async () => {
    const of = (version: string) =>
      inspect(
        once(tgz(leastBackup.map((item) => ({ ...item, body: String(item.body).replace('2024100700', version) })))),
      );
    expect(await of('2021051700')).toMatchObject({
      support: 'untried',
      warnings: [expect.stringContaining('never tried'), expect.anything()],
    });
    expect(await of('2019052000')).toMatchObject({ support: 'too-old' });
    expect(await of('2022112800')).toMatchObject({ support: 'tried' });
  });
});
