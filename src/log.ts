import { AsyncLocalStorage } from 'node:async_hooks';
import { styleText } from 'node:util';
import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * A log line carries `site` where it is about one, `request` where it is about what a teacher asked for, and `call`
 * where it is about a call of our own API. Who begins such work says so once, with `logAbout`.
 */
export type Log = Logger;

const about = new AsyncLocalStorage<Record<string, unknown>>();

/** Every line that is written while `fn` runs, by whatever module and however late, carries these fields too. */
export function logAbout<T>(fields: Record<string, unknown>, fn: () => T): T {
  return about.run({ ...about.getStore(), ...fields }, fn);
}

export interface LogOptions {
  level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** One readable line each, instead of JSON. By default where a person looks: standard error is a terminal. */
  pretty?: boolean;
  /** Standard error by default: standard output belongs to what a command answers. */
  destination?: DestinationStream;
}

/** JSON lines, or readable ones in a terminal. No field named after a secret, and no secret in an address, gets out. */
export function openLog(options: LogOptions = {}): Log {
  // Written at once: a process that is killed must not take with it the lines that say why.
  const sink = options.destination ?? pino.destination({ dest: 2, sync: true });
  const pretty = options.pretty ?? (!options.destination && process.stderr.isTTY === true);
  return pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      // A copy: the fields of the line are put into it.
      mixin: () => ({ ...about.getStore() }),
      hooks: { streamWrite: hideSecrets },
    },
    pretty ? { write: (line: string) => sink.write(prettyLine(line)) } : sink,
  );
}

/** For tests, and for commands whose only voice is their answer. */
export const silentLog: Log = pino({ level: 'silent' });

const hidden = '[hidden]';
/** Names that end like a secret and are none: they name work, and open no door. */
const harmless = new Set(['attemptkey', 'idempotencykey']);

/**
 * Works on the finished line, so that no way in is forgotten: fields at any depth, bindings of a child, an error's
 * details; and what a message or a stack may have swallowed, a query string or an address with a password.
 */
function hideSecrets(line: string): string {
  return line
    .replace(
      /"([\w-]*(?:token|secret|password|passwd|key|authorization|cookie))":"(?:[^"\\]|\\.)*"/gi,
      (found, name) => (harmless.has(name.toLowerCase()) ? found : `"${name}":"${hidden}"`),
    )
    .replace(/\b((?:ws)?(?:token|password|secret))=[^&\s"\\]+/gi, `$1=${hidden}`)
    .replace(/(:\/\/[^/\s:@"]*):[^/\s@"]+@/g, `$1:${hidden}@`);
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, details } = error as Error & { code?: unknown; details?: unknown };
  return {
    type: error.name,
    code,
    message: error.message,
    details,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

const levelColours = { warn: 'yellow', error: 'red', fatal: 'red' } as const;

function prettyLine(line: string): string {
  const {
    time,
    level,
    pid: _pid,
    msg,
    err,
    ...fields
  } = JSON.parse(line) as Record<string, unknown> & {
    err?: { message?: string; code?: string };
  };
  const clock = String(time).slice(11, 19);
  const colour = levelColours[level as keyof typeof levelColours];
  const text = [
    clock,
    ...(colour ? [styleText(colour, String(level), { stream: process.stderr })] : []),
    String(msg ?? ''),
    ...(err ? [`${err.code ? `[${err.code}] ` : ''}${err.message}`] : []),
    ...Object.entries(fields).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
  ];
  return `${text.join(' ')}\n`;
}
