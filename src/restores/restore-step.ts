import type { SiteClient } from '@jouvence/moodle-client';
import type { Catalogue } from '../catalogue/index.ts';
import type { Clock } from '../clock.ts';
import { AppError, type AppErrorOptions, andSaid, failure, toAppError } from '../errors.ts';
import type { Jobs, Reason, Step, StepContext, StepResult, UndoContext } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { Notices } from '../notices/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Site, Sites } from '../sites/index.ts';
import type { Queryable, Store } from '../store/index.ts';
import type { Queue } from './queue/queue.ts';
import { type RequestRow, selectRequests } from './requests.sql.ts';
import type { Spool } from './spool.ts';
import type { WaitingFor } from './types.ts';

/** How long to wait, in milliseconds, before trying again what a site could not do. */
export interface Patience {
  firstMs: number;
  /** Doubled each time up to this. */
  longestMs: number;
  /** Then it has failed. */
  tries: number;
  /** A site's task that does not get on for so long is taken for stuck. */
  taskSilenceMs: number;
  /** One that has not even begun for so long makes us look whether the site's cron runs. */
  cronMs: number;
  /** For how long a cron that stands still is waited for. */
  cronLimitMs: number;
  /** For how long a site is waited for whose cron runs, and has other things to do. */
  queueLimitMs: number;
  /** For how long what was under way waits for a site that does not answer at all. */
  goneMs: number;
}

/** What steps work with. */
export interface Tools {
  store: Store;
  settings: Settings;
  sites: Sites;
  catalogue: Catalogue;
  jobs: Jobs;
  notices: Notices;
  spool: Spool;
  queue: Queue;
  patience: Patience;
  log: Log;
  clock: Clock;
}

/** Thrown by what finds out, deep in a step, that a site needs time; the same attempt goes on then. */
export class Waits extends Error {
  readonly site: string;
  readonly reason: Reason;
  readonly afterMs: number;

  constructor(site: string, reason: Reason, afterMs: number) {
    super(reason.message);
    this.name = 'Waits';
    this.site = site;
    this.reason = reason;
    this.afterMs = afterMs;
  }
}

/** One request's two ends. */
export interface Ends {
  request: RequestRow;
  source: Site;
  target: Site;
  sourceClient(): Promise<SiteClient>;
  targetClient(): Promise<SiteClient>;
}

export async function readRequest(db: Queryable, id: string): Promise<RequestRow> {
  const [request] = await selectRequests(db, [id]);
  if (!request) throw new AppError('not-found', `no request is called ${id}`);
  return request;
}

async function openEnds(tools: Tools, id: string): Promise<Ends> {
  const request = await readRequest(tools.store, id);
  const [source, target] = await Promise.all([tools.sites.get(request.sourceId), tools.sites.get(request.targetId)]);
  return {
    request,
    source,
    target,
    sourceClient: () => tools.sites.client(source.id, 'source'),
    targetClient: () => tools.sites.client(target.id, 'target'),
  };
}

/** A step that is given its request; whatever it throws says which site it was about. */
export function restoreStep(
  tools: Tools,
  step: {
    run(context: StepContext, ends: Ends): Promise<StepResult>;
    undo?(context: UndoContext, ends: Ends): Promise<'undone' | 'keep'>;
  },
): Step {
  const { run, undo } = step;
  return {
    run: (context) =>
      withEnds(tools, context.subject, async (ends) => {
        const held = await heldBySite(tools, context, ends);
        if (held) return held;
        try {
          return await run(context, ends);
        } catch (error) {
          if (!(error instanceof Waits)) throw error;
          return {
            wait: {
              for: sideOf(error.site, ends)!,
              afterMs: error.afterMs,
              error: { ...error.reason, site: error.site },
            },
          };
        }
      }),
    ...(undo && { undo: (context) => withEnds(tools, context.subject, (ends) => undo(context, ends)) }),
  };
}

async function withEnds<T>(tools: Tools, id: string, fn: (ends: Ends) => Promise<T>): Promise<T> {
  const ends = await openEnds(tools, id);
  try {
    return await fn(ends);
  } catch (thrown) {
    const error = toAppError(thrown);
    const waitingFor = sideOf(error.details.site, ends);
    if (!waitingFor) throw error;
    const site = waitingFor === 'source' ? ends.source : ends.target;
    const siteFailing = await tools.queue.standings.failed(site, error);
    const details = { ...error.details, waitingFor, siteFailing };
    throw new AppError(error.code, ...sayPlainly(error, { details, cause: thrown }));
  }
}

/** Sites without which a step cannot even begin; what others need of a site they find out. */
const needs: Partial<Record<string, readonly ('source' | 'target')[]>> = {
  queued: ['source', 'target'],
  'backing-up': ['source'],
  fetching: ['source'],
  delivering: ['target'],
  restoring: ['target'],
  enrolling: ['target'],
  comparing: ['target'],
};

const heldBySite = (tools: Tools, context: StepContext, ends: Ends): Promise<StepResult> =>
  heldByAny(tools, context, ends, needs[context.step] ?? []);

/** Nothing is tried with a site that is known not to answer: who probes it calls those that wait. */
export async function heldByAny(
  { queue, patience }: Tools,
  { subject, step, waited }: StepContext,
  { source, target }: Ends,
  sides: readonly ('source' | 'target')[],
): Promise<StepResult> {
  if (sides.length === 0) return undefined;
  const sites = { source, target };
  const failing = await queue.standings.failing(sides.map((side) => sites[side].id));
  const side = sides.find((each) => failing.some(({ siteId }) => siteId === sites[each].id));
  if (!side) return undefined;
  const known = failing.find(({ siteId }) => siteId === sites[side].id)!;
  const error = { ...known.error, site: sites[side].name };
  if (step === 'queued') {
    // Nothing of it is anywhere yet: its turn is better used by others, and it waits as long as it takes.
    await queue.giveBack(subject);
    return { park: { for: 'turn' } };
  }
  if (waited && waited.ms > patience.goneMs)
    throw new AppError(error.code, `${error.message}. It was waited for during ${inHours(waited.ms)} h.`, {
      details: { site: sites[side].name, givenUp: true },
      said: andSaid(error.said, { reason: 'waited-hours', values: { hours: inHours(waited.ms) } }),
    });
  return { park: { for: side, error } };
}

const inHours = (ms: number): string => (ms / 3_600_000).toFixed(1);

function sideOf(site: unknown, { source, target }: Ends): WaitingFor | undefined {
  return site === source.name ? 'source' : site === target.name ? 'target' : undefined;
}

/** What a site says of itself is not yet what somebody can do about it. */
function sayPlainly(
  { code, message, details, said }: AppError,
  more: Pick<AppErrorOptions, 'details' | 'cause'>,
): [string, AppErrorOptions] {
  const site = String(details.site);
  if (details.errorcode === 'sitemaintenance') {
    const plain = failure(code, { reason: 'maintenance', values: { site } });
    return [plain.message, { ...more, said: plain.said }];
  }
  if (code !== 'token-expired') return [message, { ...more, said }];
  const text = `${message}. See what is wrong with: jouvence sites check ${site}`;
  return [text, { ...more, said: andSaid(said, { reason: 'check-site', values: { site } }) }];
}
