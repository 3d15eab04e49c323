import pg from 'pg';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isConnectionError } from './pg-errors.ts';

interface PoolOptions {
  url: string;
  log: Log;
  max: number;
  /** Brings the server back where that is ours to do. */
  revive?: (() => Promise<void>) | undefined;
}

/**
 * A pool that survives its server. Every connection, Kysely's too, is got through `connect`: when none can be had, the
 * embedded server is started again and asked once more, so that its death costs the statements under way and no other.
 */
export class ReconnectingPool extends pg.Pool {
  readonly #revive: PoolOptions['revive'];
  readonly #broken = new WeakSet<pg.ClientBase>();

  constructor({ url, log, max, revive }: PoolOptions) {
    super({
      connectionString: url,
      max,
      types: { getTypeParser },
      application_name: 'jouvence',
      // Long enough for a server under load to answer, short enough for a person to wait.
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      // A process that is stopped in the middle of a transaction (SIGSTOP, a suspended machine) must not keep its locks:
      // others would wait for them, or pass over the rows, for as long as it sleeps. As long as the default lease.
      idle_in_transaction_session_timeout: 10_000,
    });
    this.#revive = revive;
    // Without a listener, a connection that the server ends while nobody uses it would end the process.
    this.on('error', (error) => log.warn({ err: error }, 'the database closed a connection'));
    this.on('connect', (client) => {
      // And the same for one that is in use: its statement rejects, and says why.
      client.on('error', () => {});
      watchStatements(client, () => this.#broken.add(client));
    });
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): void;
  override connect(
    callback?: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): Promise<pg.PoolClient> | undefined {
    const connecting = this.#connect();
    if (!callback) return connecting;
    // The form that `pool.query` uses.
    connecting.then(
      (client) => callback(undefined, client, (broken) => client.release(broken as boolean)),
      (error: Error) => callback(error, undefined, () => {}),
    );
  }

  async #connect(): Promise<pg.PoolClient> {
    const client = await super.connect().catch(async (error: unknown) => {
      if (!isConnectionError(error)) throw error;
      if (!this.#revive || this.ending) throw unavailable(error);
      await this.#revive();
      return await super.connect().catch((again: unknown) => {
        throw unavailable(again);
      });
    });
    const { release } = client;
    client.release = (broken) => release(broken || this.#broken.has(client));
    return client;
  }
}

/**
 * The server says that it ends a connection a moment before it does. Without this the connection would go back to the
 * pool in between, and the next statement would get it.
 */
function watchStatements(client: pg.ClientBase, onBroken: () => void): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]): unknown => {
    const result = query(...args);
    // Cursors, streams and callbacks tell their own caller.
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (!isConnectionError(error)) throw error;
      onBroken();
      throw unavailable(error);
    });
  };
  client.query = watched as typeof client.query;
}

function unavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('database-unavailable', `the database is not there: ${(error as Error).message}`, {
    cause: error,
  });
}

/**
 * Set on this pool only, never for the whole process. `int8` comes as text because it may not fit a number; ours are
 * ids and sizes, which do. One that does not stays text rather than lose its last digits.
 */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === pg.types.builtins.INT8 && format !== 'binary') return parseInt8;
  return pg.types.getTypeParser(oid, format as 'text');
}

function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
