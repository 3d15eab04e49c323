import { createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

const keyBytes = 32;

export interface Key {
  /** First letters of a hash of it: names it without telling it. */
  id: string;
  bytes: Buffer;
  /** It opens and does not seal yet: a rotation that is prepared. Written `next:` before the key. */
  next?: boolean;
}

/**
 * The keys of one installation: the first seals, all of them open. Where they come from: `JOUVENCE_SECRET_KEY`, the
 * file that `JOUVENCE_SECRET_KEY_FILE` names, else `secret.key` of the data directory, which is made when the first
 * secret is sealed. Several are written one a line (in the environment, by commas): during a rotation there are two.
 *
 * A file is looked at again whenever it has changed, so that a rotation reaches the processes that run.
 */
export interface KeyRing {
  /** Where they come from, for people. */
  readonly origin: string;
  /** Null: it is the environment's, and nothing here can change it. */
  readonly file: string | null;
  /** The first seals. */
  read(): readonly Key[];
  /** The same, and makes one if there is none. */
  readOrMake(): readonly Key[];
}

export function openKeyRing(dataDir: string, env: NodeJS.ProcessEnv): KeyRing {
  const { JOUVENCE_SECRET_KEY: inline, JOUVENCE_SECRET_KEY_FILE: named } = env;
  if (inline) {
    let keys: Key[] | undefined;
    const read = () => (keys ??= parseKeys(inline.replaceAll(',', '\n'), 'JOUVENCE_SECRET_KEY'));
    return { origin: 'JOUVENCE_SECRET_KEY', file: null, read, readOrMake: read };
  }
  const file = named || join(dataDir, 'secret.key');
  let known: { stamp: string; keys: Key[] } | undefined;
  const read = (): Key[] => {
    const stamp = stampOf(file);
    if (!known || known.stamp !== stamp)
      known = { stamp, keys: readKeyFile(file, named ? 'JOUVENCE_SECRET_KEY_FILE' : undefined) };
    return known.keys;
  };
  return {
    origin: file,
    file,
    read,
    readOrMake() {
      if (read().length === 0) makeKeyFile(file);
      return read();
    },
  };
}

export const newKey = (): Key => keyOf(randomBytes(keyBytes));

/** In one stroke: who reads it finds the old keys or the new ones, and never half of them. */
export function writeKeyFile(file: string, keys: readonly Key[]): void {
  const aside = `${file}.${process.pid}.new`;
  writeFileSync(aside, textOf(keys), { mode: 0o600, flush: true });
  renameSync(aside, file);
}

/** Written aside and linked into place: of two processes at once one makes the key, and both use that one. */
function makeKeyFile(file: string): void {
  const aside = `${file}.${process.pid}.new`;
  writeFileSync(aside, textOf([newKey()]), { mode: 0o600, flush: true });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

const textOf = (keys: readonly Key[]): string =>
  keys.map(({ bytes, next }) => `${next ? 'next:' : ''}${bytes.toString('base64')}\n`).join('');

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : 'absent';
}

function readKeyFile(file: string, setting?: string): Key[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!setting && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError(
      'config-invalid',
      `the key file ${file}${setting ? ` (${setting})` : ''} cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  // A file that an operator brings may be mounted with the rights of its orchestrator; ours must be private.
  if (!setting && (statSync(file).mode & 0o077) !== 0)
    throw new AppError('config-invalid', `${file} can be read by others: chmod 600 ${file}`);
  return parseKeys(text, file);
}

function parseKeys(text: string, where: string): Key[] {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map((line) => parseKey(line));
  if (keys.length > 0 && keys.every((key) => key !== undefined) && !keys[0]!.next) return keys;
  throw new AppError(
    'config-invalid',
    `${where} must hold ${keyBytes} bytes in base64 or hex: make one with "openssl rand -base64 32"`,
  );
}

function parseKey(line: string): Key | undefined {
  const [, next, text = ''] = /^(next:)?(.*)$/.exec(line)!;
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== keyBytes) return undefined;
  return { ...keyOf(bytes), ...(next !== undefined && { next: true }) };
}

const keyOf = (bytes: Buffer): Key => ({
  id: createHash('sha256').update('jouvence key id').update(bytes).digest('hex').slice(0, 8),
  bytes,
});
