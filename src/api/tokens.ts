import type { Token } from '@jouvence/contract';
import type { Accounts, ApiToken } from '../accounts/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { namesOf, ownSiteIds, siteNames } from './scope.ts';

type TokenOperation = 'tokens.list' | 'tokens.create' | 'tokens.revoke';

/** Sites go by name outside, by id inside: a name may be given to another site one day. */
export function tokenHandlers({ tokens }: Accounts, sites: Sites): Handlers<TokenOperation> {
  const byNames = async (token: ApiToken): Promise<Token> => inNames(token, await siteNames(sites));
  return {
    async 'tokens.list'({ actor }) {
      const names = await siteNames(sites);
      return { tokens: (await tokens.list(actor)).map((token) => inNames(token, names)) };
    },
    async 'tokens.create'({ actor, body }) {
      const { sites: named, ...wish } = body;
      const { token, ...created } = await tokens.create(actor, {
        ...wish,
        siteIds: await ownSiteIds(sites, actor, named),
      });
      return { ...(await byNames(created)), token };
    },
    'tokens.revoke': async ({ actor, params }) => byNames(await tokens.revoke(actor, params.name)),
  };
}

function inNames({ siteIds, ...token }: ApiToken, names: ReadonlyMap<number, string>): Token {
  return { ...token, sites: namesOf(siteIds, names) };
}
