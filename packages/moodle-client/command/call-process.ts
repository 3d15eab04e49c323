import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { badAnswer } from '../answer.ts';
import { SiteError, type SiteSaid } from '../errors.ts';
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
  /** Nothing more comes of this request, and another may follow. */
  ready?: true;
}

/** A PHP of the site that answers one request after the other, for as long as it says that it is ready for another. */
export interface CallProcess {
  /** Of the last request, as they come. @throws SiteError `site-bad-answer` for what is none; the process is ended then */
  lines(): AsyncGenerator<Line, void>;
  /** Descriptor 4. */
  readonly archive: Duplex;
  /** All of the last request was said, and it may be asked again. */
  readonly ready: boolean;
  /** Only when it is ready. */
  ask(request: object): void;
  /** There will be no other request: it ends. */
  dismiss(): void;
  kill(signal: NodeJS.Signals): void;
  /** After its end: why there was no answer. */
  failure(name: string): Promise<SiteError>;
  /** Dismisses it, and resolves with the last of what it printed since it was asked. */
  printed(): Promise<string>;
  /** Whether it keeps us from ending. */
  hold(isHeld: boolean): void;
}

export interface CallStart {
  words: Words;
  php: string;
  args: readonly string[];
  cwd: string;
  host: string;
  identity: Identity;
  answerBytes: number;
}

/** A process that a daemon inherited its descriptors from would keep them open for ever. */
const graceMs = 5000;

/**
 * Starts `call.php`, which waits for its first request. It is the head of a group of its own: what ends Jouvence at its
 * terminal does not end a backup half-way.
 */
export function startCall({ words, php, args, cwd, host, identity, answerBytes }: CallStart): CallProcess {
  const child: ChildProcess = spawn(php, args, {
    ...identity,
    cwd,
    env: environment(host),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [keepTail(child.stdout), keepTail(child.stderr)];
  const [stdin, answers, archive] = [child.stdin!, child.stdio[3] as Readable, child.stdio[4] as Duplex];
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
  // A program that ends without reading its input says why elsewhere.
  for (const stream of [stdin, answers, archive]) stream.on('error', () => {});
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null || spawnError !== undefined;
  // The whole group: a PHP may be started by a script that stands for it, and forks for each request.
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || isGone()) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Gone already.
    }
  };
  const said = readLines(words, answers, answerBytes);
  let ready = true;

  return {
    archive,
    kill,
    get ready() {
      return ready && !isGone();
    },
    ask(request) {
      ready = false;
      for (const tail of [stdout, stderr]) tail.clear();
      stdin.write(`${JSON.stringify(request)}\n`);
    },
    async *lines() {
      try {
        for (let next = await said.next(); !next.done; next = await said.next()) {
          if (next.value.ready === true) {
            ready = true;
            return;
          }
          yield next.value;
        }
      } catch (error) {
        kill('SIGKILL');
        throw error;
      }
    },
    dismiss: () => void stdin.end(),
    async failure(name) {
      await ended;
      const why: SiteSaid = spawnError
        ? { reason: 'php-not-started', values: { quoted: describeSpawnError(php, spawnError) } }
        : child.signalCode
          ? { reason: 'php-killed', values: { function: name, signal: child.signalCode } }
          : { reason: 'php-ended', values: { function: name, code: child.exitCode ?? -1 } };
      const quoted = words.quote((stderr.text().trim() || stdout.text().trim()).slice(-300));
      const printed: SiteSaid[] = quoted ? [{ reason: 'php-printed', values: { quoted } }] : [];
      return new SiteError('site-unreachable', words.site, [why, ...printed], { function: name });
    },
    async printed() {
      stdin.end();
      await ended;
      return [stdout.text().trim(), stderr.text().trim()].filter(Boolean).join('\n');
    },
    hold(isHeld) {
      for (const each of [child, ...child.stdio] as { ref?: () => void; unref?: () => void }[])
        isHeld ? each.ref?.() : each.unref?.();
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
    if (length > mostBytes)
      throw badAnswer(words, 'a call', {
        reason: 'answer-too-long',
        values: { function: 'a call', bytes: mostBytes },
      });
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
  throw badAnswer(words, 'a call', {
    reason: 'answer-line',
    values: { function: 'a call', quoted: words.quote(text).slice(0, 80) },
  });
}
