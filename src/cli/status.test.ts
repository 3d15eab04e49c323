import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { socketPath } from '../store/index.ts';
import { runOn } from './test/run-on.ts';

let api: TestApi;
const names = ['database', 'schema', 'worker', 'engine', 'key'] as const;

beforeAll(async () => {
  const failing = (name: (typeof names)[number]) => ({ name, ask: () => Promise.reject(new Error('it is broken')) });
  api = await openTestApi({ checks: names.map(failing) });
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
});
afterAll(() => api[Symbol.asyncDispose]());

test.each([
  ['en', 'the tables of the database', 'the key of the secrets', 'Bring secret.key'],
  ['fr', 'les tables de la base de données', 'la clé des secrets', 'Remettez secret.key'],
])('what is missing is named as on the pages, each with what to do (%s)', async (language, ...said) => {
  const { code, stdout } = await runOn(api.dataDir, ['status', '--lang', language]);
  expect(code).toBe(1);
  for (const words of said) expect(stdout).toContain(words);
  expect(stdout.match(/✗/g)).toHaveLength(names.length);
  // Of each, the next line says what to do.
  expect(stdout.match(/✗ .*\n {4}\S/g)).toHaveLength(names.length);
  for (const name of ['schema', 'engine', 'worker:', 'key:']) expect(stdout).not.toMatch(new RegExp(`✗ ${name}`));
});
