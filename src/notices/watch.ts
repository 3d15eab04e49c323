import type { Clock } from '../clock.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { insertEvent } from './events.sql.ts';

/** Renewal begins 30 days before: what is still not renewed then is somebody's business. */
const soonMs = 14 * 86_400_000;
/** The first failure may be an hour of maintenance. */
const triesWorthTelling = 2;

/** Tokens that end soon or that a site does not renew; each of them once. */
export async function tellOfTokens({
  store,
  sites,
  clock,
}: {
  store: Store;
  sites: Sites;
  clock: Clock;
}): Promise<void> {
  const now = clock.nowMs();
  for (const site of await sites.list()) {
    for (const { profile, expiresAt, renewal } of site.tokens) {
      const failing = renewal !== null && renewal.tries >= triesWorthTelling;
      const soon = expiresAt !== null && expiresAt.getTime() - now < soonMs;
      if (!failing && !soon) continue;
      await insertEvent(store, {
        kind: 'token',
        site: { id: site.id, name: site.name },
        profile,
        expiresAt: expiresAt?.toISOString() ?? null,
        error: renewal && { code: renewal.code, message: renewal.message },
      });
    }
  }
}
