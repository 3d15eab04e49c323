import pg from 'pg';
import { EngineError } from './errors.ts';
import { migrate } from './migrate.ts';

/** A transaction: SQL with `$1` parameters. It is over when the function it was handed to returns. */
export interface Tx {
  /** Every row. */
  rows<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  /** The first row, or undefined. */
  row<T extends object>(sql: string, values?: unknown[]): Promise<T | undefined>;
  /** Rows changed. */
  run(sql: string, values?: unknown[]): Promise<number>;
  /** For COPY and cursors. */
  client: pg.PoolClient;
}

export interface Database {
  /** A transaction that sees and writes the rows of this one site; rolled back when `work` throws. */
  withSite<T>(siteId: number, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A transaction without a site: sees the register of sites and what no site owns, and no site's rows. */
  withoutSite<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  log: Log;
  maxConnections?: number;
}

/** level: pino's; event: a stable kebab-case word. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', event: string, data?: Record<string, unknown>) => void;

/** Connects and brings the schema up to date. */
export async function openDatabase({ url, log, maxConnections = 10 }: DatabaseOptions): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: maxConnections, types: numbersForInt8 });
  // Without a listener, a connection that dies while idle (the server restarts) would end the process.
  pool.on('error', (error) => log('warn', 'database-connection-lost', { message: error.message }));
  try {
    await refuseBypass(pool);
    await migrate(pool, log);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    withSite: (siteId, work) => {
      if (!Number.isSafeInteger(siteId) || siteId <= 0)
        throw new EngineError('site-error', `${siteId} is not a site id`);
      return transaction(pool, `begin; set local app.site_id = '${siteId}'`, work);
    },
    withoutSite: (work) => transaction(pool, 'begin', work),
    close: () => pool.end(),
  };
}

async function transaction<T>(pool: pg.Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks while it is held reports it by an event too; the query itself rejects.
  const ignore = () => {};
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(asTx(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

function asTx(client: pg.PoolClient): Tx {
  return {
    client,
    rows: async <T extends object>(sql: string, values?: unknown[]) => (await client.query<T>(sql, values)).rows,
    row: async <T extends object>(sql: string, values?: unknown[]) => (await client.query<T>(sql, values)).rows[0],
    run: async (sql, values) => (await client.query(sql, values)).rowCount ?? 0,
  };
}

/** Superusers and roles with BYPASSRLS would see every site's rows in every transaction. */
async function refuseBypass(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; bypass: boolean }>(
    'select rolname as name, rolsuper or rolbypassrls as bypass from pg_roles where rolname = current_user',
  );
  if (rows[0]?.bypass !== false)
    throw new EngineError(
      'configuration',
      `the database role ${rows[0]?.name} of the embedded sites bypasses row-level security; give the engine a role that is neither superuser nor BYPASSRLS`,
    );
}

/** PostgreSQL's own number of `bigint[]`, which `pg` has no name for. */
const int8Array = 1016 as Parameters<typeof pg.types.getTypeParser>[0];

/** Ids, sizes and Unix seconds fit a number; `pg` would give text. */
const numbersForInt8: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => {
    if (oid === pg.types.builtins.INT8) return Number;
    if (oid === int8Array)
      return (value: string) => (pg.types.getTypeParser(int8Array) as (text: string) => string[])(value).map(Number);
    return pg.types.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};
