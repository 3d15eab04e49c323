import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockToken, openRecordedBlock } from '../../packages/moodle-client/test/recorded-block.ts';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { openEmbeddedSites } from '../catalogue/test/embedded-sites.ts';
import { socketPath } from '../store/index.ts';

let api: TestApi;
let campuses: Awaited<ReturnType<typeof openEmbeddedSites>>;

beforeAll(async () => {
  api = await openTestApi();
  campuses = await openEmbeddedSites();
  await campuses.create('old', 'source');
  await campuses.create('new', 'target');
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await campuses.close();
});

async function run(args: string[], input = '') {
  const { JOUVENCE_URL: _url, JOUVENCE_TOKEN: _token, ...own } = process.env;
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, '../main.ts'), ...args], {
    env: { ...own, LC_ALL: 'en_GB.UTF-8', JOUVENCE_DATA: api.dataDir },
  });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

const code = async (site: string, profile: string): Promise<string> =>
  ((await campuses.door('POST', `/sites/${site}/pairings`, JSON.stringify({ profile }))) as { code: string }).code;

test('a code is never an argument, and is not repeated', async () => {
  const given = await code('old', 'source');
  for (const args of [
    ['old', given],
    [given],
    ['old', 'http://old.localhost', given],
    ['old', given, '--profile', 'source'],
  ]) {
    const { code, stdout, stderr } = await run(['sites', 'add', ...args]);
    expect(code, args.length.toString()).toBe(2);
    expect(stdout + stderr).not.toContain(given.split('#')[1]);
  }
  expect((await run(['sites', 'add', 'old', given])).stderr).toContain('never an argument');
});

test('by standard input, or a file; the site and its profile are said, the token never', async () => {
  const first = await run(['sites', 'add', 'old', '--json'], `${await code('old', 'source')}\n`);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(first.stdout)).toMatchObject({ profile: 'source', site: { name: 'old', profiles: ['source'] } });
  expect(first.stdout).not.toMatch(/[0-9a-f]{64}/);
  const file = join(api.dataDir, 'code');
  writeFileSync(file, await code('new', 'target'));
  expect(await run(['sites', 'add', 'new', '--code-file', file])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('new is paired as a target: Campus new'),
  });
  const again = await run(['sites', 'add', 'new', '--code-file', file]);
  expect(again.code).toBe(6);
  expect(again.stderr).toContain('no pairing code is open');
});

test('what does not go together is refused', async () => {
  for (const [args, words] of [
    [['x'], 'no pairing code was given'],
    [['x', '--profile', 'source'], '--profile and --token-file do not go with it'],
    [['x', 'http://x.localhost'], '--profile source, target or fleet'],
    [['x', 'http://x.localhost', '--profile', 'source', '--code-file', 'f'], '--code-file and --private'],
    [['x', '--code-file', '/nowhere'], 'ENOENT'],
  ] as const) {
    const { code, stderr } = await run(['sites', 'add', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  }
  expect((await run(['sites', 'add', 'x'], 'https://campus.example')).code).toBe(2);
});

test('check: all in order; then what is wrong, how to mend it, and the exit code', async () => {
  const well = await run(['sites', 'check', 'old']);
  expect(well).toMatchObject({ code: 0, stderr: '' });
  expect(well.stdout).toMatch(/token of source until .*\nold: all is in order\.\n$/);
  const { data, findings } = JSON.parse((await run(['sites', 'check', 'old', '--json'])).stdout);
  expect({ data, findings }).toEqual({ data: undefined, findings: [] });

  await campuses.door('DELETE', '/sites/old/tokens');
  const broken = await run(['sites', 'check', 'old']);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toContain('error: old (source)');
  expect(broken.stdout).toContain('→ look at it in http://old.localhost');
  const french = await run(['sites', 'check', 'old', '--lang', 'fr']);
  expect(french.stdout).toContain('erreur\u00a0: old (source)');
  expect(french.stdout).toContain('le site n’accepte pas notre jeton');
  const json = JSON.parse((await run(['sites', 'check', 'old', '--json'])).stdout);
  expect(json).toMatchObject({
    ok: false,
    findings: [{ code: 'token-refused', why: expect.stringContaining('does not accept') }],
  });
  expect((await run(['sites', 'list'])).stdout).toContain('refuses our token');
});

test('rotate: until when the new tokens last', async () => {
  expect(await run(['sites', 'rotate', 'new', '--profile', 'target'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^new: new tokens are in use \(target until .*\)\.\n$/),
  });
  expect((await run(['sites', 'rotate', 'new', '--profile', 'source'])).code).toBe(5);
  expect((await run(['sites', 'rotate', 'old'])).code).toBeGreaterThan(0);
  expect((await run(['sites', 'list'])).stdout).toContain('token not renewed');
  expect((await run(['sites', 'show', 'old'])).stdout).toContain('token not renewed');
});

test('categories of a target, with the ids by which they are named elsewhere', async () => {
  const { stdout, code } = await run(['sites', 'categories', 'new', '--json']);
  expect(code).toBe(0);
  const { categories } = JSON.parse(stdout);
  expect(categories.length).toBeGreaterThan(0);
  expect((await run(['sites', 'categories', 'new'])).stdout).toContain(`${categories[0].id}  ${categories[0].name}`);
  // A source has none that a course could go to.
  expect((await run(['sites', 'categories', 'old'])).code).toBeGreaterThan(0);
});

test('pairs: whose accounts are matched, and whether some are made', async () => {
  const list = async () => JSON.parse((await run(['pairs', 'list', '--json'])).stdout).pairs;
  await run(['pairs', 'add', 'old', 'new']);
  expect(await list()).toMatchObject([{ auth: [], createPeople: true }]);
  expect((await run(['pairs', 'list'])).stdout).toContain('all that vouch');
  await run(['pairs', 'add', 'old', 'new', '--auth', 'manual, ldap', '--no-create-people', '--identity', 'email']);
  expect(await list()).toMatchObject([{ auth: ['manual', 'ldap'], createPeople: false, identity: 'email' }]);
  const byUsername = ['pairs', 'add', 'old', 'new', '--auth', 'mnet', '--identity', 'username'];
  expect((await run(byUsername)).stderr).toContain('not matched by username');
  // What is not named stays.
  const { stdout } = await run(['pairs', 'add', 'old', 'new', '--auth', '']);
  expect(stdout).toContain('--role editingteacher --identity email --no-create-people');
  const [{ changed }] = await list();
  await run(['pairs', 'add', 'old', 'new', '--role', 'manager', '--seen', changed.at]);
  expect(await run(['pairs', 'add', 'old', 'new', '--role', 'teacher', '--seen', changed.at])).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('--role manager'),
  });
  expect((await run(['pairs', 'add', 'old', 'new', '--seen', 'never'])).code).toBe(7);
});

test('a site with only Strasbourg’s block, by its address and a token that is no argument', async () => {
  await using old = await openRecordedBlock('3.1-on-moodle-4.3', { archive: Buffer.from([0x1f, 0x8b, 8, 0]) });
  for (const args of [['--strasbourg'], [old.url, '--strasbourg', '--profile', 'target']]) {
    const refused = await run(['sites', 'add', 'old-43', ...args], blockToken);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--strasbourg');
  }
  const added = await run(['sites', 'add', 'old-43', old.url, '--strasbourg'], `${blockToken}\n`);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect((await run(['sites', 'show', 'old-43'])).stdout).toContain('Strasbourg');
  const check = await run(['sites', 'check', 'old-43', '--lang', 'fr']);
  expect(check.code).toBe(0);
  expect(check.stdout).toContain('search_roles');
});
