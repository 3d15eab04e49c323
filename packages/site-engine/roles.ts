import { profiles } from '@jouvence/protocol';
import { type Context, type ContextLevel, contextLevels, getContext } from './contexts.ts';
import type { Tx } from './database.ts';
import { EngineError, MoodleError } from './errors.ts';
import { archetypes, capabilities, mayAssign } from './moodle/capabilities.ts';

export interface Role {
  id: number;
  shortname: string;
  /** Empty for a role made for a service account. */
  archetype: string;
}

/** Moodle's permission values. */
const allow = 1;
const inherit = 0;
const prohibit = -1000;

/** The roles of a new Moodle, with whom each may give which. */
export async function createStandardRoles(tx: Tx): Promise<void> {
  await tx.run(
    `insert into roles (shortname, archetype, sortorder)
     select name, name, position from unnest($1::text[]) with ordinality as a(name, position)`,
    [archetypes],
  );
  for (const [holder, given] of Object.entries(mayAssign)) await allowAssign(tx, holder, given);
}

/** A role without archetype that holds exactly these capabilities at the system. */
export async function createServiceRole(
  tx: Tx,
  shortname: string,
  role: { capabilities: readonly string[]; assigns: readonly string[] },
): Promise<number> {
  const made = await tx.row<{ id: number }>(
    `insert into roles (shortname, sortorder) select $1, max(sortorder) + 1 from roles returning id`,
    [shortname],
  );
  const system = await getContext(tx, 'system', 0);
  await tx.run(
    `insert into role_capabilities (context_id, role_id, capability, permission)
     select $1, $2, capability, 1 from unnest($3::text[]) as c(capability)`,
    [system.id, made!.id, role.capabilities],
  );
  await allowAssign(tx, shortname, role.assigns);
  return made!.id;
}

/**
 * Makes a role that holds exactly these capabilities at the system, or changes it to that.
 * @throws EngineError `invalid-parameter` for a capability that Moodle does not have, `conflict` for Moodle's own roles
 */
export async function defineRole(tx: Tx, shortname: string, held: readonly string[]): Promise<number> {
  const unknown = held.find((name) => !capabilities.has(name));
  if (unknown !== undefined) throw new EngineError('invalid-parameter', `Moodle has no capability ${unknown}`);
  const role = (await listRoles(tx)).get(shortname);
  if (!role) return createServiceRole(tx, shortname, { capabilities: held, assigns: [] });
  if (role.archetype !== '' || (Object.keys(profiles) as string[]).includes(shortname.replace(/^jouvence/, '')))
    throw new EngineError('conflict', `the role ${shortname} is not one that may be changed here`);
  await tx.run('delete from role_capabilities where role_id = $1', [role.id]);
  const system = await getContext(tx, 'system', 0);
  for (const capability of held)
    await setCapability(tx, { roleId: role.id, contextId: system.id, capability, permission: allow });
  return role.id;
}

async function allowAssign(tx: Tx, holder: string, given: readonly string[]): Promise<void> {
  await tx.run(
    `insert into role_allow_assign (role_id, allowed_id)
     select h.id, g.id from roles h, roles g where h.shortname = $1 and g.shortname = any($2)`,
    [holder, given],
  );
}

/** By shortname. */
export async function listRoles(tx: Tx): Promise<Map<string, Role>> {
  const roles = await tx.rows<Role>('select id, shortname, archetype from roles order by sortorder');
  return new Map(roles.map((role) => [role.shortname, role]));
}

/** Overrides what a role may do from this context down; `inherit` at the system takes the archetype's default away. */
export async function setCapability(
  tx: Tx,
  override: { roleId: number; contextId: number; capability: string; permission: 1 | 0 | -1 | -1000 },
): Promise<void> {
  await tx.run(
    `insert into role_capabilities (context_id, role_id, capability, permission) values ($1, $2, $3, $4)
     on conflict (site_id, context_id, role_id, capability) do update set permission = excluded.permission`,
    [override.contextId, override.roleId, override.capability, override.permission],
  );
}

export interface Assignment {
  personId: number;
  roleId: number;
  contextId: number;
  /** Which plugin gave it; empty: by hand. */
  component?: string;
}

/** Rows added: a role held already counts not again. */
export async function assignRoles(tx: Tx, assignments: Assignment[]): Promise<number> {
  if (assignments.length === 0) return 0;
  return tx.run(
    `insert into role_assignments (person_id, role_id, context_id, component)
     select "personId", "roleId", "contextId", coalesce(component, '')
     from jsonb_to_recordset($1::jsonb) as a("personId" bigint, "roleId" bigint, "contextId" bigint, component text)
     on conflict do nothing`,
    [JSON.stringify(assignments)],
  );
}

/** Rows removed. */
export async function unassignRole(
  tx: Tx,
  { personId, roleId, contextId, component = '' }: Assignment,
): Promise<number> {
  return tx.run(
    'delete from role_assignments where person_id = $1 and role_id = $2 and context_id = $3 and component = $4',
    [personId, roleId, contextId, component],
  );
}

