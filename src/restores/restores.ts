import type { Actor } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Catalogue } from '../catalogue/index.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { JobKind, Jobs } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { Notices } from '../notices/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Queryable, Store, Transaction } from '../store/index.ts';
import { actOnMany, type BulkAnswer, type BulkWish } from './bulk.ts';
import { type Carried, carriedOf } from './carried.ts';
import { changeCategory, dealWith, removeRequest } from './change.ts';
import { type Checked, checkRequests } from './check.ts';
import { type Enrolled, enrolColleague } from './enrol.ts';
import { Followers, type LiveChange } from './follow.ts';
import { countOpen, type PairCount, selectListed } from './list.sql.ts';
import { listRequests, mostListed, type Paging } from './list.ts';
import { Queue, restoreKind } from './queue/queue.ts';
import { type Registered, type Registration, registerCourses } from './register.ts';
import { deleteRequestsOf, type RequestRow, selectRequests } from './requests.sql.ts';
import { createRestoreJob } from './restore-job.ts';
import { type Patience, readRequest } from './restore-step.ts';
import { decideAgain } from './rules/again.ts';
import { takeKey } from './rules/instances.sql.ts';
import { withInstance } from './rules/instances.ts';
import { dropKeptOf } from './rules/kept.sql.ts';
import { maySpeak, type Spoken, speakFor } from './rules/speaking.ts';
import { mustHaveRoom, sendRequests } from './send.ts';
import { showRequest } from './show.ts';
import { Spool } from './spool.ts';
import { tellStuck } from './stuck.ts';
import { noteCancelled, tellStanding } from './tell.ts';
import type { CategoryWish, RequestFilter, RequestPage, RequestStep, RestoreRequest, SendOptions } from './types.ts';

export interface RestoresOptions {
  store: Store;
  settings: Settings;
  jobs: Jobs;
  sites: Sites;
  catalogue: Catalogue;
  notices: Notices;
  log: Log;
  clock: Clock;
  /** Where archives on their way are kept; a folder per request is made in it. */
  spoolDir: string;
  spoolLimitBytes: number;
  /** Defaults: see `defaultPatience`. */
  patience?: Partial<Patience>;
}

export interface Restores {
  /**
   * Asks for courses, all or none. The rules are decided here, and again when each is carried; a course of which
   * nothing would arrive is there at once as `refused`.
   * @throws AppError `not-found` (site, pair, person, course, category), `not-allowed` (who asks may not have it, or not
   *   so), `conflict` (it was carried already, the key was used for something else, too many are open), `too-large`,
   *   or a site's error. Of a rule, `details.reason` says which. A site that is paused refuses nothing: it waits.
   */
  send(actor: Actor, options: SendOptions): Promise<RestoreRequest[]>;
  /** What would become of the same wish if it were sent: changes nothing, and each course answers for itself. */
  check(actor: Actor, options: SendOptions, signal?: AbortSignal): Promise<Checked>;
  /** Whether the actor may ask for other people of that target, asked of it now; an operator may. */
  maySpeak(actor: Actor, target: string | number, signal?: AbortSignal): Promise<boolean>;
  /**
   * Whom of a target the actor asks for; to whoever may not, nothing is told of anybody there.
   * @throws AppError `not-allowed`, `not-found`, `conflict` (several accounts)
   */
  speakFor(actor: Actor, whom: { target: string | number; person: string }, signal?: AbortSignal): Promise<Spoken>;
  /**
   * Enrols somebody who taught the same course on the source in the one that the request brought: the actor, or whom an
   * operator names. @throws AppError `not-found` (also to whom it is not theirs), `not-allowed`, `conflict`
   */
  enrol(actor: Actor, id: string, person?: string): Promise<Enrolled>;
  /**
   * Makes known that courses stand on a target already, which came by other means: none comes a second time then.
   * Each for itself, at most 200. @throws AppError `not-found` (the target), `invalid-parameter`
   */
  register(
    actor: Actor,
    wish: { target: string | number; courses: Registration[]; dryRun?: boolean },
  ): Promise<Registered[]>;
  /**
   * What was brought to a target already, or is on its way: by `source:courseid`. Only for courses of which whoever is
   * shown it may know, as it names who asked; `person` is who looks.
   */
  carried(
    target: string | number,
    courses: readonly { source: string; courseid: number }[],
    person: string | null,
    signal?: AbortSignal,
  ): Promise<Map<string, Carried>>;
  /** At most 200 at once. @throws AppError `invalid-parameter` */
  list(filter?: RequestFilter, page?: Paging): Promise<RequestPage>;
  /** Of those that have not ended, how many there are from where to where; null: to all targets. */
  counts(targetIds: readonly number[] | null): Promise<PairCount[]>;
  /** @throws AppError `not-found` */
  get(id: string): Promise<RestoreRequest>;
  /** Asks it to stop; it is `cancelling` until nothing of it is left. @throws AppError `conflict` when it has ended. */
  cancel(actor: Actor, id: string): Promise<RestoreRequest>;
  /**
   * Carries a failed or cancelled request again. Of a person the rules are decided first, as when it was sent, so that
   * they hear at once why not. @throws AppError `conflict` unless it has ended that way, or why it may not be
   */
  retry(actor: Actor, id: string): Promise<RestoreRequest>;
  /**
   * Another category, while the course has not been delivered; the rules are decided for it first.
   * @throws AppError `not-found`, `conflict` (too late, or somebody else was faster), or why it may not go there
   */
  setCategory(actor: Actor, id: string, category: CategoryWish): Promise<RestoreRequest>;
  /** An ended request with its report; what stands on sites stays. @throws AppError `not-found`, `conflict` */
  remove(actor: Actor, id: string): Promise<void>;
  /** Marks a line of the report as dealt with, or not. @throws AppError `not-found` */
  deal(actor: Actor, id: string, line: string, dealt: boolean): Promise<RestoreRequest>;
  /** The same for many, each by itself. @throws AppError `invalid-parameter`, `conflict` */
  many(actor: Actor, wish: BulkWish, action: BulkAction): Promise<BulkAnswer>;
  /** Requests from or to these sites, whatever their state, as if they had never been. Returns how many there were. */
  forget(actor: Actor, sites: readonly string[]): Promise<number>;
  /**
   * First each of them as it is now (without `ids`: the latest), then each that changes, whole, until the signal says
   * stop. Changes that come together may come as one.
   */
  watch(filter: { ids?: readonly string[] }, signal: AbortSignal): AsyncIterable<RestoreRequest>;
  /** Looks for work that stands still and has it told, each standstill once; asked for now and then. */
  tellStuck(): Promise<void>;
  /**
   * A page of the list, then what changes of it, until the signal says so. Who does not read is told less often, and
   * always what is true then. @throws AppError `invalid-parameter`, `database-unavailable`
   */
  follow(
    filter: RequestFilter,
    page: { limit?: number; after?: string },
    signal: AbortSignal,
  ): AsyncIterable<LiveChange[]>;
  /** For `createWorker`. */
  readonly jobKind: JobKind;
}

