import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Account,
  diff,
  inspect,
  MbzError,
  openArchive,
  type RewritePlan,
  readPeople,
  rewrite,
  verify,
} from './index.ts';
import { tgz } from './test/build.ts';

const fixture = (name: string) => new URL(`./test/valid/${name}.mbz`, import.meta.url).pathname;
const fixtures = readdirSync(new URL('./test/valid', import.meta.url))
  .filter((name) => name.endsWith('.mbz'))
  .map((name) => name.slice(0, -4));
const root = mkdtempSync(join(tmpdir(), 'mbz-rewrite-'));
afterAll(() => rmSync(root, { recursive: true }));
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(root, 'test-'));
});

/** Rewrites and gives what came of it, its documents as text. */
async function rewritten(source: string, plan: RewritePlan) {
  const path = join(directory, 'out.mbz');
  const result = await rewrite(source, path, plan);
  expect((await verify(path)).problems).toEqual([]);
  return { ...result, path, documents: await documentsOf(path) };
}

async function documentsOf(path: string): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  const archive = await openArchive(path);
  for (let entry = await archive.next(); entry; entry = await archive.next()) {
    if (entry.type !== 'file') continue;
    let text = '';
    await entry.read((chunk) => (text += Buffer.from(chunk).toString('latin1')));
    documents.set(entry.path, Buffer.from(text, 'latin1').toString());
  }
  await archive.close();
  return documents;
}

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const content = 'what a student wrote';
const sha1 = createHash('sha1').update(content).digest('hex');

/** A small backup; documents given replace those it has. */
function backup(documents: Record<string, string>): string {
  const all: Record<string, string> = {
    'moodle_backup.xml': `<moodle_backup>
  <information>
    <backup_date>1795227310</backup_date>
    <mnet_remoteusers>1</mnet_remoteusers>
    <original_site_identifier_hash>aaaa</original_site_identifier_hash>
    <original_course_fullname>Old &amp; long</original_course_fullname>
    <original_course_shortname>OLD</original_course_shortname>
    <original_course_startdate>1000</original_course_startdate>
    <original_course_enddate>5000</original_course_enddate>
    <details>
      <detail backup_id="x">
        <type>course</type>
      </detail>
    </details>
    <contents>
      <course>
        <courseid>7</courseid>
        <title>OLD</title>
        <directory>course</directory>
      </course>
    </contents>
  </information>
</moodle_backup>`,
    'course/course.xml': `<course id="7" contextid="9">
  <shortname>OLD</shortname>
  <fullname>Old &amp; long</fullname>
  <idnumber></idnumber>
  <summary></summary>
  <startdate>1000</startdate>
  <enddate>5000</enddate>
  <category id="3">
    <name>OLD</name>
  </category>
</course>`,
    'files.xml': `<files>
  <file id="1">
    <contenthash>${sha1}</contenthash>
    <contextid>9</contextid>
    <component>course</component>
    <filearea>summary</filearea>
    <itemid>0</itemid>
    <filepath>/</filepath>
    <filename>a.txt</filename>
    <userid>5</userid>
    <filesize>${content.length}</filesize>
    <author>Jeanne Dupré</author>
  </file>
</files>`,
    ...documents,
  };
  const items = Object.entries(all).map(([name, body]) => ({ name, body: head + body }));
  const path = join(directory, 'in.mbz');
  writeFileSync(path, tgz([...items, { name: `files/${sha1.slice(0, 2)}/${sha1}`, body: content }]));
  return path;
}

const users = (...rows: string[]) => `<users>\n${rows.join('\n')}\n</users>`;
const user = (
  id: number,
  username: string,
  more = '',
  attributes = '',
) => `  <user id="${id}" contextid="${id}0"${attributes}>
    <username>${username}</username>
    <idnumber></idnumber>
    <email>${username}@old.example.org</email>
    <auth>manual</auth>
    <firstname>${username.toUpperCase()}</firstname>
    <lastname>Old</lastname>
    <deleted>0</deleted>
    <firstaccess>0</firstaccess>${more}
    <preferences>
    </preferences>
  </user>`;
const account: Account = { username: 'anna.new', email: 'anna@new.example.org', firstaccess: 1700000000 };

