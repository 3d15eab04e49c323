import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { sourceAnswers, targetAnswers } from '../api/test/campus.ts';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { socketPath } from '../store/index.ts';
import { runOn } from './test/run-on.ts';

let api: TestApi;
const sites: Awaited<ReturnType<typeof openOddSite>>[] = [];
const dir = mkdtempSync(join(tmpdir(), 'jouvence-register-'));
const file = join(dir, 'tasks.csv');

/** A target where those courses are that a test speaks of. */
const standing: typeof targetAnswers = {
  ...targetAnswers,
  check_courses: ({ ids }) => ({ courses: ids.map((id) => ({ id: Number(id), exists: true })) }),
};

beforeAll(async () => {
  api = await openTestApi();
  for (const [name, profile, answers] of [
    ['old', 'source', sourceAnswers],
    ['new', 'target', standing],
  ] as const) {
    const site = await openOddSite({ identifier: name, token: `token-of-${name}`, profile, answers });
    sites.push(site);
    await api.sites.add(localOperator, { name, url: site.url, profile, token: site.token });
  }
  await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  for (const site of sites) await site[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const run = (...argv: string[]) => runOn(api.dataDir, ['requests', 'register', ...argv, '--target', 'new']);

test('what the block has restored is taken over from its table, first only told; what cannot be is named', async () => {
  const rows = [`7,${sites[0]!.url}/,2,3,1750000000`, '8,https://unknown.example,2,4,0', `9,${sites[0]!.url},0,NULL,0`];
  const head = 'externalcourseid,externalmoodleurl,status,courseid,timemodified';
  writeFileSync(file, [head, ...rows].join('\n'));
  const dry = await run('--from', file, '--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('Would be known: 1; known already: 0; refused: 0');
  const done = await run('--from', file);
  expect(done.stdout).toMatch(/old:7 +3 Emoji .* known \([a-z0-9]{12}\)/);
  expect(done.stdout).toContain('line 3: no site here has the address https://unknown.example');
  expect(done.stdout).toContain('1 row was not restored');
  expect((await run('old:7', '--course', '3')).stdout).toContain('was known already');
});

test('neither a course nor a table, or another table, is told what to give', async () => {
  expect(await run('old:7')).toMatchObject({ code: 2, stderr: expect.stringContaining('--course') });
  writeFileSync(file, 'id;name\n1;x\n');
  expect(await run('--from', file)).toMatchObject({ code: 2, stderr: expect.stringContaining('externalcourseid') });
});
