import { type SiteClient, SiteError, type SiteLimits } from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import type { Actor } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isUniqueViolation, type Migration, readMigrations, type Secrets, type Store } from '../store/index.ts';
import { admit, otherSite } from './admit.ts';
import { keepClients } from './clients.ts';
import { keepHealth } from './health.ts';
import { introduce, readFacts } from './introduce.ts';
import { createPairs } from './pairs.ts';
import type { NewSite, Site, Sites } from './site.ts';
import * as table from './sites.sql.ts';
import { describeMissingKey, openToken } from './tokens.ts';

export interface SitesOptions {
  store: Store;
  secrets: Secrets;
  log: Log;
  clock: Clock;
  /** Of every client. */
  limits?: Partial<SiteLimits>;
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));

export function createSites({ store, secrets, log, clock, limits }: SitesOptions): Sites {
  const db = () => store.db<table.SitesTables>();
  const health = keepHealth({ write: (id, state) => table.updateHealth(db(), id, state), clock, log });
  const clients = keepClients({ limits, clock, record: health.record });

  async function find(nameOrId: string | number): Promise<Site> {
    const site = await table.findSite(db(), nameOrId);
    if (!site) throw new AppError('not-found', `there is no site ${nameOrId}`);
    return site;
  }

  async function add(actor: Actor, given: NewSite, signal?: AbortSignal): Promise<Site> {
    const input = { ...given, name: given.name.toLowerCase(), url: withoutSlash(given.url) };
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(input.name))
      throw new AppError('invalid-parameter', 'a site’s name is of letters, digits and hyphens, at most 63');
    const start = clock.nowMs();
    const facts = await introduce({ ...input, limits, signal });
    const site = await admit({ store, secrets }, actor, input, facts);
    health.record(site.id, { ok: true, latencyMs: clock.nowMs() - start });
    log.info({ site: site.name, profile: input.profile }, 'site paired');
    return site;
  }

  async function change(
    actor: Actor,
    site: Site,
    action: string,
    update: (tx: table.Db) => Promise<void>,
  ): Promise<Site> {
    return table.inTransaction(store, async (tx) => {
      await update(tx);
      const after = (await table.findSite(tx, site.id)) ?? undefined;
      await audit.write(tx, { actor, action, object: `site ${site.name}`, site: site.name, before: site, after });
      return after ?? site;
    });
  }

  async function client(nameOrId: string | number, profile: Profile): Promise<SiteClient> {
    const access = await table.findAccess(db(), nameOrId, profile);
    if (!access) throw new AppError('not-found', `there is no site ${nameOrId}`);
    const { id, name, url, sealed } = access;
    if (sealed === null)
      throw new AppError('not-allowed', `there is no token of ${name} for use as a ${profile}: add one first`, {
        details: { site: name, profile },
      });
    try {
      return clients.get({ siteId: id, site: name, url, profile, sealed }, () =>
        openToken(secrets, { site: name, profile, sealed }),
      );
    } catch (error) {
      if (!isAppError(error, 'key-missing')) throw error;
      throw describeMissingKey(secrets, error, await table.listTokens(db()));
    }
  }

  return {
    add,
    async list() {
      await health.flush();
      return table.listSites(db());
    },
    async get(nameOrId) {
      await health.flush();
      return find(nameOrId);
    },
    async remove(actor, nameOrId) {
      const site = await find(nameOrId);
      const pairs = [
        ...(await table.listPairs(db(), { source: site.id })),
        ...(await table.listPairs(db(), { target: site.id })),
      ];
      if (pairs.length > 0) {
        const list = pairs.map(({ source, target }) => `${source.name} → ${target.name}`).join(', ');
        throw new AppError('conflict', `${site.name} is in use: remove its pairs first (${list})`);
      }
      health.forget(site.id);
      try {
        await change(actor, site, 'sites.remove', (tx) => table.deleteSite(tx, site.id));
      } catch (error) {
        if ((error as { code?: unknown }).code !== '23503') throw error;
        throw new AppError('conflict', `${site.name} is in use, and stays`, { cause: error });
      }
    },
    async setToken(actor, nameOrId, { profile, token }, signal) {
      const { name, url } = await find(nameOrId);
      return add(actor, { name, url, profile, token }, signal);
    },
    async setUrl(actor, nameOrId, address) {
      const site = await find(nameOrId);
      const url = withoutSlash(address);
      try {
        return await change(actor, site, 'sites.setUrl', (tx) => table.updateSite(tx, site.id, { url }));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('conflict', `${url} is already the address of another site`, { cause: error });
      }
    },
    async setPaused(actor, nameOrId, paused) {
      const site = await find(nameOrId);
      if ((site.pausedAt !== null) === paused) return site;
      const pausedAt = paused ? clock.now() : null;
      return change(actor, site, paused ? 'sites.pause' : 'sites.resume', (tx) =>
        table.updateSite(tx, site.id, { paused_at: pausedAt }),
      );
    },
    async check(nameOrId, signal) {
      const site = await find(nameOrId);
      const profile = site.profiles[0];
      if (!profile) return site;
      try {
        const answer = await (await client(site.id, profile)).call('get_site', {}, { signal });
        const facts = readFacts(site.name, answer);
        if (facts.identifier === site.identifier) await table.updateFacts(db(), site.id, facts);
        else
          health.record(site.id, {
            ok: false,
            error: new SiteError('site-bad-answer', site.name, otherSite(site.name)),
          });
      } catch (error) {
        signal?.throwIfAborted();
        log.warn({ err: error, site: site.name }, 'site check');
      }
      await health.flush();
      return find(site.id);
    },
    client,
    recordOutcome: health.record,
    pairs: createPairs(store, find),
    async close() {
      await health.close();
      await clients.close();
    },
  };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
