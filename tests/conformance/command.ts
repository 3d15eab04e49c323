import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import type { CodeBase } from '@jouvence/moodle-client';
import type { Got } from './http.ts';

export interface CommandSent {
  /** The document of standard input; a text goes as it is. */
  request: object | string;
  /** Further ones, each once the process says that it is ready for it. */
  then?: object[];
  /** What goes into descriptor 4, once the site has said from where on. */
  body?: (received: number) => Uint8Array;
}

export interface CommandGot {
  /** Documents of descriptor 3, in their order, but those that say that it is ready. */
  lines: Record<string, unknown>[];
  /** How often it was ready for another request: never where a process answers one. */
  ready: number;
  /** What came out of descriptor 4. */
  bytes: Buffer;
  /** The end of the process. */
  code: number | null;
}

/** HTTP says by a status what the command line says by a code. */
const statuses: Record<string, number> = {
  'not-allowed': 403,
  'not-found': 404,
  'invalid-parameter': 400,
  conflict: 409,
};

/**
 * One `call.php`, by hand: what a site really answers is what is asked here, so the product's own client, which repeats
 * and follows, does not serve.
 */
export async function sendCommand(codeBase: CodeBase, sent: CommandSent): Promise<CommandGot> {
  const call = startCommand(codeBase, sent);
  const lines: Record<string, unknown>[] = [];
  let ready = 0;
  for await (const line of call.lines) {
    if (line.ready === true) ready++;
    else lines.push(line);
  }
  return { lines, ready, bytes: await call.bytes, code: await call.code };
}

/** The same as it goes on. */
export function startCommand({ path, php, account }: CodeBase, { request, then = [], body }: CommandSent) {
  const root = existsSync(join(path, 'public/version.php')) ? join(path, 'public') : path;
  const id = (option: string) => Number(execFileSync('id', [option, account]).toString());
  const child = spawn(php, [join(root, 'local/jouvence/cli/call.php')], {
    ...(process.getuid?.() === 0 && { uid: id('-u'), gid: id('-g') }),
    cwd: path,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const waiting = [...then];
  const say = (document: object | string): void => {
    child.stdin!.write(`${typeof document === 'string' ? document : JSON.stringify(document)}\n`);
    if (waiting.length === 0) child.stdin!.end();
  };
  const archive = child.stdio[4] as Duplex;
  archive.on('error', () => {});
  child.stdin!.on('error', () => {});
  say(request);
  const code = once(child, 'exit').then(([code]) => code as number | null);
  async function* read(): AsyncGenerator<Record<string, unknown>> {
    let text = '';
    let isSending = false;
    for await (const part of child.stdio[3] as Readable) {
      text += part;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        if (line === '') continue;
        const document = JSON.parse(line) as Record<string, unknown>;
        if (body && typeof document.received === 'number' && !isSending) {
          isSending = true;
          archive.end(body(document.received));
        }
        if (document.ready === true && waiting.length > 0) say(waiting.shift()!);
        yield document;
      }
    }
  }
  return { lines: read(), bytes: body ? Promise.resolve(Buffer.alloc(0)) : readAll(archive), code, child };
}

async function readAll(stream: Duplex): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** As it would have come over HTTP: a result or an error. */
export function asGot(document: Record<string, unknown> | undefined, isCall: boolean): Got {
  const error = document?.error as { errorcode?: string } | undefined;
  const json = error ?? document?.result;
  const status = error && !isCall ? (statuses[error.errorcode ?? ''] ?? 503) : 200;
  const text = json === undefined ? '' : JSON.stringify(json);
  return { status, headers: { 'content-type': 'application/json' }, bytes: Buffer.from(text), text, json };
}
