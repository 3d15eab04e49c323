import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPeople } from '@jouvence/mbz';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const archive = (name: string) => new URL(`../../packages/mbz/test/${name}.mbz`, import.meta.url).pathname;
const program = `
  import { Command } from 'commander';
  import { mbzCommand } from ${JSON.stringify(new URL('./mbz.ts', import.meta.url).href)};
  await new Command('jouvence').addCommand(mbzCommand(() => import('@jouvence/mbz'))).parseAsync();
`;

/** The verb in a process of its own, as a shell would start it. */
function jouvence(args: string[], input?: string): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', 'mbz', ...args], {
      cwd: new URL('../..', import.meta.url).pathname,
    });
    const result = { code: null as number | null, out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      result.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      result.err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...result, code }));
    if (input === undefined) child.stdin.end();
    else createReadStream(input).pipe(child.stdin);
  });
}

test('inspect in words and as one JSON document', async () => {
  const words = await jouvence(['inspect', archive('valid/inf300-moodle45-users1')]);
  expect(words).toMatchObject({ code: 0, err: '' });
  expect(words.out).toContain('Algorithms & <data> structures "advanced" (INF300-2023)');
  expect(words.out).toContain('Personal data found (4 user accounts)');
  const json = await jouvence(['inspect', '--json', '-'], archive('valid/inf300-moodle45-users1'));
  expect(json).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(json.out)).toMatchObject({ shortname: 'INF300-2023', entries: 180 });
});

test('verify and diff end with 1 when they find something', async () => {
  expect(await jouvence(['verify', archive('valid/inf300-moodle45-users1')])).toMatchObject({ code: 0, err: '' });
  const broken = await jouvence(['verify', '--json', archive('invalid/xml-malformed--unclosed')]);
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.out)).toMatchObject({ ok: false, problems: [{ code: 'document-malformed' }] });
  const [users0, users1] = [archive('valid/bio101-moodle45-users0'), archive('valid/bio101-moodle45-users1')];
  expect(await jouvence(['diff', users0, users0])).toMatchObject({
    code: 0,
    out: expect.stringContaining('No difference'),
  });
  expect((await jouvence(['diff', users0, users1])).code).toBe(1);
});

test('what is unsafe is refused with 5, its code and what to do', async () => {
  const refused = await jouvence(['inspect', '--json', archive('invalid/unsafe-path--parent')]);
  expect(refused.code).toBe(5);
  expect(JSON.parse(refused.out).error).toMatchObject({ code: 'unsafe-path', entry: 'files/../../x' });
  const limited = await jouvence(['verify', '--limit', 'entries=3', archive('valid/inf300-moodle45-users1')]);
  expect(limited).toMatchObject({ code: 5, out: '' });
  expect(limited.err).toContain('--limit entries=');
});

test('extract unpacks into a new directory only', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mbz-cli-'));
  try {
    const target = join(directory, 'course');
    expect((await jouvence(['extract', archive('valid/inf300-moodle45-users1'), target])).code).toBe(0);
    expect(await readdir(target)).toContain('moodle_backup.xml');
    const again = await jouvence(['extract', archive('valid/inf300-moodle45-users1'), target]);
    expect(again).toMatchObject({ code: 5, err: expect.stringContaining('directory-not-empty') });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('an unknown limit is asked wrongly', async () => {
  const wrong = await jouvence(['verify', '--limit', 'size=3', archive('valid/inf300-moodle45-users1')]);
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('xmlDepth') });
});

describe('rewrite and write', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mbz-cli-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const source = archive('valid/inf300-moodle45-users1');

  test('without people, and with other names', async () => {
    const to = join(directory, 'out.mbz');
    const options = ['--people', 'out', '--shortname', 'ALGO', '--fullname', 'Algo', '--startdate', '2026-09-01'];
    const words = await jouvence(['rewrite', source, to, ...options]);
    expect(words).toMatchObject({ code: 0, err: '' });
    expect(words.out).toContain("No row and no id of people's is in it.");
    const found = JSON.parse((await jouvence(['inspect', '--json', to])).out);
    const startDate = new Date(2026, 8, 1).getTime() / 1000;
    expect(found).toMatchObject({ shortname: 'ALGO', fullname: 'Algo', startDate, personalData: { found: false } });
    // What is there is only replaced on purpose; what is read, never.
    const taken = await jouvence(['rewrite', source, to, '--json']);
    expect(taken.code).toBe(5);
    expect(JSON.parse(taken.out).error.code).toBe('cannot-write');
    expect((await jouvence(['rewrite', source, to, '--force'])).code).toBe(0);
    expect((await jouvence(['rewrite', to, to, '--force'])).code).toBe(5);
  });

  test.each([
    ['map.csv', 'from;username;email;lastname\r\netu1;new1;new1@example.org;"Duprè; née ""Old"""\r\n'],
    [
      'map.json',
      JSON.stringify([{ id: 1005, username: 'new1', email: 'new1@example.org', lastname: 'Duprè; née "Old"' }]),
    ],
  ])('people mapped by %s', async (name, text) => {
    const [map, to] = [join(directory, name), join(directory, 'out.mbz')];
    await writeFile(map, text);
    const done = await jouvence(['rewrite', source, to, '--people', map, '--json']);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(done.out).fields).toContainEqual({ entry: 'users.xml', field: 'username', count: 1 });
    const people = await readPeople(to);
    expect(people.find(({ id }) => id === 1005)).toMatchObject({
      username: 'new1',
      email: 'new1@example.org',
      firstname: 'Étudiant1',
      lastname: 'Duprè; née "Old"',
    });
  });

  test.each([
    [['--people', 'nobody'], 'out, keep, or a file'],
    [['--people', 'missing.csv'], 'no file missing.csv'],
    [['--people', 'who.csv'], 'no username "nobody" in the archive'],
    [['--people', 'what.csv'], '"mail" is not known'],
    [['--people', 'less.csv'], 'needs a username and an email'],
    [['--people', 'text.json'], 'is no JSON'],
    [['--startdate', '2026-02-30'], 'is no day'],
  ])('asked wrongly: %j', async ([option, value], why) => {
    await writeFile(join(directory, 'who.csv'), 'from,username,email\nnobody,a,a@b.org\n');
    await writeFile(join(directory, 'what.csv'), 'from,username,mail\netu1,a,a@b.org\n');
    await writeFile(join(directory, 'less.csv'), 'from,username\netu1,a\n');
    await writeFile(join(directory, 'text.json'), 'hello');
    const given = (await readdir(directory)).includes(value!) ? join(directory, value!) : value!;
    const wrong = await jouvence(['rewrite', source, join(directory, 'out.mbz'), option!, given]);
    expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) });
    expect(await readdir(directory)).not.toContain('out.mbz');
  });

  test('an unpacked backup is written as an archive, and a broken one is not', async () => {
    const [course, to] = [join(directory, 'course'), join(directory, 'out.mbz')];
    await jouvence(['extract', source, course]);
    expect(await jouvence(['write', course, to])).toMatchObject({ code: 0, err: '' });
    expect(await jouvence(['diff', source, to])).toMatchObject({ code: 0, err: '' });
    const before = await readFile(to);
    await rm(join(course, 'files.xml'));
    const refused = await jouvence(['write', course, to, '--force']);
    expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('document-missing files.xml') });
    expect((await readFile(to)).equals(before)).toBe(true);
  });
});
