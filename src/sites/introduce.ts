import { createSiteClient, type SiteLimits } from '@jouvence/moodle-client';
import { type Profile, profiles, protocolVersion, type Result, wireName } from '@jouvence/protocol';
import { AppError } from '../errors.ts';
import type { SiteFacts } from './sites.sql.ts';

export interface Introduction {
  name: string;
  url: string;
  profile: Profile;
  token: string;
  limits?: Partial<SiteLimits>;
  signal?: AbortSignal;
}

/**
 * Asks a site who it is, with a client of its own.
 * @throws AppError `not-allowed` (the token does not open all that the profile needs), `unsupported` (another protocol);
 * SiteError when the site does not answer as it should.
 */
export async function introduce({ name, url, profile, token, limits, signal }: Introduction): Promise<SiteFacts> {
  const client = createSiteClient({ site: name, url, token, limits });
  try {
    const offered = new Set((await client.siteInfo({ signal })).functions.map((each) => each.name));
    const missing = profiles[profile].map(wireName).filter((each) => !offered.has(each));
    if (missing.length > 0) {
      throw new AppError(
        'not-allowed',
        `${name}: the token does not open all that a ${profile} needs; missing: ${missing.join(', ')}. Add them to the token's service on the site, or use the token of another service`,
        { details: { site: name, profile, missing } },
      );
    }
    return readFacts(name, await client.call('get_site', {}, { signal }));
  } finally {
    await client.close();
  }
}

/** @throws AppError `unsupported` */
export function readFacts(name: string, site: Result<'get_site'>): SiteFacts {
  const { min, max } = site.protocol;
  if (min > protocolVersion.max || max < protocolVersion.min) {
    throw new AppError(
      'unsupported',
      `${name} speaks version ${min} to ${max} of the agent protocol, and we ${protocolVersion.min} to ${protocolVersion.max}: update the older of the two`,
      { details: { site: name, protocol: site.protocol } },
    );
  }
  return {
    title: site.name,
    kind: site.kind,
    release: site.release,
    branch: site.branch,
    identifier: site.identifier,
    timezone: site.timezone,
    defaultCategoryId: site.defaultcategoryid,
  };
}
