import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { socketPath } from '../store/index.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
});
afterAll(() => api[Symbol.asyncDispose]());

async function run(args: string[], input = '', env: Record<string, string> = {}) {
  const { JOUVENCE_URL: _url, JOUVENCE_TOKEN: _token, ...own } = process.env;
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, '../main.ts'), ...args], {
    env: { ...own, LC_ALL: 'en_GB.UTF-8', JOUVENCE_DATA: api.dataDir, ...env },
  });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

test('an operator from the first link to the end', async () => {
  expect((await run(['operators', 'list'])).stdout).toContain('There is no operator yet');
  const added = await run(['operators', 'add', 'ada', '--role', 'operator', '--email', 'ada@example.org']);
  // The link alone, for whoever passes it on by a script.
  expect(added.stdout).toMatch(/^http:\/\/localhost:8080\/invitation\/[\w-]{43}\n$/);
  expect(added.stderr).toContain('For ada, once');
  expect((await run(['operators', 'list'])).stdout).toMatch(/ada +operator +all +ada@example.org +invited/);
  const last = await run(['operators', 'disable', 'ada']);
  expect([last.code, last.stderr.includes('last operator of all sites')]).toEqual([7, true]);
  expect((await run(['operators', 'add', 'bob', '--role', 'school'])).code).toBe(2);
  expect((await run(['operators', 'add', 'bob', '--role', 'school', '--site', 'nowhere'])).code).toBe(6);
  expect(await run(['operators', 'add', 'bob', '--role', 'auditor', '--no-invite'])).toMatchObject({
    code: 0,
    stderr: '',
  });
  const changed = await run(['operators', 'change', 'bob', '--language', 'fr', '--name', 'Bob', '--json']);
  expect(JSON.parse(changed.stdout)).toMatchObject({ username: 'bob', name: 'Bob', language: 'fr', email: null });
  expect((await run(['operators', 'invite', 'bob'])).stdout).toContain('/invitation/');
  for (const [verb, said] of [
    ['disable', 'is disabled'],
    ['enable', 'is enabled'],
    ['remove', 'is forgotten'],
  ] as const)
    expect((await run(['operators', verb, 'bob'])).stdout, verb).toContain(said);
  expect((await run(['operators', 'remove', 'bob'])).code).toBe(6);
});

test('a password comes by standard input, and a bad one is explained', async () => {
  const bad = await run(['operators', 'password', 'ada'], 'short\n');
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('12 characters')]);
  const password = 'sept lampes au grenier';
  const set = await run(['operators', 'password', 'ada'], `${password}\n`);
  expect(set).toMatchObject({ code: 0, stderr: '' });
  expect(set.stdout).not.toContain(password);
  const visit = { address: '127.0.0.1', browser: '' };
  expect((await api.accounts.signIn.byPassword({ username: 'ada', password }, visit)).operator.username).toBe('ada');
});

test('the audit is listed by page, and verified; what was done to it ends with 1', async () => {
  const page = await run(['audit', 'list', '--action', 'operators', '--limit', '2']);
  expect(page.stdout.trim().split('\n')).toHaveLength(3);
  const after = /--after (\d+)/.exec(page.stderr)![1]!;
  expect((await run(['audit', 'list', '--action', 'operators', '--after', after])).stdout).toContain('operators.add');
  const french = await run(['audit', 'list', '--action', 'operators.add', '--lang', 'fr']);
  expect(french.stdout).toContain('Opérateur ajouté (operators.add)');
  expect(await run(['audit', 'list', '--action', 'operators.ad'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('operators.add'),
  });
  expect((await run(['audit', 'list', '--from', 'yesterday'])).code).toBe(2);
  const whole = await run(['audit', 'verify', '--lang', 'fr']);
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('personne n’y a touché') });
  const head = /(\d+:[0-9a-f]{64})/.exec(whole.stdout)![1]!;
  expect((await run(['audit', 'verify', '--head', head])).code).toBe(0);
  await api.store.query(`update audit set actor_name = 'somebody' where id = 2`);
  const touched = await run(['audit', 'verify', '--head', head]);
  expect(touched).toMatchObject({ code: 1, stdout: expect.stringMatching(/altered: line 2 \(number 2\)/) });
});
