import { createHash, randomBytes } from 'node:crypto';
import { audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Queryable, Store } from '../store/index.ts';
import type { OperatorActor } from './actor.ts';
import { type Operator, operatorColumns } from './operator.ts';

/** A browser in which an operator is signed in. */
export interface OperatorSession {
  id: number;
  how: 'password' | 'oidc';
  address: string;
  /** As it calls itself. */
  browser: string;
  createdAt: Date;
  /** To the minute. */
  seenAt: Date;
  /** At the latest; earlier when nothing is done for an hour. */
  expiresAt: Date;
}

export interface Visit {
  address: string;
  browser: string;
}

export interface OperatorSessions {
  /** Of the caller's transaction; gives the key of its cookie. */
  start(tx: Queryable, operator: Operator, how: OperatorSession['how'], visit: Visit): Promise<string>;
  /**
   * Null: nobody, or not any more. What the operator may do is as it is now. `touch` false: only looked at; that alone
   * does not keep a session from ending for want of use.
   */
  find(
    key: string,
    options?: { touch?: boolean },
  ): Promise<{ actor: OperatorActor; operator: Operator; session: OperatorSession } | null>;
  /** Of the operator; the newest first. */
  list(actor: OperatorActor): Promise<OperatorSession[]>;
  /** By its key, when it signs itself out; one that is not there is no error. */
  end(key: string): Promise<void>;
  /** One of the operator's own. @throws AppError `not-found` */
  endOne(actor: OperatorActor, id: number): Promise<void>;
}

const pattern = /^[A-Za-z0-9_-]{43}$/;
const idleMs = 3_600_000;
const lastsMs = 12 * 3_600_000;
const seenStepMs = 60_000;

const columns = `s.id, s.how, s.address, s.browser, s.created_at as "createdAt", s.seen_at as "seenAt", s.expires_at as "expiresAt"`;

export function createOperatorSessions({ store, clock }: { store: Store; clock: Clock }): OperatorSessions {
  const idleSince = () => new Date(clock.nowMs() - idleMs);
  return {
    async start(tx, { id }, how, { address, browser }) {
      const key = randomBytes(32).toString('base64url');
      const now = clock.now();
      await tx.query('delete from operator_sessions where expires_at < $1 or seen_at < $2', [now, idleSince()]);
      await tx.query(
        `insert into operator_sessions (sha256, operator_id, how, address, browser, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $6, $7)`,
        [hash(key), id, how, address.slice(0, 64), browser.slice(0, 255), now, new Date(now.getTime() + lastsMs)],
      );
      await tx.query('update operators set last_sign_in_at = $2 where id = $1', [id, now]);
      return key;
    },

    async find(key, { touch = true } = {}) {
      if (!pattern.test(key)) return null;
      const now = clock.now();
      const { rows } = await store.query<Operator & Prefixed>(
        `select ${operatorColumns}, s.id as "sessionId", s.how, s.address, s.browser, s.created_at as "startedAt",
           s.seen_at as "seenAt", s.expires_at as "expiresAt"
         from operator_sessions s join operators o on o.id = s.operator_id
         where s.sha256 = $1 and s.expires_at > $2 and s.seen_at > $3 and o.disabled_at is null`,
        [hash(key), now, idleSince()],
      );
      const row = rows[0];
      if (!row) return null;
      const { sessionId, how, address, browser, startedAt, seenAt, expiresAt, ...operator } = row;
      if (touch && now.getTime() - seenAt.getTime() >= seenStepMs)
        await store.query('update operator_sessions set seen_at = $2 where id = $1', [sessionId, now]);
      const { id: operatorId, username: name, role, siteIds } = operator;
      return {
        actor: { kind: 'operator', name, role, siteIds, operatorId, sessionId },
        operator,
        session: { id: sessionId, how, address, browser, createdAt: startedAt, seenAt, expiresAt },
      };
    },

    async list({ operatorId }) {
      const { rows } = await store.query<OperatorSession>(
        `select ${columns} from operator_sessions s
         where s.operator_id = $1 and s.expires_at > $2 and s.seen_at > $3 order by s.id desc`,
        [operatorId ?? null, clock.now(), idleSince()],
      );
      return rows;
    },

    end: (key) =>
      store.transaction(async (tx) => {
        const { rows } = await tx.query<{
          id: number;
          username: string;
          role: Operator['role'];
          siteIds: number[] | null;
        }>(
          `delete from operator_sessions s using operators o where o.id = s.operator_id and s.sha256 = $1
           returning o.id, o.username, o.role, to_jsonb(o.site_ids) as "siteIds"`,
          [hash(key)],
        );
        const found = rows[0];
        if (!found) return;
        const { id: operatorId, username: name, role, siteIds } = found;
        const actor = { kind: 'operator' as const, name, role, siteIds, operatorId };
        await audit.write(tx, { actor, action: 'session.end', object: `operator ${name}` });
      }),

    endOne: (actor, id) =>
      store.transaction(async (tx) => {
        const { rowCount } = await tx.query('delete from operator_sessions where id = $1 and operator_id = $2', [
          id,
          actor.operatorId ?? null,
        ]);
        if (rowCount === 0) throw new AppError('not-found', `there is no session ${id} of yours`);
        await audit.write(tx, {
          actor,
          action: 'sessions.end',
          object: `operator ${actor.name}`,
          after: { session: id },
        });
      }),
  };
}

interface Prefixed extends Omit<OperatorSession, 'id' | 'createdAt'> {
  sessionId: number;
  startedAt: Date;
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
