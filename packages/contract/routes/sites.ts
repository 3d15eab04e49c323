import { z } from 'zod';
import * as resource from '../resources.ts';
import { accountName, directory, hostName, pairingCode, secret, shortText, siteName } from '../values.ts';
import type { Route } from './route.ts';

const bySite = z.strictObject({ site: siteName });
const oneProfile = z.strictObject({ profile: resource.profile.optional() });

/** The registry of sites. */
export const sitesRoutes = {
  'sites.list': {
    method: 'GET',
    path: '/api/v1/sites',
    who: 'auditor',
    summary: 'Every site known here.',
    result: z.object({ sites: z.array(resource.site) }),
  },
  'sites.add': {
    method: 'POST',
    path: '/api/v1/sites',
    who: 'operator',
    summary: 'Adds a site, or another profile of it, after having called it with this token.',
    body: z.strictObject({
      name: siteName,
      url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
      profile: resource.profile,
      /** Of the site, for that profile. Kept sealed, and never answered. */
      token: secret,
      /** The site has only Strasbourg's block: then the profile is `source`. */
      strasbourg: z.boolean().default(false),
    }),
    result: resource.site,
  },
  'sites.pair': {
    method: 'POST',
    path: '/api/v1/pairings',
    who: 'operator',
    summary: 'Adds a site, or another profile of it, by the pairing code that its set-up printed, which opens once.',
    body: z.strictObject({
      name: siteName,
      /** Never answered or logged. */
      code: pairingCode,
      /** Whether its address may be one of a private network. */
      private: z.boolean().default(false),
    }),
    result: z.object({ site: resource.site, profile: resource.profile }),
  },
  'sites.addCodeBase': {
    method: 'POST',
    path: '/api/v1/code-bases',
    who: 'operator',
    // Its code is run here: who may name one may run anything as the account that owns its data.
    local: true,
    summary:
      'Adds a site on this machine, or another profile of it, by the directory of its code; only on the machine itself.',
    body: z.strictObject({
      name: siteName,
      codeBase: directory,
      /** The PHP of that code; default: the one in the path. */
      php: directory.optional(),
      /** Unix account that owns its data directory; default: as its config.php says. */
      account: accountName.optional(),
      /** Which site, where the code serves several: `JOUVENCE_HOST` in the environment of its PHP. */
      host: hostName.optional(),
      profile: resource.profile.default('source'),
      /** Whether restores may create accounts; of a target. */
      createPeople: z.boolean().default(false),
    }),
    result: resource.site,
  },
  'sites.check': {
    method: 'POST',
    path: '/api/v1/sites/:site/check',
    who: 'school',
    summary: 'Whether all is in order between a site and us, and how to mend what is not.',
    params: bySite,
    body: oneProfile,
    result: resource.siteCheck,
  },
  'sites.rotate': {
    method: 'POST',
    path: '/api/v1/sites/:site/rotate',
    who: 'school',
    summary: 'New tokens for a site in place of the old, which work until the new ones are first used.',
    params: bySite,
    body: oneProfile,
    result: resource.site,
  },
  'sites.show': {
    method: 'GET',
    path: '/api/v1/sites/:site',
    who: 'auditor',
    summary: 'One site.',
    params: bySite,
    result: resource.site,
  },
  'sites.categories': {
    method: 'GET',
    path: '/api/v1/sites/:site/categories',
    who: 'school',
    summary: 'The categories of a target, as the site lists them now.',
    params: bySite,
    result: z.object({ site: z.string(), categories: z.array(resource.siteCategory) }),
  },
  'sites.setToken': {
    method: 'PUT',
    path: '/api/v1/sites/:site/tokens/:profile',
    who: 'school',
    summary: 'Replaces the token by which a profile of the site is opened.',
    params: bySite.extend({ profile: resource.profile }),
    body: z.strictObject({ token: secret }),
    result: resource.site,
  },
  'sites.pause': {
    method: 'POST',
    path: '/api/v1/sites/:site/pause',
    who: 'school',
    summary: 'Begins nothing new on a site, as source or target; what is under way is finished, and requests wait.',
    params: bySite,
    /** Told to those whose requests wait. */
    body: z.strictObject({ reason: shortText.optional() }),
    result: resource.site,
  },
  'sites.resume': {
    method: 'POST',
    path: '/api/v1/sites/:site/resume',
    who: 'school',
    summary: 'Goes on with a site that was paused.',
    params: bySite,
    body: z.strictObject({}),
    result: resource.site,
  },
  'sites.remove': {
    method: 'DELETE',
    path: '/api/v1/sites/:site',
    who: 'operator',
    summary: 'Forgets a site with its tokens and pairs. Nothing changes on the site itself.',
    params: bySite,
    result: z.object({ removed: z.literal(true) }),
  },
} as const satisfies Record<string, Route>;
