import { SiteError } from '@jouvence/moodle-client';
import type { Profile } from '@jouvence/protocol';
import { isAppError } from '../../errors.ts';
import type { Site } from '../site.ts';
import type { Find, Finding } from './findings.ts';

/** Why a part of the check could not be done, as what it is for whoever mends it. */
export function describeTrouble(find: Find, { name, url }: Site, profile: Profile | null, error: unknown): Finding {
  if (isAppError(error, 'key-missing')) return find('key-missing', name, { said: error.message }, profile);
  // Of the whole check.
  if (error instanceof Error && error.name === 'TimeoutError') return find('silent', url);
  const said = error instanceof Error ? error.message.replace(`${name}: `, '') : String(error);
  if (!(error instanceof SiteError)) return find('refused', url, { said }, profile);
  switch (error.code) {
    // Of the site and not of one token: said once.
    case 'site-unreachable':
      return find('unreachable', url, { said });
    case 'site-timeout':
      return find('silent', url);
    case 'site-bad-answer':
      return find('bad-answer', url, { said });
    case 'busy':
      return error.errorcode === 'sitemaintenance'
        ? find('maintenance-locked', url, {}, profile)
        : find('busy', url, { said });
    case 'token-expired':
      return find('token-refused', name, { said }, profile);
    default:
      return find('refused', String(error.details.function ?? url), { said }, profile);
  }
}
