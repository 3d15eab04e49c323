import { createSiteClient, type SiteClient, SiteError, type SiteLimits } from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import type { Actor } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Secrets, Store } from '../store/index.ts';
import { readExpiry } from './introduce.ts';
import { forgetPrevious, type HeldToken, holdToken, listDue, releaseToken, replaceToken } from './renewal.sql.ts';
import type { Site } from './site.ts';
import { type Db, findSite, inTransaction } from './sites.sql.ts';
import { openToken, sealToken } from './tokens.ts';

/*
 * A token is renewed in these steps, and may be cut short between any two:
 *
 *   held       one process has the row, for as long as `holdMs`
 *   asked      the site has made a successor. Its answer lost: nothing has changed, the token goes on
 *   written    the successor is in the row, the token beside it, and the audit line with them
 *   used       the successor has opened the site, which ended the token
 *   settled    the token beside it is gone
 *
 * Everybody uses what is in the row, so from `written` on any call of any process is what uses the successor. What was
 * left between `written` and `settled` is tried by whoever comes next; a successor that the site does not know (it was
 * set back, or made another one) gives way to the token beside it.
 */

export interface RenewalTools {
  store: Store;
  secrets: Secrets;
  clock: Clock;
  log: Log;
  limits?: Partial<SiteLimits>;
}

/** Longer than the two calls may last. */
const holdMs = 180_000;
const callMs = 45_000;
/** After a failure: an hour, then twice as long each time; there are 30 days. */
const firstWaitMs = 3_600_000;
const longestWaitMs = 86_400_000;
/** How often is looked whether something is due. */
const everyMs = 3_600_000;
/** Not at once: a process that starts has other things to do. */
const firstLookMs = 30_000;

/** @throws AppError `conflict` when somebody else is at it, or why the site gave no other token */
export async function renewToken(
  tools: RenewalTools,
  actor: Actor,
  site: Site,
  profile: Profile,
  given?: string,
): Promise<void> {
  const { store, clock } = tools;
  const key = { siteId: site.id, profile };
  const db = (): Db => store.db();
  const [now, until] = [clock.now(), new Date(clock.nowMs() + holdMs)];
  const held = await holdToken(db(), key, { now, until, ...(given !== undefined && { sealed: given }) });
  if (!held)
    throw new AppError('conflict', `the ${profile} token of ${site.name} is being renewed by another process just now`);
  try {
    const settled = held.previous ? await settle(tools, actor, site, profile, held) : held;
    await succeed(tools, actor, site, profile, settled);
    await releaseToken(db(), key, undefined);
  } catch (error) {
    const { code, message } = toAppError(error);
    const waitMs = Math.min(firstWaitMs * 2 ** held.tries, longestWaitMs);
    const after = new Date(clock.nowMs() + waitMs);
    await releaseToken(db(), key, { tries: held.tries + 1, after, error: { code, message } });
    throw error;
  }
}

/** A successor in place of the token. */
async function succeed(tools: RenewalTools, actor: Actor, site: Site, profile: Profile, old: HeldToken): Promise<void> {
  const { store, secrets, clock } = tools;
  const given = await withToken(tools, site, profile, old.sealed, (client) =>
    client.call('rotate_token', {}, { timeoutMs: callMs }),
  );
  const to = {
    sealed: sealToken(secrets, site.name, profile, given.token),
    setAt: clock.now(),
    expiresAt: readExpiry(given.expires),
  };
  const previous = {
    sealed: old.sealed,
    setAt: old.setAt.toISOString(),
    expiresAt: old.expiresAt?.toISOString() ?? null,
  };
  await inTransaction(store, async (tx) => {
    if (!(await replaceToken(tx, { siteId: site.id, profile }, { from: old.sealed, to, previous })))
      throw new AppError('conflict', `the ${profile} token of ${site.name} was replaced by somebody meanwhile`);
    await audit.write(tx, {
      actor,
      action: 'sites.rotate',
      object: `site ${site.name}`,
      site: site.name,
      before: { profile, expiresAt: old.expiresAt },
      after: { profile, expiresAt: to.expiresAt },
    });
  });
  await settle(tools, actor, site, profile, { ...to, previous, tries: 0 });
}

