import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Queryable, Store } from '../store/index.ts';

/*
 * Waits between attempts to sign in, which grow with each that fails. Three are counted: of an account from an address,
 * of an address, of an account from everywhere. The last is short at most: whoever is attacked from many addresses must
 * still be able to get in (and OpenID Connect and the socket do not wait at all). Each attempt is counted before the
 * password is looked at, so that many at once are no way around it; success takes it back.
 */
interface Limit {
  key: string;
  /** Attempts without a wait. */
  free: number;
  mostSeconds: number;
  /** After so long without an attempt, nothing is held against anybody. */
  forgetMs: number;
}

const hourMs = 3_600_000;

export interface Attempt {
  username: string;
  address: string;
}

function limitsOf({ username, address }: Attempt): Limit[] {
  const limits = [
    { key: `both ${username} ${address}`, free: 4, mostSeconds: 900, forgetMs: 24 * hourMs },
    { key: `account ${username}`, free: 30, mostSeconds: 60, forgetMs: 24 * hourMs },
  ];
  // This machine, or a proxy that `server.trustedProxies` does not name: everybody, then.
  const isEverybody = /^(127\.|::1$|::ffff:127\.)/.test(address);
  return isEverybody
    ? limits
    : [...limits, { key: `address ${address}`, free: 20, mostSeconds: 900, forgetMs: hourMs }];
}

export class Waits {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Counts an attempt; how many have failed of that account from there, this one included.
   * @throws AppError `busy`, with `details.retryAfterSeconds`
   */
  charge(attempt: Attempt): Promise<number> {
    return this.#store.transaction(async (tx) => {
      await tx.query(`delete from sign_in_waits where last_at < $1`, [new Date(this.#clock.nowMs() - 25 * hourMs)]);
      const counts = new Map<string, number>();
      // In one order, whoever asks: two attempts must not wait for each other.
      const limits = limitsOf(attempt).sort((a, b) => (a.key < b.key ? -1 : 1));
      for (const limit of limits) counts.set(limit.key, await this.#count(tx, limit));
      return counts.get(limits.find(({ key }) => key.startsWith('both'))!.key)!;
    });
  }

  async #count(tx: Queryable, { key, free, mostSeconds, forgetMs }: Limit): Promise<number> {
    const [sha256, now] = [hash(key), this.#clock.now()];
    const forgotten = new Date(now.getTime() - forgetMs);
    const { rows } = await tx.query<{ failures: number }>(
      `insert into sign_in_waits as w (sha256, failures, last_at, until) values ($1, 1, $2, $2)
       on conflict (sha256) do update set
         failures = case when w.last_at < $3 then 1 else w.failures + 1 end, last_at = $2,
         until = case when w.last_at < $3 or w.failures < $4 then $2
           else $2::timestamptz + make_interval(secs => least($5::float, power(2, least(w.failures - $4, 30)))) end
       where w.until <= $2 returning failures`,
      [sha256, now, forgotten, free, mostSeconds],
    );
    if (rows[0]) return rows[0].failures;
    const { rows: held } = await tx.query<{ until: Date }>('select until from sign_in_waits where sha256 = $1', [
      sha256,
    ]);
    const seconds = Math.max(1, Math.ceil(((held[0]?.until.getTime() ?? 0) - now.getTime()) / 1000));
    throw new AppError('busy', `too many attempts to sign in have failed: try again in ${seconds} s`, {
      details: { retryAfterSeconds: seconds },
    });
  }

  /** It succeeded: nothing is held against that account any more, and the address has one attempt less. */
  async clear(tx: Queryable, attempt: Attempt): Promise<void> {
    for (const { key } of limitsOf(attempt).sort((a, b) => (a.key < b.key ? -1 : 1)))
      if (key.startsWith('address'))
        await tx.query('update sign_in_waits set failures = failures - 1, until = last_at where sha256 = $1', [
          hash(key),
        ]);
      else await tx.query('delete from sign_in_waits where sha256 = $1', [hash(key)]);
  }
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
