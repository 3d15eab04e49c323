import type { Site as SiteAnswer, SiteCheck as SiteCheckAnswer } from '@jouvence/contract';
import { createTranslator } from '@jouvence/i18n';
import { hasSite } from '../accounts/index.ts';
import type { SiteCheck, Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { ownSite } from './scope.ts';

type SiteOperation =
  | 'sites.list'
  | 'sites.add'
  | 'sites.pair'
  | 'sites.addCodeBase'
  | 'sites.show'
  | 'sites.check'
  | 'sites.rotate'
  | 'sites.categories'
  | 'sites.setToken'
  | 'sites.pause'
  | 'sites.resume'
  | 'sites.remove';

export function siteHandlers(sites: Sites): Handlers<SiteOperation> {
  return {
    'sites.list': async ({ actor }) => ({ sites: (await sites.list()).filter(({ id }) => hasSite(actor, id)) }),
    // Not stopped when the caller goes: the token may already be the only one that the site still accepts.
    'sites.add': ({ actor, body }) => sites.add(actor, body),
    'sites.pair': ({ actor, body }) => sites.pair(actor, body),
    'sites.addCodeBase': ({ actor, body }) => sites.addCodeBase(actor, body),
    'sites.show': ({ actor, params }) => ownSite(sites, actor, params.site),
    'sites.check': async ({ actor, params, body, signal }) =>
      inWords(await sites.check((await ownSite(sites, actor, params.site)).id, { ...body, signal })),
    'sites.rotate': async ({ actor, params, body }) =>
      sites.rotate(actor, (await ownSite(sites, actor, params.site)).id, body.profile),
    'sites.categories': async ({ actor, params, signal }) => {
      const { id, name } = await ownSite(sites, actor, params.site);
      const client = await sites.client(id, 'target');
      return { site: name, ...(await client.call('list_categories', {}, { signal })) };
    },
    'sites.setToken': async ({ actor, params, body }) =>
      sites.setToken(actor, (await ownSite(sites, actor, params.site)).id, {
        profile: params.profile,
        token: body.token,
      }),
    'sites.pause': async ({ actor, params, body }) =>
      sites.setPaused(actor, (await ownSite(sites, actor, params.site)).id, true, body.reason),
    'sites.resume': async ({ actor, params }) =>
      sites.setPaused(actor, (await ownSite(sites, actor, params.site)).id, false),
    'sites.remove': async ({ actor, params }) => {
      await sites.remove(actor, params.site);
      return { removed: true };
    },
  };
}

/** The sentences of a finding are in the catalogue of both languages; the API speaks English. */
function inWords({ site, findings, ...check }: SiteCheck): SiteCheckAnswer {
  const { t } = createTranslator('en');
  return {
    ...check,
    site: site satisfies SiteAnswer,
    findings: findings.map((finding) => ({
      ...finding,
      why: t(`check.${finding.code}.why`, finding.values),
      todo: t(`check.${finding.code}.todo`, finding.values),
    })),
  };
}
