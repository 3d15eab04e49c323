import { readFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { Cli } from './cli.ts';

/** Longer is no token but the wrong file. */
const maxBytes = 4096;

/**
 * A secret from a file, from standard input when that is a pipe, or typed unseen. `none` is said when nothing came.
 * @throws AppError `invalid-parameter` when there is none, `cancelled` after Ctrl-C.
 */
export async function readSecret(
  cli: Cli,
  { prompt, none, file }: { prompt: string; none: string; file: string | undefined },
): Promise<string> {
  const text = await (file !== undefined && file !== '-'
    ? readSecretFile(file)
    : cli.stdin.isTTY && file === undefined
      ? ask(cli, prompt)
      : readAll(cli.stdin));
  const secret = text.trim();
  if (secret === '' || secret.length > maxBytes) throw new AppError('invalid-parameter', none);
  return secret;
}

async function readSecretFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid-parameter', (error as Error).message, { cause: error });
  }
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Raw, so that the terminal shows nothing; then Ctrl-C and backspace are ours to obey. */
function ask({ stdin, stderr }: Cli, prompt: string): Promise<string> {
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let text = '';
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      stdin.removeListener('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      finish();
    };
    const onData = (typed: string) => {
      for (const letter of typed) {
        if (letter === '\u0003') return end(() => reject(new AppError('cancelled')));
        if (letter === '\r' || letter === '\n' || letter === '\u0004') return end(() => resolve(text));
        text = letter === '\u007f' || letter === '\b' ? text.slice(0, -1) : text + letter;
      }
    };
    stdin.on('data', onData);
    stdin.resume();
  });
}
