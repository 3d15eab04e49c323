export { createSites, migrations, type SitesOptions } from './create-sites.ts';
export { mayMatch } from './matching.ts';
export {
  type IdentityField,
  identityFields,
  type NewPair,
  type NewSite,
  type Outcome,
  type Pair,
  type Pairs,
  type Site,
  type SiteHealth,
  type Sites,
} from './site.ts';
