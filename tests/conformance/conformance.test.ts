import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Profile, profiles, readPairingCode } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../packages/site-engine/testing.ts';
import type { Need } from './case.ts';
import { type ConformanceOptions, cases, type Outcome, runConformance } from './conformance.ts';

let t: TestEngine;
let url: string;
let inherited: number;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  t = await startTestEngine();
  url = `http://conformance.localhost:${t.addresses.sites.port}`;
  const site = { name: 'conformance', host: 'conformance.localhost', url, fullname: `Conformance <&> 'é' 🎓` };
  await t.door('POST', '/sites', { ...site, language: 'en' });
  await t.door('POST', '/sites/conformance/categories', [
    { name: 'Faculty of <b>Science</b> & é', idnumber: 'sci' },
    { name: 'Biology', idnumber: 'bio', parent: 'sci' },
  ]);
  await t.door('POST', '/sites/conformance/people', [
    { username: 'ada', email: 'Ada@Example.org', firstname: `Ada "<i>"`, lastname: `O'Brien`, idnumber: 'E 42' },
  ]);
  const archive = await readFile(new URL('../../packages/mbz/test/valid/his110-moodle45-users1.mbz', import.meta.url));
  const loaded = await t.door('POST', '/sites/conformance/courses?category=bio', archive);
  inherited = loaded.json().courseid;
  await t.door('POST', '/sites/conformance/roles', [
    { username: 'ada', role: 'manager', level: 'category', instance: 'sci' },
  ]);
  for (const profile of Object.keys(profiles))
    tokens[profile] = (await t.door('POST', '/sites/conformance/tokens', { profile, days: 30 })).json().token;
});
afterAll(async () => {
  await t?.close();
});

const options = (more: Partial<ConformanceOptions> = {}): ConformanceOptions => ({
  tokens: Object.fromEntries(Object.entries(tokens).map(([profile, token]) => [profile, { url, token }])),
  patienceMs: 60_000,
  person: 'ada',
  keepToken: async () => {},
  inherited,
  ...more,
});
const lines = (outcomes: Outcome[]) => outcomes.flatMap(({ differences }) => differences);

test('the embedded engine answers as the protocol says, and is as it was afterwards', {
  timeout: 180_000,
}, async () => {
  const counts = async () => (await t.door('GET', '/sites/conformance')).json().counts;
  const before = await counts();
  const pairing = readPairingCode(
    (await t.door('POST', '/sites/conformance/pairings', { profile: 'source' })).json().code,
  )!;
  const outcomes = await runConformance(
    options({
      pairing,
      rotate: true,
      keepToken: async (profile, token) => {
        tokens[profile] = token;
      },
    }),
  );
  expect(lines(outcomes)).toEqual([]);
  // What takes minutes, and what only a process of its own answers, which the engine has not.
  const skipped = outcomes.flatMap((outcome) => outcome.skipped ?? []);
  const ofCommand = cases.filter(({ needs }) => needs.includes('command')).map((): Need => 'command');
  expect(skipped).toEqual(['slow', ...ofCommand]);
  expect(outcomes.length).toBe(cases.length + 1);
  expect(await counts()).toEqual(before);
  expect(t.failures).toEqual([]);
});

test('a course that is named is carried between two sites', { timeout: 120_000 }, async () => {
  await t.door('POST', '/sites', {
    name: 'second',
    host: 'second.localhost',
    url: `http://second.localhost:${t.addresses.sites.port}`,
    fullname: 'Second',
  });
  await t.door('POST', '/sites/second/categories', [{ name: 'All', idnumber: 'all' }]);
  const { token } = (await t.door('POST', '/sites/second/tokens', { profile: 'target', days: 1 })).json();
  const outcomes = await runConformance(
    options({
      tokens: {
        source: { url, token: tokens.source! },
        target: { url: `http://second.localhost:${t.addresses.sites.port}`, token },
      },
      course: inherited,
      only: (name) => name.startsWith('a restore') || name.startsWith('an idnumber'),
    }),
  );
  expect(lines(outcomes)).toEqual([]);
  expect((await t.door('GET', '/sites/second')).json().counts).toMatchObject({ courses: 0, people: 0 });
});

test('the command tells differences by lines and exit code, and never a token', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-'));
  const file = async (profile: Profile, name: string = profile) => {
    const path = join(directory, name);
    await writeFile(path, tokens[profile]!, { mode: 0o600 });
    return path;
  };
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    await once(child, 'close');
    expect(stdout + stderr).not.toMatch(new RegExp(Object.values(tokens).join('|')));
    return { code: child.exitCode, stdout, stderr };
  };
  try {
    const source = await file('source');
    const good = await run('--site', url, '--token-file', source, '--only', 'get_', '--json');
    expect([good.code, JSON.parse(good.stdout).differences]).toEqual([0, []]);
    // A token of another profile than was said is a site that answers wrongly.
    const wrong = await run('--site', url, '--token-file', await file('target', 'wrong'), '--only', 'each token opens');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(
      /✗ each token opens[^\n]*\n {4}core_webservice_get_site_info · functions of source · expected/,
    );
    expect((await run('--site', url)).code).toBe(2);
    expect((await run('--site', 'http://127.0.0.1:9', '--token-file', source, '--only', 'get_site')).code).toBe(1);
  } finally {
    await rm(directory, { recursive: true });
  }
});
