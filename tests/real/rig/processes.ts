import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { RigError } from './programs.ts';

/** A unix account to run as; undefined is the one that we are. */
export type Account = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root, and files that root makes cannot be replaced by the web server: so everything runs
 * as another account when we are root, and as ourselves when we are not.
 */
export function accountOf(...names: string[]): Account {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of [...names, 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new RigError(`no account ${names.join(', ')} or nobody on this machine, and root must not run databases`);
}

export interface RunOptions {
  as?: Account;
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  timeoutMs?: number;
  /** Standard input from, and standard output to, a file. */
  stdin?: string;
  stdout?: string;
}

export interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs to the end, whatever the exit code. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const input = options.stdin === undefined ? undefined : openSync(options.stdin, 'r');
  const out = options.stdout === undefined ? undefined : openSync(options.stdout, 'w');
  const child = spawn(command, args, {
    ...options.as,
    cwd: options.cwd ?? '/',
    env: { PATH: process.env.PATH ?? '', HOME: '/tmp', LANG: 'C.UTF-8', ...options.env },
    stdio: [input ?? 'pipe', out ?? 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 600_000,
    killSignal: 'SIGKILL',
  });
  const output: Output = { code: null, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (output.stdout += part));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (output.stderr += part));
  // A program that ends without reading its input is no failure of ours.
  child.stdin?.on('error', () => {}).end(options.input ?? '');
  try {
    [output.code] = (await once(child, 'close')) as [number | null];
  } finally {
    for (const file of [input, out]) if (file !== undefined) closeSync(file);
  }
  return output;
}

/** Runs to the end and returns standard output. @throws RigError with what it said, when it failed */
export async function execute(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  const said = `${stdout.slice(-2000)}\n${stderr.slice(-2000)}`.trim();
  throw new RigError(`${command} ${args.join(' ')} ended with ${code}:\n${said}`);
}

export interface Daemon {
  pidFile: string;
  log: string;
  command: string;
  args: readonly string[];
  as?: Account;
  cwd?: string;
  env?: Record<string, string>;
}

/** Starts what outlives us, the head of its own process group; nothing when it runs already. */
export async function startDaemon({ pidFile, log, command, args, as, cwd, env }: Daemon): Promise<void> {
  if (daemonPid(pidFile) !== undefined) return;
  const file = openSync(log, 'a');
  const child: ChildProcess = spawn(command, args, {
    ...as,
    cwd: cwd ?? '/',
    env: { PATH: process.env.PATH ?? '', HOME: '/tmp', LANG: 'C.UTF-8', ...env },
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  await once(child, 'spawn');
  writeFileSync(pidFile, `${child.pid} ${startTimeOf(child.pid!)}`);
  child.unref();
}

/** Ends a daemon and all that it started; waits until it is gone. */
export async function stopDaemon(pidFile: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const pid = daemonPid(pidFile);
  if (pid !== undefined) {
    killGroup(pid, signal);
    await waitFor(`the end of process ${pid}`, () => startTimeOf(pid) === undefined || isZombie(pid), 30_000).catch(
      () => killGroup(pid, 'SIGKILL'),
    );
    // A program in the group that ignored the signal.
    killGroup(pid, 'SIGKILL');
  }
  rmSync(pidFile, { force: true });
}

/** Of a running daemon. The start time tells it from another process that got its number since. */
export function daemonPid(pidFile: string): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const [pid, startTime] = readFileSync(pidFile, 'utf8').split(' ');
  const now = startTimeOf(Number(pid));
  return now !== undefined && now === startTime && !isZombie(Number(pid)) ? Number(pid) : undefined;
}

/** Processes whose working directory is `directory` or below it, and whose program's name begins with `name`. */
export function processesIn(directory: string, name: string): number[] {
  return readdirSync('/proc')
    .filter((each) => /^\d+$/.test(each))
    .filter((pid) => {
      try {
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        const command = readFileSync(`/proc/${pid}/comm`, 'utf8');
        return (cwd === directory || cwd.startsWith(`${directory}/`)) && command.startsWith(name);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Asks again and again. @throws RigError that names what was waited for */
export async function waitFor(
  what: string,
  ask: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
  everyMs = 100,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await ask())) {
    if (Date.now() > end) throw new RigError(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** Field 22 of `/proc/PID/stat`: in ticks since the machine started. */
function startTimeOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

const isZombie = (pid: number): boolean => statOf(pid)?.[0] === 'Z';

/** The fields behind the program's name, which may hold spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
