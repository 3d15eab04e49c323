import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openArchive } from './archive.ts';
import { type Difference, diff } from './diff.ts';
import { type FileOwnership, withoutPeople } from './people.ts';
import { writeArchive } from './write.ts';

const fixture = (name: string) => new URL(`./test/valid/${name}.mbz`, import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), 'mbz-diff-'));
afterAll(() => rmSync(directory, { recursive: true }));

type Entries = Map<string, Buffer>;

async function entriesOf(path: string): Promise<Entries> {
  const entries: Entries = new Map();
  const archive = await openArchive(path);
  for (let entry = await archive.next(); entry; entry = await archive.next()) {
    if (entry.type !== 'file' || entry.path === '.ARCHIVE_INDEX') continue;
    const parts: Buffer[] = [];
    for await (const part of entry.body()) parts.push(Buffer.from(part));
    entries.set(entry.path, Buffer.concat(parts));
  }
  await archive.close();
  return entries;
}

async function write(entries: Entries, name = 'altered.mbz'): Promise<string> {
  const path = join(directory, name);
  const items = [...entries].map(([name, bytes]) => ({ path: name, sizeBytes: bytes.length, open: () => bytes }));
  await writeArchive(path, items, { modifiedAt: 1, level: 1 });
  return path;
}

/** The differences between a real backup and the same with some of its documents changed. */
async function altered(change: (entries: Entries) => void, name = 'bio101-moodle45-users1'): Promise<Difference[]> {
  const entries = await entriesOf(fixture(name));
  const before = [...entries].map(([path, bytes]) => `${path} ${bytes.toString('latin1')}`).join();
  change(entries);
  // A change that changes nothing would prove nothing.
  expect([...entries].map(([path, bytes]) => `${path} ${bytes.toString('latin1')}`).join()).not.toBe(before);
  return diff(fixture(name), await write(entries));
}

function edit(entries: Entries, path: RegExp, change: (text: string) => string): void {
  for (const [name, bytes] of entries) if (path.test(name)) entries.set(name, Buffer.from(change(bytes.toString())));
}

const said = (differences: readonly Difference[]) =>
  differences.map(({ kind, where, what }) => `${kind}: ${where}: ${what}`);

const NAMES = [
  'bio101-moodle41-users1',
  'bio101-moodle45-users0',
  'bio101-moodle45-users1',
  'bio101-moodle45-users1-zip',
  'his110-moodle45-users1',
  'inf300-moodle45-users1',
  'mat202-moodle41-users0',
  'mat202-moodle45-users1',
];

