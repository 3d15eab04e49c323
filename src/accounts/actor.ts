/** Who entered from a site. Speaks for that account of that site, and for nobody else. */
export interface PersonActor {
  kind: 'person';
  siteId: number;
  /** Its name here. */
  site: string;
  username: string;
}

/** Who does something. The operator `local` is whoever may open the socket in the data directory. */
export type Actor = { kind: 'operator'; name: string; tokenId?: number } | PersonActor | { kind: 'system' };

export const localOperator: Actor = { kind: 'operator', name: 'local' };