export type BulkAction = { do: 'retry' | 'cancel' | 'delete' } | { do: 'category'; category: CategoryWish };

const minute = 60_000;
const defaultPatience: Patience = {
  firstMs: 1000,
  longestMs: 5 * minute,
  tries: 24,
  taskSilenceMs: 30 * minute,
  cronMs: 2 * minute,
  cronLimitMs: 120 * minute,
  queueLimitMs: 720 * minute,
  goneMs: 72 * 60 * minute,
};

export function createRestores(options: RestoresOptions): Restores {
  const { store, jobs, sites, spoolDir, spoolLimitBytes } = options;
  const patience = { ...defaultPatience, ...options.patience };
  const queue = new Queue({
    ...options,
    goneMs: patience.goneMs,
    // The first probe of a site that has failed twice comes when a single request would have tried again.
    firstProbeMs: 10 * patience.firstMs,
    longestProbeMs: patience.longestMs,
    onStanding: (tx, change) => tellStanding(options, tx, change),
  });
  const tools = {
    ...options,
    queue,
    spool: new Spool({ store, dir: spoolDir, limitBytes: spoolLimitBytes }),
    patience,
  };
  const jobKind = createRestoreJob(tools);

  /** In the order of the rows. */
  async function show(db: Queryable, rows: RequestRow[]): Promise<RestoreRequest[]> {
    const found = await jobs.get(
      db,
      restoreKind,
      rows.map(({ id }) => id),
    );
    const known = rows.flatMap((row) => {
      const job = found.get(row.id);
      return job ? [{ row, job }] : [];
    });
    // Not within a transaction: it would wait for another connection, and hold its own meanwhile.
    const pictures = db === store ? await queue.pictures.of(db, known) : new Map<string, never>();
    return known.map(({ row, job }) => showRequest(row, job, options.clock.nowMs(), pictures.get(row.id)));
  }

  async function get(db: Queryable, id: string): Promise<RestoreRequest> {
    const [request] = await show(db, [await readRequest(db, id)]);
    // Deleted between the two questions.
    if (!request) throw new AppError('not-found', `there is no request ${id}, or not any more`);
    return request;
  }

  async function decide(request: RequestRow, what: 'asked' | 'carried'): Promise<void> {
    const [source, target] = await Promise.all([sites.get(request.sourceId), sites.get(request.targetId)]);
    await decideAgain(options, { request, source, target }, what);
  }

  /** One that goes on behind its arrived course asks for nothing; one that cannot be tried again is told so later. */
  async function decideForRetry(row: RequestRow): Promise<void> {
    const { state, newCourse } = await get(store, row.id);
    if ((state === 'failed' && newCourse === null) || state === 'cancelled') await decide(row, 'asked');
  }

  async function mustHaveRoomFor(tx: Transaction, { targetId, person }: RequestRow): Promise<void> {
    const sender = { kind: 'person', username: person ?? '' } as const;
    await mustHaveRoom(options, tx, { target: await sites.get(targetId), person, sender }, 1);
  }

  const followers = new Followers({ ...options, pictures: queue.pictures });

  const restores: Restores = {
    jobKind,
    tellStuck: () => tellStuck(options),

    async send(actor, wish) {
      const ids = await sendRequests(tools, actor, wish);
      const rows = new Map((await selectRequests(store, ids)).map((row) => [row.id as string, row]));
      // Here the log of the API and that of the worker meet: a call's id, and the request that came of it.
      for (const { id, source, target } of rows.values())
        options.log.info({ request: id, source, target }, 'asked for');
      return show(
        store,
        ids.map((id) => rows.get(id)!),
      );
    },

    check: (actor, wish, signal) => checkRequests(options, actor, wish, signal),
    maySpeak: (actor, target, signal) => maySpeak(sites, actor, target, signal),
    speakFor: (actor, whom, signal) => speakFor(sites, actor, whom, signal),
    enrol: (actor, id, person) => enrolColleague(options, actor, id, person),
    register: (actor, wish) => registerCourses(options, actor, wish),
    carried: (target, courses, person, signal) => carriedOf(options, target, courses, person, signal),
    list: (filter = {}, paging = {}) => listRequests({ ...options, pictures: queue.pictures }, filter, paging),

    counts: (targetIds) => countOpen(store, targetIds),
    get: (id) => get(store, id),

    async cancel(actor, id) {
      await store.transaction(async (tx) => {
        const { target } = await readRequest(tx, id);
        await queue.withdraw(tx, id);
        const { ended } = await jobs.cancel(tx, restoreKind, id);
        await noteCancelled(tx, [id], actor);
        if (ended) await jobKind.ended!(tx, { subject: id, outcome: 'cancelled' });
        await audit.write(tx, { actor, action: 'requests.cancel', object: `request ${id}`, site: target });
      });
      return get(store, id);
    },

    async retry(actor, id) {
      const row = await readRequest(store, id);
      if (actor.kind === 'person') await decideForRetry(row);
      const values = await options.settings.at({ target: row.targetId, source: row.sourceId });
      const again = () =>
        store.transaction(async (tx) => {
          const { error, newCourse, state } = await get(tx, id);
          // A course that arrived whole is not carried again for what failed after it.
          const step: RequestStep = state === 'failed' && newCourse !== null && error ? error.step : 'queued';
          if (actor.kind === 'person') await mustHaveRoomFor(tx, row);
          // Meanwhile somebody else may have asked for the same course. Before the queue's lock: it may have to wait.
          if (values['requests.oneInstance']) await takeKey(tx, id);
          await queue.lock(tx);
          await jobs.retry(tx, { kind: restoreKind, subject: id, step, ...(step === 'queued' && { park: 'turn' }) });
          if (step === 'queued') await queue.ask(tx, [{ id, sizeBytes: null }]);
          await audit.write(tx, { actor, action: 'requests.retry', object: `request ${id}`, site: row.target });
        });
      await withInstance(options, row.targetId, row, again);
      return get(store, id);
    },

    async setCategory(actor, id, category) {
      await changeCategory(options, actor, id, category, (row) => decide(row, 'carried'));
      return get(store, id);
    },

    remove: (actor, id) => removeRequest(options, actor, id),

    async deal(actor, id, line, dealt) {
      await dealWith(options, actor, id, line, dealt);
      return get(store, id);
    },

    many: (actor, wish, action) =>
      actOnMany(options, wish, (id) => {
        if (action.do === 'category') return restores.setCategory(actor, id, action.category);
        return action.do === 'delete' ? restores.remove(actor, id) : restores[action.do](actor, id);
      }),

    forget: (actor, sites) =>
      store.transaction(async (tx) => {
        await queue.lock(tx);
        const ids = await deleteRequestsOf(tx, sites);
        await dropKeptOf(tx, sites);
        await queue.mend(tx);
        await jobs.forget(tx, restoreKind, ids);
        if (ids.length > 0)
          await audit.write(tx, { actor, action: 'requests.forget', object: `requests of ${sites.join(', ')}` });
        return ids.length;
      }),

    follow: (filter, page, signal) => followers.follow(filter, page, signal),

    async *watch({ ids }, signal) {
      for await (const changed of jobs.changes(restoreKind, signal)) {
        const wanted = changed === 'all' ? ids : ids ? changed.filter((id) => ids.includes(id)) : changed;
        const latest = wanted ?? (await selectListed(store, {}, { limit: mostListed })).map(({ id }) => id);
        yield* await show(store, await selectRequests(store, latest));
      }
    },
  };
  return restores;
}
