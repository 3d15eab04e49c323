import { createHash, randomBytes } from 'node:crypto';
import { type AuditAction, audit, nameOf } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { isUniqueViolation, type Queryable, type Store, type Transaction } from '../store/index.ts';
import type { Actor, OperatorRole } from './actor.ts';
import { type Invitation, type NewOperator, type Operator, type OperatorChange, operatorColumns } from './operator.ts';
import { type Hasher, refuseBadPassword } from './passwords.ts';

export interface Operators {
  /** By username. */
  list(): Promise<Operator[]>;
  /** @throws AppError `not-found` */
  get(username: string): Promise<Operator>;
  /** @throws AppError `invalid-parameter`, `conflict` (the username or the e-mail is another operator's) */
  add(actor: Actor, input: NewOperator): Promise<Operator>;
  /** Holds at once, in every session and token. @throws AppError also `conflict` for the last operator of all sites */
  change(actor: Actor, username: string, change: OperatorChange): Promise<Operator>;
  /** Opens nothing any more: sessions end, tokens sleep. @throws AppError `conflict` for the last operator of all sites */
  disable(actor: Actor, username: string): Promise<Operator>;
  enable(actor: Actor, username: string): Promise<Operator>;
  /** With its sessions; its tokens are revoked. @throws AppError `conflict` for the last operator of all sites */
  remove(actor: Actor, username: string): Promise<void>;
  /** A link that chooses a password, once, for seven days; an earlier one opens nothing any more. */
  invite(actor: Actor, username: string): Promise<Invitation>;
  /** Whom an invitation is for; null: nobody, or not any more. */
  invited(key: string): Promise<Pick<Operator, 'username' | 'name' | 'language'> | null>;
  /** Uses an invitation up. @throws AppError `not-found`, `invalid-parameter` (the password) */
  choosePassword(key: string, password: string): Promise<Operator>;
  /** Every session ends. @throws AppError `invalid-parameter` */
  setPassword(actor: Actor, username: string, password: string): Promise<Operator>;
}

