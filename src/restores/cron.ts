import type { SiteClient } from '@jouvence/moodle-client';
import type { Task } from '@jouvence/protocol';
import { type ErrorCode, failure, isAppError, type Said, toAppError } from '../errors.ts';
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
  const at = new Date(facts.lastcron * 1000).toISOString();
  const what: Said = !standsStill
    ? { reason: 'cron-waits', values: { site, kind, at } }
    : facts.lastcron === 0
      ? { reason: 'cron-never', values: { site, kind } }
      : { reason: 'cron-still', values: { site, kind, at } };
  const said: Said[] = [
    what,
    ...(tasks > 1 ? [{ reason: 'cron-tasks' as const, values: { tasks } }] : []),
    ...(standsStill ? [{ reason: 'cron-mend' as const, values: {} }] : []),
  ];
  const waitedMs = waited?.code === code ? waited.ms : 0;
  const limitMs = standsStill ? patience.cronLimitMs : patience.queueLimitMs;
  if (waitedMs > limitMs)
    throw failure(code, [...said, { reason: 'waited-minutes', values: { minutes: Math.round(waitedMs / 60_000) } }], {
      details: { site, givenUp: true },
    });
  const { message } = failure(code, said);
  throw new Waits(site, { code, message, said }, Math.min(lookAgainMs, patience.longestMs));
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
