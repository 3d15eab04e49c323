import { randomBytes } from 'node:crypto';
import { createContext } from './contexts.ts';
import type { Database, Tx } from './database.ts';
import { EngineError } from './errors.ts';
import { installedPlugins } from './moodle/plugins.ts';
import { createStandardRoles } from './roles.ts';
import { createServices } from './services.ts';

/** An embedded site, as it is registered. */
export interface Site {
  id: number;
  name: string;
  /** Host name without port, in lower case. */
  host: string;
  /** wwwroot without a trailing slash. */
  url: string;
  fullname: string;
  language: string;
  timezone: string;
  release: string;
  branch: number;
  /** Moodle's siteidentifier. */
  identifier: string;
  /** Suspended: nothing answers but a notice. Maintenance: pages are a notice, service accounts still work. */
  state: 'active' | 'suspended' | 'maintenance';
  /** For the pages of maintenance; empty: their own words. */
  maintenanceMessage: string;
  demo: boolean;
}

export interface NewSite extends Omit<Site, 'id' | 'identifier' | 'state' | 'maintenanceMessage'> {
  /** Installed activity modules; default: Moodle's own at that branch. */
  modules?: string[];
}

/** The sites of this engine, kept in memory: only this process changes them, and every request asks which one it is for. */
export interface Sites {
  list(): Site[];
  /** By host name in lower case, without port. */
  byHost(host: string): Site | undefined;
  /** @throws EngineError `not-found` */
  get(name: string): Site;
  /** @throws EngineError `conflict` when the name or the host is taken */
  create(site: NewSite): Promise<Site>;
  change(name: string, changes: { state?: Site['state']; url?: string }): Promise<Site>;
  /** Between active and maintenance; without a message the one that was there stays. @returns what was there before */
  setMaintenance(name: string, enabled: boolean, message?: string): Promise<{ enabled: boolean; message: string }>;
  delete(name: string): Promise<void>;
}

export const siteColumns = `id, name, host, url, fullname, language, timezone, release, branch, identifier, state, demo,
  maintenance_message as "maintenanceMessage"`;

export async function openSites(database: Database): Promise<Sites> {
  let byName = new Map<string, Site>();
  let byHost = new Map<string, Site>();
  let started = 0;
  let shown = 0;
  const reload = async (): Promise<void> => {
    const turn = ++started;
    const sites = await database.withoutSite((tx) => tx.rows<Site>(`select ${siteColumns} from sites order by id`));
    // Of two at once, the one that began later has seen both changes.
    if (turn < shown) return;
    shown = turn;
    byName = new Map(sites.map((site) => [site.name, site]));
    byHost = new Map(sites.map((site) => [site.host, site]));
  };
  const get = (name: string): Site => {
    const site = byName.get(name);
    if (!site) throw new EngineError('not-found', `there is no site ${name}`);
    return site;
  };
  await reload();
  return {
    list: () => [...byName.values()],
    byHost: (host) => byHost.get(host),
    get,
    async create(site) {
      await database.withoutSite(async (tx) => {
        const id = await register(tx, site);
        // The site's own rows in the same transaction: a killed engine leaves no site without its roles.
        await tx.run(`select set_config('app.site_id', $1, true)`, [String(id)]);
        await furnish(tx, site);
      });
      await reload();
      return get(site.name);
    },
    async change(name, { state, url }) {
      const { id } = get(name);
      await database.withoutSite((tx) =>
        tx.run('update sites set state = coalesce($2, state), url = coalesce($3, url) where id = $1', [
          id,
          state,
          url?.replace(/\/+$/, ''),
        ]),
      );
      await reload();
      return get(name);
    },
    async setMaintenance(name, enabled, message) {
      const { id } = get(name);
      const before = await database.withoutSite(async (tx) => {
        const was = await tx.row<Pick<Site, 'state' | 'maintenanceMessage'>>(
          'select state, maintenance_message as "maintenanceMessage" from sites where id = $1 for update',
          [id],
        );
        if (!was) throw new EngineError('not-found', `there is no site ${name}`);
        await tx.run(
          `update sites set maintenance_message = coalesce($3, maintenance_message),
             state = case when state = 'suspended' then state when $2 then 'maintenance' else 'active' end
           where id = $1`,
          [id, enabled, message],
        );
        return { enabled: was.state === 'maintenance', message: was.maintenanceMessage };
      });
      await reload();
      return before;
    },
    async delete(name) {
      const { id } = get(name);
      await database.withoutSite((tx) => tx.run('delete from sites where id = $1', [id]));
      await reload();
    },
  };
}

async function register(tx: Tx, site: NewSite): Promise<number> {
  const row = await tx.row<{ id: number }>(
    `insert into sites (name, host, url, fullname, language, timezone, release, branch, identifier, demo)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id`,
    [
      site.name,
      site.host,
      site.url.replace(/\/+$/, ''),
      site.fullname,
      site.language,
      site.timezone,
      site.release,
      site.branch,
      // As Moodle makes it: random text followed by the host.
      randomBytes(24).toString('base64url') + site.host,
      site.demo,
    ],
  );
  if (!row) throw new EngineError('conflict', `there is a site named ${site.name} or at ${site.host} already`);
  return row.id;
}

/** What Moodle's installer puts into a new site, but for its first category: the first one added is the default. */
async function furnish(tx: Tx, site: NewSite): Promise<void> {
  await createContext(tx, 'system', 0);
  await createStandardRoles(tx);
  await createServices(tx, site.language);
  await tx.run(
    `insert into plugins (type, name, version, state)
     select type, name, version, state
     from jsonb_to_recordset($1::jsonb) as p(type text, name text, version text, state text)`,
    [JSON.stringify(installedPlugins(site.branch, site.modules))],
  );
}