describe('a real backup', () => {
  test('without people is what Moodle itself makes without users, but for the authors of questions', async () => {
    const { path } = await rewritten(fixture('bio101-moodle45-users1'), { people: 'out' });
    const differences = await diff(fixture('bio101-moodle45-users0'), path);
    expect(differences.map(({ entry, authorship }) => [entry, authorship])).toEqual([
      ['questions.xml', true],
      ['questions.xml', true],
      ['questions.xml', true],
    ]);
    expect((await inspect(path)).personalData.findings).toEqual([]);
  });

  test.each(fixtures)('%s: nobody is in it without people, and what was looked for is said', async (name) => {
    const before = await inspect(fixture(name));
    const { path, proof, leftOut } = await rewritten(fixture(name), { people: 'out' });
    expect((await inspect(path)).personalData.findings).toEqual([]);
    expect(proof).toMatchObject({ findings: [], warnings: [], unlisted: 0, notLookedFor: 0 });
    expect(proof.lookedFor.people).toBe(before.users.length);
    // User name, e-mail, and the full name both ways round.
    expect(proof.lookedFor.texts).toBe(4 * before.users.length);
    expect(leftOut).toEqual([]);
  });

  test.each(fixtures)('%s: kept, it is equal', async (name) => {
    const { path, fields } = await rewritten(fixture(name), { people: 'keep' });
    expect(await diff(fixture(name), path)).toEqual([]);
    expect(fields).toEqual([]);
    expect((await inspect(path)).format).toBe('tgz');
  });

  test('gives the same bytes for the same plan, to a file as to a stream', async () => {
    const plan: RewritePlan = { people: new Map([[1005, account]]), course: { shortname: 'B' } };
    const first = await rewrite(fixture('bio101-moodle45-users1-zip'), join(directory, 'a'), plan);
    const pieces: Buffer[] = [];
    const stream = new Writable({
      write: (piece, _, done) => done(pieces.push(Buffer.from(piece)) ? null : undefined),
    });
    const second = await rewrite(fixture('bio101-moodle45-users1-zip'), stream, plan);
    expect(second).toEqual(first);
    const written = readFileSync(join(directory, 'a'));
    expect(Buffer.concat(pieces).equals(written)).toBe(true);
    expect(createHash('sha256').update(written).digest('hex')).toBe(first.sha256);
    expect(written.length).toBe(first.sizeBytes);
  });
});

