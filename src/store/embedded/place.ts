import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from '../../log.ts';
import { socketDirectory } from '../socket-path.ts';
import { type Account, canReach, chooseAccount } from './account.ts';
import { stateDir } from './binaries.ts';

export type DatabaseName = 'jouvence' | 'sites';

/** Where the embedded PostgreSQL of a data directory keeps its things, and how it is entered. */
export interface Place {
  account: Account | undefined;
  /** Holds `data/` (the cluster) and `postgres.log`; the account's own. */
  home: string;
  cluster: string;
  socketDir: string;
  socket: string;
  passwords: Record<DatabaseName | 'postgres', string>;
}

export const socketName = '.s.PGSQL.5432';

/** Kept, so that a data directory that is moved finds its database again wherever that had to be put. */
interface Kept {
  home: string | null;
  passwords: Place['passwords'];
}

/** Finds or makes all of it; called under the data directory's lock. */
export function findPlace(dataDir: string, log: Log): Place {
  const account = chooseAccount(log);
  if (account) openToGroup(dataDir, account);
  const file = join(dataDir, 'postgres.json');
  const kept: Kept = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Kept)
    : { home: canReach(dataDir, account) ? null : chooseOutside(dataDir, account!, log), passwords: makePasswords() };
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
  const home = kept.home ?? join(dataDir, 'postgres');
  makeOwned(home, account);
  const socketDir = socketDirectory(home, 'run', socketName, account);
  return {
    account,
    home,
    cluster: join(home, 'data'),
    socketDir,
    socket: join(socketDir, socketName),
    passwords: kept.passwords,
  };
}

/** A data directory with all that is its own, also the database where that had to be put elsewhere. Nothing may run on it. */
export function removeDataDir(dataDir: string): void {
  const file = join(dataDir, 'postgres.json');
  const { home } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : { home: null };
  if (home !== null) rmSync(home, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

/** Lets the account, by its group, and nobody else through our own data directory. */
function openToGroup(dataDir: string, account: Account): void {
  const { uid, mode } = statSync(dataDir);
  if (uid !== 0 || canReach(dataDir, account) || !canReach(dirname(dataDir), account)) return;
  chownSync(dataDir, uid, account.gid);
  chmodSync(dataDir, (mode & 0o7707) | 0o010);
}

function chooseOutside(dataDir: string, account: Account, log: Log): string {
  const home = join(stateDir, `database-${randomBytes(6).toString('hex')}`);
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  log.info(
    `the database of ${dataDir} is kept in ${home}, because PostgreSQL (as ${account.name}) cannot get into ${dataDir}`,
  );
  return home;
}

function makeOwned(home: string, account: Account | undefined): void {
  if (existsSync(home)) return;
  mkdirSync(home, { mode: 0o700 });
  if (account) chownSync(home, account.uid, account.gid);
}

function makePasswords(): Place['passwords'] {
  // Hexadecimal: needs no quoting in SQL or in a URL.
  const make = () => randomBytes(24).toString('hex');
  return { postgres: make(), jouvence: make(), sites: make() };
}
