import type { Clock } from '../../clock.ts';
import type { Jobs, Outcome } from '../../jobs/index.ts';
import type { Log } from '../../log.ts';
import type { Settings } from '../../settings/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Queryable, Store, Transaction } from '../../store/index.ts';
import type { RequestStep } from '../types.ts';
import { Board, type Lane } from './board.ts';
import { isOpen } from './calendar.ts';
import { Pictures } from './picture.ts';
import { SiteStandings, type StandingChange } from './standing.ts';
import { insertTook } from './times.sql.ts';
import {
  askSource,
  askTarget,
  grantTurn,
  leaveTurn,
  lockTurns,
  mendTurns,
  nextOfSource,
  nextOfTarget,
  returnTurn,
  type Side,
  type Standings,
  selectGranted,
  selectStandings,
  selectTurn,
  standAfter,
  standBetween,
  type Turn,
  tryLockTurns,
} from './turns.sql.ts';

/*
 * Courses share what sites can bear. A site gives so many turns at once: a source to be backed up and fetched, a target
 * to be delivered to and restored. A request that waits for a turn is parked: it holds no worker's place.
 *
 *   asks for a turn of its source   when it is sent, or tried again
 *   has it                          from then on until it is fetched; also while its worker is dead, and while what it
 *                                   left there is being undone, because the source may be at work as long
 *   between                         it is examined and rewritten; no site has anything to do with it
 *   asks for a turn of its target   when it is ready to be delivered
 *   has it                          until it is restored; given back when the source, which is asked once more before the
 *                                   long way, does not answer: that is waited for between the turns
 *
 * Turns go round among people, not among courses. Each person's first waiting course stands where the person stands;
 * whoever was given a turn goes to the end. So a teacher with one course waits for at most one of each other who had
 * asked before, however many courses those have. An operator's own requests are one person's.
 *
 * A source gives no turn while it or the target fails or is paused, out of the running hours of the two, or while
 * enough courses stand before the target's door already: archives that nobody can deliver would fill the spool, and
 * with it the way of everybody else. What has had its turn is finished, whatever the hours.
 */

export const restoreKind = 'restore';

/** For each turn of a target, so many courses may stand ready before its door. */
const readyPerTurn = 2;
/** How often rows are looked through for people whose first course went without a word. */
const mendMs = 60_000;

export interface QueueOptions {
  store: Store;
  settings: Settings;
  sites: Sites;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  /** How long a site that does not answer is waited for by what was under way. */
  goneMs: number;
  firstProbeMs: number;
  longestProbeMs: number;
  onStanding?: (tx: Transaction, change: StandingChange) => Promise<void>;
}

