import type { Profile } from '@jouvence/protocol';
import { type AppError, failure, isAppError } from '../errors.ts';
import type { Secrets } from '../store/index.ts';

interface SealedToken {
  site: string;
  profile: Profile;
  sealed: string;
}

/** A token opens only where it was sealed for: copied into another site's row it is worth nothing. */
const placeOf = (site: string, profile: Profile) => ({ site, column: `token.${profile}` });

export function sealToken(secrets: Secrets, site: string, profile: Profile, token: string): string {
  return secrets.sealSecret(token, placeOf(site, profile));
}

/** @throws AppError `key-missing` */
export function openToken(secrets: Secrets, { site, profile, sealed }: SealedToken): string {
  return secrets.openSecret(sealed, placeOf(site, profile));
}

/** Those that the key here does not open. */
export function lockedTokens<T extends SealedToken>(secrets: Secrets, tokens: readonly T[]): T[] {
  return tokens.filter((token) => {
    try {
      openToken(secrets, token);
      return false;
    } catch (error) {
      if (isAppError(error, 'key-missing')) return true;
      throw error;
    }
  });
}

/** Names every site in the same plight: whoever lost the key wants to know how much there is to do. */
export function describeMissingKey(secrets: Secrets, error: AppError, tokens: SealedToken[]): AppError {
  const lost = lockedTokens(secrets, tokens);
  const names = lost.map(({ site, profile }) => `${site} (${profile})`).join(', ');
  return failure('key-missing', [...error.said, { reason: 'key-sites', values: { names } }], {
    details: { sites: lost.map(({ site, profile }) => ({ site, profile })) },
    cause: error,
  });
}
