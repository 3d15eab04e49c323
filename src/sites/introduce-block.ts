import { type BlockFacts, createBlockClient, type SiteLimits } from '@jouvence/moodle-client';
import { AppError } from '../errors.ts';
import type { Introduced } from './introduce.ts';
import type { SiteFacts } from './sites.sql.ts';

/**
 * Asks a site with Strasbourg's block who it is, and what the token opens.
 * @throws AppError `not-allowed` (functions or downloads are missing); SiteError, `unsupported` when the token opens no
 * such block
 */
export async function introduceBlock(options: {
  name: string;
  url: string;
  token: string;
  limits?: Partial<SiteLimits>;
  signal?: AbortSignal;
}): Promise<Introduced> {
  const { name, url, token, limits, signal } = options;
  const client = createBlockClient({ site: name, url, token, limits });
  try {
    const facts = await client.block!.describe({ signal });
    if (facts.missing.length > 0)
      throw new AppError('not-allowed', `${name}: the token's service lacks ${facts.missing.join(', ')}`, {
        details: { site: name, missing: facts.missing },
      });
    if (facts.downloadfiles === 0)
      throw new AppError(
        'not-allowed',
        `${name}: the token's service lets no files be fetched, and a backup is one: allow "Can download files" in its settings on the site`,
        { details: { site: name } },
      );
    return { url: facts.siteurl, facts: blockSiteFacts(facts), expiresAt: null, trust: undefined };
  } finally {
    await client.close();
  }
}

/**
 * What the registry keeps of it. The block tells neither Moodle's site identifier nor its time zone: the address stands
 * for the one, and years are those of UTC.
 */
export function blockSiteFacts({ sitename, siteurl, release, blockVersion }: BlockFacts): SiteFacts {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return {
    title: sitename,
    kind: 'strasbourg',
    release,
    branch: Number(major) * 100 + Number(minor),
    identifier: `strasbourg ${siteurl}`,
    timezone: 'UTC',
    defaultCategoryId: null,
    block: blockVersion,
  };
}
