import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError, failure } from '../errors.ts';
import { openKeyRing } from './key-ring.ts';
import type { Queryable } from './store.ts';

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
  /** Ids of the keys that are here: the first seals, all of them open. Empty: nothing has been sealed yet. */
  keyIds(): string[];
}

/** What one module keeps sealed, so that all of it can be counted and sealed anew. */
export interface SealedValues {
  /** How many values each key has sealed, by its id. */
  count(db: Queryable): Promise<Map<string, number>>;
  /** Seals up to `limit` values anew that another key than this one sealed, and that open; how many that were. */
  reseal(tx: Queryable, secrets: Secrets, keyId: string, limit: number): Promise<number>;
}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Nothing is read before it is needed: a server without its key starts, and only what needs a secret fails. Where the
 * keys come from: see `KeyRing`.
 */
export function openSecrets(dataDir: string, env: NodeJS.ProcessEnv = process.env): Secrets {
  const ring = openKeyRing(dataDir, env);
  return {
    sealSecret(text, place) {
      const key = ring.readOrMake()[0]!;
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
      const keys = ring.read();
      const key = keys.find(({ id }) => id === keyId);
      if (!key) throw missingKey(place, keyId, keys[0]?.id);
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
    keyIds: () => ring.read().map(({ id }) => id),
  };
}

function missingKey(place: SecretPlace, keyId: string, present: string | undefined): AppError {
  const about = { site: place.site, what: place.column, key: keyId };
  return failure(
    'key-missing',
    present ? { reason: 'key-other', values: { ...about, present } } : { reason: 'key-missing', values: about },
    { details: { keyId, present: present ?? null } },
  );
}

function associatedData({ site, column }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([site, column]), 'utf8');
}
