import { spawn } from 'node:child_process';
import type { Identity } from './account.ts';

/** What a process of a site may know of us: nothing. Our own environment holds keys and passwords. */
export const environment = (host: string): Record<string, string> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  ...(host && { JOUVENCE_HOST: host }),
});

export interface Ended {
  /** Null: by a signal, or it never began. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Why it could not be started, or was ended by us. */
  failure: string | undefined;
}

/** How much of what a program says is kept: the end of it tells why it failed. */
const keptBytes = 16_384;

/** The end of what a stream says, whatever it is flooded with. */
export interface Tail {
  text(): string;
  /** What was said until now is forgotten. */
  clear(): void;
}

export function keepTail(stream: NodeJS.ReadableStream | null): Tail {
  let tail: Buffer = Buffer.alloc(0);
  stream?.on('data', (part: Buffer) => {
    tail = part.length >= keptBytes ? part.subarray(-keptBytes) : Buffer.concat([tail, part]).subarray(-keptBytes);
  });
  stream?.on('error', () => {});
  return {
    text: () => tail.toString('utf8'),
    clear() {
      tail = Buffer.alloc(0);
    },
  };
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: { identity: Identity; host?: string; cwd?: string; timeoutMs: number },
): Promise<Ended> {
  const { identity, host = '', cwd = '/', timeoutMs } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...identity,
      cwd,
      env: environment(host),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr] = [keepTail(child.stdout), keepTail(child.stderr)];
    const end = (code: number | null, failure?: string) =>
      resolve({ code, stdout: stdout.text(), stderr: stderr.text(), failure });
    child.once('error', (error) => end(null, describeSpawnError(program, error)));
    child.once('close', (code, signal) => end(code, signal ? `it was ended by ${signal}` : undefined));
  });
}

export function describeSpawnError(program: string, error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `there is no ${program}`;
  if (code === 'EACCES') return `${program} may not be run by that account, or its directory not be entered`;
  if (code === 'EPERM') return 'only root can run it as another account';
  return `${program} could not be started: ${error.message}`;
}
