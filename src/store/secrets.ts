import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** What a sealed value belongs to: it opens nowhere else, so that one copied into another row is worth nothing. */
export interface SecretPlace {
  site: string;
  column: string;
}

/** Secrets at rest: AES-256-GCM, with the id of the key in each value (`v1.<key id>.<nonce>.<text and tag>`). */
export interface Secrets {
  /** @throws AppError `config-invalid` when the key that is set cannot be used */
  sealSecret(text: string, place: SecretPlace): string;
  /** @throws AppError `key-missing` when there is no key, or another than it was sealed with */
  openSecret(sealed: string, place: SecretPlace): string;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

interface Key {
  id: string;
  bytes: Buffer;
}

/**
 * The key is that of `JOUVENCE_SECRET_KEY` or `JOUVENCE_SECRET_KEY_FILE` (32 bytes in base64 or hex), else the file
 * `secret.key` of the data directory, made when the first secret is sealed. Nothing is read before it is needed: a
 * server without its key starts, and only what needs a secret fails.
 */
export function openSecrets(dataDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  let key: Key | undefined;
  const file = join(dataDir, 'secret.key');

  return {
    sealSecret(text, place) {
      key ??= readKey(file, env) ?? makeKey(file);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(associatedData(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return ['v1', key.id, nonce.toString('base64url'), body.toString('base64url')].join('.');
    },
    openSecret(sealed, place) {
      const [version, keyId, nonce, body, ...rest] = sealed.split('.');
      if (version !== 'v1' || !keyId || !nonce || !body || rest.length > 0) {
        throw new AppError('internal', `the stored ${place.column} of ${place.site} is not a sealed secret`);
      }
      key ??= readKey(file, env);
      if (key?.id !== keyId) throw missingKey(place, keyId, key?.id);
      const bytes = Buffer.from(body, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(nonce, 'base64url'), {
          authTagLength: tagBytes,
        })
          .setAAD(associatedData(place))
          .setAuthTag(bytes.subarray(-tagBytes));
        return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw new AppError(
          'internal',
          `the stored ${place.column} of ${place.site} has been altered, or belongs elsewhere`,
          { cause: error },
        );
      }
    },
  };
}

function missingKey(place: SecretPlace, keyId: string, present: string | undefined): AppError {
  return new AppError(
    'key-missing',
    `the ${place.column} of ${place.site} was sealed with key ${keyId}, and ${present ? `the key here is ${present}` : 'there is none here'}: bring that key back (secret.key in the data directory, or JOUVENCE_SECRET_KEY), or pair the site again`,
    { details: { keyId, present: present ?? null } },
  );
}

function readKey(file: string, env: NodeJS.ProcessEnv): Key | undefined {
  if (env.JOUVENCE_SECRET_KEY) return parseKey(env.JOUVENCE_SECRET_KEY, 'JOUVENCE_SECRET_KEY');
  if (env.JOUVENCE_SECRET_KEY_FILE) return readKeyFile(env.JOUVENCE_SECRET_KEY_FILE, 'JOUVENCE_SECRET_KEY_FILE');
  return readKeyFile(file);
}

function readKeyFile(file: string, setting?: string): Key | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!setting && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError(
      'config-invalid',
      `the key file ${file}${setting ? ` (${setting})` : ''} cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  // A file that an operator brings may be mounted with the rights of its orchestrator; ours must be private.
  if (!setting && (statSync(file).mode & 0o077) !== 0) {
    throw new AppError('config-invalid', `${file} can be read by others: chmod 600 ${file}`);
  }
  return parseKey(text, file);
}

function parseKey(text: string, where: string): Key {
  const trimmed = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (bytes.length !== keyBytes) {
    throw new AppError(
      'config-invalid',
      `${where} must hold ${keyBytes} bytes in base64 or hex: make one with "openssl rand -base64 32"`,
    );
  }
  return { id: createHash('sha256').update('jouvence key id').update(bytes).digest('hex').slice(0, 8), bytes };
}

/** Written aside and linked into place: of two processes at once one makes the key, and both use that one. */
function makeKey(file: string): Key {
  const aside = `${file}.${process.pid}.new`;
  writeFileSync(aside, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return readKeyFile(file)!;
}

function associatedData({ site, column }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([site, column]), 'utf8');
}
