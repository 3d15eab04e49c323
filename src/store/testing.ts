import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { silentLog } from '../log.ts';
import { startTestServer } from './embedded/embedded.ts';
import { withFileLock } from './embedded/file-lock.ts';
import type { Migration } from './migrate.ts';
import { openStore, type Store } from './store.ts';

/**
 * Databases for tests, on a real PostgreSQL: one server for all test files of a run, started when the first asks,
 * or the one of `JOUVENCE_TEST_DATABASE_URL` (its user may make databases and roles). Each test gets a database of its
 * own, copied from a template that has the migrations already.
 */
export interface TestDatabase {
  /** As a role that owns the database and nothing else: row-level security holds for it when forced. */
  url: string;
  drop(): Promise<void>;
}

/** Where the server of this run is; `testing-setup.ts` sets it before the first test file. */
const directoryVariable = 'JOUVENCE_TEST_DIR';
const role = 'jouvence_test';

/** A store on a new database that has `migrations`; closing it drops the database. */
export async function testStore(migrations: readonly Migration[] = []): Promise<Store & { databaseUrl: string }> {
  const database = await testDatabase(migrations);
  const store = await openStore({ dataDir: '', databaseUrl: database.url, log: silentLog, maxConnections: 5 });
  return {
    ...store,
    databaseUrl: database.url,
    async close() {
      await store.close();
      await database.drop();
    },
  };
}

/** A new database that has `migrations`. */
export async function testDatabase(migrations: readonly Migration[] = []): Promise<TestDatabase> {
  const server = await findServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(server.url, async (admin) => {
    const template = await makeTemplate(admin, server, migrations);
    await admin.query(`create database ${name} template ${template} strategy file_copy owner ${role}`);
  });
  return {
    url: withDatabase(server.testUrl, name),
    drop: () =>
      asAdministrator(
        server.url,
        async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`)),
      ),
  };
}

/** For `globalSetup`: names a directory, makes nothing; the returned function stops what was started in it. */
export function prepareTestServer(): () => Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'jouvence-test-'));
  process.env[directoryVariable] = directory;
  return async () => {
    if (existsSync(join(directory, 'postgres'))) await (await startTestServer(serverOptions(directory))).stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

interface TestServer {
  url: string;
  testUrl: string;
}

let known: Promise<TestServer> | undefined;

function findServer(): Promise<TestServer> {
  known ??= (async () => {
    const url = process.env.JOUVENCE_TEST_DATABASE_URL ?? (await startTestServer(serverOptions(serverDirectory()))).url;
    const password = createHash('sha256').update(url).digest('hex');
    await asAdministrator(url, async (admin) => {
      await admin.query(
        `do $$ begin create role ${role} login; exception when duplicate_object or unique_violation then null; end $$`,
      );
      await admin.query(`alter role ${role} password '${password}'`).catch(ignoreConcurrent);
    });
    return { url, testUrl: withUser(url, role, password) };
  })();
  return known;
}

function serverDirectory(): string {
  const directory = process.env[directoryVariable];
  if (!directory) throw new Error('testStore() works under vitest only, whose configuration names the global setup');
  chmodSync(directory, 0o711);
  return directory;
}

function serverOptions(dataDir: string) {
  return { dataDir, log: silentLog, durable: false };
}

/** Two test files that set the same password at once: one of them has done it. */
function ignoreConcurrent(error: unknown): void {
  if (!String(error).includes('tuple concurrently updated')) throw error;
}

/** One per set of migrations and server, made by whoever needs it first. */
async function makeTemplate(admin: pg.Client, server: TestServer, migrations: readonly Migration[]): Promise<string> {
  const name = `template_${createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16)}`;
  const isThere = async () =>
    (await admin.query('select 1 from pg_database where datname = $1', [name])).rowCount === 1;
  if (await isThere()) return name;
  await withFileLock(join(serverDirectory(), 'template'), 60_000, async () => {
    if (await isThere()) return;
    const aside = `${name}_${randomBytes(4).toString('hex')}`;
    await admin.query(`create database ${aside} template template0 strategy file_copy owner ${role}`);
    const store = await openStore({ dataDir: '', databaseUrl: withDatabase(server.testUrl, aside), log: silentLog });
    try {
      await store.migrate(migrations);
    } finally {
      await store.close();
    }
    await admin.query(`alter database ${aside} rename to ${name}`);
  });
  return name;
}

async function asAdministrator<T>(url: string, fn: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await fn(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  return url.replace(/(:\/\/[^/]*)\/[^?]*/, `$1/${name}`);
}

function withUser(url: string, user: string, password: string): string {
  return url.replace(/:\/\/(?:[^@/]*@)?/, `://${user}:${password}@`);
}
