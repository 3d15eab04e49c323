import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { AppError } from '../errors.ts';

/** A step of the schema, as SQL that an operator can read; its name is that of its file: `0001-sites`. */
export interface Migration {
  name: string;
  sql: string;
}

/** The `.sql` files of a folder, in the order of their names. */
export function readMigrations(folder: URL): Migration[] {
  const base = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`);
  return readdirSync(base)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ name: file.slice(0, -'.sql'.length), sql: readFileSync(new URL(file, base), 'utf8') }));
}

/** Where it is written down which were applied. */
export const migrationsTable = `create table if not exists schema_migrations (
  name text primary key, checksum text not null, applied_at timestamptz not null default now())`;

/** Any number, as long as nothing else in the database locks the same: 'jouv' in ASCII. */
const lockId = 0x6a6f7576;

/**
 * Applies, in the given order, what the database does not have yet, each in a transaction with the line that records
 * it; never backwards. Under a lock: of several that start at once one migrates and the others find it done.
 * Refused before anything is changed: a database that has migrations not given here (it was used by a newer version),
 * or one whose text has changed since it was applied (it would not describe the database any more). `before` is called
 * under the lock, when a database that was in use is about to change; when it throws, nothing changes.
 */
export async function applyMigrations(
  pool: pg.Pool,
  migrations: readonly Migration[],
  before?: (missing: string[]) => Promise<void>,
): Promise<void> {
  const names = new Set(migrations.map(({ name }) => name));
  if (names.size < migrations.length) throw new Error('two migrations have the same name');
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await client.query(migrationsTable);
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migrations',
    );
    const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
    refuseMismatch(applied, migrations, names);
    const missing = migrations.filter(({ name }) => !applied.has(name));
    // A database that is just being made has nothing to lose.
    if (applied.size > 0 && missing.length > 0) await before?.(missing.map(({ name }) => name));
    for (const migration of missing) await applyOne(client, migration);
    await client.query('select pg_advisory_unlock($1)', [lockId]);
    broken = false;
  } finally {
    // A connection that may still hold the lock is closed, and the lock with it.
    client.release(broken);
  }
}

/** Whether the database is exactly of the schema that these make. @throws AppError `schema-mismatch` */
export async function checkSchema(pool: pg.Pool, migrations: readonly Migration[]): Promise<void> {
  const { rows: found } = await pool.query("select to_regclass('schema_migrations') is not null as there");
  const { rows } = found[0].there
    ? await pool.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations')
    : { rows: [] };
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  refuseMismatch(applied, migrations, new Set(migrations.map(({ name }) => name)));
  const missing = migrations.filter(({ name }) => !applied.has(name)).map(({ name }) => name);
  if (missing.length > 0)
    throw new AppError('schema-mismatch', `the database lacks ${missing.join(', ')}: run "jouvence migrate"`, {
      details: { missing },
    });
}

function refuseMismatch(applied: Map<string, string>, migrations: readonly Migration[], names: Set<string>): void {
  const unknown = [...applied.keys()].filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new AppError(
      'schema-mismatch',
      `the database has been migrated by a newer version (${unknown.join(', ')}): start that version, or restore a backup made before it`,
      { details: { unknown } },
    );
  }
  const changed = migrations.filter((each) => (applied.get(each.name) ?? checksumOf(each)) !== checksumOf(each));
  if (changed.length > 0) {
    const list = changed.map(({ name }) => name);
    throw new AppError(
      'schema-mismatch',
      `these migrations are not those that the database was made with: ${list.join(', ')}. Put back their files as they were; a change belongs in a new one`,
      { details: { changed: list } },
    );
  }
}

async function applyOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      checksumOf(migration),
    ]);
    await client.query('commit');
  } catch (error) {
    throw new AppError(
      'schema-mismatch',
      `migration ${migration.name} failed and changed nothing: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/** Of the text without its line ends: a checkout on another system must not look like a change. */
export function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n').trimEnd()).digest('hex');
}
