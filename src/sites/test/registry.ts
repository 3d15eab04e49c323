import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations as auditMigrations } from '../../audit/index.ts';
import { openEmbeddedSites } from '../../catalogue/test/embedded-sites.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { silentLog } from '../../log.ts';
import { openSecrets } from '../../store/index.ts';
import { testStore } from '../../store/testing.ts';
import { createSites, migrations, type Sites, type SitesOptions } from '../index.ts';

/** A registry on a real store, and embedded sites to pair with it. */
export async function openRegistry() {
  const dataDir = mkdtempSync(join(tmpdir(), 'jouvence-sites-'));
  const store = await testStore([...auditMigrations, ...migrations]);
  const campuses = await openEmbeddedSites();
  const opened: Sites[] = [];
  return {
    store,
    campuses,
    /** One more process; at another time, if that is asked for. */
    open(options: Partial<SitesOptions> & { days?: number } = {}): Sites {
      const { days = 0, ...rest } = options;
      const secrets = openSecrets(dataDir, {});
      const sites = createSites({ store, secrets, log: silentLog, clock: later(days), ...rest });
      opened.push(sites);
      return sites;
    },
    async code(site: string, profile: string, days?: number) {
      const body = JSON.stringify({ profile, days });
      return ((await campuses.door('POST', `/sites/${site}/pairings`, body)) as { code: string }).code;
    },
    /** Everything that the control plane keeps. */
    async dump() {
      const tables = ['sites', 'site_tokens', 'site_pairs', 'audit'];
      const parts = tables.map((table) => `coalesce((select jsonb_agg(t)::text from ${table} t), '')`);
      return (await store.query<{ dump: string }>(`select ${parts.join(' || ')} as dump`)).rows[0]!.dump;
    },
    actions: async () =>
      (await store.query<{ action: string }>('select action from audit order by id')).rows.map(({ action }) => action),
    async [Symbol.asyncDispose]() {
      for (const sites of opened) await sites.close();
      await campuses.close();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type Registry = Awaited<ReturnType<typeof openRegistry>>;

const later = (days: number): Clock => {
  const ms = days * 86_400_000;
  const nowMs = () => Date.now() + ms;
  return { ...systemClock, nowMs, now: () => new Date(nowMs()) };
};