/**
 * Uses a successor for the first time, and gives what is the token then. A site that cannot be reached leaves it open:
 * the successor stands, and the next call of anybody uses it.
 * @throws SiteError when the site does not know its successor; then the token before it is back
 */
async function settle(
  tools: RenewalTools,
  actor: Actor,
  site: Site,
  profile: Profile,
  token: HeldToken,
): Promise<HeldToken> {
  const { store, log } = tools;
  const key = { siteId: site.id, profile };
  try {
    await withToken(tools, site, profile, token.sealed, (client) =>
      client.call('get_connection', {}, { timeoutMs: callMs }),
    );
    await forgetPrevious(store.db(), key, token.sealed);
    return { ...token, previous: null };
  } catch (error) {
    if (!(error instanceof SiteError) || error.code !== 'token-expired') {
      log.warn({ err: error, site: site.name, profile }, 'new token not yet used');
      return token;
    }
    await takeBack(tools, actor, site, profile, token);
    throw new SiteError(
      'site-bad-answer',
      site.name,
      'does not accept the token it has just given; the one before is kept',
      {
        cause: error,
      },
    );
  }
}

async function takeBack({ store }: RenewalTools, actor: Actor, site: Site, profile: Profile, token: HeldToken) {
  const { sealed, setAt, expiresAt } = token.previous!;
  const to = { sealed, setAt: new Date(setAt), expiresAt: expiresAt === null ? null : new Date(expiresAt) };
  await inTransaction(store, async (tx) => {
    if (!(await replaceToken(tx, { siteId: site.id, profile }, { from: token.sealed, to, previous: null }))) return;
    await audit.write(tx, {
      actor,
      action: 'sites.takeBackToken',
      object: `site ${site.name}`,
      site: site.name,
      before: { profile, expiresAt: token.expiresAt },
      after: { profile, expiresAt: to.expiresAt },
    });
  });
}

async function withToken<T>(
  { secrets, limits }: RenewalTools,
  site: Site,
  profile: Profile,
  sealed: string,
  work: (client: SiteClient) => Promise<T>,
): Promise<T> {
  const token = openToken(secrets, { site: site.name, profile, sealed });
  const client = createSiteClient({ site: site.name, url: site.url, token, limits });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** What is due, one after the other; how many have a new token. What fails is in the registry, and in the log. */
export async function renewDue(tools: RenewalTools, signal?: AbortSignal): Promise<number> {
  const { store, clock, log } = tools;
  const actor: Actor = { kind: 'system' };
  let renewed = 0;
  for (const { siteId, profile, sealed, due } of await listDue(store.db(), clock.now())) {
    if (signal?.aborted) break;
    const site = await findSite(store.db(), siteId);
    if (!site) continue;
    try {
      if (due) {
        await renewToken(tools, actor, site, profile, sealed);
        renewed += 1;
        log.info({ site: site.name, profile }, 'token renewed');
      } else await finish(tools, actor, site, profile, sealed);
    } catch (error) {
      if (error instanceof AppError && error.code === 'conflict') continue;
      log.warn({ err: error, site: site.name, profile }, 'token not renewed');
    }
  }
  return renewed;
}

/** What a process that ended in the middle has left. */
async function finish(tools: RenewalTools, actor: Actor, site: Site, profile: Profile, sealed: string): Promise<void> {
  const { store, clock } = tools;
  const key = { siteId: site.id, profile };
  const [now, until] = [clock.now(), new Date(clock.nowMs() + holdMs)];
  const held = await holdToken(store.db(), key, { now, until, sealed });
  if (!held?.previous) return;
  try {
    await settle(tools, actor, site, profile, held);
  } finally {
    await releaseToken(store.db(), key, undefined);
  }
}

/** Looks now and then whether something is due, until it is stopped. */
export function keepRenewed(tools: RenewalTools): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    for (let waitMs = firstLookMs; !stopping.signal.aborted; waitMs = everyMs) {
      try {
        await tools.clock.sleep(waitMs, stopping.signal);
        await renewDue(tools, stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) tools.log.warn({ err: error }, 'tokens were not looked through');
      }
    }
  };
  const looking = look();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
