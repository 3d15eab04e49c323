import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';

type SiteOperation = 'sites.list' | 'sites.add' | 'sites.show' | 'sites.setToken' | 'sites.remove';

export function siteHandlers(sites: Sites): Handlers<SiteOperation> {
  return {
    'sites.list': async () => ({ sites: await sites.list() }),
    // Not stopped when the caller goes: the token may already be the only one that the site still accepts.
    'sites.add': ({ actor, body }) => sites.add(actor, body),
    'sites.show': ({ params }) => sites.get(params.site),
    'sites.setToken': ({ actor, params, body }) =>
      sites.setToken(actor, params.site, { profile: params.profile, token: body.token }),
    'sites.remove': async ({ actor, params }) => {
      await sites.remove(actor, params.site);
      return { removed: true };
    },
  };
}
