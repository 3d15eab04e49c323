import { setTimeout as sleep } from 'node:timers/promises';
import type { CallProcess, Line } from './call-process.ts';

/** A process that nobody asks for so long is let go: what it knows of its Moodle's configuration gets no fresher. */
const idleMs = 3000;
/** A fork that has answered ends within a few milliseconds; a new PHP needs more than this to begin. */
const settlingMs = 50;

/** The processes of one site and profile: one that has answered is asked again rather than another started. */
export interface Processes {
  /** Ready for a request. */
  take(): Promise<CallProcess>;
  /** When it has said all, it is kept for a while if it is ready, else let go. */
  giveBack(call: CallProcess, lines: AsyncGenerator<Line, void>): void;
  /** Ends those that nobody uses. */
  close(): void;
}

export function keepProcesses(start: () => Promise<CallProcess>): Processes {
  /** With what lets it go. The last is the freshest. */
  const idle: { call: CallProcess; timer: NodeJS.Timeout }[] = [];
  const settling = new Set<Promise<void>>();
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
    if (closed || !call.ready) return void call.dismiss();
    call.hold(false);
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((each) => each.call === call),
        1,
      );
      call.dismiss();
    }, idleMs).unref();
    idle.push({ call, timer });
  };

  return {
    async take() {
      let call = find();
      if (!call && settling.size > 0) {
        await Promise.race([...settling, sleep(settlingMs)]);
        call = find();
      }
      call?.hold(true);
      return call ?? start();
    },
    giveBack(call, lines) {
      const settled = drain(lines)
        .catch(() => {})
        .then(() => {
          settling.delete(settled);
          keep(call);
        });
      settling.add(settled);
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
