import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import type { Log } from './database.ts';
import { EngineError } from './errors.ts';

const directory = new URL('./migrations/', import.meta.url);

/** Where it is written down which were applied. */
export const migrationsTable =
  'create table if not exists engine_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())';

/** Any number: two engines that open one database at once must not both migrate it. */
const lockKey = 7_204_114;

/**
 * Applies what `migrations/` has and the database lacks, in the order of the names, all in one transaction.
 * @throws EngineError `configuration` when an applied file was changed, or the database is newer than this engine.
 */
export async function migrate(pool: pg.Pool, log: Log): Promise<void> {
  const files = await readMigrations();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [lockKey]);
    await client.query(migrationsTable);
    const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from engine_migrations');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    const newer = [...applied.keys()].filter((name) => !files.some((file) => file.name === name));
    if (newer.length > 0)
      throw new EngineError(
        'configuration',
        `the database of the embedded sites is newer than this engine: it has ${newer.join(', ')}`,
      );
    for (const { name, sql, sha256 } of files) {
      const known = applied.get(name);
      if (known === sha256) continue;
      if (known !== undefined)
        throw new EngineError('configuration', `migration ${name} was changed after it had been applied`);
      await client.query(sql);
      await client.query('insert into engine_migrations (name, sha256) values ($1, $2)', [name, sha256]);
      log('info', 'engine-migrated', { name });
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** In the order in which they are applied. */
export async function readMigrations(): Promise<{ name: string; sql: string; sha256: string }[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
