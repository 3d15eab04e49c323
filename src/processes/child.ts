import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { AppError, isErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';

/**
 * One of the processes that `serve` runs. Settings travel over the pipe between the two, never as arguments or
 * environment, because they hold database passwords and every user of the machine can list those.
 *
 * A child ends by itself when its parent is gone (the pipe closes), so a killed `serve` leaves no process behind.
 * A child that dies is started again, after 0.2 s, then twice that, up to 10 s; the count starts anew once a child
 * has lived for a minute.
 */
export interface Child<Info> {
  info: Info;
  stop(): Promise<void>;
}

type Message<Info> = { ready: Info } | { failed: { code: string; message: string } };

interface ChildOptions<Settings, Info> {
  name: string;
  file: URL;
  settings: Settings;
  log: Log;
  /** Called with what the new process says of itself, each time that it was started again. */
  onRestart?: (info: Info) => void;
}

const stopTimeoutMs = 15_000;

export async function startChild<Settings extends object, Info>(
  options: ChildOptions<Settings, Info>,
): Promise<Child<Info>> {
  let stopping = false;
  let wait = 200;
  let timer: NodeJS.Timeout | undefined;
  let current = await launch(options);
  const watch = (launched: Launched<Info>): void => {
    const since = Date.now();
    launched.process.once('exit', (code, signal) => {
      if (stopping) return;
      if (Date.now() - since > 60_000) wait = 200;
      // Said only when it is done: a signal to the whole group ends the children a moment before we are told to stop.
      timer = setTimeout(() => {
        options.log.error({ process: options.name, code, signal }, 'process ended unasked; starting it again');
        void again();
      }, wait);
      wait = Math.min(wait * 2, 10_000);
    });
  };
  const again = async (): Promise<void> => {
    try {
      current = await launch(options);
      if (stopping) return void current.process.kill('SIGTERM');
      watch(current);
      options.onRestart?.(current.info);
    } catch (error) {
      options.log.error({ process: options.name, error, againInMs: wait }, 'process did not start');
      if (!stopping) timer = setTimeout(again, wait);
      wait = Math.min(wait * 2, 10_000);
    }
  };
  watch(current);
  return {
    get info() {
      return current.info;
    },
    stop: () => {
      stopping = true;
      clearTimeout(timer);
      return end(current.process);
    },
  };
}

interface Launched<Info> {
  process: ReturnType<typeof fork>;
  info: Info;
}

function launch<Settings extends object, Info>(options: ChildOptions<Settings, Info>): Promise<Launched<Info>> {
  const child = fork(fileURLToPath(options.file), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--no-warnings'],
    // What one process has compiled the others need not: a third of their start.
    env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(
        new AppError('internal', `the ${options.name} process ended before it was ready (${signal ?? `code ${code}`})`),
      ),
    );
    child.once('message', (message: Message<Info>) => {
      child.removeAllListeners('exit');
      if ('ready' in message) return resolve({ process: child, info: message.ready });
      child.kill('SIGKILL');
      const { code, message: text } = message.failed;
      reject(new AppError(isErrorCode(code) ? code : 'internal', text));
    });
    child.send(options.settings);
  });
}

function end(child: ReturnType<typeof fork>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** The other end: takes the settings, starts, says what it is, and stops when told to or left alone. */
export function runChild<Settings, Info>(start: (settings: Settings) => Promise<Child<Info>>): void {
  // Ctrl-C reaches the whole group; `serve` decides who stops when.
  process.on('SIGINT', () => {});
  process.once('message', async (settings: Settings) => {
    try {
      const child = await start(settings);
      let ending = false;
      const stop = async (): Promise<void> => {
        if (ending) return;
        ending = true;
        await child.stop().catch((error: unknown) => console.error(error));
        process.exit(0);
      };
      // Not once: the same signal may come twice, to the group and from `serve`.
      process.on('SIGTERM', stop);
      process.once('disconnect', stop);
      if (!process.connected) return void stop();
      process.send!({ ready: child.info } satisfies Message<Info>);
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string };
      process.send?.({ failed: { code: String(code ?? 'internal'), message } } satisfies Message<Info>, () =>
        process.exit(1),
      );
    }
  });
}
