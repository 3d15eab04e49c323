import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerSettings } from './worker-process.ts';

const file = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

/** A worker process that has started. */
export async function startKillable(settings: WorkerSettings): Promise<Killable> {
  const child = fork(file, { execArgv: ['--no-warnings'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(settings);
  const [outcome] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (outcome !== 'started') throw new Error(`the worker process ended before it had started (${outcome})`);
  return new Killable(child);
}

export class Killable {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** As a power cut would; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** Stops it where it stands, without a word: nothing in it goes on, its timers neither. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }
}
