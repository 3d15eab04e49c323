import type { CallProcess, Line } from './call-process.ts';

/** A process that nobody asks for so long is let go, with its memory. */
const idleMs = 3000;
/** Where courses are carried the next request is not far, and a new PHP costs more. */
const idleBetweenTasksMs = 15_000;
/** What it read of config.php and code at its begin is not to be older (`MOST_SECONDS` of `classes/forks.php`). */
const mostAgeMs = 20_000;
/**
 * Most calls take less, and one that comes to a fork that is there costs a fraction of one that another is made for, let
 * alone a new PHP: so what is asked at the same time is asked of one process, in turn.
 */
const patienceMs = 100;
/** What a new PHP needs before it can answer. */
const beginMs = 250;

/** The processes of one site and profile: one that has answered is asked again rather than another started. */
export interface Processes {
  /** Ready for a request. */
  take(): Promise<CallProcess>;
  /** When it has said all, it is kept for a while if it is ready, else let go. */
  giveBack(call: CallProcess, lines: AsyncGenerator<Line, void>): void;
  /** It was ended, and is not given back. */
  forget(call: CallProcess): void;
  /** Ends those that nobody uses. */
  close(): void;
}

export function keepProcesses(start: () => Promise<CallProcess>, runsTasks: () => boolean): Processes {
  /** With what lets it go. The last is the freshest. */
  const idle: { call: CallProcess; timer: NodeJS.Timeout }[] = [];
  /** Those in use, with the time when each was or will be asked, in milliseconds of this process. */
  const asked = new Map<CallProcess | symbol, number>();
  const begun = new WeakMap<CallProcess, number>();
  const waiting: ((call?: CallProcess) => void)[] = [];
  let closed = false;

  const find = (): CallProcess | undefined => {
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.timer);
      if (last.call.ready) return last.call;
      last.call.dismiss();
    }
    return undefined;
  };

  const keep = (call: CallProcess): void => {
    const leftMs = (begun.get(call) ?? 0) + mostAgeMs - performance.now();
    if (closed || !call.ready || leftMs <= 0) return void call.dismiss();
    const next = waiting.shift();
    if (next) return void next(call);
    call.hold(false);
    const timer = setTimeout(
      () => {
        idle.splice(
          idle.findIndex((each) => each.call === call),
          1,
        );
        call.dismiss();
      },
      Math.min(leftMs, runsTasks() ? idleBetweenTasksMs : idleMs),
    ).unref();
    idle.push({ call, timer });
  };

  /** One that was asked a moment ago, if it has answered in time. */
  function answering(leftMs: number): Promise<CallProcess | undefined> {
    return new Promise((resolve) => {
      const give = (call?: CallProcess): void => {
        clearTimeout(timer);
        resolve(call);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(give), 1);
        give();
      }, leftMs);
      waiting.push(give);
    });
  }

  async function begin(): Promise<CallProcess> {
    const beginning = Symbol();
    const now = performance.now();
    asked.set(beginning, now + beginMs);
    try {
      const call = await start();
      begun.set(call, now);
      asked.set(call, performance.now() + beginMs);
      return call;
    } finally {
      asked.delete(beginning);
    }
  }

  return {
    async take() {
      const leftMs = Math.max(...asked.values()) + patienceMs - performance.now();
      const call = (leftMs > 0 ? await answering(leftMs) : undefined) ?? find();
      if (!call) return begin();
      call.hold(true);
      asked.set(call, performance.now());
      return call;
    },
    giveBack(call, lines) {
      const done = () => {
        asked.delete(call);
        keep(call);
      };
      drain(lines).then(done, done);
    },
    forget(call) {
      asked.delete(call);
    },
    close() {
      closed = true;
      for (const { call, timer } of idle.splice(0)) {
        clearTimeout(timer);
        call.dismiss();
      }
    },
  };
}

async function drain(lines: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of lines);
}
