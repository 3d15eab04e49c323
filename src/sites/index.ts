export { type CheckFacts, type Finding, findingCodes, type SiteCheck } from './check/findings.ts';
export { courseAddress } from './course-address.ts';
export { createSites, migrations, type SitesOptions } from './create-sites.ts';
export { mayMatch } from './matching.ts';
export { sealedTokens } from './sealed-tokens.ts';
export {
  type IdentityField,
  identityFields,
  type NewLocalSite,
  type NewPair,
  type NewPairing,
  type NewSite,
  type Outcome,
  type Pair,
  type Pairs,
  type Site,
  type SiteAbilities,
  type SiteHealth,
  type SiteObserver,
  type Sites,
  type SiteToken,
} from './site.ts';
