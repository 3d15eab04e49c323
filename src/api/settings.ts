import { type Actor, hasSite, sitesOf } from '../accounts/index.ts';
import { AppError, toAppError } from '../errors.ts';
import {
  planStrasbourg,
  readSettingText,
  readStrasbourgListing,
  type SettingKey,
  type SettingPlace,
  type Settings,
  type StrasbourgPlan,
  type StrasbourgRemark,
  settingKeys,
} from '../settings/index.ts';
import type { Site, Sites } from '../sites/index.ts';
import { enrolRoles, mustBeRole, rolesMissing } from './roles.ts';
import type { Handlers } from './routing.ts';
import { ownSite, siteNames } from './scope.ts';

type SettingsOperation = 'settings.list' | 'settings.set' | 'settings.unset' | 'settings.import';

/** What a school operator sets is for its own sites; what is for all is for operators of all. */
export function settingHandlers(settings: Settings, sites: Sites): Handlers<SettingsOperation> {
  /** Ids of the sites named. @throws AppError `not-found` also for a site of others */
  async function placeOf(
    actor: Actor,
    { target, source }: { target?: string; source?: string },
  ): Promise<SettingPlace> {
    return {
      ...(target !== undefined && { target: (await ownSite(sites, actor, target)).id }),
      // Of a pair the target decides: its source may be a site of others.
      ...(source !== undefined && {
        source: (target === undefined ? await ownSite(sites, actor, source) : await sites.get(source)).id,
      }),
    };
  }

  /** Where values are set, as far as the caller has to do with the site that decides. */
  async function ownPlaces(actor: Actor) {
    const names = await siteNames(sites);
    return (await settings.places()).flatMap(({ target, source, ...set }) => {
      const decides = target ?? source;
      if (decides !== undefined && !hasSite(actor, decides)) return [];
      const nameOf = (id: number | undefined) => (id === undefined ? null : (names.get(id) ?? null));
      return [{ ...set, target: nameOf(target), source: nameOf(source) }];
    });
  }

  /** @throws AppError `not-allowed` for what would hold for sites of others too */
  function mustOwn(actor: Actor, place: SettingPlace): void {
    if (sitesOf(actor) !== null && place.target === undefined && place.source === undefined)
      throw new AppError('not-allowed', 'This would hold for every site: name one of yours, as the target.');
  }

  return {
    async 'settings.list'({ actor, query }) {
      const [states, places] = [await settings.list(await placeOf(actor, query)), await ownPlaces(actor)];
      return {
        settings: states.map((state) => ({ ...state, places: places.filter(({ key }) => key === state.key) })),
      };
    },
    async 'settings.set'({ actor, params: { key }, body: { value, seen, ...names } }) {
      const place = await placeOf(actor, names);
      mustOwn(actor, place);
      const known = settingKeys.find((each) => each === key);
      const meant = known && typeof value === 'string' ? readSettingText(known, value) : value;
      if (known === 'enrol.role' && typeof meant === 'string' && place.source === undefined)
        await mustBeRole({ sites, settings }, meant, place.target);
      return settings.set(actor, key, meant, place, seen);
    },
    async 'settings.unset'({ actor, params: { key }, query: { seen, ...names } }) {
      const place = await placeOf(actor, names);
      mustOwn(actor, place);
      return settings.unset(actor, key, place, seen);
    },
    async 'settings.import'({ actor, body: { target: name, text, dryRun } }) {
      const target = await ownSite(sites, actor, name);
      const listing = readStrasbourgListing(text);
      if (listing.size === 0)
        throw new AppError(
          'invalid-parameter',
          'no setting was found in that text: paste what "php admin/cli/cfg.php --component=block_my_external_backup_restore_courses --json" prints',
        );
      const plan = planStrasbourg(listing);
      await nameEnrolRole(plan, target, sites);
      const imports = { actor, target, plan, dryRun };
      await compareEnrolments(imports, settings);
      const ofPairs = await importRoles(imports, sites);
      const changes = [...(await importValues(imports, settings)), ...ofPairs.changes];
      return { applied: !dryRun, changes, remarks: [...plan.remarks, ...ofPairs.remarks] };
    },
  };
}

