import { createHash, randomBytes } from 'node:crypto';
import { audit, nameOf } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { isUniqueViolation, type Queryable, type Store } from '../store/index.ts';
import { type Actor, lesser, type OperatorActor, type OperatorRole, type Power } from './actor.ts';

/** A named token with which an operator's program speaks to the API. The token itself is shown once and kept nowhere. */
export interface ApiToken {
  id: number;
  name: string;
  role: OperatorRole;
  /** Null: all sites. */
  siteIds: number[] | null;
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
  /** Default: what the creator may. */
  role?: OperatorRole;
  /** Default: those of the creator. */
  siteIds?: readonly number[] | null;
}

export interface ApiTokens {
  /**
   * Never for more than the creator may, nor, when a token makes it, for longer than that one lasts.
   * @throws AppError `invalid-parameter`, `not-allowed`; `conflict` when a token of that name still opens the API
   */
  create(actor: Actor, input: NewApiToken): Promise<ApiToken & { token: string }>;
  /** Newest first, expired and revoked ones too: all for an operator of all sites, else one's own. */
  list(actor: Actor): Promise<ApiToken[]>;
  /** Revoking twice is no error. @throws AppError `not-found`, also for somebody else's */
  revoke(actor: Actor, idOrName: number | string): Promise<ApiToken>;
  /** The operator behind `jvt_…`, or null when nobody is; never more than its owner may at this moment. */
  authenticate(bearer: string): Promise<OperatorActor | null>;
}

/** Recognisable, so that scanners of repositories and logs can find one that got lost. */
const prefix = 'jvt_';
const pattern = /^jvt_[A-Za-z0-9_-]{43}$/;
const dayMs = 86_400_000;
const maxDays = 366;
/** `last_used_at` is for people: more often than this it is not written. */
const usedStepMs = 60_000;

