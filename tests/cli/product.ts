import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDataDir } from '../../src/store/index.ts';

export const bin = join(import.meta.dirname, '../../bin/jouvence.js');

/** A data directory of the test's own, removed when the test is over. */
export function makeDataDir(): string & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'jv-'));
  return Object.assign(new String(path), {
    [Symbol.dispose]: () => removeDataDir(path),
  }) as unknown as string & Disposable;
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** An account of the machine to run as; undefined: our own. */
type Account = { uid: number; gid: number } | undefined;

/** The command line as a person runs it, until it ends. */
export async function jouvence(args: string[], env: NodeJS.ProcessEnv = {}, as?: Account): Promise<Finished> {
  const child = spawn(process.execPath, [bin, ...args], {
    ...as,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

export interface Serving extends AsyncDisposable {
  url: string;
  process: ChildProcess;
  output: { stdout: string; stderr: string };
}

/** `jouvence serve` on a free port, once it has said where it answers. */
export async function serveOn(
  dataDir: string,
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
  as?: Account,
): Promise<Serving> {
  const child = spawn(process.execPath, [bin, 'serve', '--data', String(dataDir), '--port', '0', ...args], {
    ...as,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /answers at (\S+)[\s\S]*Ctrl-C/.exec(output.stdout);
      if (found) resolve(found[1]!);
    });
    void ended.then(() => reject(new Error(`serve ended: ${output.stderr}`)));
  });
  return {
    url,
    process: child,
    output,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks until the answer is as wanted; the test's own time limit ends it otherwise. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout!.on('data', (part: Buffer) => (output.stdout += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (output.stderr += part.toString()));
  return output;
}
