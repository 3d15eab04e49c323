import type { Result } from '@jouvence/protocol';
import { getContext } from '../contexts.ts';
import type { Tx } from '../database.ts';
import { archetypeLevels, roleName } from '../moodle/role-names.ts';
import { getPerson } from '../people.ts';
import { assignableRoles, checkRights, listRoles, requireCapability } from '../roles.ts';
import { capabilitiesOf } from '../services.ts';
import type { Sites } from '../sites.ts';
import { rotateToken } from '../tokens.ts';
import { getTrust } from '../trust.ts';
import type { Call, Implementations } from './call.ts';

/** What a control plane asks about the connection itself. */
export const connectionFunctions: Implementations<'get_connection' | 'rotate_token' | 'get_trust' | 'list_roles'> = {
  async get_connection(call) {
    const { site, database, profile, callerId, token, address } = call;
    return database.withSite(site.id, async (tx) => {
      const system = await getContext(tx, 'system', 0);
      const asked = capabilitiesOf[profile].map((capability) => ({
        capability,
        level: 'system' as const,
        instanceid: 0,
      }));
      const held = await checkRights(tx, callerId, asked);
      return {
        profile,
        userid: callerId,
        username: (await getPerson(tx, callerId))!.username,
        tokenexpires: token.expires,
        iprestriction: '',
        address,
        secure: site.url.startsWith('https:'),
        capabilities: held.map(({ capability, allowed }) => ({ capability, held: allowed })),
        assignableroles: [...(await assignableRoles(tx, callerId, system)).keys()].sort(),
        waiting: await countWaiting(tx),
      };
    });
  },

  async rotate_token({ site, database, token }) {
    return database.withSite(site.id, (tx) => rotateToken(tx, token));
  },

  async get_trust({ site, database }) {
    return (await database.withSite(site.id, getTrust)).key;
  },

  async list_roles({ site, database, callerId }) {
    return database.withSite(site.id, async (tx) => {
      const assignable = await assignableRoles(tx, callerId, await getContext(tx, 'system', 0));
      const roles = await listRoles(tx);
      return {
        roles: [...roles.values()].map(({ id, shortname, archetype }) => ({
          id,
          shortname,
          name: roleName(shortname, archetype, site.language),
          archetype,
          levels: archetypeLevels(archetype),
          assignable: assignable.has(shortname),
        })),
      };
    });
  },
};

/** Among the site's own: only this process changes them. */
export const maintenanceFunctions = (sites: Sites): Implementations<'set_maintenance'> => ({
  async set_maintenance({ site, database, callerId }: Call, { enabled, message }) {
    // Else the call that should end it would be refused by it.
    await database.withSite(site.id, async (tx) =>
      requireCapability(tx, callerId, 'moodle/site:maintenanceaccess', await getContext(tx, 'system', 0)),
    );
    return { before: await sites.setMaintenance(site.name, enabled, message) };
  },
});

async function countWaiting(tx: Tx): Promise<Result<'get_connection'>['waiting']> {
  const row = await tx.row<{ tasks: number; since: number }>(
    `select count(*) as tasks, coalesce(extract(epoch from min(created_at)), 0)::bigint as since
     from tasks where state = 'waiting' and kind <> 'upload'`,
  );
  return row!;
}
