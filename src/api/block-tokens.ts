import type { Actor } from '../accounts/index.ts';
import { sitesOf } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import type { Handlers } from './routing.ts';
import { ownSite } from './scope.ts';

export interface BlockTokenRules {
  name: string;
  days: number;
  roles: string[];
  people: boolean;
  anyCourse: boolean;
  ips: string[];
}

export interface BlockTokenState extends Omit<BlockTokenRules, 'days'> {
  id: number;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
}

/** What the engine knows of the tokens of one of its sites. Each throws AppError `not-found` for a site that is not its. */
export interface BlockTokens {
  list(site: EngineSite): Promise<BlockTokenState[]>;
  /** `line`: for the settings of the block. */
  create(
    site: EngineSite,
    rules: BlockTokenRules,
  ): Promise<{ id: number; token: string; line: string; expiresAt: Date }>;
  /** Whether it was there. */
  revoke(site: EngineSite, id: number): Promise<boolean>;
}

/** By its address, where we know it; else by its name in the engine. */
export type EngineSite = { url: string } | { name: string };

interface Options {
  sites: Sites;
  store: Store;
  /** Undefined: no embedded sites are served here. */
  blockTokens?: BlockTokens | undefined;
}

export function blockTokenHandlers({
  sites,
  store,
  blockTokens,
}: Options): Handlers<'blockTokens.list' | 'blockTokens.create' | 'blockTokens.revoke'> {
  async function find(actor: Actor, name: string): Promise<{ engine: BlockTokens; site: EngineSite }> {
    const site = await siteOf(actor, name);
    if (!blockTokens) throw new AppError('unsupported', `${name}: no embedded sites are served here`);
    return { engine: blockTokens, site };
  }

  async function siteOf(actor: Actor, name: string): Promise<EngineSite> {
    try {
      const { kind, url } = await ownSite(sites, actor, name);
      if (kind === 'embedded') return { url };
    } catch (error) {
      // A shelf that only others fetch from need not be a site of ours.
      if (sitesOf(actor) !== null || !isAppError(error, 'not-found')) throw error;
      return { name };
    }
    throw new AppError('unsupported', `${name} is a Moodle: there, tokens are made by its own administrator`);
  }

  return {
    async 'blockTokens.list'({ actor, params }) {
      const { engine, site } = await find(actor, params.site);
      return { tokens: await engine.list(site) };
    },
    async 'blockTokens.create'({ actor, params, body }) {
      const { engine, site } = await find(actor, params.site);
      const made = await engine.create(site, body);
      await audit.write(store, {
        actor,
        action: 'blockTokens.create',
        object: `site ${params.site}`,
        site: params.site,
        after: { id: made.id, ...body },
      });
      return made;
    },
    async 'blockTokens.revoke'({ actor, params }) {
      const { engine, site } = await find(actor, params.site);
      const before = (await engine.list(site)).find(({ id }) => id === params.id);
      if (!before || !(await engine.revoke(site, params.id)))
        throw new AppError('not-found', `${params.site}: there is no token ${params.id} for a block`);
      await audit.write(store, {
        actor,
        action: 'blockTokens.revoke',
        object: `site ${params.site}`,
        site: params.site,
        before,
      });
      return { revoked: true };
    },
  };
}
