import { createSiteClient, type SiteClient, type SiteLimits } from '@jouvence/moodle-client';
import {
  dispensable,
  type Profile,
  profiles,
  protocolVersion,
  type Result,
  type TrustKey,
  wireName,
} from '@jouvence/protocol';
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

export interface Introduced {
  /** As the site says itself. */
  url: string;
  facts: SiteFacts;
  /** Of the token; null: never. */
  expiresAt: Date | null;
  /** A site with only Strasbourg's block signs nothing. */
  trust: TrustKey | undefined;
}

/**
 * Asks a site over the network who it is, and what the token is, with a client of its own.
 * @throws AppError `not-allowed` (the token does not open all that the profile needs), `invalid-parameter` (it is a
 * token of another profile), `unsupported` (another protocol); SiteError when the site does not answer as it should.
 */
export async function introduce({ name, url, profile, token, limits, signal }: Introduction): Promise<Introduced> {
  return introduceBy(createSiteClient({ site: name, url, token, limits }), { name, profile, signal });
}

/** The same by a client, which is closed afterwards. */
export async function introduceBy(
  client: SiteClient,
  { name, profile, signal }: Pick<Introduction, 'name' | 'profile' | 'signal'>,
): Promise<Introduced> {
  try {
    const missing = await missingFunctions(client, profile, signal);
    if (missing.length > 0) {
      throw new AppError(
        'not-allowed',
        `${name}: the token does not open all that a ${profile} needs; missing: ${missing.join(', ')}. Add them to the token's service on the site, or use the token of another service`,
        { details: { site: name, profile, missing } },
      );
    }
    const [site, connection, trust] = await Promise.all([
      client.call('get_site', {}, { signal }),
      client.call('get_connection', {}, { signal }),
      client.call('get_trust', {}, { signal }),
    ]);
    if (connection.profile !== profile)
      throw new AppError(
        'invalid-parameter',
        `${name}: this is a token for use as a ${connection.profile}, not as a ${profile}`,
        { details: { site: name, profile: connection.profile } },
      );
    return { url: site.url, facts: readFacts(name, site), expiresAt: readExpiry(connection.tokenexpires), trust };
  } finally {
    await client.close();
  }
}

/** By their names on the wire, in the order of the protocol. */
export async function missingFunctions(client: SiteClient, profile: Profile, signal?: AbortSignal): Promise<string[]> {
  const offered = new Set((await client.siteInfo({ signal })).functions.map((each) => each.name));
  return profiles[profile]
    .filter((each) => !dispensable.includes(each))
    .map(wireName)
    .filter((each) => !offered.has(each));
}

/** Unix seconds; 0 is never. */
export const readExpiry = (seconds: number): Date | null => (seconds === 0 ? null : new Date(seconds * 1000));

export const speaksOurs = ({ min, max }: Result<'get_site'>['protocol']): boolean =>
  min <= protocolVersion.max && max >= protocolVersion.min;

/** @throws AppError `unsupported` */
export function readFacts(name: string, site: Result<'get_site'>): SiteFacts {
  const { min, max } = site.protocol;
  if (!speaksOurs(site.protocol)) {
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
    block: null,
  };
}
