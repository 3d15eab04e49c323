/** What the address of the list says. */
export interface SitesSearch {
  /** Words of name, title or address. */
  q?: string;
  role?: 'source' | 'target';
  state?: SiteStateFilter;
  /** The panel for a new site is open, for that way. */
  add?: AddWay;
}

export const stateFilters = ['trouble', 'ok', 'failing', 'expired', 'unknown', 'paused'] as const;
export type SiteStateFilter = (typeof stateFilters)[number];

export const addWays = ['code', 'token', 'strasbourg'] as const;
export type AddWay = (typeof addWays)[number];

/** What the address of one site says. */
export interface SiteSearch {
  /** It has just been added: it is checked at once, and a pair is offered. */
  added?: boolean;
}

export function readSitesSearch(given: Record<string, unknown>): SitesSearch {
  return {
    q: typeof given.q === 'string' && given.q !== '' ? given.q : undefined,
    role: oneOf(['source', 'target'], given.role),
    state: oneOf(stateFilters, given.state),
    add: oneOf(addWays, given.add),
  };
}

export const readSiteSearch = (given: Record<string, unknown>): SiteSearch => ({
  added: given.added === true ? true : undefined,
});

const oneOf = <T extends string>(known: readonly T[], given: unknown): T | undefined =>
  known.find((each) => each === given);