export class Queue {
  readonly #options: QueueOptions;
  readonly board: Board;
  readonly standings: SiteStandings;
  readonly pictures: Pictures;
  #mendedMs = Number.NEGATIVE_INFINITY;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.board = new Board(options);
    this.standings = new SiteStandings({
      ...options,
      firstMs: options.firstProbeMs,
      longestMs: options.longestProbeMs,
      onChange: async (tx, change) => {
        // What waits for it shows another reason now, without a word of its own.
        await options.jobs.tellAll(tx);
        await options.onStanding?.(tx, change);
      },
    });
    this.pictures = new Pictures({
      board: this.board,
      kind: restoreKind,
      standings: this.standings,
      places: () => options.jobs.places(),
      monotonicMs: () => options.clock.monotonicMs(),
    });
  }

  get goneMs(): number {
    return this.#options.goneMs;
  }

  /** Before a transaction that asks: what operators have decided is known then, and a free turn is given at once. */
  prepare(lanes: readonly { sourceId: number; targetId: number }[]): Promise<void> {
    return this.board.load(lanes);
  }

  /** Ask for turns of their sources; their jobs are there, parked. */
  async ask(tx: Transaction, requests: readonly { id: string; sizeBytes: number | null }[]): Promise<void> {
    await lockTurns(tx);
    for (const { id, sizeBytes } of requests) await askSource(tx, id, sizeBytes);
    await this.#grant(tx);
  }

  /** Whether it may go on to that step, or has to wait for a turn first. */
  async enter(tx: Transaction, id: string, step: RequestStep): Promise<{ park: string } | undefined> {
    const side = sideOf(step);
    const has = await selectTurn(tx, id);
    if (has?.side === side && (has.granted || side === 'between' || side === 'after')) return undefined;
    // One that was tried again for what comes after.
    if (side === 'after' && !has) return undefined;
    await lockTurns(tx);
    if (side === 'after') await standAfter(tx, id);
    else if (side === 'between') await standBetween(tx, id);
    else if (side === 'source') await askSource(tx, id, null);
    else await askTarget(tx, id);
    await this.#grant(tx);
    if (side === 'after' || side === 'between') return undefined;
    return (await selectTurn(tx, id))?.granted ? undefined : { park: 'turn' };
  }

  /**
   * For a transaction that will change a job that may be parked: turns come before jobs, everywhere, or two of them
   * could wait for each other.
   */
  lock(tx: Transaction): Promise<void> {
    return lockTurns(tx);
  }

  /** It was given a turn that it cannot use now; it waits for the next where it stood. */
  giveBack(id: string): Promise<void> {
    return this.#options.store.transaction(async (tx) => {
      await lockTurns(tx);
      await returnTurn(tx, id);
    });
  }

  /** One that only waits stands in nobody's way any more; one that has a turn keeps it until its work is undone. */
  async withdraw(tx: Transaction, id: string): Promise<void> {
    await lockTurns(tx);
    const has = await selectTurn(tx, id);
    if (has && !has.granted && (has.side === 'source' || has.side === 'target')) await leaveTurn(tx, id);
  }

  /** Requests were deleted, whatever they waited for. */
  async mend(tx: Transaction): Promise<void> {
    await lockTurns(tx);
    await mendTurns(tx);
    await this.#grant(tx);
  }

  async ended(tx: Transaction, id: string, outcome: Outcome): Promise<void> {
    if (outcome === 'done') await insertTook(tx, id);
    const has = await selectTurn(tx, id);
    // Who ends it holds the job, and must not wait for who decides about turns unless a turn is given back.
    if (has?.side === 'after') await leaveTurn(tx, id);
    if (!has || has.side === 'after') return;
    await lockTurns(tx);
    await leaveTurn(tx, id);
    await this.#grant(tx);
  }

  /** What time, operators and sites have changed: new turns, and what is parked for sites that are back. */
  async tend(): Promise<void> {
    const { store, clock } = this.#options;
    const { lanes, doors } = await selectStandings(store);
    await this.board.load([...lanes, ...(await this.#lanesTo(doors))]);
    await store.transaction(async (tx) => {
      if (!(await tryLockTurns(tx))) return;
      if (clock.monotonicMs() - this.#mendedMs > mendMs) {
        this.#mendedMs = clock.monotonicMs();
        await mendTurns(tx);
      }
      await this.#grant(tx);
    });
    await this.#callBack();
    void this.#probe();
  }

  async #probe(): Promise<void> {
    if (await this.standings.probe()) await this.#callBack().catch(() => {});
  }

  /** What is set for a target alone is asked for with any of its sources. */
  async #lanesTo(targetIds: readonly number[]): Promise<{ sourceId: number; targetId: number }[]> {
    if (targetIds.length === 0) return [];
    const { rows } = await this.#options.store.query<{ sourceId: number; targetId: number }>(
      `select distinct on (target_id) source_id as "sourceId", target_id as "targetId" from restore_turns
       where side = 'target' and target_id = any($1)`,
      [targetIds],
    );
    return rows;
  }

  /** What was parked for a site goes on when that site is back, or has been gone for too long. */
  async #callBack(): Promise<void> {
    const { store, jobs, goneMs } = this.#options;
    // A turn that came in the very moment in which its request was parked.
    await jobs.call(store, restoreKind, await selectGranted(store));
    const parked = await jobs.parked(store, restoreKind, ['source', 'target']);
    if (parked.length === 0) return;
    const { rows } = await store.query<{ id: string; source: boolean; target: boolean }>(
      `select r.id, exists (select from restore_standing s where s.site_id = r.source_id and s.since is not null) as source,
         exists (select from restore_standing s where s.site_id = r.target_id and s.since is not null) as target
       from restore_requests r where r.id = any($1)`,
      [parked.map(({ subject }) => subject)],
    );
    const failing = new Map(rows.map((row) => [row.id, row]));
    const called = parked.filter(
      ({ subject, waitingFor, waitedMs }) => !failing.get(subject)?.[waitingFor as Side] || waitedMs > goneMs,
    );
    if (called.length > 0)
      await jobs.call(
        store,
        restoreKind,
        called.map(({ subject }) => subject),
      );
  }

  /** Gives every turn that can be given. Those who get one while parked are called. */
  async #grant(tx: Transaction): Promise<void> {
    const now = await selectStandings(tx);
    const granted: string[] = [];
    for (const targetId of now.doors) await this.#grantTarget(tx, now, targetId, granted);
    for (const sourceId of new Set(now.lanes.map((lane) => lane.sourceId)))
      await this.#grantSource(tx, now, sourceId, granted);
    if (granted.length > 0) await this.#options.jobs.call(tx, restoreKind, granted);
  }

  async #grantTarget(tx: Queryable, now: Standings, targetId: number, granted: string[]): Promise<void> {
    const lane = this.board.laneTo(targetId);
    if (!lane || now.failing.has(targetId) || lane.paused === 'target') return;
    for (let taken = now.atTarget.get(targetId) ?? 0; taken < lane.restores; taken++) {
      const next = await nextOfTarget(tx, targetId);
      if (!next) return;
      await grantTurn(tx, next);
      granted.push(next.requestId);
      now.before.set(targetId, (now.before.get(targetId) ?? 1) - 1);
    }
  }

  async #grantSource(tx: Queryable, now: Standings, sourceId: number, granted: string[]): Promise<void> {
    const lanes = now.lanes.filter((lane) => lane.sourceId === sourceId);
    for (let taken = now.atSource.get(sourceId) ?? 0; ; taken++) {
      const open = lanes.filter(({ targetId }) => {
        const lane = this.board.lane(sourceId, targetId);
        return lane && taken < lane.backups && this.mayBegin(lane, now);
      });
      if (open.length === 0) return;
      const next = await nextOfSource(
        tx,
        sourceId,
        open.map(({ targetId }) => targetId),
      );
      if (!next) return;
      await grantTurn(tx, next);
      granted.push(next.requestId);
    }
  }

  mayBegin(lane: Lane, now: Standings): boolean {
    return (
      lane.paused === null &&
      !now.failing.has(lane.sourceId) &&
      !now.failing.has(lane.targetId) &&
      (now.before.get(lane.targetId) ?? 0) < lane.restores * readyPerTurn &&
      isOpen(lane.hours, lane.zone, now.nowMs)
    );
  }
}

function sideOf(step: RequestStep): Turn['side'] {
  if (step === 'queued' || step === 'backing-up' || step === 'fetching') return 'source';
  if (step === 'checking' || step === 'preparing') return 'between';
  return step === 'delivering' || step === 'restoring' ? 'target' : 'after';
}
