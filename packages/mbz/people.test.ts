import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openArchive } from './archive.ts';
import { documentKind, documentShape, type Shape } from './people/catalogue.ts';
import { PEOPLE_DOCUMENTS } from './people/documents.ts';
import {
  areaOwner,
  type BackupDocument,
  detectPeople,
  documentWithoutPeople,
  type FileOwnership,
  type LeftOut,
  type PeopleFinding,
  rewriteWithoutPeople,
  withoutPeople,
} from './people.ts';
import { readXml } from './xml.ts';

const fixture = (name: string) => new URL(`./test/valid/${name}.mbz`, import.meta.url).pathname;
const facts = JSON.parse(readFileSync(new URL('./test/valid/facts.json', import.meta.url), 'utf8'));

interface Backup {
  documents: BackupDocument[];
  files: FileOwnership[];
}

async function load(name: string): Promise<Backup> {
  const documents: BackupDocument[] = [];
  const archive = await openArchive(fixture(name));
  for (let entry = await archive.next(); entry; entry = await archive.next()) {
    if (entry.type !== 'file' || entry.path.startsWith('files/')) continue;
    const bytes = await collect(entry.body());
    documents.push({ path: entry.path, open: () => bytes });
  }
  await archive.close();
  return { documents, files: await rows(documents.find(({ path }) => path === 'files.xml')!) };
}

async function rows(document: BackupDocument): Promise<FileOwnership[]> {
  const files: FileOwnership[] = [];
  let row: Record<string, string> = {};
  let text = '';
  await readXml(
    document.open(),
    {
      open(name, attributes) {
        if (name === 'file') row = { id: attributes.id ?? '' };
        text = '';
      },
      text(chunk) {
        text += chunk;
      },
      close(name) {
        if (name === 'file') files.push(row as unknown as FileOwnership);
        else row[name] = text;
        text = '';
      },
    },
    { entry: 'files.xml' },
  );
  return files;
}

