import { setTimeout as sleep } from 'node:timers/promises';
import { functions, type Task } from '@jouvence/protocol';
import type { CallProcess, Line } from './call-process.ts';

/** A task that a process of ours runs. */
interface Running {
  process: CallProcess;
  task: Task;
  over: boolean;
  /** Resolved by the next line, or the end. */
  news: Promise<void>;
  tell: () => void;
  ended: Promise<void>;
}

/** What was asked about its end last is forgotten after that. */
const keepMs = 600_000;

/** The tasks that run in processes of this client, by their keys; others are the site's to know. */
export class RunningTasks {
  readonly #running = new Map<string, Running>();

  /** Follows a process that goes on after its answer. Resolves at its end, with how the task stood then. */
  follow(process: CallProcess, task: Task, lines: AsyncGenerator<Line, void>): Promise<Task> {
    const running: Running = { process, task, over: false, ...nextNews(), ended: Promise.resolve() };
    this.#running.set(task.key, running);
    running.ended = this.#read(running, lines);
    process.hold(false);
    return running.ended.then(() => running.task);
  }

  async #read(running: Running, lines: AsyncGenerator<Line, void>): Promise<void> {
    const { key } = running.task;
    try {
      for await (const line of lines) {
        const told = functions.get_job.result.safeParse(line.task);
        if (told.success && told.data.key === key) running.task = told.data;
        this.#tell(running);
      }
    } catch {
      // What it said last was none of ours, and it was ended: its key tells the rest.
    }
    running.over = true;
    this.#tell(running);
    setTimeout(() => this.#forget(key, running), keepMs).unref();
  }

  #tell(running: Running): void {
    const { tell } = running;
    Object.assign(running, nextNews());
    tell();
  }

  #forget(key: string, running: Running): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }

  /** How it stands; undefined when none of ours runs it, or whoever ran it did not get to an end: then ask the site. */
  read(key: string): Task | undefined {
    const running = this.#running.get(key);
    if (!running?.over) return running?.task;
    this.#running.delete(key);
    return isEnd(running.task) ? running.task : undefined;
  }

  has(process: CallProcess): boolean {
    return [...this.#running.values()].some((running) => running.process === process);
  }

  /** Waits until there is something to read; false, at once: nobody here would tell. @throws the signal's reason */
  async news(key: string, ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    signal?.throwIfAborted();
    const running = this.#running.get(key);
    // Somebody else runs what our process only looked at: there is nothing to hear.
    if (!running || running.over) return running !== undefined && isEnd(running.task);
    const late = new AbortController();
    const both = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
    // Who waits is told by its own signal.
    await Promise.race([running.news, sleep(ms, undefined, { signal: both }).catch(() => {})]);
    late.abort();
    signal?.throwIfAborted();
    return true;
  }

  /** Asks the process of a task to end, and waits for that; it removes what it made. */
  async stop(key: string, mostMs: number): Promise<void> {
    const running = this.#running.get(key);
    if (!running) return;
    if (!running.over) {
      running.process.kill('SIGTERM');
      const late = new AbortController();
      await Promise.race([running.ended, sleep(mostMs, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    }
    this.#running.delete(key);
  }
}

const isEnd = ({ state }: Task): boolean => state !== 'waiting' && state !== 'running';

function nextNews(): Pick<Running, 'news' | 'tell'> {
  let tell = (): void => {};
  const news = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { news, tell };
}
