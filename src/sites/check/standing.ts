import type { Profile, Result } from '@jouvence/protocol';
import type { Pair, Site } from '../site.ts';
import type { Find, Finding } from './findings.ts';

type Connection = Result<'get_connection'>;

/** A token that nobody has renewed by then: renewing begins 30 days before. */
const endsSoonDays = 7;
/** Cron runs every minute; what has waited for ten is not being taken. */
const waitingSeconds = 600;
/** Archetypes whose roles no archive should be able to give. */
const withheld = new Set(['manager', 'coursecreator', 'guest', 'user', 'frontpage']);
const createPeople = 'moodle/restore:createuser';

interface Context {
  site: Site;
  profile: Profile;
  pairs: Pair[];
  now: Date;
  /** Seconds that the site's clock is ahead of ours. */
  offset: number;
  /** Whether it is reached through this machine alone. */
  local: boolean;
}

/** What the site says of our token and of whom it stands for. */
export function judgeConnection(find: Find, connection: Connection, context: Context): Finding[] {
  const { site, profile, pairs } = context;
  if (connection.profile !== profile) return [find('wrong-profile', site.name, { given: connection.profile }, profile)];
  const lacking = connection.capabilities.filter(({ held }) => !held).map(({ capability }) => capability);
  const needed = lacking.filter((capability) => capability !== createPeople);
  const wanted = profile === 'target' && pairs.some((pair) => pair.target.id === site.id && pair.createPeople);
  return [
    ...(needed.length > 0
      ? [find('capabilities-missing', needed.join(', '), { username: connection.username }, profile)]
      : []),
    ...(wanted && lacking.includes(createPeople) ? [find('people-not-created', createPeople, {}, profile)] : []),
    // The command line has no token, and nothing on its way.
    ...(site.codeBase ? [] : [...judgeToken(find, connection, context), ...judgeWay(find, connection, context)]),
    ...judgeWaiting(find, connection, context),
  ];
}

function judgeToken(find: Find, { tokenexpires }: Connection, { site, profile, now }: Context): Finding[] {
  const renewal = site.tokens.find((token) => token.profile === profile)?.renewal;
  const days = Math.floor((tokenexpires - now.getTime() / 1000) / 86_400);
  if (tokenexpires === 0) return [find('token-endless', site.name, {}, profile)];
  if (renewal) return [find('renewal-failed', site.name, { days, said: renewal.message }, profile)];
  return days < endsSoonDays ? [find('token-ends', site.name, { days }, profile)] : [];
}

function judgeWay(find: Find, connection: Connection, { site, profile, local }: Context): Finding[] {
  const { address, iprestriction, secure } = connection;
  return [
    ...(site.url.startsWith('https:') && !secure ? [find('tls-unseen', site.url)] : []),
    ...(iprestriction.trim() === '' && !local ? [find('address-open', site.name, { address }, profile)] : []),
  ];
}

function judgeWaiting(find: Find, { waiting }: Connection, { now, offset }: Context): Finding[] {
  if (waiting.tasks === 0 || waiting.since === 0) return [];
  const seconds = now.getTime() / 1000 + offset - waiting.since;
  return seconds > waitingSeconds
    ? [find('tasks-waiting', 'cron', { tasks: waiting.tasks, minutes: Math.round(seconds / 60) })]
    : [];
}

/** The role in which people are to be enrolled, roles that a restore would drop, and those of pairs that nobody can hold. */
export function judgeRoles(
  find: Find,
  { roles }: Result<'list_roles'>,
  { site, profile, pairs, enrolRole }: Pick<Context, 'site' | 'profile' | 'pairs'> & { enrolRole: string | null },
): Finding[] {
  if (profile === 'target') {
    const usable = roles.filter(({ levels, assignable }) => levels.includes('course') && assignable);
    const names = usable.map(({ shortname }) => shortname);
    const unusable = enrolRole !== null && !names.includes(enrolRole);
    const dropped = roles.filter(
      ({ levels, assignable, archetype }) => levels.includes('course') && !assignable && !withheld.has(archetype),
    );
    return [
      ...(unusable ? [find('enrol-role-unknown', enrolRole, { roles: names.join(', ') }, profile)] : []),
      ...(dropped.length > 0
        ? [find('roles-unassignable', dropped.map(({ shortname }) => shortname).join(', '), {}, profile)]
        : []),
    ];
  }
  const known = new Set(roles.map(({ shortname }) => shortname));
  const wished = new Set(pairs.filter(({ source }) => source.id === site.id).flatMap((pair) => pair.roles));
  const unknown = [...wished].filter((role) => !known.has(role));
  return unknown.length > 0 ? [find('roles-unknown', unknown.join(', '), {}, profile)] : [];
}
