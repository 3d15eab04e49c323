import { createSiteClient, type SiteClient, type SiteLimits } from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import type { Clock } from '../clock.ts';
import type { Outcome } from './site.ts';

interface Access {
  siteId: number;
  site: string;
  url: string;
  profile: Profile;
  /** The token as stored: while it is the same, the client may be. */
  sealed: string;
}

export interface Clients {
  /** The client of that token; `open` is called only when there is none yet. */
  get(access: Access, open: () => string): SiteClient;
  close(): Promise<void>;
}

/**
 * One client per site and profile, for as long as its token stays. The database is asked each time, so a token changed
 * by one process reaches the others with their next piece of work. A client that is replaced is left to those who
 * still use it; its idle connections end by themselves within seconds.
 */
export function keepClients(options: {
  limits?: Partial<SiteLimits>;
  clock: Clock;
  record: (siteId: number, outcome: Outcome) => void;
}): Clients {
  const { limits, clock, record } = options;
  const kept = new Map<string, { sealed: string; url: string; client: SiteClient }>();
  return {
    get({ siteId, site, url, profile, sealed }, open) {
      const key = `${siteId}.${profile}`;
      const found = kept.get(key);
      if (found && found.sealed === sealed && found.url === url) return found.client;
      const client = createSiteClient({ site, url, token: open(), limits });
      const watched = watch(client, clock, (outcome) => record(siteId, outcome));
      kept.set(key, { sealed, url, client: watched });
      return watched;
    },
    async close() {
      await Promise.all([...kept.values()].map(({ client }) => client.close()));
      kept.clear();
    },
  };
}

/** The same client, whose outcomes are the site's health. */
function watch(client: SiteClient, clock: Clock, record: (outcome: Outcome) => void): SiteClient {
  const watched = async <T>(work: () => Promise<T>, timed: boolean): Promise<T> => {
    const start = clock.nowMs();
    const latency = () => (timed ? { latencyMs: clock.nowMs() - start } : {});
    try {
      const result = await work();
      record({ ok: true, ...latency() });
      return result;
    } catch (error) {
      // How long a failure took says nothing about how quick the site is.
      record({ ok: false, error });
      throw error;
    }
  };
  return {
    site: client.site,
    call: (name, params, options) => watched(() => client.call(name, params, options), true),
    siteInfo: (options) => watched(() => client.siteInfo(options), true),
    download: (request) => watched(() => client.download(request), false),
    upload: (request) => watched(() => client.upload(request), false),
    close: () => client.close(),
  };
}
