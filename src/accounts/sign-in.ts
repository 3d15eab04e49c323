import { audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Store, Transaction } from '../store/index.ts';
import type { OperatorActor } from './actor.ts';
import { type Operator, operatorColumns } from './operator.ts';
import type { OperatorSessions, Visit } from './operator-sessions.ts';
import { type Hasher, refuseBadPassword } from './passwords.ts';
import { type Attempt, Waits } from './waits.ts';

/** Somebody whom an OpenID provider vouches for. */
export interface Identity {
  issuer: string;
  subject: string;
  /** By which operator it may be bound to at its first sign-in: verified by the provider, or null. */
  email: string | null;
  /** The same by username. */
  username: string | null;
}

export interface SignIn {
  /**
   * A session; gives the key of its cookie. One answer for everything that is wrong, after the same time.
   * @throws AppError `unauthenticated`; `busy` with `details.retryAfterSeconds`
   */
  byPassword(given: { username: string; password: string }, visit: Visit): Promise<{ key: string; operator: Operator }>;
  /**
   * The same for an identity that has been proved. The first time it is bound to the operator who has that e-mail (or
   * username) and lets itself be found; nobody is made. @throws AppError `unauthenticated`
   */
  byIdentity(identity: Identity, visit: Visit): Promise<{ key: string; operator: Operator }>;
  /**
   * One's own, who knows the old one: every other session ends, and this one goes on under a new key.
   * @throws AppError `unauthenticated` (the old one), `invalid-parameter` (the new one), `busy`
   */
  changePassword(
    actor: OperatorActor,
    given: { current: string; password: string },
    visit: Visit,
  ): Promise<{ key: string }>;
}

/** Lines about failures, of this process in an hour: more would only bury the rest of the audit. */
const mostFailureLines = 100;
const hourMs = 3_600_000;

type Row = Operator & { password: string | null };

export function createSignIn(options: {
  store: Store;
  clock: Clock;
  hasher: Hasher;
  sessions: OperatorSessions;
}): SignIn {
  const { store, clock, hasher, sessions } = options;
  const waits = new Waits(options);
  const failures = { since: 0, lines: 0 };

  /** Throws unless the password is that of an operator who may sign in; takes as long either way. */
  async function check(attempt: Attempt, password: string): Promise<Row> {
    const failed = await waits.charge(attempt);
    const { rows } = await store.query<Row>(
      `select ${operatorColumns}, o.password from operators o where o.username = $1`,
      [attempt.username],
    );
    const row = rows[0];
    const isRight = await hasher.verify(row?.password ?? null, password);
    if (row && isRight && !row.disabledAt) return row;
    await noteFailure(row, attempt, failed);
    throw new AppError('unauthenticated', 'That is not right: the name, the password, or both.');
  }

  /** The first, the second, the fourth, … : enough to see an attack, too little to fill the audit. */
  async function noteFailure(row: Row | undefined, { address }: Attempt, failed: number): Promise<void> {
    if ((failed & (failed - 1)) !== 0) return;
    if (clock.nowMs() - failures.since > hourMs) Object.assign(failures, { since: clock.nowMs(), lines: 0 });
    if (failures.lines++ >= mostFailureLines) return;
    // What was typed is not kept when it names nobody: it may be a password in the wrong field.
    const object = row ? `operator ${row.username}` : 'operator (unknown)';
    await store.transaction((tx) =>
      audit.write(tx, {
        actor: { kind: 'system' },
        action: 'session.refuse',
        object,
        after: { address, attempts: failed, ...(failures.lines === mostFailureLines && { more: 'not listed' }) },
      }),
    );
  }

  async function open(tx: Transaction, operator: Operator, how: 'password' | 'oidc', visit: Visit) {
    const key = await sessions.start(tx, operator, how, visit);
    await audit.write(tx, {
      actor: actorOf(operator),
      action: 'session.signIn',
      object: `operator ${operator.username}`,
      after: { how, address: visit.address },
    });
    return { key, operator };
  }

  return {
    async byPassword({ username: given, password }, visit) {
      const attempt = { username: given.trim().toLowerCase(), address: visit.address };
      const { password: _, ...operator } = await check(attempt, password);
      return store.transaction(async (tx) => {
        // Disabled, or its password changed, while this one was hashed.
        const { rows } = await tx.query(
          'select 1 from operators where id = $1 and disabled_at is null and password = $2 for update',
          [operator.id, _],
        );
        if (rows.length === 0) throw new AppError('unauthenticated', 'That is not right any more.');
        await waits.clear(tx, attempt);
        return open(tx, operator, 'password', visit);
      });
    },

    byIdentity: (identity, visit) =>
      store.transaction(async (tx) => {
        const operator = (await findBound(tx, identity)) ?? (await bind(tx, identity, clock.now()));
        if (operator && !operator.disabledAt) return open(tx, operator, 'oidc', visit);
        throw new AppError('unauthenticated', 'This identity is no operator’s here.');
      }),

    async changePassword(actor, { current, password }, visit) {
      const attempt = { username: actor.name, address: visit.address };
      const row = await check(attempt, current);
      refuseBadPassword(password, row);
      const hashed = await hasher.hash(password);
      return store.transaction(async (tx) => {
        await waits.clear(tx, attempt);
        await tx.query('update operators set password = $2 where id = $1', [row.id, hashed]);
        await tx.query('delete from operator_sessions where operator_id = $1', [row.id]);
        await tx.query('delete from operator_invitations where operator_id = $1', [row.id]);
        const key = await sessions.start(tx, row, 'password', visit);
        await audit.write(tx, { actor, action: 'session.password', object: `operator ${row.username}` });
        return { key };
      });
    },
  };
}

async function findBound(tx: Transaction, { issuer, subject }: Identity): Promise<Operator | undefined> {
  const { rows } = await tx.query<Operator>(
    `select ${operatorColumns} from operator_identities n join operators o on o.id = n.operator_id
     where n.issuer = $1 and n.subject = $2`,
    [issuer, subject],
  );
  return rows[0];
}

/**
 * An operator who lets itself be found, and has no other identity of that provider: an address may be given to somebody
 * else one day.
 */
async function bind(tx: Transaction, { issuer, subject, email, username }: Identity, now: Date) {
  if (email === null && username === null) return undefined;
  const { rows } = await tx.query<Operator>(
    `select ${operatorColumns} from operators o
     where o.oidc_by_email and o.disabled_at is null
       and (($1::text is not null and lower(o.email) = lower($1)) or ($2::text is not null and o.username = lower($2)))
       and not exists (select from operator_identities n where n.operator_id = o.id and n.issuer = $3)
     for update of o`,
    [email, username, issuer],
  );
  // One by the e-mail and another by the name: nobody can say which.
  const found = rows.length === 1 ? rows[0] : undefined;
  if (!found) return undefined;
  await tx.query('insert into operator_identities (issuer, subject, operator_id, bound_at) values ($1, $2, $3, $4)', [
    issuer,
    subject,
    found.id,
    now,
  ]);
  await audit.write(tx, {
    actor: actorOf(found),
    action: 'operators.bind',
    object: `operator ${found.username}`,
    after: { issuer, subject },
  });
  return found;
}

function actorOf({ id: operatorId, username: name, role, siteIds }: Operator): OperatorActor {
  return { kind: 'operator', name, role, siteIds, operatorId };
}
