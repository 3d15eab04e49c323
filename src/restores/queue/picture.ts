import type { Job } from '../../jobs/index.ts';
import type { Queryable } from '../../store/index.ts';
import { asReason } from '../refuse.ts';
import type { LightRow } from '../requests.sql.ts';
import type { RestoreRequest, WaitingFor } from '../types.ts';
import type { Board, Lane } from './board.ts';
import { isOpen, nextOpening } from './calendar.ts';
import { chooseTook, type Estimate, enough, estimateEnd, type Place } from './estimate.ts';
import type { SiteStandings, Standing } from './standing.ts';
import { selectTook, type Took } from './times.sql.ts';
import {
  type Holder,
  type Placed,
  type Side,
  type Standings,
  selectHolders,
  selectPlaces,
  selectStandings,
} from './turns.sql.ts';

/** What is known of a request's way through the queue, to be shown. */
export interface Picture {
  queue: NonNullable<RestoreRequest['queue']>;
  /** Of one that waits for its turn: what for, really. */
  waits: { for: WaitingFor; since: Date; nextAt: Date | null; error: WaitError | null } | null;
}

/** `because`: in the words of whoever decided it. */
type WaitError = Standing['error'] & { because?: string };

const rememberMs = 5_000;

interface Known {
  lane: Lane;
  now: Standings;
  failing: Standing[];
  holders: Holder[];
  places: number;
}

/** Shows requests where they stand. A few questions for all of them together, however many wait. */
export class Pictures {
  readonly #board: Board;
  readonly #kind: string;
  readonly #standings: SiteStandings;
  readonly #places: () => Promise<number>;
  readonly #monotonicMs: () => number;
  readonly #took = new Map<string, { atMs: number; found: Awaited<ReturnType<typeof selectTook>> }>();

  constructor(options: {
    board: Board;
    /** Of the jobs that carry courses. */
    kind: string;
    standings: SiteStandings;
    places: () => Promise<number>;
    monotonicMs: () => number;
  }) {
    this.#board = options.board;
    this.#kind = options.kind;
    this.#standings = options.standings;
    this.#places = options.places;
    this.#monotonicMs = options.monotonicMs;
  }

