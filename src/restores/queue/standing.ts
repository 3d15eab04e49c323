import type { Clock } from '../../clock.ts';
import { AppError, isAppError, toAppError } from '../../errors.ts';
import type { Reason } from '../../jobs/index.ts';
import type { Log } from '../../log.ts';
import type { Sites } from '../../sites/index.ts';
import type { Queryable, Store, Transaction } from '../../store/index.ts';

/*
 * A site is
 *
 *   well       nothing is known against it
 *   suspected  calls of ours failed in a way that says that it is not there, twice within two minutes. It is asked who it
 *              is, by one worker, at once
 *   failing    it did not answer that either, or it has said that it no longer accepts our token. Nothing new is begun with it, and what was under way is parked, without
 *              an attempt or a try being counted. It is asked again, by one worker at a time, ever less often
 *   well       it has answered; everything goes on. When it fails again soon, the intervals go on where they were, so
 *              that a site that comes and goes costs no more than one that is gone
 *
 * What fails for one course only is no illness of its site: the question is the same for every course.
 */

/** A site that does not answer, as it is told to people. */
export interface Standing {
  siteId: number;
  since: Date;
  error: Reason;
  /** When it is asked again. */
  nextProbeAt: Date | null;
}

/** A site has begun to fail, or has come back; told in the transaction that says so. */
export interface StandingChange {
  site: { id: number; name: string };
  now: 'failing' | 'back';
  /** Since when it had been failing. */
  since: Date;
  error: Reason;
}

const failuresToSuspect = 2;
const failuresWithinMs = 120_000;
/** One that comes back and fails again sooner than this has not really been back. */
const steadyMs = 600_000;
/** How long it may take to answer who it is; after twice that, whoever asked has died. */
const probeMs = 15_000;

interface Options {
  store: Store;
  sites: Sites;
  clock: Clock;
  log: Log;
  /** Between probes; doubled each time up to `longestMs`. */
  firstMs: number;
  longestMs: number;
  onChange: (tx: Transaction, change: StandingChange) => Promise<void>;
}

export class SiteStandings {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** What is known of failing sites; of these, or of all. */
  async failing(siteIds?: readonly number[], db: Queryable = this.#options.store): Promise<Standing[]> {
    const { rows } = await db.query<Standing>(
      `select site_id as "siteId", since, error, next_probe_at as "nextProbeAt" from restore_standing
       where since is not null and ($1::bigint[] is null or site_id = any($1))`,
      [siteIds ?? null],
    );
    return rows;
  }

  /** A call failed. Says whether the site is known to be failing. */
  async failed(site: StandingChange['site'], error: AppError): Promise<boolean> {
    const { code, message, details, said } = error;
    const ill =
      ['site-unreachable', 'site-timeout', 'site-bad-answer', 'token-expired'].includes(code) ||
      details.errorcode === 'sitemaintenance';
    if (!ill) return false;
    const { rows } = await this.#options.store.query<{ failing: boolean; suspected: boolean }>(
      `insert into restore_standing as s (site_id, failures, error, next_probe_at)
         values ($1, 1, $2, null)
       on conflict (site_id) do update set
         failures = case when s.last_failed_at > clock_timestamp() - $4 * interval '1 ms' then s.failures else 0 end + 1,
         first_failed_at = case when s.failures > 0 and s.last_failed_at > clock_timestamp() - $4 * interval '1 ms'
           then s.first_failed_at else clock_timestamp() end,
         last_failed_at = clock_timestamp(),
         error = case when s.since is null then excluded.error else s.error end,
         next_probe_at = case when s.since is null and s.last_failed_at > clock_timestamp() - $4 * interval '1 ms'
             and s.failures + 1 >= $3
           then least(s.next_probe_at, clock_timestamp()) else s.next_probe_at end
       returning since is not null as failing, since is null and next_probe_at is not null as suspected`,
      [site.id, JSON.stringify({ code, message, said }), failuresToSuspect, failuresWithinMs],
    );
    // That needs no asking again; and until it was asked, the next in line would fail of it too.
    if (code === 'token-expired' && !rows[0]!.failing) {
      await this.#silent(site, error);
      return true;
    }
    if (rows[0]!.suspected) void this.probe();
    return rows[0]!.failing;
  }

  /** Asks a site whose time has come, if there is one and nobody else does. True: it had come back. */
  async probe(): Promise<boolean> {
    try {
      const { rows } = await this.#options.store.query<{ siteId: number }>(
        `update restore_standing set probing_until = clock_timestamp() + $1 * interval '1 ms' where site_id =
           (select site_id from restore_standing where next_probe_at <= clock_timestamp()
              and (probing_until is null or probing_until <= clock_timestamp())
            order by next_probe_at limit 1 for update skip locked)
         returning site_id as "siteId"`,
        [2 * probeMs],
      );
      return rows[0] ? await this.#ask(rows[0].siteId) : false;
    } catch (error) {
      if (!isAppError(error, 'database-unavailable')) this.#options.log.warn({ err: error }, 'a site was not probed');
      return false;
    }
  }

  async #ask(siteId: number): Promise<boolean> {
    const { sites, log } = this.#options;
    const site = { id: siteId, name: '' };
    try {
      const { profiles, name } = await sites.get(siteId);
      site.name = name;
      const ours = profiles.filter((each) => each === 'source' || each === 'target');
      if (ours.length === 0) throw new AppError('not-found', 'it is neither source nor target any more');
      // Each has a token of its own, and any of them may be what is refused.
      for (const profile of ours) {
        const client = await sites.client(siteId, profile);
        await client.siteInfo({ signal: AbortSignal.timeout(probeMs) });
      }
    } catch (thrown) {
      const error = toAppError(thrown);
      // It has been taken out of the registry: whoever asks for it is told so.
      if (error.code === 'not-found') return this.#answered(site);
      log.info({ site: siteId, error: thrown }, 'a site that failed does not answer');
      await this.#silent(site, error);
      return false;
    }
    return this.#answered(site);
  }

  async #silent(site: StandingChange['site'], { code, message, said }: AppError): Promise<void> {
    const { store, firstMs, longestMs, onChange } = this.#options;
    await store.transaction(async (tx) => {
      const before = await this.failing([site.id], tx);
      const { rows } = await tx.query<{ since: Date }>(
        `update restore_standing set error = $2, probing_until = null,
           level = case when since is null and (back_at is null or back_at < clock_timestamp() - $5 * interval '1 ms')
             then 1 else least(level + 1, 30) end,
           since = coalesce(since, first_failed_at),
           next_probe_at = clock_timestamp() + least($4, $3 * 2 ^ case when since is null
             and (back_at is null or back_at < clock_timestamp() - $5 * interval '1 ms') then 0 else level end) * interval '1 ms'
         where site_id = $1 returning since`,
        [site.id, JSON.stringify({ code, message, said }), firstMs, longestMs, steadyMs],
      );
      if (before.length === 0 && rows[0])
        await onChange(tx, { site, now: 'failing', since: rows[0].since, error: { code, message, said } });
    });
  }

  async #answered(site: StandingChange['site']): Promise<boolean> {
    const { store, onChange } = this.#options;
    return store.transaction(async (tx) => {
      const [before] = await this.failing([site.id], tx);
      await tx.query(
        `update restore_standing set failures = 0, next_probe_at = null, probing_until = null, since = null,
           back_at = case when since is not null then clock_timestamp() else back_at end where site_id = $1`,
        [site.id],
      );
      if (before) await onChange(tx, { site, now: 'back', since: before.since, error: before.error });
      return before !== undefined;
    });
  }
}
