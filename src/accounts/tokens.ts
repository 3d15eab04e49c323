import { createHash, randomBytes } from 'node:crypto';
import { audit, nameOf } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { isUniqueViolation, type Queryable, type Store } from '../store/index.ts';
import type { Actor } from './actor.ts';

/** A named token with which an operator's program speaks to the API. The token itself is shown once and kept nowhere. */
export interface ApiToken {
  id: number;
  name: string;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface NewApiToken {
  name: string;
  /** Until it expires: 1 to 366. */
  days: number;
}

export interface ApiTokens {
  /** @throws AppError `conflict` when a token of that name still opens the API. */
  create(actor: Actor, input: NewApiToken): Promise<ApiToken & { token: string }>;
  /** Newest first, expired and revoked ones too. */
  list(): Promise<ApiToken[]>;
  /** Revoking twice is no error. @throws AppError `not-found` */
  revoke(actor: Actor, idOrName: number | string): Promise<ApiToken>;
  /** The operator behind `jvt_…`, or null when nobody is. */
  authenticate(bearer: string): Promise<Actor | null>;
}

/** Recognisable, so that scanners of repositories and logs can find one that got lost. */
const prefix = 'jvt_';
const pattern = /^jvt_[A-Za-z0-9_-]{43}$/;
const dayMs = 86_400_000;
const maxDays = 366;
/** `last_used_at` is for people: more often than this it is not written. */
const usedStepMs = 60_000;

const columns = `id, name, created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt",
  last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

export function createApiTokens({ store, clock }: { store: Store; clock: Clock }): ApiTokens {
  async function insert(
    tx: Queryable,
    actor: Actor,
    name: string,
    days: number,
  ): Promise<ApiToken & { token: string }> {
    const now = clock.now();
    // One that has expired opens nothing, and must not keep its name.
    await tx.query(
      'update api_tokens set revoked_at = $2 where name = $1 and revoked_at is null and expires_at <= $2',
      [name, now],
    );
    const token = prefix + randomBytes(32).toString('base64url');
    const { rows } = await tx.query<ApiToken>(
      `insert into api_tokens (name, sha256, created_at, created_by, expires_at) values ($1, $2, $3, $4, $5) returning ${columns}`,
      [name, hash(token), now, nameOf(actor), new Date(now.getTime() + days * dayMs)],
    );
    const created = rows[0]!;
    await audit.write(tx, { actor, action: 'tokens.create', object: `token ${name}`, after: created });
    return { ...created, token };
  }

  return {
    async create(actor, { name, days }) {
      if (name.trim() === '' || name.length > 255)
        throw new AppError('invalid-parameter', 'a token needs a name of 1 to 255 characters');
      if (!Number.isInteger(days) || days < 1 || days > maxDays)
        throw new AppError('invalid-parameter', `a token lasts 1 to ${maxDays} days, not ${days}`);
      try {
        return await store.transaction((tx) => insert(tx, actor, name, days));
      } catch (error) {
        if (!isUniqueViolation(error, 'api_tokens_name')) throw error;
        throw new AppError(
          'conflict',
          `there is a token called ${name} already: revoke it first, or choose another name`,
          {
            cause: error,
          },
        );
      }
    },

    async list() {
      return (await store.query<ApiToken>(`select ${columns} from api_tokens order by id desc`)).rows;
    },

    revoke: (actor, idOrName) =>
      store.transaction(async (tx) => {
        const field = typeof idOrName === 'number' ? 'id' : 'name';
        const { rows } = await tx.query<ApiToken>(
          `select ${columns} from api_tokens where ${field} = $1 order by (revoked_at is null) desc, id desc limit 1 for update`,
          [idOrName],
        );
        const before = rows[0];
        if (!before) throw new AppError('not-found', `there is no token ${idOrName}`);
        if (before.revokedAt) return before;
        const after = { ...before, revokedAt: clock.now() };
        await tx.query('update api_tokens set revoked_at = $2 where id = $1', [before.id, after.revokedAt]);
        await audit.write(tx, { actor, action: 'tokens.revoke', object: `token ${before.name}`, before, after });
        return after;
      }),

    async authenticate(bearer) {
      if (!pattern.test(bearer)) return null;
      const now = clock.now();
      const { rows } = await store.query<{ id: number; name: string; lastUsedAt: Date | null }>(
        `select id, name, last_used_at as "lastUsedAt" from api_tokens
         where sha256 = $1 and revoked_at is null and expires_at > $2`,
        [hash(bearer), now],
      );
      const found = rows[0];
      if (!found) return null;
      if (now.getTime() - (found.lastUsedAt?.getTime() ?? 0) >= usedStepMs)
        await store.query('update api_tokens set last_used_at = $2 where id = $1', [found.id, now]);
      return { kind: 'operator', name: found.name, role: 'operator', siteIds: null, tokenId: found.id };
    },
  };
}

const hash = (token: string): Buffer => createHash('sha256').update(token).digest();
