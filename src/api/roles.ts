import { AppError } from '../errors.ts';
import type { Settings } from '../settings/index.ts';
import type { Site, Sites } from '../sites/index.ts';

/** For a target to say its roles, while somebody waits who sets one. */
const patienceMs = 10_000;
const mostNamed = 5;

/**
 * A role in which people are to be enrolled must be one that the target can give: else each course would be refused
 * there. For the whole fleet it must be so on each target for which nothing narrower is set. What cannot be asked
 * now is not in the way: the check of that site says it later.
 * @throws AppError `invalid-parameter`, with the roles that can be given
 */
export async function mustBeRole(
  { sites, settings }: { sites: Sites; settings: Settings },
  role: string,
  target: number | undefined,
): Promise<void> {
  const targets = target === undefined ? await followers({ sites, settings }) : [await sites.get(target)];
  const asked = await Promise.all(targets.map(async (site) => ({ site, roles: await rolesOf(sites, site) })));
  const without = asked.flatMap(({ site, roles }) => (roles && !roles.includes(role) ? [{ site, roles }] : []));
  const [first] = without;
  if (!first) return;
  const names = without.slice(0, mostNamed).map(({ site }) => site.name);
  const more = without.length > names.length ? ` and ${without.length - names.length} more` : '';
  throw new AppError(
    'invalid-parameter',
    `enrol.role: nobody can be enrolled as "${role}" on ${names.join(', ')}${more}. ${first.site.name} can give: ${first.roles.join(', ')}${target === undefined ? '. Name a role that all have, or set it for each target' : ''}`,
  );
}

/** Targets for which the value of the fleet holds. */
async function followers({ sites, settings }: { sites: Sites; settings: Settings }): Promise<Site[]> {
  const own = new Set((await settings.places()).filter(({ key }) => key === 'enrol.role').map(({ target }) => target));
  return (await sites.list()).filter(({ id, profiles }) => profiles.includes('target') && !own.has(id));
}

/** Undefined: it does not say. */
async function rolesOf(sites: Sites, site: Site): Promise<string[] | undefined> {
  try {
    return (await enrolRoles(sites, site)).map(({ shortname }) => shortname);
  } catch {
    return undefined;
  }
}

/** Which of these roles that source has not: nobody can hold them there. None, where it does not say. */
export async function rolesMissing(sites: Sites, { id }: Site, wished: readonly string[]): Promise<string[]> {
  try {
    const client = await sites.client(id, 'source');
    const { roles } = await client.call('list_roles', {}, { signal: AbortSignal.timeout(patienceMs) });
    return wished.filter((role) => !roles.some(({ shortname }) => shortname === role));
  } catch {
    return [];
  }
}

/**
 * Roles in which people can be enrolled on that target by us.
 * @throws what asking it throws
 */
export async function enrolRoles(sites: Sites, { id }: Site): Promise<{ id: number; shortname: string }[]> {
  const client = await sites.client(id, 'target');
  const { roles } = await client.call('list_roles', {}, { signal: AbortSignal.timeout(patienceMs) });
  return roles.filter(({ levels, assignable }) => levels.includes('course') && assignable);
}