  /** By request; of those that still move. */
  async of(db: Queryable, requests: readonly { row: LightRow; job: Job }[]): Promise<Map<string, Picture>> {
    const moving = requests.filter(({ job }) => job.outcome === null && job.ending === null && !job.cancelAsked);
    if (moving.length === 0) return new Map();
    await this.#board.load(moving.map(({ row }) => row));
    const placed = await selectPlaces(
      db,
      moving.map(({ row }) => row.id),
    );
    const [now, holders] = [await selectStandings(db), await selectHolders(db, this.#kind)];
    const [failing, places] = [await this.#standings.failing(), await this.#places()];
    const pictures = new Map<string, Picture>();
    for (const { row, job } of moving) {
      const lane = this.#board.lane(row.sourceId, row.targetId)!;
      const found = await this.#tookOf(db, lane);
      pictures.set(
        row.id,
        draw({ row, job, placed: placed.get(row.id) }, { lane, now, failing, holders, places }, found),
      );
    }
    return pictures;
  }

  async #tookOf(db: Queryable, lane: Lane) {
    const key = `${lane.sourceId} ${lane.targetId}`;
    const known = this.#took.get(key);
    if (known && this.#monotonicMs() - known.atMs < rememberMs) return known.found;
    const found = await selectTook(db, lane, enough);
    this.#took.set(key, { atMs: this.#monotonicMs(), found });
    return found;
  }
}

function draw(
  request: { row: LightRow; job: Job; placed: Placed | undefined },
  known: Known,
  found: { of: 'pair' | 'site' | 'all'; took: Took[] },
): Picture {
  const { placed } = request;
  const { now, lane } = known;
  const waitsForTurn = isWaiting(placed);
  const running = (placed?.side === 'target' ? now.atTarget.get(lane.targetId) : now.atSource.get(lane.sourceId)) ?? 0;
  const position = waitsForTurn ? placed!.place : 0;
  const queue = {
    position,
    ahead: waitsForTurn ? position - 1 + running : 0,
    estimate: estimateOf(request, known, found),
  };
  return { queue, waits: waitsForTurn ? reasonOf(placed!, known) : null };
}

/** What it really waits for. The first that holds is the one that would have to go first. */
function reasonOf({ side, since }: Placed, { lane, now, failing }: Known): Picture['waits'] {
  const ofSite = (id: number) => failing.find(({ siteId }) => siteId === id);
  const [source, target] = [side === 'source' ? ofSite(lane.sourceId) : undefined, ofSite(lane.targetId)];
  if (source) return { for: 'source', since: source.since, nextAt: source.nextProbeAt, error: source.error };
  if (target) return { for: 'target', since: target.since, nextAt: target.nextProbeAt, error: target.error };
  if (lane.paused && (side === 'source' || lane.paused === 'target')) {
    const error = { ...asReason('site-paused', lane.pausedBecause ?? []), because: lane.pauseReason };
    return { for: lane.paused, since, nextAt: null, error };
  }
  if (side === 'source' && !isOpen(lane.hours, lane.zone, now.nowMs)) {
    const opensMs = nextOpening(lane.hours, lane.zone, now.nowMs);
    return { for: 'hours', since, nextAt: opensMs === null ? null : new Date(opensMs), error: null };
  }
  return { for: 'turn', since, nextAt: null, error: null };
}

function estimateOf(
  { row, job, placed }: { row: LightRow; job: Job; placed: Placed | undefined },
  { lane, now, failing, holders, places }: Known,
  found: { of: 'pair' | 'site' | 'all'; took: Took[] },
): Estimate | null {
  const at: Place['at'] = placed?.side ?? 'after';
  const needs = at === 'source' ? [lane.sourceId, lane.targetId] : [lane.targetId];
  // When a site comes back that does not answer, nobody can say; nor when an operator will.
  if (failing.some(({ siteId }) => needs.includes(siteId)) || (lane.paused && placed && !placed.granted)) return null;
  if (job.waitingFor === 'source' || job.waitingFor === 'target' || job.waitingFor === 'spool') return null;
  // No worker lives: nothing gets on until somebody starts one.
  if (places === 0) return null;
  const heldOf = (side: Side, siteId: number) =>
    holders.filter((holder) => holder.side === side && holder.siteId === siteId);
  const [atSource, atTarget] = [heldOf('source', lane.sourceId), heldOf('target', lane.targetId)];
  const waits = isWaiting(placed);
  // Whoever has the turns that it needs waits for something that no clock tells of.
  if (waits && at === 'source' && areStuck(atSource, lane.backups)) return null;
  if ((waits || at === 'between') && areStuck(atTarget, lane.restores)) return null;
  const door = now.before.get(lane.targetId) ?? 0;
  const onTheWay = sum(now.atSource) + sum(now.before) + sum(now.atTarget);
  const place: Place = {
    at,
    waits,
    elapsedMs: waits ? 0 : (placed?.partMs ?? 0),
    sizeBytes: row.archive?.sizeBytes ?? placed?.sizeBytes ?? null,
    sourceAhead: { waiting: waits ? placed!.place - 1 : 0, running: atSource.map(({ heldMs }) => heldMs) },
    targetAhead: {
      waiting:
        at === 'target'
          ? waits
            ? placed!.place - 1
            : 0
          : (waits ? placed!.placeToTarget - 1 + atSource.length : 0) + door,
      running: atTarget.map(({ heldMs }) => heldMs),
    },
    workersAhead: { waiting: waits && at === 'source' ? placed!.placeOfAll - 1 : 0, running: onTheWay },
  };
  const own = chooseTook(found, place.sizeBytes);
  return estimateEnd(place, lane, { nowMs: now.nowMs, places, all: found.took, own });
}

/** Not one of a site's turns is worked on. */
const areStuck = (holders: readonly Holder[], turns: number): boolean =>
  holders.filter(({ waits }) => waits).length >= turns;

const sum = (counts: ReadonlyMap<number, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);

function isWaiting(placed: Placed | undefined): boolean {
  return placed !== undefined && !placed.granted && (placed.side === 'source' || placed.side === 'target');
}