/** Shortnames of the roles that a person holds in this context itself, not above it. */
export async function rolesHeld(tx: Tx, personId: number, contextId: number): Promise<string[]> {
  const rows = await tx.rows<{ shortname: string }>(
    `select distinct r.shortname from role_assignments a join roles r on r.id = a.role_id
     where a.person_id = $1 and a.context_id = $2 order by r.shortname`,
    [personId, contextId],
  );
  return rows.map((row) => row.shortname);
}

/**
 * Roles that this person may give in this context, by shortname: as in Moodle, those that the person's roles there or
 * above are allowed to assign, and none without `moodle/role:assign`. A restore drops the others.
 */
export async function assignableRoles(tx: Tx, personId: number, context: Context): Promise<Map<string, Role>> {
  if (!(await hasCapability(tx, personId, 'moodle/role:assign', context))) return new Map();
  const roles = await tx.rows<Role>(
    `select distinct r.id, r.shortname, r.archetype from role_assignments a
     join role_allow_assign w on w.role_id = a.role_id
     join roles r on r.id = w.allowed_id
     where a.person_id = $1 and a.context_id = any($2)`,
    [personId, context.path],
  );
  return new Map(roles.map((role) => [role.shortname, role]));
}

export async function hasCapability(tx: Tx, personId: number, capability: string, context: Context): Promise<boolean> {
  return (await decide(tx, personId, [{ capability, path: context.path }]))[0]!;
}

/** @throws MoodleError `nopermissions`, as Moodle's `require_capability` */
export async function requireCapability(tx: Tx, personId: number, capability: string, context: Context): Promise<void> {
  if (await hasCapability(tx, personId, capability, context)) return;
  const label = capabilities.get(capability)?.label ?? capability;
  throw new MoodleError(
    'required_capability_exception',
    'nopermissions',
    `Sorry, but you do not currently have permissions to do that (${label}).`,
  );
}

/** In the order asked; `exists` is false where the category or course is gone. */
export async function checkRights(
  tx: Tx,
  personId: number,
  checks: { capability: string; level: ContextLevel; instanceid: number }[],
): Promise<{ capability: string; exists: boolean; allowed: boolean }[]> {
  const found = await tx.rows<{ level: number; instance_id: number; path: number[] }>(
    `select c.level, c.instance_id, c.path
     from unnest($1::smallint[], $2::bigint[]) as asked(level, instance_id)
     join contexts c on c.level = asked.level and c.instance_id = asked.instance_id`,
    [checks.map((c) => contextLevels[c.level]), checks.map((c) => (c.level === 'system' ? 0 : c.instanceid))],
  );
  const paths = new Map(found.map((row) => [`${row.level}/${row.instance_id}`, row.path]));
  const pathOf = (check: (typeof checks)[number]) =>
    paths.get(`${contextLevels[check.level]}/${check.level === 'system' ? 0 : check.instanceid}`);
  const decided = await decide(
    tx,
    personId,
    checks.map((check) => ({ capability: check.capability, path: pathOf(check) ?? [] })),
  );
  return checks.map((check, index) => ({
    capability: check.capability,
    exists: pathOf(check) !== undefined,
    allowed: decided[index]!,
  }));
}

/**
 * Moodle's `has_capability_in_accessdata`: each role held in the context or above it says what its nearest definition
 * says, from the context up to the system; one role that allows is enough, and one prohibit anywhere ends it. Everybody
 * with an account holds `user` at the system. An empty path (a thing that is gone) allows nothing.
 */
async function decide(tx: Tx, personId: number, checks: { capability: string; path: number[] }[]): Promise<boolean[]> {
  const contextIds = [...new Set(checks.flatMap((check) => check.path))];
  const held = await tx.rows<{ role_id: number; archetype: string; context_id: number }>(
    `select a.role_id, r.archetype, a.context_id from role_assignments a join roles r on r.id = a.role_id
     where a.person_id = $1 and a.context_id = any($2)
     union all
     select r.id, r.archetype, c.id from roles r, contexts c, people p
     where r.shortname = 'user' and c.level = 10 and c.instance_id = 0 and p.id = $1`,
    [personId, contextIds],
  );
  const overrides = await tx.rows<{ context_id: number; role_id: number; capability: string; permission: number }>(
    `select context_id, role_id, capability, permission from role_capabilities
     where role_id = any($1) and capability = any($2) and context_id = any($3)`,
    [[...new Set(held.map((row) => row.role_id))], [...new Set(checks.map((check) => check.capability))], contextIds],
  );
  const override = new Map(
    overrides.map((row) => [`${row.context_id} ${row.role_id} ${row.capability}`, row.permission]),
  );

  return checks.map(({ capability, path }) => {
    const roles = new Map(
      held.filter((row) => path.includes(row.context_id)).map((row) => [row.role_id, row.archetype]),
    );
    let allowed = false;
    for (const [roleId, archetype] of roles) {
      const upwards = path
        .toReversed()
        .map((contextId, index) => {
          const set = override.get(`${contextId} ${roleId} ${capability}`);
          const atSystem = index === path.length - 1;
          return set ?? (atSystem ? capabilities.get(capability)?.archetypes.get(archetype) : undefined) ?? inherit;
        })
        .filter((permission) => permission !== inherit);
      if (upwards.includes(prohibit)) return false;
      allowed ||= upwards[0] === allow;
    }
    return allowed;
  });
}
