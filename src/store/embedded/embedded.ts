import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../../log.ts';
import { findBinaries } from './binaries.ts';
import { isAnswering, makeCluster, startCluster, stopCluster } from './cluster.ts';
import { withFileLock } from './file-lock.ts';
import { describeProcess, isLiving } from './living.ts';
import { type DatabaseName, findPlace, type Place } from './place.ts';

export type { DatabaseName } from './place.ts';

/**
 * A real PostgreSQL that belongs to a data directory and listens on a unix socket only.
 *
 * Absent until a command needs it; started, detached, by whichever comes first; stopped by the last to leave. Each
 * user writes a file that names its process, so that one that was killed is not counted; a server that outlived all
 * its users is found again by the next. Making, starting, counting and stopping happen under one lock.
 */
export interface EmbeddedPostgres {
  /** With the password of that database's own role: in the environment of a process, never in its arguments. */
  url(name: DatabaseName): string;
  /** Starts it again if it has died. */
  ensureRunning(): Promise<void>;
  /** Ends this use, and the server with the last one. */
  leave(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log: Log;
  /** False: a power cut may lose everything, and all is faster. For tests. */
  durable?: boolean;
}

/** Making it for the first time takes seconds; one that takes longer than this is stuck. */
const lockTimeoutMs = 180_000;
let serial = 0;

/**
 * Finds or makes, and starts, the PostgreSQL of `dataDir`, and counts as one of its users until `leave`.
 * @throws AppError `database-unusable`
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const uses = join(dataDir, 'postgres.uses');
  const use = join(uses, `${describeProcess(process.pid)}-${serial++}`);
  let left = false;

  const locked = <T>(fn: () => Promise<T>): Promise<T> =>
    withFileLock(join(dataDir, 'postgres.lock'), lockTimeoutMs, fn);

  const place = await locked(async () => {
    mkdirSync(uses, { recursive: true, mode: 0o700 });
    writeFileSync(use, '');
    try {
      return await bringUp(dataDir, options);
    } catch (error) {
      rmSync(use, { force: true });
      throw error;
    }
  });

  return {
    url: (name) => urlOf(place, name),
    async ensureRunning() {
      if (left || (await isAnswering(place))) return;
      options.log.warn('the embedded PostgreSQL is gone: starting it again');
      await locked(() => bringUp(dataDir, options));
    },
    async leave() {
      if (left) return;
      left = true;
      await locked(async () => {
        rmSync(use, { force: true });
        if (countUses(uses) === 0) await stopCluster(place, options.log);
      });
    },
  };
}

/** For tests: the server's own administrator. */
export async function startTestServer(options: EmbeddedOptions): Promise<{ url: string; stop(): Promise<void> }> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const place = await withFileLock(join(options.dataDir, 'postgres.lock'), lockTimeoutMs, () =>
    bringUp(options.dataDir, options),
  );
  return { url: urlOf(place, 'postgres'), stop: () => stopCluster(place, options.log) };
}

async function bringUp(dataDir: string, { log, durable = true }: EmbeddedOptions): Promise<Place> {
  const place = findPlace(dataDir, log);
  if (await isAnswering(place)) return place;
  const binaries = findBinaries(place.account, join(place.home, 'lib'));
  await makeCluster(place, binaries, durable);
  await startCluster(place, binaries, durable, log);
  return place;
}

function countUses(uses: string): number {
  let count = 0;
  for (const name of readdirSync(uses)) {
    if (isLiving(name.slice(0, name.lastIndexOf('-')))) count++;
    else rmSync(join(uses, name), { force: true });
  }
  return count;
}

function urlOf({ socketDir, passwords }: Place, name: DatabaseName | 'postgres'): string {
  return `postgres://${name}:${passwords[name]}@localhost/${name}?host=${encodeURIComponent(socketDir)}`;
}