const columns = `id, name, role, to_jsonb(site_ids) as "siteIds", created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt",
  last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

export function createApiTokens({ store, clock }: { store: Store; clock: Clock }): ApiTokens {
  async function insert(tx: Queryable, actor: Actor, input: NewApiToken): Promise<ApiToken & { token: string }> {
    const { name, days } = input;
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + days * dayMs);
    const { role, siteIds } = powerOf(actor, input);
    await refuseOutliving(tx, actor, expiresAt);
    // One that has expired opens nothing, and must not keep its name.
    await tx.query(
      'update api_tokens set revoked_at = $2 where name = $1 and revoked_at is null and expires_at <= $2',
      [name, now],
    );
    const token = prefix + randomBytes(32).toString('base64url');
    const { rows } = await tx.query<ApiToken>(
      `insert into api_tokens (name, sha256, role, site_ids, operator_id, created_at, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
      [name, hash(token), role, siteIds, ownerOf(actor), now, nameOf(actor), expiresAt],
    );
    const created = rows[0]!;
    await audit.write(tx, { actor, action: 'tokens.create', object: `token ${name}`, after: created });
    return { ...created, token };
  }

  return {
    async create(actor, input) {
      const { name, days } = input;
      if (name.trim() === '' || name.length > 255)
        throw new AppError('invalid-parameter', 'a token needs a name of 1 to 255 characters');
      if (!Number.isInteger(days) || days < 1 || days > maxDays)
        throw new AppError('invalid-parameter', `a token lasts 1 to ${maxDays} days, not ${days}`);
      try {
        return await store.transaction((tx) => insert(tx, actor, input));
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

    async list(actor) {
      const { rows } = await store.query<ApiToken>(
        `select ${columns} from api_tokens where $1 or operator_id = $2 order by id desc`,
        [seesAll(actor), ownerOf(actor)],
      );
      return rows;
    },

    revoke: (actor, idOrName) =>
      store.transaction(async (tx) => {
        const field = typeof idOrName === 'number' ? 'id' : 'name';
        const { rows } = await tx.query<ApiToken>(
          `select ${columns} from api_tokens where ${field} = $1 and ($2 or operator_id = $3)
           order by (revoked_at is null) desc, id desc limit 1 for update`,
          [idOrName, seesAll(actor), ownerOf(actor)],
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
      const { rows } = await store.query<Presented>(
        `select t.id, t.name, t.role, to_jsonb(t.site_ids) as "siteIds", t.last_used_at as "lastUsedAt", o.id as "operatorId",
           o.role as "ownerRole", to_jsonb(o.site_ids) as "ownerSiteIds"
         from api_tokens t left join operators o on o.id = t.operator_id
         where t.sha256 = $1 and t.revoked_at is null and t.expires_at > $2 and o.disabled_at is null`,
        [hash(bearer), now],
      );
      const found = rows[0];
      if (!found) return null;
      const power = found.operatorId
        ? lesser(found, { role: found.ownerRole!, siteIds: found.ownerSiteIds })
        : { role: found.role, siteIds: found.siteIds };
      if (!power) return null;
      if (now.getTime() - (found.lastUsedAt?.getTime() ?? 0) >= usedStepMs)
        await store.query('update api_tokens set last_used_at = $2 where id = $1', [found.id, now]);
      const owner = found.operatorId === null ? {} : { operatorId: found.operatorId };
      return { kind: 'operator', name: found.name, ...power, ...owner, tokenId: found.id };
    },
  };
}

interface Presented extends Pick<ApiToken, 'id' | 'name' | 'role' | 'siteIds' | 'lastUsedAt'> {
  operatorId: number | null;
  ownerRole: OperatorRole | null;
  ownerSiteIds: number[] | null;
}

/** Who is limited to some sites has only tokens of its own. */
const seesAll = (actor: Actor): boolean => actor.kind !== 'operator' || actor.siteIds === null;

const ownerOf = (actor: Actor): number | null => (actor.kind === 'operator' ? (actor.operatorId ?? null) : null);

/** @throws AppError `invalid-parameter` for what makes no sense, `not-allowed` for more than the actor may */
function powerOf(actor: Actor, input: NewApiToken): Power {
  const own: Power = actor.kind === 'operator' ? actor : { role: 'operator', siteIds: null };
  const role = input.role ?? (own.role === 'operator' && input.siteIds ? 'school' : own.role);
  const siteIds = input.siteIds ? [...new Set(input.siteIds)] : role === 'operator' ? null : own.siteIds;
  if (role === 'operator' && input.siteIds)
    throw new AppError(
      'invalid-parameter',
      'a token of the role operator is for all sites: leave the sites out, or make it one of the role school',
    );
  if (role === 'school' && (siteIds === null || siteIds.length === 0))
    throw new AppError('invalid-parameter', 'a token of the role school needs the sites that it is for');
  const most = lesser(own, { role, siteIds });
  const isWithin =
    most?.role === role && (siteIds === null ? most.siteIds === null : most.siteIds?.length === siteIds.length);
  if (!isWithin)
    throw new AppError(
      'not-allowed',
      'a token may not do more than whoever makes it: name a lesser role, or fewer sites',
    );
  return { role, siteIds };
}

/** A token that got lost must not go on for ever under other names. @throws AppError `not-allowed` */
async function refuseOutliving(tx: Queryable, actor: Actor, expiresAt: Date): Promise<void> {
  if (actor.kind !== 'operator' || actor.tokenId === undefined) return;
  const { rows } = await tx.query<{ expiresAt: Date }>(
    'select expires_at as "expiresAt" from api_tokens where id = $1',
    [actor.tokenId],
  );
  const until = rows[0]?.expiresAt;
  if (until && until >= expiresAt) return;
  throw new AppError(
    'not-allowed',
    `a token that is made with a token ends no later than that one${until ? ` (${until.toISOString()})` : ''}: ask for fewer days`,
  );
}

const hash = (token: string): Buffer => createHash('sha256').update(token).digest();
