import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { socketPath } from '../store/index.ts';
import { runOn } from './test/run-on.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
});
afterAll(() => api[Symbol.asyncDispose]());

const run = (...argv: string[]) => runOn(api.dataDir, argv);

test('set, shown with what it means, and taken away again', async () => {
  const set = await run('settings', 'set', 'queue.hours', 'mon-fri 20:00-06:00');
  expect(set).toMatchObject({ code: 0 });
  expect(set.stdout).toContain('queue.hours = mon-fri 20:00-06:00 (fleet)\nWhen courses are begun');
  const list = await run('settings', 'list', '--changed');
  expect(list.stdout.split('\n').filter(Boolean)).toHaveLength(2);
  expect((await run('--lang', 'fr', 'settings', 'show', 'queue.hours')).stdout).toContain('Quand des cours');
  expect((await run('settings', 'unset', 'queue.hours')).stdout).toContain('(default)');
  expect((await run('settings', 'list', '--changed')).stdout).toBe('Everything is as it is by default.\n');
});

test('typed wrong: what was meant, and what is expected', async () => {
  expect(await run('settings', 'set', 'queue.hour', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean queue.hours?'),
  });
  expect(await run('settings', 'set', 'queue.backups', 'many')).toMatchObject({ code: 2 });
  expect(await run('settings', 'import', '/nowhere', '--target', 'new')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('/nowhere'),
  });
});
