import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bin, jouvence, makeDataDir, serveOn, until } from './product.ts';

const ready = async (url: string): Promise<{ ready: boolean }> =>
  (await fetch(`${url}/ready`)).json() as Promise<{ ready: boolean }>;
const isReady = (answer: { ready: boolean }): boolean => answer.ready;

/** Of the processes below this one, those whose command line has the text. */
function descendants(pid: number, text: string): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!)
    .map(([, child, parent, args]) => ({ pid: Number(child), parent: Number(parent), args: args! }));
  const below = (parent: number): typeof rows =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row, ...below(row.pid)]);
  return below(pid)
    .filter(({ args }) => args.includes(text))
    .map((row) => row.pid);
}

test('health, readiness, and a second serve that names the first', async () => {
  using dataDir = makeDataDir();
  await using server = await serveOn(dataDir);
  expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: 'ok' });
  await until(() => ready(server.url), isReady);
  // Nobody but this machine gets in.
  const { port } = new URL(server.url);
  const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  for (const { address } of others.filter(({ internal, family }) => !internal && family === 'IPv4'))
    await expect(fetch(`http://${address}:${port}/health`), address).rejects.toThrow();
  const second = await jouvence(['serve', '--data', String(dataDir), '--port', '0']);
  expect(second.code).toBe(3);
  expect(second.stderr).toContain(`process ${server.process.pid} at ${server.url}`);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
}, 60_000);

test('nothing in the data directory is open to others', async () => {
  using dataDir = makeDataDir();
  await using _ = await serveOn(dataDir);
  for (const file of ['engine.key', 'serve.json', 'run/api.sock']) {
    expect(statSync(join(String(dataDir), file)).mode & 0o077, file).toBe(0);
  }
}, 60_000);

test('each of its processes, killed, comes back, on the same port', async () => {
  using dataDir = makeDataDir();
  await using server = await serveOn(dataDir);
  for (const name of ['processes/engine.ts', 'processes/api.ts', 'processes/worker.ts']) {
    const [pid] = descendants(server.process.pid!, name);
    process.kill(pid!, 'SIGKILL');
    await until(
      async () => descendants(server.process.pid!, name),
      ([again]) => again !== undefined && again !== pid,
    );
    await until(() => ready(server.url), isReady);
  }
}, 60_000);

test('the embedded PostgreSQL, killed, comes back, and nothing is lost', async () => {
  using dataDir = makeDataDir();
  await using server = await serveOn(dataDir);
  await jouvence(['tokens', 'create', 'before-the-kill', '--data', String(dataDir)]);
  const postmaster = Number(readFileSync(join(String(dataDir), 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGKILL');
  await until(
    async () => readFileSync(join(String(dataDir), 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0],
    (pid) => Number(pid) !== postmaster,
  );
  await until(() => ready(server.url), isReady);
  const { stdout } = await jouvence(['tokens', 'list', '--json', '--data', String(dataDir)]);
  expect(stdout).toContain('before-the-kill');
}, 60_000);

test('killed without its PostgreSQL: nothing of ours stays but the database, and the next one uses it', async () => {
  using dataDir = makeDataDir();
  const first = await serveOn(dataDir);
  const children = descendants(first.process.pid!, '/processes/');
  expect(children).toHaveLength(3);
  first.process.kill('SIGKILL');
  await once(first.process, 'close');
  await until(
    async () => children.filter(isAlive),
    (alive) => alive.length === 0,
  );
  await using second = await serveOn(dataDir);
  await until(() => ready(second.url), isReady);
}, 60_000);

test('a port that is taken, an address that is not ours, a key that does not exist', async () => {
  using dataDir = makeDataDir();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = await jouvence(['serve', '--data', String(dataDir), '--port', String(port)]);
  expect(taken).toMatchObject({ code: 7, stderr: expect.stringContaining(`port ${port} is taken`) });
  other.close();
  const address = await jouvence(['serve', '--data', String(dataDir), '--port', '0', '--host', '192.0.2.1']);
  expect(address).toMatchObject({
    code: 8,
    stderr: expect.stringContaining('192.0.2.1 is not an address of this machine'),
  });
  const key = await jouvence(['serve', '--data', String(dataDir)], { JOUVENCE_SERVER_PROT: '1' });
  expect(key).toMatchObject({ code: 8, stderr: expect.stringContaining('did you mean JOUVENCE_SERVER_PORT') });
}, 60_000);

test('Ctrl-C while it starts ends it as later, and the demo is whole at the next start', async () => {
  using dataDir = makeDataDir();
  const child = spawn(process.execPath, [bin, 'start', '--data', String(dataDir), '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString();
    // Once: a second Ctrl-C means "at once".
    if (!child.killed && said.includes('loading 2 of')) child.kill('SIGINT');
  });
  await once(child, 'close');
  expect({ code: child.exitCode, early: !said.includes('loading 6 of') }).toEqual({ code: 0, early: true });
  await using server = await serveOn(dataDir, ['--demo']);
  expect(server.output.stdout).toContain('Demo accounts');
  const { stdout } = await jouvence(['sites', 'list', '--json', '--data', String(dataDir)]);
  expect((JSON.parse(stdout) as { sites: unknown[] }).sites).toHaveLength(3);
}, 60_000);

test('a data directory that is none, or is a file', async () => {
  using parent = makeDataDir();
  const missing = join(String(parent), 'missing');
  expect(await jouvence(['demo', 'remove', '--data', missing])).toMatchObject({
    code: 0,
    stdout: 'There is no demo here.\n',
  });
  expect(await jouvence(['work', '--data', missing])).toMatchObject({
    code: 8,
    stderr: expect.stringContaining('there is no data directory'),
  });
  expect(existsSync(missing)).toBe(false);
  writeFileSync(missing, '');
  expect(await jouvence(['start', '--data', missing])).toMatchObject({
    code: 8,
    stderr: expect.stringContaining('is no directory'),
  });
}, 60_000);

test('without a running server a command says so, and how to start one', async () => {
  using dataDir = makeDataDir();
  const { code, stderr } = await jouvence(['sites', 'list', '--data', String(dataDir)]);
  expect(code).toBe(4);
  expect(stderr).toMatch(/npm start|jouvence serve/);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('signals to the whole group, passed on once more by whoever started it, leave nothing running', async () => {
  using dataDir = makeDataDir();
  const child = spawn(process.execPath, [bin, 'serve', '--data', String(dataDir), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close');
  const postmaster = join(String(dataDir), 'postgres/data/postmaster.pid');
  // In the middle of the start, when the database is up and the processes are on their way.
  await until(
    async () => readFileSync(postmaster, 'utf8'),
    (text) => text.includes('ready'),
  );
  process.kill(-child.pid!, 'SIGTERM');
  // Signals that wait together count as one: so again and again until it has ended.
  await until(
    async () => child.kill('SIGTERM'),
    () => child.exitCode !== null || child.signalCode !== null,
  );
  await ended;
  expect(child.signalCode).toBeNull();
  expect(existsSync(postmaster)).toBe(false);
  expect(existsSync(join(String(dataDir), 'serve.json'))).toBe(false);
}, 60_000);
