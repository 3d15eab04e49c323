import type { Clock } from '../clock.ts';
import { isAppError } from '../errors.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';
import { selectListed } from './list.sql.ts';
import { listRequests, matches, mostListed, numberOf, showRows } from './list.ts';
import type { Pictures } from './queue/picture.ts';
import { restoreKind } from './queue/queue.ts';
import type { ListedRequest, RequestFilter, RequestPage } from './types.ts';

/** What a page that is being looked at is told. */
export type LiveChange =
  /** All of it, in place of what was there: at first, after something was missed, and to fill up what has gone. */
  | { event: 'page'; data: RequestPage }
  /** One that is new, or has changed, whole. */
  | { event: 'request'; data: ListedRequest }
  /** One that is not on this page any more: deleted, moved out of the filter, or pushed off its end. */
  | { event: 'gone'; data: { id: string } };

interface Modules {
  store: Store;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  pictures: Pictures;
}

/** So much is gathered before anybody is told: a hundred rows that change ten times a second are a few questions. */
const gatherMs = 100;
/** After a lost database. */
const againMs = 500;
/** A page that has lost rows is filled up, but not for each of a great many that go one after the other. */
const refillMs = 1000;
/** Places in the queue change with others, and nothing says so: after any change they are looked at, this often. */
const placesMs = 1000;
/** Hours begin, sites are paused and settings are changed without any request having changed: then this often. */
const lookMs = 10_000;
/** Of one who does not read: more than that, and it is told the page anew. */
const mostPending = 1000;
const rowsAtOnce = 500;
/** After a start everybody comes at once: their pages are read one after the other, not all from one pool. */
const pagesAtOnce = 3;

/**
 * Everybody who looks on, told by one reader of changes. There is no log of events: each is told the page as it stands,
 * and then rows as they stand; what changes twice before it is read is told once. So a slow reader costs the rows of
 * its page and no more.
 */
export class Followers {
  readonly #modules: Modules;
  readonly #all = new Set<Follower>();
  #stop: AbortController | undefined;
  #placesAtMs = 0;
  #telling: Promise<void> = Promise.resolve();
  #reading = 0;
  readonly #waiting: (() => void)[] = [];
  /** Changes are heard from then on: a page that is read later misses none. */
  #hearing = Promise.withResolvers<void>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /** Until the signal says so. @throws AppError `invalid-parameter`, or why the page cannot be read */
  async *follow(
    filter: RequestFilter,
    paging: { limit?: number; after?: string },
    signal: AbortSignal,
  ): AsyncGenerator<LiveChange[]> {
    const follower = new Follower(this.#modules, filter, paging);
    this.#all.add(follower);
    this.#stop ??= this.#read();
    const leave = () => follower.wake();
    signal.addEventListener('abort', leave);
    try {
      await this.#hearing.promise;
      while (!signal.aborted) {
        const changes = await this.#nextOf(follower, signal);
        if (changes.length > 0) yield changes;
        else if (!signal.aborted) await follower.woken();
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.#all.delete(follower);
      follower.end();
      if (this.#all.size === 0) {
        this.#stop?.abort();
        this.#stop = undefined;
        this.#hearing = Promise.withResolvers();
      }
    }
  }

  /** A database that is away is waited for by who has been told something already; the first page says why at once. */
  async #nextOf(follower: Follower, signal: AbortSignal): Promise<LiveChange[]> {
    try {
      return await this.#inTurn(() => follower.next());
    } catch (error) {
      if (!follower.hasTold || !isAppError(error, 'database-unavailable')) throw error;
      await this.#modules.clock.sleep(againMs, signal).catch(() => {});
      return [];
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.#reading >= pagesAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#reading++;
    try {
      return await work();
    } finally {
      this.#reading--;
      this.#waiting.shift()?.();
    }
  }

  #read(): AbortController {
    const stop = new AbortController();
    void this.#readOn(stop.signal);
    void this.#lookOn(stop.signal);
    return stop;
  }

  async #lookOn(signal: AbortSignal): Promise<void> {
    const { clock } = this.#modules;
    while (!signal.aborted) {
      await clock.sleep(lookMs, signal).catch(() => {});
      // A database that is away is waited for by `#readOn`, which then has all of it looked at again.
      if (!signal.aborted) await this.#tell([]).catch(() => {});
    }
  }

