import type { Category, Person } from '@jouvence/protocol';
import { type AppError, isAppError, toAppError } from '../../errors.ts';
import type { SettingValues } from '../../settings/index.ts';
import type { Site, Sites } from '../../sites/index.ts';
import type { ChosenCategory } from './category.ts';
import { refusal } from './refusal.ts';

const createCourses = 'moodle/course:create';
/** Held on the target by whoever may choose what else comes with a course. */
const chooseUserData = 'local/jouvence:chooseuserdata';
/** The most that one call of `check_rights` takes. */
const mostChecks = 50;

/** What a person must hold in a category for a course to go there. */
export function neededIn({ named }: ChosenCategory, values: SettingValues, operator: boolean): string[] {
  // Without this rule whoever names a category could put courses anywhere.
  const create = values['rights.courseCreate'] || (named && !operator);
  return [...new Set([...(create ? [createCourses] : []), ...values['rights.more']])];
}

/** What was asked of the target about one person, in as few calls as can be. */
export interface HeldRights {
  capable: boolean;
  /** @throws AppError `not-allowed`, `not-found` (the category is gone) */
  require(category: Category, needed: readonly string[]): void;
}

export async function askRights(
  { sites, target, person, signal }: { sites: Sites; target: Site; person: Person; signal?: AbortSignal },
  wanted: { capable: boolean; in: { category: Category; needed: readonly string[] }[] },
): Promise<HeldRights> {
  const checks = new Map<string, { capability: string; level: 'system' | 'category'; instanceid: number }>();
  const nameOf = (capability: string, instanceid: number): string => `${instanceid} ${capability}`;
  if (wanted.capable)
    checks.set(nameOf(chooseUserData, 0), { capability: chooseUserData, level: 'system', instanceid: 0 });
  for (const { category, needed } of wanted.in)
    for (const capability of needed)
      checks.set(nameOf(capability, category.id), { capability, level: 'category', instanceid: category.id });
  const asked = [...checks.entries()];
  const held = new Map<string, { exists: boolean; allowed: boolean }>();
  const parts: (typeof asked)[] = [];
  for (let at = 0; at < asked.length; at += mostChecks) parts.push(asked.slice(at, at + mostChecks));
  await Promise.all(
    parts.map(async (part) => {
      const client = await sites.client(target.id, 'target');
      const params = { userid: person.id, checks: part.map(([, check]) => check) };
      const answer = await client.call('check_rights', params, { signal });
      for (const [index, [name]] of part.entries())
        held.set(name, answer.checks[index] ?? { exists: false, allowed: false });
    }),
  );
  return {
    capable: held.get(nameOf(chooseUserData, 0))?.allowed ?? false,
    require(category, needed) {
      const answers = needed.map((capability) => ({ capability, ...held.get(nameOf(capability, category.id)) }));
      if (answers.some(({ exists }) => exists === false)) throw gone(target, category);
      const lacking = answers.filter(({ allowed }) => !allowed).map(({ capability }) => capability);
      if (lacking.length > 0) throw lacks(target, person, category, lacking);
    },
  };
}

/** Short names of the roles that may be given in courses there; null: its agent cannot say. */
export async function rolesToGive(sites: Sites, target: Site, signal?: AbortSignal): Promise<Set<string> | null> {
  const client = await sites.client(target.id, 'target');
  const answer = await client.call('list_roles', {}, { signal }).catch((thrown) => {
    if (isAppError(toAppError(thrown), 'unsupported')) return null;
    throw thrown;
  });
  const usable = answer?.roles.filter(({ levels, assignable }) => levels.includes('course') && assignable);
  return usable ? new Set(usable.map(({ shortname }) => shortname)) : null;
}

/** Of a course to be carried for somebody: better told before than once it stands there. */
export function roleMissing(target: Site, values: SettingValues, roles: ReadonlySet<string> | null): AppError | null {
  const role = values['enrol.role'];
  if (roles === null || !values['enrol.requester'] || roles.has(role)) return null;
  return refusal(
    'unsupported',
    'enrol-role-missing',
    `${target.name}: people are enrolled there in the role "${role}" (enrol.role), which cannot be given there; these can: ${[...roles].join(', ')}`,
    { target: target.name, role },
  );
}

const pathOf = ({ path }: Category): string => path.join(' / ');

function gone(target: Site, category: Category): AppError {
  const values = { target: target.name, id: category.id };
  return refusal(
    'not-found',
    'category-missing',
    `${target.name}: the category ${pathOf(category)} is not there any more`,
    values,
  );
}

function lacks(target: Site, { username }: Person, category: Category, capabilities: string[]): AppError {
  const what = capabilities.join(', ');
  const means = capabilities.includes(createCourses)
    ? 'may not create courses there'
    : 'may not do there what is asked';
  return refusal(
    'not-allowed',
    'rights-lacking',
    `${target.name}: the category ${pathOf(category)}: ${username} ${means} (${what})`,
    { target: target.name, category: pathOf(category), person: username, capabilities: what },
  );
}
