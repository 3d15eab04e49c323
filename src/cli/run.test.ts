import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nastyNames, sourceAnswers, targetAnswers } from '../api/test/campus.ts';
import { openTestApi, type TestApi } from '../api/testing.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { socketPath } from '../store/index.ts';

/** The program as a person runs it, against the real API on the socket of a data directory. */
let api: TestApi;
let source: Awaited<ReturnType<typeof openOddSite>>;
let target: Awaited<ReturnType<typeof openOddSite>>;
let url: string;

beforeAll(async () => {
  api = await openTestApi();
  source = await openOddSite({ identifier: 'one', token: 'token-of-source', answers: sourceAnswers });
  target = await openOddSite({
    identifier: 'two',
    token: 'token-of-target',
    profile: 'target',
    answers: targetAnswers,
  });
  await (await api.open('local')).listen({ path: socketPath(api.dataDir, 'api.sock') });
  url = await (await api.open('public')).listen({ host: '127.0.0.1', port: 0 });
  expect(
    await run(['sites', 'add', 'old', source.url, '--profile', 'source'], { input: `${source.token}\n` }),
  ).toMatchObject({ code: 0 });
  const file = join(api.dataDir, 'token');
  writeFileSync(file, target.token);
  expect(await run(['sites', 'add', 'new', target.url, '--profile', 'target', '--token-file', file])).toMatchObject({
    code: 0,
  });
  expect(await run(['pairs', 'add', 'old', 'new'])).toMatchObject({
    code: 0,
    stdout: 'Courses of old may go to new.\n  --role editingteacher --identity username --no-create-people\n',
  });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

interface Options {
  env?: NodeJS.ProcessEnv;
  input?: string;
  dataDir?: string;
}

async function run(args: string[], { env = {}, input = '', dataDir = api.dataDir }: Options = {}) {
  const child = start(args, { env, dataDir });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

function start(args: string[], { env = {}, dataDir = api.dataDir }: Options = {}) {
  const { JOUVENCE_URL: _url, JOUVENCE_TOKEN: _token, ...own } = process.env;
  const main = join(import.meta.dirname, '../main.ts');
  return spawn(process.execPath, ['--no-warnings', main, ...args], {
    env: { ...own, LC_ALL: 'en_GB.UTF-8', JOUVENCE_DATA: dataDir, ...env },
  });
}

/** Of all documents, what is looked at here. */
interface Printed {
  sites: { name: string }[];
  sources: { courses: { fullname: string }[] }[];
  requests: { id: string }[];
  error: { code: string };
}

const json = async (args: string[], options?: Options): Promise<{ code: number | null; data: Printed }> => {
  const { code, stdout } = await run([...args, '--json'], options);
  return { code, data: JSON.parse(stdout) };
};

/** No escape sequence, no line of its own making, no direction mark. */
function expectHarmless(printed: string): void {
  expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
}

test('sites: a table with what was added, and one document with --json', async () => {
  const table = await run(['sites', 'list']);
  expect(table.stdout.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual(['NAME', 'new', 'old', '']);
  expect((await json(['sites', 'list'])).data.sites.map(({ name }) => name)).toEqual(['new', 'old']);
  expect((await run(['sites', 'show', 'old'])).stdout).toContain('Odd campus');
  expect((await run(['sites', 'show', 'nobody'])).code).toBe(6);
});

test('a token of a site is never an argument, and comes from somewhere', async () => {
  const asArgument = await run(['sites', 'add', 'x', source.url, 'secret-token', '--profile', 'source']);
  expect(asArgument).toMatchObject({ code: 2, stdout: '' });
  expect(await run(['sites', 'add', 'x', source.url, '--profile', 'source'])).toMatchObject({
    code: 2,
    stderr: 'Error: no token was given\n',
  });
  expect((await run(['sites', 'add', 'x', source.url, '--profile', 'source', '--token-file', '/nowhere'])).code).toBe(
    2,
  );
  expect((await run(['sites', 'set-token', 'old', '--profile', 'source'], { input: 'wrong-token' })).code).toBe(7);
  expect((await run(['sites', 'set-token', 'old', '--profile', 'source'], { input: source.token })).code).toBe(0);
});

test('courses: names of every kind, each on its line, none obeyed', async () => {
  const { code, stdout } = await run(['courses', 'list', '--target', 'new', '--person', 'prof.martin']);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(nastyNames.length + 1);
  expectHarmless(stdout);
  expect(stdout).toContain('<script>alert(1)</script>');
  expect(stdout).toContain('مقدمة في البرمجة');
  expect(stdout).toContain('x'.repeat(255));
  const { data } = await json(['courses', 'list', '--target', 'new', '--person', 'prof.martin']);
  expect(data.sources[0]!.courses.map(({ fullname }) => fullname)).toEqual(expect.arrayContaining(nastyNames));
});

test('courses: what is inside, and what would become of it', async () => {
  for (const id of nastyNames.keys()) {
    const { code, stdout } = await run(['courses', 'show', 'old', String(id + 1), '--target', 'new']);
    expect(code).toBe(0);
    expectHarmless(stdout);
    expect(stdout).toContain('On new: part of it will be restored.');
  }
  const french = await run(['courses', 'show', 'old', '1', '--target', 'new', '--lang', 'fr']);
  expect(french.stdout).toContain('une partie sera restaurée');
  expect(french.stdout).toContain('n’est pas installé');
});

test('courses: when no source answers, the reason is on standard error and in the exit code', async () => {
  source.misbehave = (_, response) => void response.writeHead(500).end('<h1>');
  try {
    const failing = await run(['courses', 'list', '--target', 'new', '--person', 'prof.martin', '--refresh']);
    expect(failing.code).toBeGreaterThan(0);
    expect(failing.stderr).toContain('old is not available');
  } finally {
    source.misbehave = undefined;
  }
});

test('requests: sent, followed in plain lines, left with Ctrl-C, cancelled and followed to the end', async () => {
  const sent = await json([
    'requests',
    'send',
    '--target',
    'new',
    '--person',
    'prof.martin',
    '--people',
    '--category',
    '1',
    '--enrolments',
    'never',
    'old:6',
    'old:7',
  ]);
  expect(sent.data.requests).toMatchObject([
    { courseid: 6, state: 'queued', people: true, enrolments: 'never', category: { kind: 'id', id: 1 } },
    { courseid: 7 },
  ]);
  const [first, second] = sent.data.requests.map(({ id }) => id) as [string, string];
  const listed = await run(['requests', 'list', '--open', '--person', 'prof.martin']);
  expect(listed.stdout).toContain(first);
  expectHarmless(listed.stdout);

  const looking = start(['requests', 'watch', second]);
  looking.stdin.end();
  await once(looking.stderr, 'data');
  looking.kill('SIGINT');
  const [told] = await Promise.all([text(looking.stderr), once(looking, 'close')]);
  expect(looking.exitCode).toBe(130);
  expect(told).toContain(`jouvence requests watch ${second}`);
  expectHarmless(told);

  for (const id of [first, second]) expect((await run(['requests', 'cancel', id])).code).toBe(0);
  await using _worker = await api.work();
  const followed = await run(['requests', 'watch', first, second]);
  expect(followed.code).toBe(130);
  expect(followed.stderr).toContain(`${first} `);
  expect(followed.stderr).toContain(': cancelled\n');
  expectHarmless(followed.stdout + followed.stderr);

  const shown = await run(['requests', 'show', first]);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expectHarmless(shown.stdout);
  // Why it failed is said in French as far as it is ours to say.
  const said = [{ reason: 'nothing-listens', values: { site: 'one', host: 'one.example' } }];
  const error = { code: 'site-unreachable', message: 'one: nothing listens', retry: true, step: 'fetching', said };
  await api.store.query(`update jobs set error = $2 where subject = $1`, [second, error]);
  const inFrench = (await run(['requests', 'show', second, '--lang', 'fr'])).stdout.replaceAll(/[\u00a0\s]+/g, ' ');
  expect(inFrench).toContain('one : rien n’écoute à one.example');
  expect(inFrench).not.toContain('nothing listens');
  expect((await run(['requests', 'report', first])).stdout).toBe('Nothing was lost or changed.\n');
  expect((await run(['requests', 'show', 'aaaabbbbcccc'])).code).toBe(6);
});

test('tokens: the value alone on standard output, good over the network until revoked', async () => {
  const created = await run(['tokens', 'create', 'campus "é" 🎓', '--days', '1']);
  expect(created.stdout).toMatch(/^jvt_\S+\n$/);
  const env = { JOUVENCE_URL: url, JOUVENCE_TOKEN: created.stdout.trim() };
  expect((await json(['sites', 'list'], { env })).data.sites).toHaveLength(2);
  expect((await run(['tokens', 'list'])).stdout).toContain('campus "é" 🎓');
  expect((await run(['tokens', 'revoke', 'campus "é" 🎓'])).code).toBe(0);
  expect(await run(['sites', 'list'], { env })).toMatchObject({ code: 5, stdout: '' });
});

test('an address that would show the token, or is none, is refused', async () => {
  const over = (address: string) => run(['sites', 'list'], { env: { JOUVENCE_URL: address, JOUVENCE_TOKEN: 'jvt_x' } });
  expect(await over('http://jouvence.example.org')).toMatchObject({ code: 8, stdout: '' });
  expect((await over('ftp://localhost')).code).toBe(8);
  expect((await over('http://127.0.0.1:1')).code).toBe(4);
  expect((await run(['sites', 'list'], { env: { JOUVENCE_URL: url } })).stderr).toContain('tokens create');
});

test('what the server says is said in the language of whoever reads, where the catalogue has it', async () => {
  const file = join(api.dataDir, 'a-token');
  writeFileSync(file, 'x'.repeat(40));
  const add = ['sites', 'add', 'gone', 'http://127.0.0.1:1', '--profile', 'source', '--token-file', file];
  expect(await run([...add, '--lang', 'fr'])).toMatchObject({
    code: 75,
    stderr: expect.stringMatching(/^Erreur\u00a0: gone\u00a0: rien n’écoute à 127\.0\.0\.1/),
  });
  expect((await run(add)).stderr).toMatch(/^Error: gone: nothing listens at 127\.0\.0\.1/);
});

test('without a server it says so, and how to start one; the directory is not made', async () => {
  const dataDir = join(api.dataDir, 'nobody');
  const missing = await run(['sites', 'list'], { dataDir });
  expect(missing).toMatchObject({ code: 4, stdout: '' });
  expect(missing.stderr).toContain('npm start');
  expect(await json(['sites', 'list'], { dataDir })).toMatchObject({ code: 4, data: { error: { code: 'no-server' } } });
  expect((await run(['sites', 'list', '--lang', 'fr'], { dataDir })).stderr).toMatch(/^Erreur\u00a0: Aucun serveur/);
  expect((await run(['sites', 'list', '--data', api.dataDir], { dataDir })).code).toBe(0);
});

test('a file in place of the data directory has no server either', async () => {
  const file = join(api.dataDir, 'a-file');
  writeFileSync(file, '');
  const { code, stderr } = await run(['sites', 'list'], { dataDir: file });
  expect(code).toBe(4);
  expect(stderr).toContain(file);
  expect(stderr).not.toContain('    at ');
});

// Root opens every socket.
test.skipIf(process.getuid?.() === 0)(
  'a socket that one may not open is not taken for a missing server (needs a user who is not root: run the tests as one)',
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'jv-cli-'));
    mkdirSync(join(dataDir, 'run'), { mode: 0o700 });
    writeFileSync(join(dataDir, 'run/api.sock'), '');
    chmodSync(join(dataDir, 'run/api.sock'), 0);
    expect((await run(['sites', 'list'], { dataDir })).code).toBe(5);
    rmSync(dataDir, { recursive: true });
  },
);

test.each([
  [['sits', 'list'], 'Did you mean sites?'],
  [['sites', 'lst'], 'Did you mean list?'],
  [['sites', 'list', '--jsno'], 'Did you mean --json?'],
  [['requests', 'send', '--taget', 'new', 'old:1'], 'Did you mean --target?'],
  [['requests', 'send', '--target', 'new', 'old:1'], '--person'],
  [['requests', 'send', '--target', 'new', '--person', 'p'], '"courses" is missing'],
  [['requests', 'send', '--target', 'new', '--person', 'p', 'old-1'], 'SOURCE:COURSEID'],
  [['requests', 'send', '--target', 'new', '--person', 'p', '--category', 'x', 'old:1'], '--category'],
  [['requests', 'list', '--state', 'lost'], 'queued'],
  [['requests', 'list', '--limit', '0'], '1 to 200'],
  [['sites', 'show'], '"name" is missing'],
  [['sites', 'show', 'a', 'b'], 'too many words'],
  [['sites'], 'a command is missing'],
  [["\u001b[31m'quoted'"], 'there is no command'],
  [['--lang', 'xx', 'sites', 'list'], '--lang: "xx" cannot be used; fr | en'],
  [['requests', 'show', 'nope'], 'ID: "nope" cannot be used'],
  [['requests', 'watch', 'nope'], 'ID: "nope" cannot be used'],
])('asked wrongly: %j', async (args, said) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
  expectHarmless(stderr);
});

test('the language: environment, then option, anywhere', async () => {
  expect((await run(['--help'], { env: { LC_ALL: 'fr_FR.UTF-8' } })).stdout).toMatch(/^Usage\u00a0:/);
  expect((await run(['sites', '--lang=en', '--help'], { env: { LC_ALL: 'fr_FR.UTF-8' } })).stdout).toMatch(/^Usage:/);
  expect((await run(['config', '--help', '--lang', 'fr'])).stdout).toContain('dire si la configuration est utilisable');
  expect((await run(['config', 'show', '--lang', 'fr', '--nothing'])).stderr).toContain('il n’y a pas d’option');
});

test('a reader that goes away is no failure: nothing is said of it', async () => {
  const child = start(['sites', 'list']);
  child.stdout.destroy();
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ code: child.exitCode, stderr }).toEqual({ code: 0, stderr: '' });
});
