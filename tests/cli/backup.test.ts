import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Request, Site, SourceCourses, Status } from '@jouvence/contract';
import { expect, test } from 'vitest';
import { bin, jouvence, makeDataDir, serveOn, until } from './product.ts';

const on = (dataDir: string) => ({
  run: (...args: string[]) => jouvence([...args, '--data', String(dataDir)]),
  json: async <T>(...args: string[]): Promise<T> =>
    JSON.parse((await jouvence([...args, '--json', '--data', String(dataDir)])).stdout) as T,
});

/** Of a server, the process that carries courses. */
function workerOf(pid: number): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const row = rows.find((each) => new RegExp(`^\\s*\\d+\\s+${pid}\\s.*processes/worker`).test(each));
  return Number(row!.trim().split(/\s+/)[0]);
}

const list = ['courses', 'list', '--target', 'campus-2026', '--person', 'prof.martin'];
const send = ['requests', 'send', '--target', 'campus-2026', '--person', 'prof.martin', '--wait'];

test('saved while it serves, restored elsewhere: without its key all is there and says what is missing; with it, courses are carried', async () => {
  using first = makeDataDir();
  using second = makeDataDir();
  const file = join(String(first), 'saved.tar');
  let course = '';
  let open = '';
  {
    await using server = await serveOn(first, ['--demo']);
    const { json, run } = on(first);
    const { requests } = await json<{ requests: Request[] }>(...send, 'campus-2023:2');
    expect(requests[0]!.state).toBe('done');
    course = requests[0]!.newCourse!.fullname;
    // One that nobody has begun when it is saved.
    const worker = workerOf(server.process.pid!);
    process.kill(worker, 'SIGSTOP');
    const { sources } = await json<{ sources: SourceCourses[] }>(...list);
    const { courses } = sources.find(({ source }) => source === 'campus-2024')!;
    const wish = send.filter((word) => word !== '--wait');
    open = (await json<{ requests: Request[] }>(...wish, `campus-2024:${courses[0]!.id}`)).requests[0]!.id;
    const saved = await run('backup', file);
    process.kill(worker, 'SIGCONT');
    expect(saved).toMatchObject({ code: 0, stderr: '' });
    expect(saved.stdout).toMatch(/The key of the secrets is not in it[\s\S]*needs [0-9a-f]{8}/);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect((await run('backup', file)).code).toBe(7);
    // Into the one that runs: refused, by whom it is served.
    expect(await run('restore', file, '--replace')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`process ${server.process.pid}`),
    });
  }
  const { run, json } = on(second);
  const restored = await run('restore', file);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toMatch(/To do: bring the key of the secrets here \([0-9a-f]{8}\)/);
  expect(await run('restore', file)).toMatchObject({ code: 7, stderr: expect.stringContaining('--replace') });
  {
    // The key is missing: the server starts, and everything that needs none is there.
    await using server = await serveOn(second);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    const status = await run('status');
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(
      /✗ the key of the secrets[^\n]*campus-2023 \(source\)[^\n]*campus-2026 \(target\)\n\s+Bring secret\.key/,
    );
    expect((await json<{ requests: Request[] }>('requests', 'list')).requests).toHaveLength(2);
    expect((await json<{ sites: Site[] }>('sites', 'list')).sites).toHaveLength(3);
    const refused = await run(...list);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/key/);
    // What is to be carried waits for the key, and is not lost.
    const waiting = await until(
      () => json<Request>('requests', 'show', open),
      ({ error }) => error !== null,
    );
    expect(waiting).toMatchObject({ state: 'queued', error: { code: 'key-missing' } });
    // Nothing made a new key on the way.
    expect(existsSync(join(String(second), 'secret.key'))).toBe(false);
    // Brought back: no restart is needed.
    copyFileSync(join(String(first), 'secret.key'), join(String(second), 'secret.key'));
    await until(
      async () => (await fetch(`${server.url}/ready`)).status,
      (code) => code === 200,
    );
    expect((await json<Status>('status')).ready).toBe(true);
    // By itself, without anybody asking again.
    await until(
      () => json<Request>('requests', 'show', open),
      ({ state }) => state === 'done',
    );
    expect(JSON.stringify(await json('requests', 'list'))).toContain(course);
  }
}, 180_000);

test('after a restore that is killed, the next one goes through, or says what lets it', async () => {
  using first = makeDataDir();
  using second = makeDataDir();
  const file = join(String(first), 'saved.tar');
  {
    await using _ = await serveOn(first, ['--demo']);
    expect((await on(first).run('backup', file)).code).toBe(0);
  }
  copyFileSync(join(String(first), 'secret.key'), join(String(second), 'secret.key'));
  // The database is made first, so that what is killed is the restore.
  expect((await on(second).run('migrate')).code).toBe(0);
  for (const afterMs of [400, 700, 900, 1100, 1300]) {
    const child = spawn(process.execPath, [bin, 'restore', file, '--data', String(second)], { stdio: 'ignore' });
    const ended = once(child, 'close');
    await wait(afterMs);
    child.kill('SIGKILL');
    await ended;
  }
  const { code, stderr } = await on(second).run('restore', file);
  // This one went through, or one of them had: whole, or as far as the first of the two databases.
  if (code !== 0) expect(stderr).toContain('is not empty');
  if (stderr.includes('the database of the embedded sites is not empty'))
    expect((await on(second).run('restore', file, '--replace')).code).toBe(0);
  await using server = await serveOn(second);
  await until(
    async () => (await fetch(`${server.url}/ready`)).status,
    (status) => status === 200,
  );
  const { sites } = await on(second).json<{ sites: Site[] }>('sites', 'list');
  expect(sites.map(({ name }) => name)).toEqual(['campus-2023', 'campus-2024', 'campus-2026']);
  expect(existsSync(`${file}.part`)).toBe(false);
  rmSync(file);
}, 180_000);
