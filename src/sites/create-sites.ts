import { type CodeBase, type SiteClient, SiteError, type SiteLimits } from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import type { Actor } from '../accounts/index.ts';
import { type AuditAction, audit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import { AppError, failure, isAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isUniqueViolation, type Migration, readMigrations, type Secrets, type Store } from '../store/index.ts';
import { admit, otherSite } from './admit.ts';
import { checkBlock } from './check/block.ts';
import { checkSite } from './check/check.ts';
import { arrange, type SiteCheck } from './check/findings.ts';
import { type Access, type ClientTools, createClient, keepClients } from './clients.ts';
import { addLocalSite } from './code-base.ts';
import { keepHealth } from './health.ts';
import { introduce, readExpiry, readFacts, speaksOurs } from './introduce.ts';
import { introduceBlock } from './introduce-block.ts';
import { pairSite } from './pair.ts';
import { createPairs } from './pairs.ts';
import { keepRenewed, renewDue, renewToken } from './renewal.ts';
import type { NewSite, Site, SiteObserver, Sites } from './site.ts';
import * as table from './sites.sql.ts';
import { entranceOf, readTicket } from './tickets.ts';
import { describeMissingKey, lockedTokens, openToken } from './tokens.ts';

export interface SitesOptions {
  store: Store;
  secrets: Secrets;
  log: Log;
  clock: Clock;
  /** Of every client. */
  limits?: Partial<SiteLimits>;
  /** For metrics. */
  observe?: SiteObserver;
  /** Our own address, where people's browsers reach us: told to sites when they are paired. Empty: none. */
  publicUrl?: string;
  /** In which role people are enrolled on a target, so that a check can say that it has none; null: nobody is. */
  enrolRoleOf?: (siteId: number) => Promise<string | null>;
  /** Where PHP may keep what it compiled of code bases on this machine; null, or absent: nowhere. */
  cacheDir?: string | null;
}

export const migrations: readonly Migration[] = readMigrations(new URL('./migrations/', import.meta.url));

export function createSites(options: SitesOptions): Sites {
  const {
    store,
    secrets,
    log,
    clock,
    limits,
    observe,
    publicUrl = '',
    cacheDir = null,
    enrolRoleOf = async () => null,
  } = options;
  const db = () => store.db<table.SitesTables>();
  const health = keepHealth({ write: (id, state) => table.updateHealth(db(), id, state), clock, log });
  const tools: ClientTools = { log, cacheDir, open: (access) => openToken(secrets, access), ...(limits && { limits }) };
  const clients = keepClients({
    tools,
    clock,
    observe,
    record: health.record,
    async find(siteId, profile) {
      const access = await table.findAccess(db(), siteId, profile);
      return access && readAccess(access, profile);
    },
  });
  const renewal = { store, secrets, clock, log, limits };

  async function findSite(nameOrId: string | number): Promise<Site> {
    const site = await table.findSite(db(), nameOrId);
    if (!site) throw failure('not-found', { reason: 'site-gone', values: { site: nameOrId } });
    return site;
  }

  async function add(actor: Actor, given: NewSite, signal?: AbortSignal): Promise<Site> {
    const input = { ...given, name: readName(given.name), url: withoutSlash(given.url) };
    if (input.strasbourg && input.profile !== 'source')
      throw new AppError(
        'unsupported',
        `${input.name}: a site with only Strasbourg’s block is a source, and nothing else`,
      );
    const start = clock.nowMs();
    const introduced = await (input.strasbourg ? introduceBlock : introduce)({ ...input, limits, signal });
    const site = await admit({ store, secrets, clock }, actor, input, introduced);
    health.record(site.id, { ok: true, latencyMs: clock.nowMs() - start });
    log.info({ site: site.name, profile: input.profile }, 'site paired');
    return site;
  }

  async function change(
    actor: Actor,
    site: Site,
    action: AuditAction,
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
    if (!access) throw failure('not-found', { reason: 'site-gone', values: { site: nameOrId } });
    const found = readAccess(access, profile);
    if (!found) throw noToken(access.name, profile);
    try {
      return clients.get(found);
    } catch (error) {
      if (!isAppError(error, 'key-missing')) throw error;
      throw describeMissingKey(secrets, error, await table.listTokens(db()));
    }
  }

  async function check(site: Site, only: Profile | undefined, signal: AbortSignal | undefined): Promise<SiteCheck> {
    const profiles = only ? [only] : site.profiles;
    const accesses = new Map<Profile, Access>();
    for (const profile of profiles) {
      const access = await table.findAccess(db(), site.id, profile);
      const found = access && readAccess(access, profile);
      if (found) accesses.set(profile, found);
    }
    const { findings, facts, answer, block, tokens, failure } = await (site.block ? checkBlock : checkSite)({
      site,
      profiles,
      connect(profile) {
        const access = accesses.get(profile);
        return access && createClient(tools, access);
      },
      others: await table.listSites(db()),
      pairs: await table.listPairs(db()),
      enrolRole: profiles.includes('target') ? await enrolRoleOf(site.id) : null,
      publicUrl,
      clock,
      limits,
      signal,
    });
    for (const { profile, expires } of tokens) {
      const { sealed } = accesses.get(profile)!;
      if (sealed === null) continue;
      await table.updateExpiry(db(), site.id, profile, { sealed, expiresAt: readExpiry(expires) });
    }
    const same = answer?.identifier === site.identifier;
    if (answer && same && speaksOurs(answer.protocol))
      await table.updateFacts(db(), site.id, readFacts(site.name, answer));
    if (block && block.identifier === site.identifier) await table.updateFacts(db(), site.id, block);
    if (answer && !same)
      health.record(site.id, { ok: false, error: new SiteError('site-bad-answer', site.name, otherSite(site.name)) });
    else if (failure !== undefined) health.record(site.id, { ok: false, error: failure });
    else if (answer || block) health.record(site.id, { ok: true, latencyMs: facts.latencyMs ?? undefined });
    await health.flush();
    const arranged = arrange(findings);
    const ok = arranged.every(({ severity }) => severity !== 'error');
    return { site: await findSite(site.id), ok, findings: arranged, facts };
  }

  return {
    add,
    async pair(actor, input, signal) {
      const start = clock.nowMs();
      const tools = { store, secrets, clock, limits, publicUrl };
      const paired = await pairSite(tools, actor, { ...input, name: readName(input.name) }, signal);
      health.record(paired.site.id, { ok: true, latencyMs: clock.nowMs() - start });
      log.info({ site: paired.site.name, profile: paired.profile }, 'site paired');
      return paired;
    },
    async addCodeBase(actor, input, signal) {
      const start = clock.nowMs();
      const given = { ...input, name: readName(input.name) };
      const site = await addLocalSite({ store, secrets, clock, tools }, actor, given, signal);
      health.record(site.id, { ok: true, latencyMs: clock.nowMs() - start });
      log.info({ site: site.name, profile: input.profile }, 'site on this machine added');
      return site;
    },
    async list() {
      return (await table.listSites(db())).map(health.over);
    },
    async get(nameOrId) {
      return health.over(await findSite(nameOrId));
    },
    async remove(actor, nameOrId) {
      const site = await findSite(nameOrId);
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
      const { name, url, kind, codeBase } = await findSite(nameOrId);
      if (codeBase)
        throw new AppError(
          'unsupported',
          `${name} is reached through its code in ${codeBase.path}, which needs no token; over the network again: jouvence sites add ${name}`,
        );
      return add(actor, { name, url, profile, token, strasbourg: kind === 'strasbourg' }, signal);
    },
    async setUrl(actor, nameOrId, address) {
      const site = await findSite(nameOrId);
      const url = withoutSlash(address);
      try {
        return await change(actor, site, 'sites.setUrl', (tx) => table.updateSite(tx, site.id, { url }));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('conflict', `${url} is already the address of another site`, { cause: error });
      }
    },
    async setPaused(actor, nameOrId, paused, reason = '') {
      const site = await findSite(nameOrId);
      const same = (site.pausedAt !== null) === paused && (!paused || site.pauseReason === reason);
      if (same) return site;
      const pausedAt = paused ? (site.pausedAt ?? clock.now()) : null;
      return change(actor, site, paused ? 'sites.pause' : 'sites.resume', (tx) =>
        table.updateSite(tx, site.id, { paused_at: pausedAt, pause_reason: paused ? reason : '' }),
      );
    },
    check: async (nameOrId, { profile, signal } = {}) => check(await findSite(nameOrId), profile, signal),
    async rotate(actor, nameOrId, profile) {
      const site = await findSite(nameOrId);
      if (profile ? !site.profiles.includes(profile) : site.profiles.length === 0) throw noToken(site.name, profile);
      if (site.codeBase)
        throw new AppError('unsupported', `${site.name} is reached through its code, and has no tokens to renew`);
      if (site.block)
        throw new AppError(
          'unsupported',
          `${site.name}: Strasbourg’s block gives no new tokens. Make one on the site, then: jouvence sites set-token ${site.name} --profile source`,
        );
      for (const each of profile ? [profile] : site.profiles) await renewToken(renewal, actor, site, each);
      return findSite(site.id);
    },
    renewDue: (signal) => renewDue(renewal, signal),
    keepRenewed: () => keepRenewed(renewal),
    async locked() {
      const tokens = lockedTokens(secrets, await table.listTokens(db()));
      return tokens.map(({ site, profile }) => ({ site, profile }));
    },
    entranceOf: (site, state) => entranceOf(site, publicUrl, state),
    async readTicket(siteId, state, ticket) {
      if (!Number.isSafeInteger(siteId)) throw new AppError('not-found', 'this browser was not sent to any site');
      const site = await findSite(siteId);
      return { site, ...readTicket(site, ticket, { audience: publicUrl, state, clock }) };
    },
    client,
    recordOutcome: health.record,
    pairs: createPairs(store, findSite),
    async close() {
      await health.close();
      await clients.close();
    },
  };
}

/** @throws AppError `invalid-parameter` */
function readName(given: string): string {
  const name = given.toLowerCase();
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new AppError('invalid-parameter', 'a site’s name is of letters, digits and hyphens, at most 63');
}

/** Undefined: there is no token for that. */
function readAccess(
  { id, name, url, kind, codeBase, held, sealed }: StoredAccess,
  profile: Profile,
): Access | undefined {
  if (held === null || (sealed === null && !codeBase)) return undefined;
  return { siteId: id, site: name, url, kind, profile, sealed, codeBase };
}

interface StoredAccess extends Pick<Site, 'id' | 'name' | 'url' | 'kind'> {
  codeBase: CodeBase | null;
  /** Null: there is no such profile here. */
  held: Profile | null;
  sealed: string | null;
}

function noToken(site: string, profile: Profile | undefined): AppError {
  return failure(
    'not-allowed',
    profile ? { reason: 'no-token', values: { site, profile } } : { reason: 'no-token-at-all', values: { site } },
    { details: { site, profile: profile ?? null } },
  );
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
