import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request } from '@jouvence/contract';
import { expect, test } from 'vitest';
import { removeDataDir } from '../../src/store/index.ts';
import { bin, jouvence, makeDataDir, serveOn } from './product.ts';

test('demo --json: one document, every course done, what was lost or renamed explained', async () => {
  const { code, stdout } = await jouvence(['demo', '--json']);
  const { ok, requests } = JSON.parse(stdout) as { ok: boolean; requests: (Request & { wrong: unknown[] })[] };
  expect(requests.map(({ state, wrong }) => ({ state, wrong }))).toEqual(Array(5).fill({ state: 'done', wrong: [] }));
  expect({ code, ok }).toEqual({ code: 0, ok: true });
  for (const { steps, counts } of requests) {
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'backing-up',
        'fetching',
        'checking',
        'delivering',
        'restoring',
        'comparing',
        'cleaning',
      ]),
    );
    expect(counts.after!.files).toBe(counts.before!.files);
  }
  const [biology] = requests;
  const missing = biology!.report.filter((line) => line.code === 'module-missing');
  expect(missing.map(({ what }) => what).join()).toMatch(/Enquête.*Clavardage|Clavardage.*Enquête/);
  for (const line of missing) expect([line.why, line.todo].every((text) => text.length > 10)).toBe(true);
  const renamed = requests.filter(({ report }) => report.some((line) => line.code === 'name-changed'));
  expect(renamed).toHaveLength(1);
}, 120_000);

test('demo, stopped by Ctrl-C: says so, at once, and leaves nothing', async () => {
  using parent = makeDataDir();
  const child = spawn(process.execPath, [bin, 'demo'], {
    env: { ...process.env, TMPDIR: String(parent) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString();
    // Once: a second Ctrl-C means "at once".
    if (!child.killed && said.includes('loading 2 of')) child.kill('SIGINT');
  });
  await once(child, 'close');
  expect(child.exitCode).toBe(130);
  expect(said).toContain('the demo was stopped before its end; nothing is left behind');
  expect(said).not.toContain('loading 6 of');
  expect(readdirSync(String(parent)).filter((name) => name.startsWith('jouvence-demo'))).toEqual([]);
}, 60_000);

test('demo --keep DIR keeps what serve can go on with; a directory in use is refused', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'jv-keep-'));
  const keep = join(parent, 'kept');
  try {
    expect((await jouvence(['demo', '--keep', keep])).code).toBe(0);
    const again = await jouvence(['demo', '--keep', keep]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('not empty') });
    await using server = await serveOn(keep);
    const { stdout } = await jouvence(['requests', 'list', '--json', '--data', keep]);
    expect((JSON.parse(stdout) as { requests: Request[] }).requests.map(({ state }) => state)).toEqual(
      Array(5).fill('done'),
    );
    expect(server.output.stdout).not.toContain('Demo accounts');
  } finally {
    removeDataDir(keep);
    rmSync(parent, { recursive: true, force: true });
  }
}, 120_000);

