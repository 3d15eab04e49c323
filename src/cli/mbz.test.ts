import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

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