async function collect(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (source instanceof Uint8Array) return Buffer.from(source);
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function texts(documents: readonly BackupDocument[]): Promise<Map<string, string>> {
  const result = new Map<string, string>();
  for (const { path, open } of documents) result.set(path, (await collect(open())).toString());
  return result;
}

async function find(documents: readonly BackupDocument[]): Promise<PeopleFinding[]> {
  const findings: PeopleFinding[] = [];
  for (const { path, open } of documents) {
    const detector = detectPeople(path);
    if (!detector) continue;
    await readXml(open(), detector.handler, { entry: path });
    findings.push(...detector.result());
  }
  return findings;
}

async function rewrite(path: string, xml: string, onLeftOut?: (item: LeftOut) => void): Promise<string> {
  const source = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
  return (await collect(rewriteWithoutPeople(path, source, { onLeftOut }))).toString().replace(/^<\?xml.*\n/, '');
}

describe('a real backup without people', () => {
  test('is, byte for byte, what Moodle writes without users, but for authorship', async () => {
    const { documents, files } = await load('bio101-moodle45-users1');
    const ours = await withoutPeople(documents, files);
    const got = await texts(ours.documents);
    const theirs = await texts((await load('bio101-moodle45-users0')).documents);
    for (const document of ['.ARCHIVE_INDEX', 'moodle_backup.log']) theirs.delete(document);
    // Another run of Moodle: its time, its id, and the tool's key, which is encrypted anew each time.
    const run = (text: string) =>
      text.replace(/<backup_date>\d+|backup_id="\w+"/g, '').replace(/(encrypted="true">)[^<]*/g, '$1');
    const emptied = (text: string) => text.replace(/<(ownerid|createdby|modifiedby)>\d+</g, '<$1>$@NULL@$$<');
    expect([...got.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [path, text] of got) {
      const theirText = theirs.get(path)!;
      expect([path, run(text)]).toEqual([path, run(path === 'questions.xml' ? emptied(theirText) : theirText)]);
    }
    expect(ours.leftOut).toEqual([]);
  });

  test.each(Object.keys(facts).map((name) => name.replace('.mbz', '')))(
    '%s: nobody is found in what comes out, everybody in what went in',
    async (name) => {
      const { documents, files } = await load(name);
      const before = await find(documents);
      const users = before.find((finding) => finding.kind === 'users');
      expect(users?.count ?? 0).toBe(facts[`${name}.mbz`].users.length);
      const after = await withoutPeople(documents, files);
      expect(await find(after.documents)).toEqual([]);
      expect(after.leftOut).toEqual([]);
      expect(after.files).toHaveLength(files.length);
    },
  );
});

/** A document with every element and field that the catalogue knows, each text telling whose it is. */
function everything(shape: Shape, depth = 0, people = false): string {
  const mine = people || shape.people;
  const indent = '  '.repeat(depth);
  const attributes = [...shape.attributes].map((name) => ` ${name}="3"`).join('');
  const value = (kind: string) => (kind === 'authorship' || mine ? '424242' : 'kept');
  const leaves = [...shape.fields].map(([name, kind]) => `${indent}  <${name}>${value(kind)}</${name}>\n`).join('');
  const inner = [...shape.children.values()].filter(({ conditional }) => !conditional);
  return `${indent}<${shape.name}${attributes}>\n${leaves}${inner.map((child) => everything(child, depth + 1, mine)).join('')}${indent}</${shape.name}>\n`;
}

const CORE_MODULES =
  `assign bigbluebuttonbn book chat choice data feedback folder forum glossary h5pactivity imscp label lesson
  lti page qbank quiz resource scorm subsection survey url wiki workshop`.split(/\s+/);

describe('every document of the catalogue', () => {
  const paths = [
    ...CORE_MODULES.map((module) => `activities/${module}_5/${module}.xml`),
    ...'grades grade_history grading calendar module competencies roles'
      .split(' ')
      .map((name) => `activities/quiz_5/${name}.xml`),
    ...'questions badges gradebook grade_history groups scales outcomes completion'
      .split(' ')
      .map((name) => `${name}.xml`),
    ...'course enrolments calendar contentbank competencies roles filters'
      .split(' ')
      .map((name) => `course/${name}.xml`),
    'sections/section_9/section.xml',
    'course/blocks/html_4/block.xml',
  ];

  test.each(paths)('%s loses people and authorship, and keeps the rest', async (path) => {
    const shape = documentShape(documentKind(path).key!)!;
    const whole = everything(shape);
    const leftOut: LeftOut[] = [];
    const result = await rewrite(path, whole, (item) => leftOut.push(item));
    expect(result).not.toContain('424242');
    expect(result.match(/>kept</g)?.length).toBe(keptFields(shape));
    expect(leftOut).toEqual([]);
    const detector = detectPeople(path)!;
    await readXml(Buffer.from(result), detector.handler, { entry: path });
    expect(detector.result()).toEqual([]);
  });

  function keptFields(shape: Shape): number | undefined {
    const count = (one: Shape): number => {
      if (one.people || one.conditional) return 0;
      const own = [...one.fields.values()].filter((kind) => kind === 'content').length;
      return [...one.children.values()].reduce((sum, child) => sum + count(child), own);
    };
    // The meeting's rules are JSON; "kept" is none and is emptied.
    return count(shape) - (shape.children.has('bigbluebuttonbn') ? 1 : 0) || undefined;
  }

  test.each([...PEOPLE_DOCUMENTS])('%s goes whole', (key) => {
    const path = key.replace('activity/', 'activities/quiz_5/').replace('*/', 'course/');
    expect(documentWithoutPeople(path)).toBe('drop');
  });
});

describe('participants’ parts, by name', () => {
  test.each([
    ['activities/assign_5/assign.xml', 'userflag submission grade'],
    ['activities/bigbluebuttonbn_5/bigbluebuttonbn.xml', 'log recording'],
    ['activities/chat_5/chat.xml', 'message'],
    ['activities/choice_5/choice.xml', 'answer'],
    ['activities/data_5/data.xml', 'record tag'],
    ['activities/feedback_5/feedback.xml', 'completed'],
    ['activities/forum_5/forum.xml', 'discussion subscription digest read track tag grade'],
    ['activities/glossary_5/glossary.xml', 'entry tag category_entry'],
    ['activities/h5pactivity_5/h5pactivity.xml', 'attempt'],
    ['activities/lesson_5/lesson.xml', 'attempt branch grade timer'],
    ['activities/lti_5/lti.xml', 'ltisubmission'],
    ['activities/quiz_5/quiz.xml', 'grade attempt'],
    ['activities/scorm_5/scorm.xml', 'sco_track'],
    // Moodle writes these two also without users.
    ['activities/survey_5/survey.xml', 'answer analys'],
    ['activities/wiki_5/wiki.xml', 'subwiki'],
    ['activities/workshop_5/workshop.xml', 'exampleassessment submission aggregation'],
    ['activities/quiz_5/grades.xml', 'grade_grade'],
    ['activities/quiz_5/grade_history.xml', 'grade_grade'],
    ['activities/assign_5/grading.xml', 'instance'],
    ['course/enrolments.xml', 'enrolment user'],
    ['course/roles.xml', 'assignment'],
    ['course/competencies.xml', 'user_competency'],
    ['groups.xml', 'group_member'],
    ['gradebook.xml', 'grade_grade'],
    ['completion.xml', 'course_completion_crit_compl course_completions'],
    // And these too: who was given a badge by hand, who commented on a question.
    ['badges.xml', 'manual_award'],
    ['questions.xml', 'comment'],
  ])('%s: %s', (path, names) => {
    const found: string[] = [];
    const walk = (shape: Shape) => {
      for (const child of shape.children.values()) {
        if (child.people) found.push(child.name);
        else walk(child);
      }
    };
    walk(documentShape(documentKind(path).key!)!);
    expect([...new Set(found)]).toEqual(expect.arrayContaining(names.split(' ')));
  });
});

test('settings that depend on users are off, in every section and activity', async () => {
  const setting = (level: string, name: string, value = '1') =>
    `<setting><level>${level}</level><name>${name}</name><value>${value}</value></setting>`;
  const off = 'users anonymize role_assignments comments userscompletion logs grade_histories xapistate'.split(' ');
  const on = 'activities blocks files badges calendarevents groups questionbank'.split(' ');
  const lists = [
    ...[...off, ...on].map((name) => setting('root', name)),
    setting('section', 'section_3_userinfo'),
    setting('section', 'section_3_included'),
    setting('activity', 'quiz_5_userinfo'),
  ];
  const result = await rewrite(
    'moodle_backup.xml',
    `<moodle_backup><information><mnet_remoteusers>1</mnet_remoteusers><settings>${lists.join('')}</settings></information></moodle_backup>`,
  );
  const kept = [...result.matchAll(/<name>(\w+)<\/name><value>1</g)].map((match) => match[1]);
  expect(kept).toEqual([...on, 'section_3_included']);
  expect(result).toContain('<mnet_remoteusers>0<');
});

test('a document rewritten in single bytes is the same', async () => {
  const { documents } = await load('bio101-moodle45-users1');
  for (const path of ['activities/forum_444/forum.xml', 'questions.xml', 'course/inforef.xml']) {
    const bytes = await collect(documents.find((document) => document.path === path)!.open());
    const singly = async function* () {
      for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
    };
    const whole = await collect(rewriteWithoutPeople(path, bytes));
    expect((await collect(rewriteWithoutPeople(path, singly()))).equals(whole)).toBe(true);
  }
});

describe('rows that Moodle keeps for groups only', () => {
  test.each([
    ['assign', 'overrides', '<userid>8</userid>\n', '<userid>$@NULL@$</userid>\n'],
    ['quiz', 'overrides', '<userid>8</userid>\n', '<userid>$@NULL@$</userid>\n'],
    ['lesson', 'overrides', '<userid>8</userid>\n', '<userid>$@NULL@$</userid>\n'],
  ])('overrides of %s: the user’s goes, the group’s stays', async (module, list, users, groups) => {
    const row = (id: number, user: string) => `<override id="${id}">${user}<groupid>2</groupid></override>\n`;
    const xml = `<activity id="1"><${module} id="1"><${list}>\n${row(1, users)}${row(2, groups)}</${list}></${module}></activity>`;
    const result = await rewrite(`activities/${module}_5/${module}.xml`, xml);
    expect(result.match(/override id="\d"/g)).toEqual(['override id="2"']);
  });

  test('a user’s event of an activity goes, the course’s stays without its maker', async () => {
    const event = (id: number, course: number) =>
      `<event id="${id}"><courseid>${course}</courseid><userid>8</userid><name>e</name></event>`;
    const result = await rewrite('activities/quiz_5/calendar.xml', `<events>${event(1, 0)}${event(2, 7)}</events>`);
    expect(result).toBe(
      '<events><event id="2"><courseid>7</courseid><userid>0</userid><name>e</name></event></events>',
    );
  });
});

describe('what is not known', () => {
  test('is left out of a known document and reported, unless it is a bare number', async () => {
    const leftOut: LeftOut[] = [];
    const plugin = '<plugin_local_diary_course><note id="1"><userid>5</userid></note></plugin_local_diary_course>';
    const xml = `<course id="2" contextid="3" owner="Anna">\n  <fullname>A &amp; B</fullname>\n  ${plugin}\n  <newsetting>1</newsetting>\n  <remark>Anna</remark>\n  <favouriteuser>7</favouriteuser>\n</course>`;
    const result = await rewrite('course/course.xml', xml, (item) => leftOut.push(item));
    expect(result).toBe(
      '<course id="2" contextid="3">\n  <fullname>A &amp; B</fullname>\n  <newsetting>1</newsetting>\n</course>',
    );
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      'course/plugin_local_diary_course: data of the plugin local_diary, which is not part of Moodle, it may hold people',
      'course/remark: not an element that Moodle itself writes there, it may hold people',
      'course/favouriteuser: not an element that Moodle itself writes there, it may hold people',
    ]);
  });

  test('a contributed activity and its files go whole, everywhere, and are reported', async () => {
    const { documents, files } = await load('bio101-moodle45-users1');
    const renamed = documents.map(({ path, open }) => {
      const text = open().toString().replaceAll('book_451', 'hotpot_451').replaceAll('>book<', '>hotpot<');
      return {
        path: path.replace('book_451/book', 'hotpot_451/hotpot').replace('book_451', 'hotpot_451'),
        open: () => Buffer.from(text),
      };
    });
    const own = {
      id: '9001',
      contenthash: 'f'.repeat(40),
      contextid: '77',
      component: 'mod_hotpot',
      filearea: 'sourcefile',
      itemid: '0',
    };
    const context = /contextid="(\d+)"/.exec((await texts(documents)).get('activities/book_451/book.xml')!)![1]!;
    const inIt = { ...own, id: '9002', contextid: context, component: 'question', filearea: 'questiontext' };
    const result = await withoutPeople(renamed, [...files, own, inIt]);
    const text = await texts(result.documents);
    expect([...text.keys()].filter((path) => path.includes('hotpot'))).toEqual([]);
    for (const [path, content] of text) expect([path, content.includes('hotpot')]).toEqual([path, false]);
    expect(text.get('moodle_backup.xml')).not.toContain('451');
    expect(
      [...text].filter(([path]) => path.endsWith('section.xml')).some(([, xml]) => /<sequence>.*451/.test(xml)),
    ).toBe(false);
    expect(result.files).toHaveLength(files.length);
    expect(result.contents.has(own.contenthash)).toBe(false);
    expect(result.leftOut.map(({ entry }) => entry)).toEqual(['activities/hotpot_451', 'files.xml']);
  });

  test.each([
    ['local/diary.xml', 'unknown'],
    ['activities/quiz_5/diary.xml', 'unknown'],
    ['activities/quiz_5/assign.xml', 'unknown'],
    ['course/blocks/diary_3/block.xml', 'unknown'],
    ['activities/quiz_5/blocks/html_3/block.xml', 'rewrite'],
    ['course/blocks/html_3/comments.xml', 'drop'],
    ['moodle_backup.log', 'drop'],
    [`files/aa/${'a'.repeat(40)}`, 'keep'],
  ])('%s: %s', (path, fate) => {
    expect(documentWithoutPeople(path)).toBe(fate);
  });
});