const invitationMs = 7 * 86_400_000;
const usernamePattern = /^[a-z0-9][a-z0-9._@-]{0,99}$/;
/** They stand in the audit for something else. */
const taken = ['local', 'jouvence', 'system', 'nobody'];
const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function createOperators({ store, clock, hasher }: { store: Store; clock: Clock; hasher: Hasher }): Operators {
  async function find(db: Queryable, username: string, lock = ''): Promise<Operator> {
    const { rows } = await db.query<Operator>(
      `select ${operatorColumns} from operators o where o.username = $1 ${lock}`,
      [username.toLowerCase()],
    );
    if (rows[0]) return rows[0];
    throw new AppError('not-found', `there is no operator ${username}`);
  }

  /** One change of one operator, with its line. `lessens`: it may not leave Jouvence without an operator of all sites. */
  function alter(
    actor: Actor,
    username: string,
    { action, lessens }: { action: AuditAction; lessens: (before: Operator) => boolean },
    work: (tx: Transaction, before: Operator) => Promise<void>,
  ): Promise<Operator> {
    return store.transaction(async (tx) => {
      await lockOperators(tx);
      const before = await find(tx, username);
      if (lessens(before)) await refuseLast(tx, before);
      await work(tx, before);
      const after = await find(tx, username);
      await audit.write(tx, {
        actor,
        action,
        object: `operator ${before.username}`,
        before: shown(before),
        after: shown(after),
      });
      return after;
    });
  }

  async function writePassword(tx: Queryable, { id }: Operator, hashed: string): Promise<void> {
    await tx.query('update operators set password = $2 where id = $1', [id, hashed]);
    await tx.query('delete from operator_invitations where operator_id = $1', [id]);
    await tx.query('delete from operator_sessions where operator_id = $1', [id]);
  }

  return {
    list: async () =>
      (await store.query<Operator>(`select ${operatorColumns} from operators o order by o.username`)).rows,
    get: (username) => find(store, username),

    async add(actor, input) {
      const username = input.username.toLowerCase();
      if (!usernamePattern.test(username) || taken.includes(username))
        throw new AppError(
          'invalid-parameter',
          `"${input.username}" cannot be the name of an operator: letters, digits, dots, hyphens, _ and @, at most 100; not ${taken.join(', ')}`,
        );
      const { name, email, language, role, siteIds, openidByEmail } = readValues({ name: username, ...input });
      try {
        return await store.transaction(async (tx) => {
          await tx.query(
            `insert into operators (username, name, email, language, role, site_ids, oidc_by_email, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
            [username, name, email, language, role, siteIds, openidByEmail, clock.now(), nameOf(actor)],
          );
          const after = await find(tx, username);
          await audit.write(tx, {
            actor,
            action: 'operators.add',
            object: `operator ${username}`,
            after: shown(after),
          });
          return after;
        });
      } catch (error) {
        throw alreadyTaken(error, username, email);
      }
    },

    async change(actor, username, change) {
      const merged = (before: Operator) => readValues({ ...before, ...defined(change) });
      const lessens = (before: Operator) => merged(before).role !== 'operator';
      try {
        return await alter(actor, username, { action: 'operators.change', lessens }, async (tx, before) => {
          const { name, email, language, role, siteIds, openidByEmail } = merged(before);
          await tx.query(
            `update operators set name = $2, email = $3, language = $4, role = $5, site_ids = $6, oidc_by_email = $7
             where id = $1`,
            [before.id, name, email, language, role, siteIds, openidByEmail],
          );
        });
      } catch (error) {
        throw alreadyTaken(error, username, change.email ?? null);
      }
    },

    disable: (actor, username) =>
      alter(actor, username, { action: 'operators.disable', lessens: () => true }, async (tx, { id }) => {
        await tx.query('update operators set disabled_at = coalesce(disabled_at, $2) where id = $1', [id, clock.now()]);
        await tx.query('delete from operator_sessions where operator_id = $1', [id]);
        await tx.query('delete from operator_invitations where operator_id = $1', [id]);
      }),
    enable: (actor, username) =>
      alter(actor, username, { action: 'operators.enable', lessens: () => false }, async (tx, { id }) => {
        await tx.query('update operators set disabled_at = null where id = $1', [id]);
      }),

    remove: (actor, username) =>
      store.transaction(async (tx) => {
        await lockOperators(tx);
        const before = await find(tx, username);
        await refuseLast(tx, before);
        await tx.query('update api_tokens set revoked_at = $2 where operator_id = $1 and revoked_at is null', [
          before.id,
          clock.now(),
        ]);
        await tx.query('delete from operators where id = $1', [before.id]);
        await audit.write(tx, {
          actor,
          action: 'operators.remove',
          object: `operator ${before.username}`,
          before: shown(before),
        });
      }),

    async invite(actor, username) {
      const key = randomBytes(32).toString('base64url');
      const expiresAt = new Date(clock.nowMs() + invitationMs);
      await alter(
        actor,
        username,
        { action: 'operators.invite', lessens: () => false },
        async (tx, { id, disabledAt }) => {
          if (disabledAt) throw new AppError('conflict', `${username} is disabled: enable that operator first`);
          await tx.query(
            `insert into operator_invitations (operator_id, sha256, created_at, expires_at) values ($1, $2, $3, $4)
           on conflict (operator_id) do update
             set sha256 = excluded.sha256, created_at = excluded.created_at, expires_at = excluded.expires_at`,
            [id, hash(key), clock.now(), expiresAt],
          );
        },
      );
      return { key, expiresAt };
    },

    invited: (key) => findInvited(store, key, clock.now()),

    async choosePassword(key, password) {
      const invited = await findInvited(store, key, clock.now());
      if (!invited) throw gone();
      refuseBadPassword(password, invited);
      const hashed = await hasher.hash(password);
      return store.transaction(async (tx) => {
        await lockOperators(tx);
        // Asked again, now that nobody else can use it.
        const still = await findInvited(tx, key, clock.now());
        if (!still) throw gone();
        await writePassword(tx, still, hashed);
        const after = await find(tx, still.username);
        const actor = {
          kind: 'operator' as const,
          name: after.username,
          role: after.role,
          siteIds: after.siteIds,
          operatorId: after.id,
        };
        await audit.write(tx, { actor, action: 'operators.choosePassword', object: `operator ${after.username}` });
        return after;
      });
    },

    async setPassword(actor, username, password) {
      refuseBadPassword(password, await find(store, username));
      const hashed = await hasher.hash(password);
      return alter(actor, username, { action: 'operators.setPassword', lessens: () => false }, (tx, before) =>
        writePassword(tx, before, hashed),
      );
    },
  };
}

async function findInvited(db: Queryable, key: string, now: Date): Promise<Operator | null> {
  const { rows } = await db.query<Operator>(
    `select ${operatorColumns} from operator_invitations n join operators o on o.id = n.operator_id
     where n.sha256 = $1 and n.expires_at > $2 and o.disabled_at is null`,
    [hash(key), now],
  );
  return rows[0] ?? null;
}

/** Changes of operators come one after the other: of two who take each other's rights at once, one is refused. */
async function lockOperators(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('operators', 0))`);
}

/** @throws AppError `conflict` when nobody would be left who may do everything */
async function refuseLast(tx: Queryable, { id, username, role, disabledAt }: Operator): Promise<void> {
  if (role !== 'operator' || disabledAt !== null) return;
  const { rows } = await tx.query(
    `select 1 from operators where role = 'operator' and disabled_at is null and id <> $1 limit 1`,
    [id],
  );
  if (rows.length === 0)
    throw new AppError('conflict', `${username} is the last operator of all sites: add or enable another one first`);
}

interface Values {
  name: string;
  email: string | null;
  language: 'en' | 'fr';
  role: OperatorRole;
  siteIds: readonly number[] | null;
  openidByEmail: boolean;
}

/** @throws AppError `invalid-parameter` */
function readValues(
  given: OperatorChange & { name: string; role: OperatorRole; siteIds: readonly number[] | null },
): Values {
  const { name, role, language = 'en', openidByEmail = false } = given;
  const email = given.email ?? null;
  // Whoever becomes an operator of everything has no list of sites any more.
  const siteIds = role === 'operator' ? null : given.siteIds && [...new Set(given.siteIds)];
  if (name.trim() === '' || name.length > 255)
    throw new AppError('invalid-parameter', 'an operator needs a name of 1 to 255 characters');
  if (email !== null && (!emailPattern.test(email) || email.length > 255))
    throw new AppError('invalid-parameter', `"${email}" is no e-mail address`);
  if (role === 'school' && (siteIds === null || siteIds.length === 0))
    throw new AppError('invalid-parameter', 'a school operator needs the sites that it is for');
  if (openidByEmail && email === null)
    throw new AppError(
      'invalid-parameter',
      'to be found by e-mail at a first sign-in by OpenID Connect, an operator needs one',
    );
  return { name, email, language, role, siteIds, openidByEmail };
}

function defined<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function alreadyTaken(error: unknown, username: string, email: string | null): unknown {
  if (isUniqueViolation(error, 'operators_username'))
    return new AppError('conflict', `there is an operator called ${username} already`, { cause: error });
  if (isUniqueViolation(error, 'operators_email'))
    return new AppError('conflict', `${email} is the e-mail of another operator`, { cause: error });
  return error;
}

const gone = (): AppError =>
  new AppError('not-found', 'this link opens nothing: it has been used, a newer one was made, or it is too old');

/** For the audit; what never changes stays out. */
function shown({ id: _, createdAt: __, createdBy: ___, lastSignInAt: ____, ...operator }: Operator) {
  return operator;
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
