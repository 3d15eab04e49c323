import type { SiteClient } from '@jouvence/moodle-client';
import type { Task } from '@jouvence/protocol';
import { AppError, type ErrorCode, isAppError, toAppError } from '../errors.ts';
import type { StepContext } from '../jobs/index.ts';
import { type Tools, Waits } from './restore-step.ts';

/** Cron starts each minute where it is set up as Moodle asks, and one run keeps going for up to three. */
const runsBeforeSilent = 2.5;
/** How often a site that does not get on is looked at. */
const lookAgainMs = 30_000;

/**
 * A task that its site has not begun: says why, as far as the site knows, and lets go of the worker meanwhile. On a
 * Moodle over REST a task is begun by cron, and a cron that stands still is the commonest fault of an old site: nobody
 * notices it otherwise.
 * @throws Waits, or AppError `site-cron` or `busy` once it has waited too long
 */
export async function waitForCron(
  { patience }: Pick<Tools, 'patience'>,
  { signal, waited }: Pick<StepContext, 'signal' | 'waited'>,
  client: SiteClient,
  { kind }: Task,
): Promise<never> {
  const { site } = client;
  const facts = await client.call('get_site', {}, { signal });
  const tasks = await countWaiting(client, signal);
  const silentMs = (facts.clock - facts.lastcron) * 1000;
  const standsStill = silentMs > patience.cronMs * runsBeforeSilent;
  const code: ErrorCode = standsStill ? 'site-cron' : 'busy';
  const lastRun = new Date(facts.lastcron * 1000).toISOString();
  const since = facts.lastcron === 0 ? 'ever' : `since ${lastRun}`;
  const what = standsStill
    ? `${site}: its cron has not run ${since}, and our ${kind} waits for it`
    : `${site}: our ${kind} waits for its cron, which last ran at ${lastRun}`;
  const queue = tasks > 1 ? ` (${tasks} tasks of ours wait there)` : '';
  const mend = standsStill ? ' Have its cron mended: admin/cli/cron.php has to run every minute.' : '';
  const message = `${what}${queue}.${mend}`;
  const waitedMs = waited?.code === code ? waited.ms : 0;
  const limitMs = standsStill ? patience.cronLimitMs : patience.queueLimitMs;
  if (waitedMs > limitMs)
    throw new AppError(code, `${message} It was waited for during ${Math.round(waitedMs / 60_000)} min.`, {
      details: { site, givenUp: true },
    });
  throw new Waits(site, { code, message }, Math.min(lookAgainMs, patience.longestMs));
}

/** Agents of before this function know nothing of it. */
async function countWaiting(client: SiteClient, signal: AbortSignal): Promise<number> {
  try {
    return (await client.call('get_connection', {}, { signal })).waiting.tasks;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (isAppError(error, 'unsupported', 'token-expired', 'site-error')) return 0;
    throw thrown;
  }
}