interface Import {
  actor: Actor;
  target: Site;
  plan: StrasbourgPlan;
  dryRun: boolean;
}

interface Change {
  from: string;
  key: string;
  before: unknown;
  after: unknown;
  source: string | null;
}

async function importValues({ actor, target, plan, dryRun }: Import, settings: Settings): Promise<Change[]> {
  const place = { target: target.id };
  const before = new Map((await settings.list(place)).map((state) => [state.key as SettingKey, state]));
  const changes: Change[] = [];
  for (const { key, value, from } of plan.changes) {
    const was = before.get(key)!;
    if (was.locked) {
      plan.remarks.push({ name: from, code: 'locked', values: { key, origin: was.origin } });
      continue;
    }
    if (!dryRun) await settings.set(actor, key, value, place);
    changes.push({ from, key, before: was.value, after: value, source: null });
  }
  return changes;
}

/** Who may take a course is a rule of each pair; pairs that are not there yet are named. */
async function importRoles(
  { actor, target, plan: { roles, sources }, dryRun }: Import,
  sites: Sites,
): Promise<{ changes: Change[]; remarks: StrasbourgRemark[] }> {
  const pairs = await sites.pairs.sourcesOf(target.id);
  const changes: Change[] = [];
  const remarks: StrasbourgRemark[] = [];
  for (const pair of roles === null ? [] : pairs) {
    const { source } = pair;
    const remark = (code: StrasbourgRemark['code'], values = {}) =>
      remarks.push({ name: 'search_roles', code, values: { site: source.name, ...values } });
    // Who may take a source's courses is for whoever has that source too.
    if (!hasSite(actor, source.id)) {
      remark('not-yours');
      continue;
    }
    // Theirs are for all sources; a role that one has not would let nobody in there.
    const missing = await rolesMissing(sites, source, roles!);
    if (missing.length > 0) remark('roles-unknown', { roles: missing.join(', ') });
    const after = roles!.filter((role) => !missing.includes(role));
    if (after.length === 0) continue;
    if (!dryRun) await sites.pairs.add(actor, { source: source.id, target: pair.target.id, roles: after });
    changes.push({ from: 'search_roles', key: 'pairs.roles', before: pair.roles, after, source: source.name });
  }
  const known = new Set(pairs.map(({ source }) => source.url));
  for (const url of sources.filter((each) => !known.has(each)))
    remarks.push({ name: 'external_moodles', code: 'pair', values: { url } });
  if (roles !== null && pairs.length === 0)
    remarks.push({ name: 'search_roles', code: 'roles-later', values: { roles: roles.join(', ') } });
  return { changes, remarks };
}

/** Theirs is the id of a role there. What nobody could be enrolled with is not taken over: each course would fail by it. */
async function nameEnrolRole(plan: StrasbourgPlan, target: Site, sites: Sites): Promise<void> {
  const { enrolRole: value, remarks } = plan;
  if (value === null) return;
  try {
    const usable = await enrolRoles(sites, target);
    const role = usable.find(({ id, shortname }) => String(id) === value || shortname === value);
    if (role) {
      plan.changes.push({ key: 'enrol.role', value: role.shortname, from: 'enrollrole' });
      return;
    }
    const names = usable.map(({ id, shortname }) => `${shortname} (${id})`).join(', ');
    remarks.push({ name: 'enrollrole', code: 'role-unknown', values: { value, site: target.name, roles: names } });
  } catch (error) {
    remarks.push({ name: 'enrollrole', code: 'role-unasked', values: { value, why: toAppError(error).message } });
  }
}

/** Theirs carries ways to enrol in any case; what ours does instead is said, as no line of theirs would show it. */
async function compareEnrolments({ target, plan: { enrolments, remarks } }: Import, settings: Settings): Promise<void> {
  const { 'requests.enrolments': ours } = await settings.at({ target: target.id });
  if (ours !== enrolments)
    remarks.push({
      name: 'enrolmentmode',
      code: 'enrolments',
      values: { ours, theirs: enrolments, site: target.name },
    });
}