  async #readOn(signal: AbortSignal): Promise<void> {
    const { jobs, clock, log } = this.#modules;
    const hearing = this.#hearing;
    while (!signal.aborted) {
      try {
        for await (const changed of jobs.changes(restoreKind, signal)) {
          // The first is no news to those who have read nothing yet.
          if (changed === 'all') this.#tellAll();
          hearing.resolve();
          if (changed === 'all') continue;
          await this.#tell(changed);
          await clock.sleep(gatherMs, signal);
        }
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ error }, 'changes of requests cannot be read; trying again');
        // Whoever asks now is told why by the page that cannot be read either.
        hearing.resolve();
        await clock.sleep(againMs, signal).catch(() => {});
        this.#tellAll();
      }
    }
  }

  #tellAll(): void {
    for (const follower of this.#all) follower.lookAgain();
  }

  /** One after the other: what was read earlier is told earlier. */
  #tell(changed: readonly string[]): Promise<void> {
    const told = this.#telling.then(() => this.#tellNow(changed));
    this.#telling = told.catch(() => {});
    return told;
  }

  async #tellNow(changed: readonly string[]): Promise<void> {
    const { store, clock } = this.#modules;
    if (clock.nowMs() - this.#placesAtMs >= placesMs) {
      this.#placesAtMs = clock.nowMs();
      const queued = [...this.#all].flatMap((follower) => follower.queued());
      changed = [...new Set([...changed, ...queued])];
    }
    for (let from = 0; from < changed.length; from += rowsAtOnce) {
      const ids = changed.slice(from, from + rowsAtOnce);
      const rows = await showRows(this.#modules, await selectListed(store, { ids }, { limit: ids.length }));
      const byId = new Map<string, ListedRequest>(rows.map((row) => [row.id, row]));
      for (const follower of this.#all) for (const id of ids) follower.take(id, byId.get(id));
    }
  }
}

/** What of a row says whether another is newer. */
interface Told {
  number: number;
  revision: number;
  /** Its place in the queue and what it waits for there, while it has one: both change without a revision. */
  place: string | null;
}

const toldOf = ({ number, revision, queue, waitingFor, error }: ListedRequest): Told => ({
  number,
  revision,
  place: queue && [queue.position, waitingFor, error?.code, error?.message].join(' '),
});

/** One page that is looked at. */
class Follower {
  readonly #modules: Modules;
  readonly #filter: RequestFilter;
  readonly #paging: { limit: number; after?: string };
  /** Rows of an earlier page are newer than this. */
  readonly #below: number;
  /** What was told; null: nothing yet. */
  #shown: Map<string, Told> | null = null;
  /** The oldest of it, while older ones are left for the next page. */
  #from = 0;
  #stale = true;
  hasTold = false;
  /** By id; undefined: it is not there any more. */
  #changed = new Map<string, ListedRequest | undefined>();
  #wake: () => void = () => {};
  #isWoken = false;
  #takeBackTimer: (() => void) | undefined;

  constructor(modules: Modules, filter: RequestFilter, { limit = 50, after }: { limit?: number; after?: string }) {
    this.#modules = modules;
    this.#filter = filter;
    this.#paging = { limit: Math.min(Math.max(1, limit), mostListed), ...(after !== undefined && { after }) };
    this.#below = numberOf(after) ?? Number.POSITIVE_INFINITY;
  }

  take(id: string, row: ListedRequest | undefined): void {
    if (this.#stale) return;
    if (!this.#shown?.has(id) && !(row && this.#fits(row)) && this.#shown !== null) return;
    this.#changed.set(id, row);
    if (this.#changed.size > mostPending) this.lookAgain();
    this.wake();
  }

  /** Those of its rows that have a place in the queue. */
  queued(): string[] {
    return [...(this.#shown ?? [])].flatMap(([id, { place }]) => (place === null ? [] : [id]));
  }

  lookAgain(): void {
    this.#stale = true;
    this.#changed.clear();
    this.wake();
  }

  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async woken(): Promise<void> {
    if (!this.#isWoken)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#isWoken = false;
  }

  end(): void {
    this.#takeBackTimer?.();
  }

  async next(): Promise<LiveChange[]> {
    if (this.#stale) return [await this.#page()];
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed.flatMap(([id, row]) => this.#tell(id, row));
  }

  async #page(): Promise<LiveChange> {
    // From now on changes are kept: the page is at least as new as this moment.
    this.#stale = false;
    this.#shown = null;
    try {
      const page = await listRequests(this.#modules, this.#filter, this.#paging);
      this.#shown = new Map(page.requests.map((row) => [row.id, toldOf(row)]));
      this.hasTold = true;
      this.#from = page.next === null ? 0 : page.requests.at(-1)!.number;
      return { event: 'page', data: page };
    } catch (error) {
      this.lookAgain();
      throw error;
    }
  }

  #fits(row: ListedRequest): boolean {
    return row.number >= this.#from && row.number < this.#below && matches(row, this.#filter);
  }

  #tell(id: string, row: ListedRequest | undefined): LiveChange[] {
    const shown = this.#shown!;
    const known = shown.get(id);
    if (!row || !this.#fits(row)) {
      if (!known) return [];
      shown.delete(id);
      if (this.#from > 0) this.#refill();
      return [{ event: 'gone', data: { id } }];
    }
    const told = toldOf(row);
    if (known && (known.revision > told.revision || (known.revision === told.revision && known.place === told.place)))
      return [];
    shown.set(id, told);
    if (shown.size <= this.#paging.limit) return [{ event: 'request', data: row }];
    const [last] = [...shown].reduce((oldest, each) => (each[1].number < oldest[1].number ? each : oldest));
    shown.delete(last);
    this.#from = Math.min(...[...shown.values()].map(({ number }) => number));
    if (last === id) return [];
    return [
      { event: 'request', data: row },
      { event: 'gone', data: { id: last } },
    ];
  }

  #refill(): void {
    this.#takeBackTimer ??= this.#modules.clock.setTimer(() => {
      this.#takeBackTimer = undefined;
      this.lookAgain();
    }, refillMs);
  }
}
