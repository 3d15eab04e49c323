import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { badAnswer } from '../answer.ts';
import { SiteError } from '../errors.ts';
import type { Words } from '../wire.ts';
import type { Identity } from './account.ts';
import { describeSpawnError, environment, keepTail } from './run.ts';

/** One document of descriptor 3, as `classes/command.php` of the agent says. */
export interface Line {
  result?: unknown;
  error?: unknown;
  task?: unknown;
  archive?: { from: number; sizebytes: number; sha256: string };
  received?: number | null;
}

export interface CallProcess {
  /** As they come, to the end. @throws SiteError `site-bad-answer` for what is none; the process is ended then */
  lines(): AsyncGenerator<Line, void>;
  /** Descriptor 4; undefined when none was asked for. */
  readonly archive: Duplex | undefined;
  kill(signal: NodeJS.Signals): void;
  /** After its end: why there was no answer. */
  failure(name: string): Promise<SiteError>;
  /** After its end: the last of what it printed. */
  printed(): Promise<string>;
  /** Whoever waits for nothing else may end before it does. */
  unref(): void;
}

export interface CallStart {
  words: Words;
  php: string;
  args: readonly string[];
  cwd: string;
  host: string;
  identity: Identity;
  request: object;
  withArchive: boolean;
  answerBytes: number;
}

/** A process that a daemon inherited its descriptors from would keep them open for ever. */
const graceMs = 5000;

/**
 * Starts `call.php` for one request. It is the head of a group of its own: what ends Jouvence at its terminal does not end
 * a backup half-way.
 */
export function startCall(options: CallStart): CallProcess {
  const { words, php, args, cwd, host, identity, request, withArchive, answerBytes } = options;
  const child: ChildProcess = spawn(php, args, {
    ...identity,
    cwd,
    env: environment(host),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', withArchive ? 'pipe' : 'ignore'],
  });
  const [stdout, stderr] = [keepTail(child.stdout), keepTail(child.stderr)];
  const answers = child.stdio[3] as Readable;
  const archive = withArchive ? (child.stdio[4] as Duplex) : undefined;
  archive?.on('error', () => {});
  let spawnError: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      spawnError = error;
      answers.destroy();
      resolve();
    });
    child.once('exit', () => {
      setTimeout(() => answers.destroy(), graceMs).unref();
      resolve();
    });
  });
  answers.on('error', () => {});
  // A program that ends without reading its input says why elsewhere.
  child.stdin!.on('error', () => {}).end(JSON.stringify(request));
  // The whole group: a PHP may be started by a script that stands for it.
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Gone already.
    }
  };

  return {
    archive,
    kill,
    async *lines() {
      try {
        yield* readLines(words, answers, answerBytes);
      } catch (error) {
        kill('SIGKILL');
        throw error;
      }
    },
    async failure(name) {
      await ended;
      const why = spawnError
        ? describeSpawnError(php, spawnError)
        : `its PHP ${child.signalCode ? `was ended by ${child.signalCode}` : `ended with code ${child.exitCode}`} before it answered ${name}`;
      const said = words.quote((stderr().trim() || stdout().trim()).slice(-300));
      return new SiteError('site-unreachable', words.site, said ? `${why}: ${said}` : why, { function: name });
    },
    async printed() {
      await ended;
      return [stdout().trim(), stderr().trim()].filter(Boolean).join('\n');
    },
    unref() {
      child.unref();
      for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
    },
  };
}

async function* readLines(words: Words, stream: Readable, mostBytes: number): AsyncGenerator<Line, void> {
  let parts: Buffer[] = [];
  let length = 0;
  const chunks = stream[Symbol.asyncIterator]();
  for (;;) {
    // Destroyed after the process had ended: there is nothing more.
    const next = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
    if (next.done) break;
    let rest = next.value as Buffer;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const text = Buffer.concat([...parts, rest.subarray(0, at)]).toString('utf8');
      [parts, length, rest] = [[], 0, rest.subarray(at + 1)];
      if (text.trim() !== '') yield readLine(words, text);
    }
    parts.push(rest);
    length += rest.length;
    if (length > mostBytes) throw badAnswer(words, 'a call', `is longer than the ${mostBytes} bytes that we take`);
  }
}

function readLine(words: Words, text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Below.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badAnswer(words, 'a call', `is "${words.quote(text).slice(0, 80)}" on descriptor 3, and no document of ours`);
}