describe('every bad archive', () => {
  const invalid = new URL('test/invalid/', import.meta.url);
  test.each(readdirSync(invalid))('%s is refused by its code, leaving nothing', async (file) => {
    for (const people of ['out', 'keep'] as const) {
      const work = rewrite(new URL(file, invalid).pathname, join(directory, 'out.mbz'), { people });
      await expect(work).rejects.toMatchObject({ name: 'MbzError', code: file.slice(0, file.indexOf('--')) });
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  test('also when a content is not that of its name, leaving what was there before', async () => {
    const path = backup({});
    const damaged = readFileSync(path);
    const altered = join(directory, 'altered.mbz');
    writeFileSync(altered, tgz([...(await itemsOf(path)), { name: `files/ab/ab${'0'.repeat(38)}`, body: 'x' }]));
    writeFileSync(join(directory, 'out.mbz'), damaged);
    const work = rewrite(altered, join(directory, 'out.mbz'), { people: 'keep' });
    await expect(work).rejects.toMatchObject({ code: 'corrupt', entry: `files/ab/ab${'0'.repeat(38)}` });
    expect(readFileSync(join(directory, 'out.mbz')).equals(damaged)).toBe(true);
    expect(readdirSync(directory).sort()).toEqual(['altered.mbz', 'in.mbz', 'out.mbz']);
  });

  async function itemsOf(path: string) {
    return [...(await documentsOf(path))].map(([name, body]) => ({ name, body }));
  }

  test('limits are kept to, and can be raised for all of the work', async () => {
    const path = backup({
      'course/inforef.xml': `<inforef><deep>${'<a>'.repeat(70)}${'</a>'.repeat(70)}</deep></inforef>`,
    });
    await expect(rewrite(path, join(directory, 'o'), { people: 'out' })).rejects.toMatchObject({
      code: 'xml-too-deep',
    });
    await rewrite(path, join(directory, 'o'), { people: 'out' }, { limits: { xmlDepth: 100 } });
  });
});

describe('people mapped to accounts', () => {
  const mapped = (id = 5) => new Map([[id, account]]);

  test('become those accounts; the others stay, nobody keeps a password', async () => {
    const path = backup({
      'users.xml': users(user(5, 'anna', '\n    <password>$2y$10$abc</password>'), user(6, 'berta')),
    });
    const { documents, fields, path: out } = await rewritten(path, { people: mapped() });
    expect(await readPeople(out)).toMatchObject([
      { id: 5, ...account, firstname: 'ANNA', deleted: false },
      { id: 6, username: 'berta', email: 'berta@old.example.org', firstaccess: 0 },
    ]);
    expect(documents.get('users.xml')).not.toContain('password');
    expect(fields).toContainEqual({ entry: 'users.xml', field: 'password', count: 1 });
    expect(fields).toContainEqual({ entry: 'users.xml', field: 'username', count: 1 });
  });

  test.each([
    ['elements', user(5, 'anna', '\n    <secret>s</secret>\n    <suspended>1</suspended>'), ''],
    ['attributes', user(5, 'anna', '', ' password="x" secret="s" suspended="1"'), ''],
    ['elements with something in them', user(5, 'anna', '\n    <password><a>x</a></password>'), ''],
  ])('columns of the table of users that no backup has go, as %s', async (_, row) => {
    for (const people of ['keep', mapped()] as const) {
      const { documents } = await rewritten(backup({ 'users.xml': users(row) }), { people });
      expect(documents.get('users.xml')).not.toMatch(/password|secret|suspended/);
    }
  });

  test('a row that lacks what tells who it is gets it; one with two of it is refused', async () => {
    const bare = '  <user id="5" contextid="50">\n    <firstname>A</firstname>\n  </user>';
    const { documents } = await rewritten(backup({ 'users.xml': users(bare) }), { people: mapped() });
    expect(documents.get('users.xml')).toBe(
      `${head}<users>\n  <user id="5" contextid="50">\n    <firstname>A</firstname>\n    <username>anna.new</username>\n` +
        '    <email>anna@new.example.org</email>\n    <firstaccess>1700000000</firstaccess>\n    <deleted>0</deleted>\n  </user>\n</users>',
    );
    const twice = backup({ 'users.xml': users(user(5, 'anna', '\n    <email>b@b.org</email>')) });
    await expect(rewrite(twice, join(directory, 'o'), { people: 'keep' })).rejects.toMatchObject({
      code: 'inconsistent',
    });
  });

  test('who came over MNet, or was deleted, is an account like any other', async () => {
    const remote = user(5, 'anna', '\n    <mnethosturl>http://remote.example.org</mnethosturl>').replace(
      'manual',
      'mnet',
    );
    const gone = user(6, 'berta@old.example.org.1600000000').replace('<deleted>0', '<deleted>1');
    const path = backup({ 'users.xml': users(remote, gone) });
    const { documents, path: out } = await rewritten(path, { people: mapped(6) });
    expect(await readPeople(out)).toMatchObject([
      { username: 'anna', auth: 'manual', mnethosturl: '' },
      { username: 'anna.new', deleted: false },
    ]);
    expect(documents.get('moodle_backup.xml')).toContain('<mnet_remoteusers>0<');
  });

  test('two people who would be one account are named, and so is a map that cannot be', async () => {
    const remote = user(6, 'ANNA', '\n    <mnethosturl>http://remote.example.org</mnethosturl>');
    const refused = async (rows: string[], people: RewritePlan['people']) => {
      const error = await rewrite(backup({ 'users.xml': users(...rows) }), join(directory, 'o'), { people }).catch(
        (e) => e,
      );
      expect(error).toBeInstanceOf(MbzError);
      return `${error.code}: ${error.message}`;
    };
    expect(await refused([user(5, 'anna'), remote], 'keep')).toBe(
      'plan-impossible: person 5 (anna) and person 6 (ANNA of http://remote.example.org) would both be the account anna',
    );
    expect(await refused([user(5, 'anna'), user(6, 'anna.new')], mapped())).toMatch(/person 5 .* and person 6 /);
    expect(await refused([user(5, 'anna'), user(5, 'berta')], 'keep')).toMatch(/^inconsistent: .* 5 twice/);
    expect(await refused([user(5, 'anna')], mapped(7))).toMatch(/^plan-impossible: there is no person 7/);
    const bad = new Map([[5, { ...account, email: 'a\u0000b' }]]);
    expect(await refused([user(5, 'anna')], bad)).toMatch(/^plan-impossible: the email of person 5/);
  });

  test('by their account and never by their id: the archive is of no known site then, unless told', async () => {
    const path = backup({ 'users.xml': users(user(5, 'anna')) });
    const site = async (plan: RewritePlan) => {
      const { documents } = await rewritten(path, plan);
      return /<original_site_identifier_hash>(.*?)</.exec(documents.get('moodle_backup.xml')!)![1];
    };
    const other = await site({ people: mapped() });
    expect(other).toMatch(/^[0-9a-f]{32}$/);
    expect(await site({ people: 'keep', fromOtherSite: true })).toBe(other);
    expect(await site({ people: mapped(), fromOtherSite: false })).toBe('aaaa');
    expect(await site({ people: 'keep' })).toBe('aaaa');
    expect(await site({ people: 'out' })).toBe('aaaa');
  });

  test('what they were called before is looked for in the accounts alone', async () => {
    const described = user(5, 'anna', '\n    <description>Write to ANNA@old.example.org</description>');
    const { proof } = await rewritten(backup({ 'users.xml': users(described) }), { people: mapped() });
    expect(proof.lookedFor).toEqual({ people: 1, ids: 1, texts: 2 });
    expect(proof.warnings).toEqual([
      { entry: 'users.xml', place: 'users/user/description', what: 'username', person: 5, count: 1 },
      { entry: 'users.xml', place: 'users/user/description', what: 'email', person: 5, count: 1 },
    ]);
  });
});

describe('the course', () => {
  test('gets other names and another start everywhere Moodle reads them, its end moves along', async () => {
    const course = { fullname: 'New & "short"', shortname: 'NEW', idnumber: 'N1', startdate: 101000 };
    const { documents, fields, path } = await rewritten(backup({}), { people: 'out', course });
    const one = documents.get('course/course.xml')!;
    for (const part of ['<fullname>New &amp; "short"<', '<idnumber>N1<', '<startdate>101000<', '<enddate>105000<'])
      expect(one).toContain(part);
    // The category has a name of its own.
    expect(one).toContain('<name>OLD<');
    const description = documents.get('moodle_backup.xml')!;
    expect(description).toMatch(/<original_course_fullname>New &amp; "short"</);
    expect(description).toMatch(/<original_course_enddate>105000<.*<title>NEW</s);
    expect(await inspect(path)).toMatchObject({ fullname: 'New & "short"', shortname: 'NEW', startDate: 101000 });
    expect(fields.filter(({ entry }) => entry === 'course/course.xml').map(({ field }) => field)).toEqual([
      'shortname',
      'fullname',
      'idnumber',
      'startdate',
      'enddate',
    ]);
  });

  test('without an end gets none', async () => {
    const source = fixture('bio101-moodle45-users0');
    const { documents } = await rewritten(source, { people: 'keep', course: { startdate: 5 } });
    expect(documents.get('course/course.xml')).toContain('<enddate>0<');
  });

  test.each([
    { fullname: '' },
    { shortname: 'a\u0007' },
    { startdate: -1 },
    { fullname: 'a <b>c' },
    { shortname: 'x'.repeat(256) },
  ])('cannot become %j', async (course) => {
    const work = rewrite(backup({}), join(directory, 'o'), { people: 'keep', course });
    await expect(work).rejects.toMatchObject({ code: 'plan-impossible' });
  });
});

describe('authors of files', () => {
  test.each([
    ['out', undefined, false],
    ['out', true, true],
    ['keep', undefined, true],
    ['keep', false, false],
  ] as const)('%s, kept %s: %s', async (people, keepFileAuthors, stays) => {
    const { documents, proof } = await rewritten(backup({}), { people, keepFileAuthors });
    expect(documents.get('files.xml')!.includes('Jeanne Dupré')).toBe(stays);
    expect(documents.get('files.xml')!.includes('<userid>5<')).toBe(stays);
    expect(proof.findings.map(({ what }) => what).sort()).toEqual(stays ? ['file/author', 'file/userid'] : []);
    expect(proof.warnings).toEqual([]);
    expect(proof.lookedFor.people).toBe(1);
  });

  test('are looked for in what is left, also when the backup has no accounts', async () => {
    const path = backup({
      'course/course.xml': '<course id="7" contextid="9"><summary>by JEANNE\u00a0DUPRÉ.</summary></course>',
    });
    const { proof } = await rewritten(path, { people: 'out' });
    expect(proof.warnings).toEqual([
      { entry: 'course/course.xml', place: 'course/summary', what: 'fullname', person: 5, count: 1 },
    ]);
  });
});

describe('free text', () => {
  const row = user(5, 'jdupre').replace('JDUPRE', 'Jeanne').replace('Old<', 'Dupré<');
  async function hits(summary: string, documents: Record<string, string> = {}) {
    const course = `<course id="7" contextid="9"><summary>${summary}</summary></course>`;
    const path = backup({ 'users.xml': users(row), 'course/course.xml': course, ...documents });
    const { proof } = await rewritten(path, { people: 'out' });
    return proof.warnings.map(({ what, entry, place, count }) => `${count} ${what} ${entry} ${place}`);
  }
  const inSummary = (what: string, count = 1) => `${count} ${what} course/course.xml course/summary`;

  test('names people by user name, e-mail and full name, both ways round, as words', async () => {
    expect(await hits('Ask jeanne dupré, or DUPRÉ Jeanne.')).toEqual([inSummary('fullname', 2)]);
    expect(await hits('&lt;a href="mailto:JDupre@Old.example.org"&gt;')).toEqual([
      inSummary('username'),
      inSummary('email'),
    ]);
    expect(await hits('jdupre and jdupre2, xjdupre')).toEqual([inSummary('username')]);
    expect(await hits('Jeanne Duprés, Jean Dupré')).toEqual([]);
  });

  test('is searched across the pieces in which it comes', async () => {
    for (const before of [65_527, 65_530, 65_533, 65_536, 131_070])
      expect(await hits(`${'é '.repeat(before / 2)}jdupre ${'.'.repeat(70_000)}`)).toEqual([inSummary('username')]);
  });

  test('is searched inside the settings of blocks', async () => {
    const settings = Buffer.from('O:8:"stdClass":1:{s:4:"text";s:20:"Bureau de jdupre";}').toString('base64');
    const block = `<block id="4" contextid="44" version="1"><blockname>html</blockname><configdata>${settings}</configdata></block>`;
    expect(await hits('', { 'course/blocks/html_4/block.xml': block })).toEqual([
      '1 username course/blocks/html_4/block.xml block/configdata',
    ]);
  });
});

test('reads its source twice, tells how far it is, and stops when told to', async () => {
  const source = fixture('bio101-moodle45-users1');
  const size = readFileSync(source).length;
  const seen: number[] = [];
  await rewrite(
    source,
    join(directory, 'o'),
    { people: 'keep' },
    { onProgress: (read, total) => seen.push(read / total) },
  );
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen[0]).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe(1);
  const stop = new AbortController();
  const work = rewrite(
    source,
    join(directory, 'stopped'),
    { people: 'keep' },
    {
      signal: stop.signal,
      onProgress: (read) => read >= size && stop.abort(),
    },
  );
  await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(directory)).toEqual(['o']);
});

test('lets timers run meanwhile, also where everything it needs is at hand', async () => {
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => `<file id="${i}"><contextid>9</contextid><author>A B</author></file>`,
  );
  const path = backup({ 'files.xml': `<files>${rows.join('')}</files>` });
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const started = performance.now();
  await rewrite(path, join(directory, 'o'), { people: 'out' });
  const took = performance.now() - started;
  clearInterval(timer);
  expect(longest).toBeLessThan(took / 4);
});

test('never writes over the archive it reads, by whatever name', async () => {
  copyFileSync(fixture('mat202-moodle41-users0'), join(directory, 'a.mbz'));
  const work = rewrite(join(directory, 'a.mbz'), `${directory}/../${directory.split('/').at(-1)}/a.mbz`, {
    people: 'out',
  });
  await expect(work).rejects.toMatchObject({ code: 'cannot-write' });
  expect(readdirSync(directory)).toEqual(['a.mbz']);
});

test('a directory that is not there is named', async () => {
  const work = rewrite(fixture('mat202-moodle41-users0'), join(directory, 'none', 'a.mbz'), { people: 'out' });
  await expect(work).rejects.toMatchObject({ code: 'cannot-write' });
});