describe('files', () => {
  const file = (id: string, component: string, filearea: string, itemid = '0', contextid = '60'): FileOwnership => ({
    id,
    component,
    filearea,
    itemid,
    contextid,
    contenthash: id.padStart(40, '0'),
  });

  test.each([
    ['assignsubmission_file', 'submission_files', 'people'],
    ['mod_forum', 'attachment', 'people'],
    ['mod_forum', 'intro', 'content'],
    ['user', 'icon', 'people'],
    ['question', 'response_attachments', 'people'],
    ['question', 'questiontext', 'content'],
    ['qtype_essay', 'graderinfo', 'content'],
    ['qtype_diagram', 'answer', 'unknown'],
    ['local_diary', 'page', 'unknown'],
  ])('%s/%s: %s', (component, area, owner) => {
    expect(areaOwner(component, area)).toBe(owner);
  });

  test('of a workshop: the teacher’s examples stay, submissions go', async () => {
    const workshop = `<activity id="1" moduleid="5" modulename="workshop" contextid="60"><workshop id="1"><examplesubmissions><examplesubmission id="4"><referenceassessment id="9"></referenceassessment></examplesubmission></examplesubmissions></workshop></activity>`;
    const fileRows = [
      file('1', 'mod_workshop', 'submission_attachment', '4'),
      file('2', 'mod_workshop', 'submission_attachment', '5'),
      file('3', 'mod_workshop', 'overallfeedback_content', '9'),
      file('4', 'mod_workshop', 'overallfeedback_content', '4'),
      file('5', 'mod_workshop', 'submission_attachment', '4', '61'),
    ];
    const documents = [{ path: 'activities/workshop_5/workshop.xml', open: () => Buffer.from(workshop) }];
    expect((await withoutPeople(documents, fileRows)).files.map(({ id }) => id)).toEqual(['1', '3']);
  });

  test('lose their rows, their references and their author', async () => {
    const row = (id: string, component: string, area: string) =>
      `<file id="${id}"><component>${component}</component><filearea>${area}</filearea><userid>5</userid><author>Anna &lt;3</author><source>a.pdf</source></file>`;
    const documents = [
      {
        path: 'files.xml',
        open: () => Buffer.from(`<files>${row('1', 'mod_page', 'content')}${row('2', 'mod_forum', 'post')}</files>`),
      },
      {
        path: 'activities/page_5/inforef.xml',
        open: () => Buffer.from('<inforef><fileref><file><id>1</id></file><file><id>2</id></file></fileref></inforef>'),
      },
      {
        path: 'activities/forum_6/inforef.xml',
        open: () =>
          Buffer.from(
            '<inforef>\n  <userref>\n    <user><id>5</id></user>\n  </userref>\n  <fileref>\n    <file><id>2</id></file>\n  </fileref>\n</inforef>',
          ),
      },
    ];
    const result = await withoutPeople(documents, [file('1', 'mod_page', 'content'), file('2', 'mod_forum', 'post')]);
    const text = await texts(result.documents);
    const body = (path: string) => text.get(path)!.replace(/^<\?xml.*\n/, '');
    expect(body('files.xml')).toBe(
      '<files><file id="1"><component>mod_page</component><filearea>content</filearea><userid>$@NULL@$</userid><author>$@NULL@$</author><source>a.pdf</source></file></files>',
    );
    expect(body('activities/page_5/inforef.xml')).toBe('<inforef><fileref><file><id>1</id></file></fileref></inforef>');
    expect(body('activities/forum_6/inforef.xml')).toBe('<inforef>\n</inforef>');
    expect([...result.contents]).toEqual(['1'.padStart(40, '0')]);
  });
});

test('a meeting keeps its rules for roles, not those for single persons', async () => {
  const rules =
    '[{"selectiontype":"all","selectionid":"all","role":"viewer"},{"selectiontype":"user","selectionid":"5","role":"moderator"}]';
  const xml = `<activity id="1"><bigbluebuttonbn id="1"><participants>${rules}</participants></bigbluebuttonbn></activity>`;
  const result = await rewrite('activities/bigbluebuttonbn_5/bigbluebuttonbn.xml', xml);
  expect(result).toContain(
    '<participants>[{"selectiontype":"all","selectionid":"all","role":"viewer"}]</participants>',
  );
});
