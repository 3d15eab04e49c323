import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openEngine } from '@jouvence/site-engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from './api/testing.ts';
import { audit } from './audit/index.ts';
import { openBlockTokens } from './block-tokens.ts';
import { openDoor } from './demo/door.ts';
import { socketPath } from './store/index.ts';
import { testDatabase } from './store/testing.ts';

const doorKey = 'key-of-the-door-for-tests';
let api: TestApi;
let dataDir: string;
let close: () => Promise<void>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'jv-block-'));
  const database = await testDatabase();
  const engine = await openEngine({ databaseUrl: database.url, poolDir: join(dataDir, 'pool'), doorKey });
  writeFileSync(join(dataDir, 'engine.key'), `${doorKey}\n`);
  const door = createServer(engine.handleDoor).listen(socketPath(dataDir, 'door.sock'));
  await once(door, 'listening');
  await openDoor(socketPath(dataDir, 'door.sock'), doorKey).call(
    'createSite',
    {},
    { name: 'shelf', host: 'shelf.localhost', url: 'http://shelf.localhost:8080', fullname: 'Shelf' },
  );
  api = await openTestApi({ blockTokens: openBlockTokens(dataDir) });
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
  close = async () => {
    door.closeAllConnections();
    await new Promise((done) => door.close(done));
    await engine.close();
    await database.drop();
  };
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const { JOUVENCE_URL: _url, JOUVENCE_TOKEN: _token, ...own } = process.env;
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'main.ts'), ...args], {
    env: { ...own, LC_ALL: 'en_GB.UTF-8', JOUVENCE_DATA: api.dataDir },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

test('a token for a block is made, seen and revoked by command, and all of it is in the audit', async () => {
  expect((await run('block-tokens', 'list', 'shelf')).stdout).toContain('Nobody fetches from shelf');
  const made = await run('block-tokens', 'create', 'shelf', 'Law school', '--ip', '192.0.2.0/24', '--people');
  // The line alone, for whoever passes it on by a script.
  expect(made.stdout).toMatch(/^http:\/\/shelf\.localhost:8080,[0-9a-f]{64}\n$/);
  expect(made.stderr).toContain('“Law school”');
  const listed = await run('block-tokens', 'list', 'shelf');
  expect(listed.stdout).toMatch(/Law school +editingteacher +participants’ data +192\.0\.2\.0\/24/);
  const [value] = /[0-9a-f]{64}/.exec(made.stdout)!;
  expect(listed.stdout).not.toContain(value);
  const { tokens } = JSON.parse((await run('block-tokens', 'list', 'shelf', '--json')).stdout);
  expect(tokens).toHaveLength(1);
  expect(await run('block-tokens', 'revoke', 'shelf', String(tokens[0].id))).toMatchObject({ code: 0 });
  expect((await run('block-tokens', 'revoke', 'shelf', String(tokens[0].id))).code).toBe(6);
  expect((await run('block-tokens', 'create', 'shelf', 'x', '--ip', 'campus.example.org')).code).toBe(2);
  expect((await run('block-tokens', 'list', 'nowhere')).code).toBe(6);
  const lines = await audit.list(api.store, { action: 'blockTokens' }, { limit: 10, before: null });
  expect(lines.map(({ action, object }) => [action, object])).toEqual([
    ['blockTokens.revoke', 'site shelf'],
    ['blockTokens.create', 'site shelf'],
  ]);
  expect(JSON.stringify(lines)).not.toContain(value);
});

test('whoever looks after all makes one of a shelf that is no site here; who has only some sites gets none', async () => {
  const made = await run('block-tokens', 'create', 'shelf', 'Library', '--days', '1', '--any-course');
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('http://shelf.localhost:8080,') });
  const app = await api.open('public');
  const ask = async (siteIds: number[] | null) => {
    const token = await api.token(`of ${siteIds}`, { role: 'auditor', siteIds });
    return app.inject({ url: '/api/v1/sites/shelf/block-tokens', headers: { authorization: `Bearer ${token}` } });
  };
  expect((await ask(null)).json()).toMatchObject({ tokens: [{ name: 'Library', anyCourse: true, ips: [] }] });
  expect((await ask([12345])).statusCode).toBe(404);
});
