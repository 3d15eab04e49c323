/** Who entered from a site. Speaks for that account of that site, and for nobody else. */
export interface PersonActor {
  kind: 'person';
  siteId: number;
  /** Its name here. */
  site: string;
  username: string;
}

/** `operator`: everything · `school`: the sites that were given · `auditor`: sees, and changes nothing. */
export const operatorRoles = ['operator', 'school', 'auditor'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

export interface OperatorActor {
  kind: 'operator';
  name: string;
  role: OperatorRole;
  /** Ids of the sites that it is limited to; null: all there are, and will be. */
  siteIds: readonly number[] | null;
  /** Whose account it is; absent: the local operator, and tokens of it. */
  operatorId?: number;
  tokenId?: number;
  /** In a browser. */
  sessionId?: number;
}

/** Who does something. The operator `local` is whoever may open the socket in the data directory. */
export type Actor = OperatorActor | PersonActor | { kind: 'system' };

export const localOperator: OperatorActor = { kind: 'operator', name: 'local', role: 'operator', siteIds: null };

/** Sites that somebody has to do with; null: all. A person has to do with one: the site that it came from. */
export function sitesOf(actor: Actor): readonly number[] | null {
  if (actor.kind === 'operator') return actor.siteIds;
  return actor.kind === 'person' ? [actor.siteId] : null;
}

export const hasSite = (actor: Actor, siteId: number): boolean => sitesOf(actor)?.includes(siteId) ?? true;

/** What an operator, or a token, may do. */
export interface Power {
  role: OperatorRole;
  siteIds: readonly number[] | null;
}

/**
 * What both allow: the lesser role, the sites that both have. Null when nothing is left. An operator of all sites
 * who is cut down to some is a school operator of these.
 */
export function lesser(a: Power, b: Power): Power | null {
  const siteIds = both(a.siteIds, b.siteIds);
  if (siteIds !== null && siteIds.length === 0) return null;
  const least = Math.max(operatorRoles.indexOf(a.role), operatorRoles.indexOf(b.role));
  const role = operatorRoles[least]!;
  return { role: role === 'operator' && siteIds !== null ? 'school' : role, siteIds };
}

function both(a: readonly number[] | null, b: readonly number[] | null): readonly number[] | null {
  if (a === null || b === null) return a ?? b;
  return a.filter((id) => b.includes(id));
}
