import type { SiteClient } from '@jouvence/moodle-client';
import type { Task } from '@jouvence/protocol';
import { type AppError, type ErrorCode, failure, isErrorCode } from '../errors.ts';
import type { StepContext, UndoContext } from '../jobs/index.ts';
import { waitForCron } from './cron.ts';
import type { Tools } from './restore-step.ts';
import type { ReportLine } from './types.ts';

const firstPollMs = 200;
const longestPollMs = 2000;
/** A task's end is seen at most about a seventh of its own time late, at the price of some 16 looks in its first 12 s. */
const pollGrowth = 1.15;

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
  let movedAtMs = clock.monotonicMs();
  for (;;) {
    const task = await client.call('get_job', { key }, { signal: context.signal });
    const now = `${task.state} ${task.step} ${task.progress} ${task.courseid}`;
    if (now !== last) {
      movedAtMs = clock.monotonicMs();
      context.progress(task.progress);
      await onChange?.(task);
    }
    last = now;
    if (task.state === 'done') return task;
    if (task.state === 'failed' || task.state === 'discarded') throw taskError(client.site, task);
    const silentMs = clock.monotonicMs() - movedAtMs;
    if (task.state === 'waiting' && (silentMs > patience.cronMs || context.waited !== null))
      await waitForCron(tools, context, client, task);
    if (silentMs > patience.taskSilenceMs) {
      const { site } = client;
      const minutes = Math.round(patience.taskSilenceMs / 60_000);
      throw failure(
        'site-timeout',
        { reason: 'task-stuck', values: { site, kind: task.kind, step: task.step, minutes } },
        { details: { site } },
      );
    }
    // What a process of ours does is told as it happens; anything else is looked at.
    if (await client.news?.(key, { ms: longestPollMs, signal: context.signal })) continue;
    await context.sleep(pollMs);
    pollMs = Math.min(pollMs * pollGrowth, longestPollMs);
  }
}

function taskError(site: string, task: Task): AppError {
  if (task.state === 'discarded') {
    const values = { site, kind: task.kind };
    return failure('site-error', { reason: 'task-discarded', values }, { details: { site, again: true } });
  }
  const code: ErrorCode = task.error && isErrorCode(task.error.code) ? task.error.code : 'site-error';
  const about = { site, kind: task.kind };
  return failure(
    code,
    task.error
      ? { reason: 'task-failed', values: { ...about, quoted: task.error.message } }
      : { reason: 'task-failed-silently', values: about },
    { details: { site, again: code === 'busy', errorcode: task.error?.code } },
  );
}

/** Removes what a task left; nothing when the site does not know it. */
export async function discardTask(
  client: SiteClient,
  { key, signal, guard, sleep }: Pick<UndoContext, 'key' | 'signal' | 'guard' | 'sleep'>,
): Promise<void> {
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * pollGrowth, longestPollMs)) {
    await guard();
    const { before } = await client.call('discard_job', { key }, { signal, retry: true });
    // A restore cannot be stopped half-way: the site lets it end and removes its course then.
    if (before !== 'running') return;
    await sleep(pollMs);
  }
}

/** Lines of a site's task, which speaks the same form; of external tools the archive told more exactly (`losses.ts`). */
export const linesOf = (task: Task, site: string): ReportLine[] =>
  task.warnings
    .filter(({ code }) => code !== 'tool-secret')
    .map((line) => {
      // What the site says “here” of; in another language that is said by name.
      const module = line.code === 'module-missing' && /^(\w+) “/.exec(line.what)?.[1];
      return module ? { ...line, values: { module, target: site } } : line;
    });
