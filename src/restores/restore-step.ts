import type { SiteClient } from '@jouvence/moodle-client';
import type { Task } from '@jouvence/protocol';
import type { Catalogue } from '../catalogue/index.ts';
import type { Clock } from '../clock.ts';
import { AppError, type ErrorCode, isErrorCode, toAppError } from '../errors.ts';
import type { Step, StepContext, StepResult, UndoContext } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { Site, Sites } from '../sites/index.ts';
import type { Queryable, Store } from '../store/index.ts';
import { type RequestRow, selectRequests } from './requests.sql.ts';
import type { Spool } from './spool.ts';
import type { ReportLine, WaitingFor } from './types.ts';

/** How long to wait, in milliseconds, before trying again what a site could not do. */
export interface Patience {
  firstMs: number;
  /** Doubled each time up to this. */
  longestMs: number;
  /** Then it has failed. */
  tries: number;
  /** A site's task that does not get on for so long is taken for stuck. */
  taskSilenceMs: number;
}

/** What steps work with. */
export interface Tools {
  store: Store;
  sites: Sites;
  catalogue: Catalogue;
  spool: Spool;
  patience: Patience;
  log: Log;
  clock: Clock;
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
    run: (context) => withEnds(tools, context.subject, (ends) => run(context, ends)),
    ...(undo && { undo: (context) => withEnds(tools, context.subject, (ends) => undo(context, ends)) }),
  };
}

async function withEnds<T>(tools: Tools, id: string, fn: (ends: Ends) => Promise<T>): Promise<T> {
  const ends = await openEnds(tools, id);
  try {
    return await fn(ends);
  } catch (thrown) {
    const error = toAppError(thrown);
    const { site } = error.details;
    const waitingFor: WaitingFor | undefined =
      site === ends.source.name ? 'source' : site === ends.target.name ? 'target' : undefined;
    throw waitingFor
      ? new AppError(error.code, error.message, { details: { ...error.details, waitingFor }, cause: thrown })
      : error;
  }
}

const firstPollMs = 200;
const longestPollMs = 2000;

/**
 * Follows a task of a site to its end, looking ever less often. Returns it `done`.
 * @throws AppError `site-error` (or what the site says) when it failed, with `details.again` when another attempt can
 * help; `site-timeout` when it has not moved for long.
 */
export async function followTask(
  tools: Tools,
  context: StepContext,
  client: SiteClient,
  key: string,
  onChange?: (task: Task) => Promise<void>,
): Promise<Task> {
  const { clock, patience } = tools;
  let pollMs = firstPollMs;
  let last = '';
  let movedAtMs = clock.nowMs();
  for (;;) {
    const task = await client.call('get_job', { key }, { signal: context.signal });
    const now = `${task.state} ${task.step} ${task.progress} ${task.courseid}`;
    if (now !== last) {
      movedAtMs = clock.nowMs();
      context.progress(task.progress);
      await onChange?.(task);
    }
    last = now;
    if (task.state === 'done') return task;
    if (task.state === 'failed' || task.state === 'discarded') throw taskError(client.site, task);
    if (clock.nowMs() - movedAtMs > patience.taskSilenceMs) {
      throw new AppError(
        'site-timeout',
        `${client.site}: its ${task.kind} has stood at "${task.step}" for ${Math.round(patience.taskSilenceMs / 60_000)} min; look at the site's own tasks (cron)`,
        { details: { site: client.site } },
      );
    }
    await context.sleep(pollMs);
    pollMs = Math.min(pollMs * 1.5, longestPollMs);
  }
}

function taskError(site: string, task: Task): AppError {
  if (task.state === 'discarded') {
    return new AppError('site-error', `${site}: somebody discarded its ${task.kind}`, {
      details: { site, again: true },
    });
  }
  const code: ErrorCode = task.error && isErrorCode(task.error.code) ? task.error.code : 'site-error';
  const message = `${site}: its ${task.kind} failed: ${task.error?.message ?? 'it does not say why'}`;
  return new AppError(code, message, { details: { site, again: code === 'busy', errorcode: task.error?.code } });
}

/** Removes what a task left; nothing when the site does not know it. */
export async function discardTask(
  client: SiteClient,
  { key, signal, guard, sleep }: Pick<UndoContext, 'key' | 'signal' | 'guard' | 'sleep'>,
): Promise<void> {
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 1.5, longestPollMs)) {
    await guard();
    const { before } = await client.call('discard_job', { key }, { signal, retry: true });
    // A restore cannot be stopped half-way: the site lets it end and removes its course then.
    if (before !== 'running') return;
    await sleep(pollMs);
  }
}

/** Lines of a site's task, which speaks the same form. */
export const linesOf = (task: Task): ReportLine[] => task.warnings;