test('with the demo: printed accounts open the restored course; other hosts are refused; demo remove takes it away whole', async () => {
  using dataDir = makeDataDir();
  let operatorPassword = '';
  {
    const behind = { JOUVENCE_SERVER_TRUSTED_PROXIES: '127.0.0.1' };
    await using server = await serveOn(dataDir, ['--demo'], behind);
    const [, password] = /prof\.martin {2}(\S+)/.exec(server.output.stdout)!;
    operatorPassword = /demo {2}(\S+)/.exec(server.output.stdout)![1]!;
    expect(await signInAsOperator(server.url, operatorPassword)).toBe(200);
    const data = ['--data', String(dataDir)];
    const listed = await jouvence([
      'courses',
      'list',
      '--target',
      'campus-2026',
      '--person',
      'prof.martin',
      '--json',
      ...data,
    ]);
    const { sources } = JSON.parse(listed.stdout) as {
      sources: { source: string; courses: { id: number; shortname: string }[] }[];
    };
    const course = sources
      .flatMap(({ source, courses }) => courses.map((each) => ({ source, ...each })))
      .find(({ shortname }) => shortname === 'HIS110-2023')!;
    const sent = await jouvence([
      'requests',
      'send',
      '--target',
      'campus-2026',
      '--person',
      'prof.martin',
      '--wait',
      '--json',
      `${course.source}:${course.id}`,
      ...data,
    ]);
    expect(sent.code, sent.stderr).toBe(0);
    const { requests } = JSON.parse(sent.stdout) as { requests: Request[] };
    const page = await signIn(
      server.url,
      'campus-2026.localhost',
      'prof.martin',
      password!,
      `/course/view.php?id=${requests[0]!.newCourse!.id}`,
    );
    expect(page).toContain('Histoire de l’art');
    // Who tries passwords behind the proxy that is believed keeps out nobody elsewhere.
    const enter = (word: string, from: string) =>
      tryToSignIn(server.url, 'campus-2026.localhost', 'prof.martin', word, from);
    for (let n = 0; n < 5; n++) expect((await enter('wrong', '203.0.113.7')).status).toBe(401);
    expect((await enter(password!, '203.0.113.7')).status).toBe(429);
    expect((await enter(password!, '203.0.113.8')).status).toBe(303);
  }
  const outside = await jouvence(['serve', '--data', String(dataDir), '--port', '0', '--host', '0.0.0.0']);
  expect(outside).toMatchObject({ code: 5, stderr: expect.stringContaining('demo remove') });
  using fresh = makeDataDir();
  const first = await jouvence(['start', '--data', String(fresh), '--port', '0', '--host', '0.0.0.0']);
  expect(first).toMatchObject({ code: 5, stderr: expect.stringContaining('--no-demo') });
  const removed = await jouvence(['demo', 'remove', '--data', String(dataDir)]);
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('3 sites') });
  expect(existsSync(join(String(dataDir), 'demo.json'))).toBe(false);
  await using server = await serveOn(dataDir);
  // It was the only operator of all sites, and stays as one whom nobody can sign in as.
  expect(await signInAsOperator(server.url, operatorPassword)).toBe(401);
  const { stdout } = await jouvence(['requests', 'list', '--json', '--data', String(dataDir)]);
  expect(JSON.parse(stdout)).toMatchObject({ requests: [] });
  expect((await byHost(server.url, 'campus-2026.localhost', '/')).status).toBe(404);
}, 120_000);

async function signInAsOperator(url: string, password: string): Promise<number> {
  const headers = { origin: url, 'content-type': 'application/json' };
  const body = JSON.stringify({ username: 'demo', password });
  return (await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body })).status;
}

/** `fetch` takes no Host header: the name is what decides which site answers. */
async function byHost(
  url: string,
  host: string,
  path: string,
  init: { method?: string; body?: string; cookie?: string; from?: string } = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }> {
  const { request } = await import('node:http');
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: init.method ?? 'GET',
        headers: {
          host: `${host}:${port}`,
          ...(init.cookie && { cookie: init.cookie }),
          ...(init.from && { 'x-forwarded-for': init.from }),
          ...(init.body !== undefined && {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': Buffer.byteLength(init.body),
          }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      },
    );
    call.on('error', reject);
    call.end(init.body);
  });
}

type Page = Awaited<ReturnType<typeof byHost>>;

const cookieOf = ({ headers }: Page): string =>
  ([] as string[])
    .concat(headers['set-cookie'] ?? [])
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** Fills in the sign-in form as a browser would. */
async function tryToSignIn(
  url: string,
  host: string,
  username: string,
  password: string,
  from?: string,
): Promise<{ status: number; cookie: string }> {
  const form = await byHost(url, host, '/login/index.php', { from });
  const hidden = [...form.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]): [string, string] => [
    /name="([^"]*)"/.exec(input)![1]!,
    /value="([^"]*)"/.exec(input)![1]!,
  ]);
  const body = new URLSearchParams([...hidden, ['username', username], ['password', password]]).toString();
  const answer = await byHost(url, host, '/login/index.php', { method: 'POST', body, cookie: cookieOf(form), from });
  return { status: answer.status, cookie: [cookieOf(form), cookieOf(answer)].filter(Boolean).join('; ') };
}

/** A page that is for somebody who has signed in. */
async function signIn(url: string, host: string, username: string, password: string, path: string): Promise<string> {
  const { status, cookie } = await tryToSignIn(url, host, username, password);
  expect(status).toBe(303);
  const page = await byHost(url, host, path, { cookie });
  expect(page.status).toBe(200);
  return page.text;
}

test('the archives of the demo are the ones that are shipped', () => {
  for (const file of ['bio101-moodle45-users1.mbz', 'mat202-moodle41-users0.mbz']) {
    expect(
      readFileSync(join(import.meta.dirname, '../../demo', file)).equals(
        readFileSync(join(import.meta.dirname, '../../packages/mbz/test/valid', file)),
      ),
    ).toBe(true);
  }
});