describe('no difference', () => {
  test.each(NAMES)('%s and itself', async (name) => {
    expect(await diff(fixture(name), fixture(name))).toEqual([]);
  });

  test('tar.gz and zip of one course', async () => {
    expect(await diff(fixture('bio101-moodle45-users1'), fixture('bio101-moodle45-users1-zip'))).toEqual([]);
  });

  test.each(NAMES)('%s and its copy at another site, with other ids, times and address', async (name) => {
    const moved: Entries = new Map();
    for (const [path, bytes] of await entriesOf(fixture(name))) {
      const newPath = path.startsWith('files/') ? path : path.replace(/_(\d+)\//g, (_, id) => `_${shift(id)}/`);
      moved.set(newPath, path.endsWith('.xml') ? Buffer.from(shiftIds(bytes.toString())) : bytes);
    }
    expect(said(await diff(fixture(name), await write(moved)))).toEqual([]);
  });
});

describe('what stands for something, and is another number on another site', () => {
  /** As SCORM, external tools, enrolments, activities graded by a scale and quiz attempts write it. */
  const rich = async (shift: number, order: number[], scale = 'Weak,Strong') => {
    const entries = await entriesOf(fixture('bio101-moodle45-users1'));
    const at = (id: number) => String(id + shift);
    const shown = `<variable id="${at(1)}"><name>_order</name><value>${order.map(at).join()}</value></variable>`;
    const row = `<extra id="${at(1)}"><launch>${at(4)}</launch><ltilinkid>${at(5)}</ltilinkid><modifierid>${at(2)}</modifierid><grade>-${at(5)}</grade>${shown}</extra>`;
    edit(entries, /^course\/course\.xml$/, (text) => text.replace(/<\/course>\s*$/, `${row}</course>`));
    const scales = `<scales_definition><scale id="${at(5)}"><name>${scale}</name></scale></scales_definition>`;
    entries.set('scales.xml', Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${scales}`));
    return await write(entries, `rich-${shift}-${order.join('')}-${scale}.mbz`);
  };

  test('is no difference', async () => {
    expect(said(await diff(await rich(0, [7, 9, 8]), await rich(60, [7, 9, 8])))).toEqual([]);
  });

  test('another order of answers, another scale are one', async () => {
    expect(await diff(await rich(0, [7, 9, 8]), await rich(60, [7, 8, 9]))).not.toEqual([]);
    const scales = said(await diff(await rich(0, [7, 9, 8]), await rich(60, [7, 9, 8], 'Other')));
    expect(scales.join()).toMatch(/grade was “Weak,Strong” and is “Other”/);
  });
});

const shift = (id: string) => String(Number(id) + 70_000);

/** Another site's ids, written independently of what `diff` takes for an id. */
function shiftIds(text: string): string {
  const others =
    'grader|usermodified|usercreated|createdby|modifiedby|loggeduser|iteminstance|instance|firstpost|parent|trueanswer|falseanswer|course';
  return text
    .replace(/ (id|moduleid|contextid)="(\d+)"/g, (_, name, id) => ` ${name}="${shift(id)}"`)
    .replace(
      new RegExp(`<(\\w*id|original_\\w+_id|${others})>([1-9]\\d*)<`, 'g'),
      (_, name, id) => `<${name}>${shift(id)}<`,
    )
    .replace(/<(sequence|path)>([\d,/]+)</g, (_, name, ids: string) => `<${name}>${ids.replace(/\d+/g, shift)}<`)
    .replace(/BYID\*(\d+)@\$/g, (_, id) => `BYID*${shift(id)}@$`)
    .replace(/<(directory|activity|section)>([a-z/]+_)(\d+)</g, (_, name, head, id) => `<${name}>${head}${shift(id)}<`)
    .replace(
      /<(timecreated|timemodified|timemcreated|backup_date|timeadded|created|modified|lastaccess|timeaccess|added)>(\d+)</g,
      (_, name, time) => `<${name}>${Number(time) + 999}<`,
    )
    .replace(/<original_wwwroot>[^<]*/, '<original_wwwroot>https://elsewhere.example')
    .replaceAll('http://127.0.0.1:8101', 'https://elsewhere.example')
    .replace(/<stamp>[^<]*/g, '<stamp>other');
}

describe('one change is one difference', () => {
  test('the contents of a page', async () => {
    const found = await altered((entries) =>
      edit(entries, /page\.xml$/, (text) => text.replace(/(<content>[^<]{40})/, '$1 NEU ')),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      where: 'Page “Lire : les pois de Mendel”',
      kind: 'changed',
      entry: 'activities/page_442/page.xml',
    });
    expect(found[0]!.what).toMatch(/^The content was “.*” and is “.*NEU.*”\.$/);
  });

  test('a due date, in words; not when it was made', async () => {
    const found = await altered((entries) =>
      edit(entries, /assign\.xml$/, (text) =>
        text.replace(/<duedate>\d+/, '<duedate>1700000000').replaceAll(/<time(created|modified)>\d+/g, '<time$1>5'),
      ),
    );
    expect(found.map(({ where, after }) => [where, after])).toEqual([
      ['Assignment “Devoir : croisement dihybride”', '2023-11-14 22:13 UTC'],
    ]);
  });

  test('a slot of a quiz', async () => {
    const found = await altered((entries) =>
      edit(entries, /quiz\.xml$/, (text) =>
        text.replace(/ *<question_instance id="\d+">[\s\S]*?<\/question_instance>\n/, ''),
      ),
    );
    expect(said(found)).toEqual([
      'removed: Quiz “QCM chromosomes”: The question in the quiz “1” is only in the first backup.',
    ]);
  });

  test('the question that a slot shows', async () => {
    const found = await altered((entries) =>
      edit(entries, /quiz\.xml$/, (text) => {
        const ids = [...text.matchAll(/<questionbankentryid>(\d+)</g)].map((match) => match[1]!);
        return text.replace(`<questionbankentryid>${ids[0]}<`, `<questionbankentryid>${ids[1]}<`);
      }),
    );
    expect(found.map(({ where, kind }) => [where, kind])).toEqual([['Quiz “QCM chromosomes”', 'changed']]);
  });

  test('the text of a question', async () => {
    const found = await altered((entries) =>
      edit(entries, /^questions\.xml$/, (text) => text.replace('The answer is true.', 'The answer is new.')),
    );
    expect(said(found)).toEqual([
      'changed: Questions: Question “Q truefalse”: The question text was “The answer is true.” and is “The answer is new.”.',
    ]);
  });

  test('a file, with its row', async () => {
    const found = await altered((entries) =>
      edit(entries, /^files\.xml$/, (text) => text.replace(/ {2}<file id="\d+">[\s\S]*?<\/file>\n/, '')),
    );
    expect(said(found)).toEqual([
      'removed: File “Cours magistral (PDF)”: The file “cours magistral — chapitre 1.pdf” is only in the first backup.',
    ]);
  });

  test('the contents of a file, though its row is there', async () => {
    const found = await altered((entries) => {
      const hash = /<contenthash>(?!da39a3)(\w+)/.exec(entries.get('files.xml')!.toString())![1]!;
      entries.delete(`files/${hash.slice(0, 2)}/${hash}`);
    }, 'mat202-moodle45-users1');
    expect(found.map(({ kind, what }) => [kind, /contents of the file/.test(what)])).toEqual([['removed', true]]);
  });

  test('the author of a file, told as authorship', async () => {
    const found = await altered((entries) =>
      edit(entries, /^files\.xml$/, (text) => text.replace('<author>$@NULL@$', '<author>Anna')),
    );
    expect(found).toMatchObject([{ where: 'Files', kind: 'added', authorship: true }]);
  });

  test('the name of a section', async () => {
    const found = await altered((entries) =>
      edit(entries, /section\.xml$/, (text) => text.replace('<name>Chromosomes<', '<name>Gènes<')),
    );
    expect(said(found)).toEqual(['changed: Section 2 “Chromosomes”: The name was “Chromosomes” and is “Gènes”.']);
  });

  test('the order of activities in a section', async () => {
    const found = await altered((entries) =>
      edit(entries, /section\.xml$/, (text) => text.replace('442,443,', '443,442,')),
    );
    expect(said(found)).toEqual(['changed: Section 1 “Lois de Mendel”: The order of the activities differs.']);
  });

  test('the order of the options of a choice', async () => {
    const found = await altered((entries) =>
      edit(entries, /choice\.xml$/, (text) =>
        text.replace(/( *<option id[\s\S]*?<\/option>\n)( *<option id[\s\S]*?<\/option>\n)/, '$2$1'),
      ),
    );
    expect(said(found)).toEqual(['changed: Choice “Sondage”: The order of the options differs.']);
  });

  test('an activity', async () => {
    const found = await altered((entries) => {
      edit(entries, /^moodle_backup\.xml$/, (text) =>
        text.replace(/ *<activity>\s*<moduleid>451<[\s\S]*?<\/activity>\n/, ''),
      );
      for (const path of [...entries.keys()]) if (path.startsWith('activities/book_451/')) entries.delete(path);
    });
    expect(said(found)).toEqual(['removed: Book “Manuel”: The activity is only in the first backup.']);
  });

  test('a person', async () => {
    const found = await altered((entries) =>
      edit(entries, /^users\.xml$/, (text) => text.replace('<username>etu3<', '<username>etu33<')),
    );
    expect(said(found)).toContain('removed: People: 1 person is only in the first backup: etu3.');
  });

  test('a grade to pass, a group’s name, the course’s start', async () => {
    const found = await altered((entries) => {
      edit(entries, /quiz_449\/grades\.xml$/, (text) => text.replace(/<gradepass>[^<]*/, '<gradepass>5.00000'));
      edit(entries, /^groups\.xml$/, (text) => text.replace('<name>TD 1<', '<name>TD 9<'));
      edit(entries, /^course\/course\.xml$/, (text) => text.replace(/<startdate>\d+/, '<startdate>1700000000'));
    });
    expect(found.map(({ where }) => where).sort()).toEqual(['Course', 'Groups', 'Quiz “QCM chromosomes”']);
  });
});

describe('real backups of one course', () => {
  test('with and without participants: only participants’ data', async () => {
    const found = await diff(fixture('bio101-moodle45-users1'), fixture('bio101-moodle45-users0'));
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['removed']));
    expect(found[0]!.what).toBe('The first backup was made with participants, the second without participants.');
    expect(said(found)).toContain(
      'removed: Forum “Questions & réponses”: 5 discussions of participants are only in the first backup.',
    );
  });

  test('of two Moodle releases: what only one release writes is one line', async () => {
    const found = await diff(fixture('mat202-moodle41-users0'), fixture('mat202-moodle45-users1'));
    const release = found.filter(({ where }) => where === 'Moodle version');
    expect(release).toHaveLength(1);
    expect(release[0]!.what).toContain('4.1');
    expect(
      found.filter(
        ({ kind, where }) => kind === 'added' && !['Backup', 'People', 'Enrolments', 'Roles'].includes(where),
      ),
    ).toEqual([]);
  });

  test('ours without people and Moodle’s own differ only in the authorship that Moodle keeps', async () => {
    const entries = await entriesOf(fixture('bio101-moodle45-users1'));
    const documents = [...entries]
      .filter(([path]) => !path.startsWith('files/'))
      .map(([path, bytes]) => ({ path, open: () => bytes }));
    const ours = await withoutPeople(documents, fileRows(entries.get('files.xml')!.toString()));
    const result: Entries = new Map([...entries].filter(([path]) => ours.contents.has(path.slice(9))));
    for (const { path, open } of ours.documents) {
      const parts: Uint8Array[] = [];
      const source = open();
      for await (const part of source instanceof Uint8Array ? [source] : source) parts.push(part);
      result.set(path, Buffer.concat(parts));
    }
    const found = await diff(await write(result), fixture('bio101-moodle45-users0'));
    expect(found.map(({ where, authorship }) => [where, authorship])).toEqual([
      ['Questions', true],
      ['Questions', true],
      ['Questions', true],
    ]);
  });
});

function fileRows(xml: string): FileOwnership[] {
  return [...xml.matchAll(/<file id="(\d+)">([\s\S]*?)<\/file>/g)].map(([, id = '', row = '']) => {
    const text = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(row)?.[1] ?? '';
    return {
      id,
      contenthash: text('contenthash'),
      contextid: text('contextid'),
      component: text('component'),
      filearea: text('filearea'),
      itemid: text('itemid'),
    };
  });
}
