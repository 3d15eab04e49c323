import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../log.ts';
import { openStore, type Store, startEmbeddedPostgres } from '../index.ts';
import { describeProcess } from './living.ts';

let base: string;
let dataDir: string;
let closings: (() => Promise<unknown>)[];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'embedded-'));
  // What is above a data directory must let through the account that PostgreSQL runs as when we are root.
  dataDir = join(base, 'data');
  closings = [];
  chmodSync(base, 0o711);
});
afterEach(async () => {
  for (const close of closings.reverse()) await close();
  const left = postmasterPid();
  if (left && describeProcess(left)) process.kill(left, 'SIGKILL');
  rmSync(base, { recursive: true, force: true });
  expect(left, 'a server is left').toBeUndefined();
});

async function open(): Promise<Store> {
  const store = await openStore({ dataDir, log: silentLog });
  closings.push(() => store.close());
  return store;
}

/** Of the server of this data directory; undefined: it is stopped, or was never started. */
function postmasterPid(): number | undefined {
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

async function startUser(): Promise<{ child: ChildProcess; started: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./test-user.ts', import.meta.url)), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  closings.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.stdin!.end('close\n');
      await once(child, 'exit');
    }
  });
  const [started] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, started };
}

describe('one server for a data directory', () => {
  test('is made at first use, keeps what it was given, and stops with the last to leave', async () => {
    const first = await openStore({ dataDir, log: silentLog });
    const second = await openStore({ dataDir, log: silentLog });
    await first.query('create table kept (id int)');
    await first.close();
    expect((await second.query('select * from kept')).rows).toEqual([]);
    await second.close();
    expect(postmasterPid()).toBeUndefined();
    expect((await (await open()).query('select * from kept')).rows).toEqual([]);
  });

  test('listens on a private unix socket and on no port', async () => {
    const store = await open();
    const { rows } = await store.query(
      `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync`,
    );
    expect(rows).toEqual([{ addresses: '', fsync: 'on' }]);
    const socket = new URL(store.databaseUrlFor('jouvence')).searchParams.get('host')!;
    expect(statSync(socket).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
  });

  test('is shared by processes that start at once', async () => {
    const users = await Promise.all([startUser(), startUser(), startUser()]);
    expect(new Set(users.map(({ started }) => started)).size).toBe(1);
  });

  test('outlives a user that was killed, who is not counted any more', async () => {
    const { child, started } = await startUser();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(postmasterPid()).toBeDefined();
    const store = await openStore({ dataDir, log: silentLog });
    const { rows } = await store.query('select pg_postmaster_start_time()::text as started');
    expect(rows).toEqual([{ started }]);
    await store.close();
    expect(postmasterPid()).toBeUndefined();
  });

  test('works from a data directory of 120 characters, with quotes and spaces', async () => {
    const odd = `it's "here" ü `;
    dataDir = join(base, odd + 'x'.repeat(120 - base.length - 1 - Buffer.byteLength(odd)));
    expect(Buffer.byteLength(dataDir)).toBe(120);
    const store = await open();
    const socket = new URL(store.databaseUrlFor('jouvence')).searchParams.get('host')!;
    closings.unshift(async () => rmSync(socket, { recursive: true, force: true }));
    expect((await store.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('is made again when making it was broken off', async () => {
    await (await openStore({ dataDir, log: silentLog })).close();
    renameSync(join(dataDir, 'postgres/data'), join(dataDir, 'postgres/making'));
    expect((await (await open()).query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(readdirSync(join(dataDir, 'postgres'))).not.toContain('making');
  });

  test('is not started by another version than the one that made it', async () => {
    const store = await openStore({ dataDir, log: silentLog });
    await store.close();
    const file = join(dataDir, 'postgres/data/PG_VERSION');
    writeFileSync(file, '17\n');
    await expect(openStore({ dataDir, log: silentLog })).rejects.toMatchObject({
      code: 'database-unusable',
      message: expect.stringContaining('made by PostgreSQL 17'),
    });
  });
});

describe('when it is killed', () => {
  test('the next statement starts it again, nothing committed is lost, and listeners hear again', async () => {
    const store = await open();
    await store.query('create table kept (id int)');
    const woken = Promise.withResolvers<string>();
    await store.listen('news', woken.resolve);
    process.kill(postmasterPid()!, 'SIGKILL');
    expect(await woken.promise).toBe('');
    await expect
      .poll(() => store.query('insert into kept values (1) returning id').catch(() => undefined))
      .toMatchObject({
        rows: [{ id: 1 }],
      });
    await store.ensureRunning();
  });

  test('it is started again on demand', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
    closings.push(() => postgres.leave());
    const killed = postmasterPid()!;
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => describeProcess(killed)).toBeUndefined();
    await postgres.ensureRunning();
    expect(postmasterPid()).not.toBe(killed);
    await postgres.ensureRunning();
  });

  test('so is it by the next command, when Node was killed too and its process id is another process now', async () => {
    const { child } = await startUser();
    const killed = postmasterPid()!;
    child.kill('SIGKILL');
    process.kill(killed, 'SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => describeProcess(killed)).toBeUndefined();
    const file = join(dataDir, 'postgres/data/postmaster.pid');
    writeFileSync(file, readFileSync(file, 'utf8').replace(String(killed), String(process.ppid)));
    expect((await (await open()).query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

test('the two roles do not get into each other’s database, nor in without their password', async () => {
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  closings.push(() => postgres.leave());
  async function tryConnecting(url: string): Promise<string> {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      const { rows } = await client.query('select current_user, current_database()');
      return Object.values(rows[0]).join(' in ');
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.end();
    }
  }
  const [jouvence, sites] = [postgres.url('jouvence'), postgres.url('sites')];
  expect(await tryConnecting(jouvence)).toBe('jouvence in jouvence');
  expect(await tryConnecting(sites)).toBe('sites in sites');
  expect(await tryConnecting(sites.replace('/sites?', '/jouvence?'))).toMatch(/permission denied/);
  expect(await tryConnecting(jouvence.replace('/jouvence?', '/sites?'))).toMatch(/permission denied/);
  expect(await tryConnecting(jouvence.replace('/jouvence?', '/postgres?'))).toMatch(/permission denied/);
  expect(await tryConnecting(sites.replace(/:[0-9a-f]{48}@/, ':wrong@'))).toMatch(/password authentication failed/);
});
