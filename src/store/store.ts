import { CompiledQuery, Kysely, type Transaction as KyselyTransaction, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type DatabaseName, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded.ts';
import { openListener } from './listener.ts';
import { applyMigrations, checkSchema, type Migration } from './migrate.ts';
import { ReconnectingPool } from './pool.ts';

/** One statement with `$1` parameters; `rowCount` is that of PostgreSQL for what it changed, else of the rows. */
export interface Queryable {
  // biome-ignore lint/suspicious/noExplicitAny: the caller says what its statement returns
  query<Row = any>(sql: string, parameters?: readonly unknown[]): Promise<{ rows: Row[]; rowCount: number }>;
}

/** A transaction, as Kysely's and for plain SQL; `Transaction<Tables>` where a module knows its tables. */
// biome-ignore lint/suspicious/noExplicitAny: a transaction carries the statements of many modules
export type Transaction<DB = any> = KyselyTransaction<DB> & Queryable;

export interface Store extends Queryable {
  // biome-ignore lint/suspicious/noExplicitAny: each module names its own tables
  db<DB = any>(): Kysely<DB>;
  /** For what Kysely has no word for: COPY, cursors. */
  readonly pool: pg.Pool;
  /** Commits when `fn` resolves, rolls back when it rejects; `read committed`. */
  transaction<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * `before`: when a database that was in use is about to change.
   * @throws AppError `schema-mismatch` when the database has been migrated by another version.
   */
  migrate(migrations: readonly Migration[], before?: (missing: string[]) => Promise<void>): Promise<void>;
  /** Changes nothing. @throws AppError `schema-mismatch` unless the database has exactly these. */
  checkSchema(migrations: readonly Migration[]): Promise<void>;
  /**
   * Calls `fn` with the payload of each `NOTIFY`. After a lost connection it is called once with '' for whatever was
   * missed: a notification wakes, the rows are what is true. The returned function stops it.
   */
  listen(channel: string, fn: (payload: string) => void): Promise<() => Promise<void>>;
  /** Where this store, or the embedded sites' own database beside it, is reached; holds a password. */
  databaseUrlFor(name: DatabaseName): string;
  /** Starts the embedded PostgreSQL again when it has died; with a database of its own, tries one connection. */
  ensureRunning(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  dataDir: string;
  log: Log;
  /** A PostgreSQL 15 or newer of one's own; without it, the embedded one of this data directory. */
  databaseUrl?: string;
  /** With `databaseUrl`: the database of the embedded sites, if there are any. */
  sitesDatabaseUrl?: string;
  /** Which database of the embedded PostgreSQL. */
  database?: DatabaseName;
  maxConnections?: number;
}

const oldestMajor = 15;

/** @throws AppError `database-unavailable` (try again) or `database-unusable` (do something about it) */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = options.database ?? 'jouvence';
  const embedded = options.databaseUrl ? undefined : await startEmbeddedPostgres(options);
  const url = options.databaseUrl ?? embedded!.url(database);
  const pool = new ReconnectingPool({
    url,
    log: options.log,
    max: options.maxConnections ?? 10,
    revive: embedded && (() => embedded.ensureRunning()),
  });
  const listener = openListener(pool, options.log);
  // biome-ignore lint/suspicious/noExplicitAny: see Store.db
  const kysely = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });

  async function close(): Promise<void> {
    await listener.close();
    await pool.end();
    await embedded?.leave();
  }
  try {
    await refuseOldServer(pool);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    pool,
    db: () => kysely,
    query: asQueryable(kysely).query,
    transaction: (fn) => kysely.transaction().execute((tx) => fn(Object.assign(tx, asQueryable(tx)))),
    migrate: (migrations, before) => applyMigrations(pool, migrations, before),
    checkSchema: (migrations) => checkSchema(pool, migrations),
    listen: listener.listen,
    databaseUrlFor: (name) => databaseUrlFor(name, { ...options, database, embedded }),
    async ensureRunning() {
      await embedded?.ensureRunning();
      await pool.query('select 1');
    },
    close,
  };
}

/** Tells every listener on `channel`, when the transaction commits. */
export async function notify(tx: Queryable, channel: string, payload = ''): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [channel, payload]);
}

// biome-ignore lint/suspicious/noExplicitAny: see Store.db
function asQueryable(kysely: Kysely<any>): Queryable {
  return {
    async query(sql, parameters = []) {
      // biome-ignore lint/suspicious/noExplicitAny: the caller says what its statement returns
      const { rows, numAffectedRows } = await kysely.executeQuery<any>(CompiledQuery.raw(sql, [...parameters]));
      return { rows, rowCount: numAffectedRows === undefined ? rows.length : Number(numAffectedRows) };
    },
  };
}

function databaseUrlFor(
  name: DatabaseName,
  { embedded, database, databaseUrl, sitesDatabaseUrl }: StoreOptions & { embedded?: EmbeddedPostgres },
): string {
  if (embedded) return embedded.url(name);
  if (name === database) return databaseUrl!;
  if (name === 'sites' && sitesDatabaseUrl) return sitesDatabaseUrl;
  throw new AppError(
    'config-invalid',
    'with a database of your own (DATABASE_URL) the embedded sites need one too, with another role: name it in JOUVENCE_SITES_DATABASE_URL',
  );
}

async function refuseOldServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string }>("select current_setting('server_version_num') as version");
  const version = Number(rows[0]!.version);
  if (version >= oldestMajor * 10_000) return;
  throw new AppError(
    'database-unusable',
    `this PostgreSQL is version ${Math.floor(version / 10_000)}, and Jouvence needs ${oldestMajor} or newer: name another one in DATABASE_URL, or none for the one that comes with Jouvence`,
  );
}
