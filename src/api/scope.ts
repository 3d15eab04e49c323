import { type Actor, hasSite, type PersonActor, sitesOf } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { RestoreRequest } from '../restores/index.ts';
import type { Site, Sites } from '../sites/index.ts';

/**
 * What a caller has to do with. `who` of a route says which kinds of callers get in at all; each handler cuts what it
 * reads and touches by these. Of what is somebody else's nothing is told, not even that it exists: `not-found`.
 */

/** A site that the caller has to do with. @throws AppError `not-found`, as for one that is not there */
export async function ownSite(sites: Sites, actor: Actor, name: string): Promise<Site> {
  const site = await sites.get(name);
  if (hasSite(actor, site.id)) return site;
  throw new AppError('not-found', `there is no site ${name}`);
}

/** @throws AppError `not-found` for the first that the caller has nothing to do with */
export async function ownSiteIds(sites: Sites, actor: Actor, names: readonly string[] | undefined) {
  if (names === undefined) return undefined;
  const ids: number[] = [];
  for (const name of names) ids.push((await ownSite(sites, actor, name)).id);
  return ids;
}

export async function siteNames(sites: Sites): Promise<ReadonlyMap<number, string>> {
  return new Map((await sites.list()).map(({ id, name }) => [id, name]));
}

/** Of sites that somebody is limited to; one that was removed since is left out. */
export function namesOf(siteIds: readonly number[] | null, names: ReadonlyMap<number, string>): string[] | null {
  return siteIds?.flatMap((id) => names.get(id) ?? []) ?? null;
}

/** For what concerns Jouvence as a whole. @throws AppError `not-allowed` for whoever is limited to some sites */
export function refuseLimited(actor: Actor, what: string): void {
  if (sitesOf(actor) === null) return;
  throw new AppError('not-allowed', `${what}: this is for operators of all sites, and you are one of some`);
}

/**
 * A request belongs to the site that it goes to, and there to the person for whom it is and to the one who asked.
 * @throws AppError `not-found`
 */
export function ownRequest(actor: Actor, request: RestoreRequest): RestoreRequest {
  const isOwn = hasSite(actor, request.targetId);
  const isTheirs = actor.kind !== 'person' || [request.person, request.askedBy].includes(actor.username);
  if (isOwn && isTheirs) return request;
  throw new AppError('not-found', `there is no request ${request.id}`);
}

/**
 * The site and name of a person, whatever else was said.
 * @throws AppError `not-allowed` when anything is said of another site or person
 */
export function refuseOthers({ site, username }: PersonActor, said: { target?: string; person?: string }) {
  if ((said.target ?? site) !== site || (said.person ?? username) !== username)
    throw new AppError('not-allowed', `you are ${username} of ${site}: this is about somebody else`);
  return { target: site, person: username };
}
