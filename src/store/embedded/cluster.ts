import { type SpawnOptions, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Binaries } from './binaries.ts';
import { describeProcess } from './living.ts';
import type { Place } from './place.ts';

const pollMs = 10;
/** A start that recovers from a crash reads the log again: seconds for ours, and much longer on a slow disk. */
const startTimeoutMs = 120_000;
const stopTimeoutMs = 30_000;
const longestLogBytes = 5_000_000;

/**
 * Small: an embedded database serves one machine, and shares it. All that is not here is PostgreSQL's default, and so
 * is fsync, except in tests.
 */
const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '256MB',
  // No replication, so nothing has to be written for it.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Not worth its 10 to 100 ms of compiling for queries of this size.
  jit: 'off',
  // A refused row is named in the error that we see; its values, which may be somebody's name, stay out of the file.
  log_error_verbosity: 'terse',
  log_timezone: 'UTC',
  TimeZone: 'UTC',
};

const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Makes the cluster, its two databases and their roles, if it is not there: aside, then moved into place whole. */
export async function makeCluster(place: Place, binaries: Binaries, durable: boolean): Promise<void> {
  if (existsSync(place.cluster)) return refuseOtherMajor(place, binaries);
  for (const name of readdirSync(place.home)) {
    if (name.startsWith('making')) rmSync(join(place.home, name), { recursive: true, force: true });
  }
  const aside = join(place.home, 'making');
  const passwordFile = join(place.home, 'making.password');
  writeFileSync(passwordFile, place.passwords.postgres, { mode: 0o600 });
  if (place.account) chownSync(passwordFile, place.account.uid, place.account.gid);
  // C.UTF-8 as PostgreSQL itself has it: the same order everywhere, whatever locales the system knows.
  await runTool(place, binaries, binaries.initdb, [
    ...['--pgdata', aside, '--username', 'postgres', '--auth', 'scram-sha-256', '--pwfile', passwordFile],
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--no-instructions', ...(durable ? [] : ['--no-sync'])],
  ]);
  rmSync(passwordFile);
  await runTool(
    place,
    binaries,
    binaries.postgres,
    ['--single', '-D', aside, '-c', 'log_statement=none', 'template1'],
    rolesSql(place),
  );
  renameSync(aside, place.cluster);
}

/** One statement a line, as single-user mode wants it. Neither role gets into the other's database. */
function rolesSql({ passwords }: Place): string {
  const names = ['jouvence', 'sites'] as const;
  return [
    ...names.map((name) => `create role ${name} login password '${passwords[name]}'`),
    ...names.map((name) => `create database ${name} owner ${name}`),
    ...[...names, 'postgres', 'template1'].map((name) => `revoke all on database ${name} from public`),
    '',
  ].join('\n');
}

function refuseOtherMajor(place: Place, { major }: Binaries): void {
  const found = Number(readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8'));
  if (found === major) return;
  throw new AppError(
    'database-unusable',
    `${place.cluster} was made by PostgreSQL ${found}, and this version of Jouvence brings ${major}: start the version that made it`,
  );
}

/** Runs an initial tool to its end. In single-user mode PostgreSQL ends well whatever it was told: its words count. */
async function runTool(place: Place, binaries: Binaries, program: string, args: string[], input = ''): Promise<void> {
  const child = spawn(program, args, { ...processOptions(place, binaries), stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  // A tool that does not even start closes its input; its exit says why.
  child.stdin!.on('error', () => {});
  child.stdin!.end(input);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: Error) => error.message);
  if (code === 0 && !/^.*(ERROR|FATAL|PANIC):/m.test(said)) return;
  throw new AppError(
    'database-unusable',
    `the embedded PostgreSQL could not be made (${program}: ${code}):\n${said.slice(-2000)}`,
  );
}

interface Postmaster {
  pid: number;
  state: string;
}

/** Starts the server unless it runs, be it that of a Node that was killed; resolves when it takes connections. */
export async function startCluster(place: Place, binaries: Binaries, durable: boolean, log: Log): Promise<void> {
  const giveUpAt = Date.now() + startTimeoutMs;
  for (;;) {
    const found = findPostmaster(place);
    if (!found || (found.state === 'ready' && !(await isAnswering(place)))) {
      const problem = await launch(place, binaries, durable, giveUpAt);
      if (!problem) return;
      // What a killed server leaves for a moment: backends that have not noticed yet, and what they share.
      if (!/shared memory block|lock file .* already exists/.test(problem) || Date.now() > giveUpAt) {
        throw new AppError('database-unusable', `the embedded PostgreSQL does not start:\n${problem.slice(-2000)}`);
      }
      log.debug('waiting for the processes of a killed PostgreSQL');
    } else if (found.state === 'ready') {
      return;
    } else if (Date.now() > giveUpAt) {
      throw new AppError(
        'database-unavailable',
        `the embedded PostgreSQL (process ${found.pid}) is still ${found.state}`,
      );
    }
    await sleep(pollMs * 5);
  }
}

/** Returns what the server said if it ended instead. Detached: it outlives the command that happened to start it. */
async function launch(
  place: Place,
  binaries: Binaries,
  durable: boolean,
  giveUpAt: number,
): Promise<string | undefined> {
  const logFile = join(place.home, 'postgres.log');
  if (existsSync(logFile) && statSync(logFile).size > longestLogBytes) renameSync(logFile, `${logFile}.1`);
  const output = openSync(logFile, 'a', 0o600);
  const before = statSync(logFile).size;
  const all = { ...settings, ...(durable ? {} : careless), unix_socket_directories: place.socketDir };
  const args = ['-D', place.cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = spawn(binaries.postgres, args, {
    ...processOptions(place, binaries),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`;
  });
  child.unref();
  while (ended === undefined && Date.now() < giveUpAt) {
    const found = findPostmaster(place);
    if (found?.pid === child.pid && found?.state === 'ready') return undefined;
    await sleep(pollMs);
  }
  return `${readFileSync(logFile).subarray(before).toString('utf8')}${ended ?? 'it did not get ready in time'}`;
}

/** Ends the server as soon as its transactions are rolled back; nothing to do when there is none. */
export async function stopCluster(place: Place, log: Log): Promise<void> {
  const found = findPostmaster(place);
  if (!found) return;
  const running = describeProcess(found.pid);
  process.kill(found.pid, 'SIGINT');
  const giveUpAt = Date.now() + stopTimeoutMs;
  while (describeProcess(found.pid) === running) {
    if (Date.now() > giveUpAt) {
      log.warn(`the embedded PostgreSQL (process ${found.pid}) does not end`);
      return;
    }
    await sleep(pollMs);
  }
}

/** The server according to the file it keeps while it runs: process id, then on line 8 how far it is. */
function findPostmaster(place: Place): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(place.cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  return pid > 0 && describeProcess(pid) ? { pid, state: lines[7]?.trim() || 'starting' } : undefined;
}

/** Whether somebody listens: the file of a killed server may name a process that is another one by now. */
export async function isAnswering(place: Place): Promise<boolean> {
  const socket = connect(place.socket);
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

function processOptions({ account, home }: Place, { env }: Binaries): SpawnOptions {
  return { cwd: home, env: { ...env, HOME: home }, ...(account ? { uid: account.uid, gid: account.gid } : {}) };
}
