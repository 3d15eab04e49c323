import { createHash, randomBytes } from 'node:crypto';
import { type Profile, profiles } from '@jouvence/protocol';
import { getContext } from './contexts.ts';
import type { Tx } from './database.ts';
import { MoodleError } from './errors.ts';
import { archetypes } from './moodle/capabilities.ts';
import { savePeople } from './people.ts';
import { assignRoles, createServiceRole } from './roles.ts';

/** What each profile's service role holds: what the protocol's functions need, and no more. */
const sourceCapabilities = [
  'moodle/backup:backupcourse',
  'moodle/backup:userinfo',
  'moodle/backup:configure',
  'moodle/course:view',
  'moodle/course:viewhiddencourses',
  'moodle/category:viewhiddencategories',
  'moodle/site:maintenanceaccess',
  'webservice/rest:use',
];
const targetCapabilities = [
  ...sourceCapabilities,
  'moodle/course:create',
  'moodle/course:update',
  'moodle/course:delete',
  'moodle/course:enrolconfig',
  'moodle/course:changefullname',
  'moodle/course:changeshortname',
  'moodle/course:setforcedlanguage',
  'moodle/restore:restorecourse',
  'moodle/restore:userinfo',
  'moodle/restore:configure',
  'moodle/restore:rolldates',
  'moodle/restore:createuser',
  'moodle/role:assign',
  'moodle/role:safeoverride',
  'moodle/question:add',
  'moodle/question:managecategory',
  'enrol/manual:enrol',
];
/** Roles that people hold in courses: without allow-rows Moodle drops them from what is restored. */
const courseRoles = archetypes.filter((name) => !['guest', 'user', 'frontpage'].includes(name));

const serviceUsername = (profile: Profile) => `jouvence-${profile}`;

/** For each profile its role, and the account that its tokens act as. */
export async function createServices(tx: Tx, language: string): Promise<void> {
  const system = await getContext(tx, 'system', 0);
  for (const profile of Object.keys(profiles) as Profile[]) {
    const roleId = await createServiceRole(tx, `jouvence${profile}`, {
      capabilities: profile === 'target' ? targetCapabilities : sourceCapabilities,
      assigns: profile === 'target' ? courseRoles : [],
    });
    const [personId] = await savePeople(tx, [
      {
        username: serviceUsername(profile),
        email: `${serviceUsername(profile)}@localhost.invalid`,
        firstname: 'Jouvence',
        lastname: profile,
        idnumber: '',
        language,
        auth: 'webservice',
      },
    ]);
    await assignRoles(tx, [{ personId: personId!, roleId, contextId: system.id }]);
  }
}

/** A new token; its text exists only in the answer. `expires`: Unix seconds. */
export async function createToken(tx: Tx, profile: Profile, days: number): Promise<{ token: string; expires: number }> {
  const token = randomBytes(32).toString('hex');
  const row = await tx.row<{ expires: number }>(
    `insert into tokens (hash, profile, person_id, expires)
     select $1, $2, id, now() + make_interval(days => $3) from people where username = $4
     returning extract(epoch from expires)::bigint as expires`,
    [hashOf(token), profile, days, serviceUsername(profile)],
  );
  return { token, expires: row!.expires };
}

export function revokeTokens(tx: Tx): Promise<number> {
  return tx.run('delete from tokens');
}

export interface Token {
  profile: Profile;
  /** The service account that it acts as. */
  callerId: number;
}

/**
 * Whose token this is; or, as Moodle answers, `invalidtoken` when it is unknown, and `accessexception` when it has
 * expired, which deletes it: from the next use on it is unknown.
 */
export async function useToken(tx: Tx, token: string): Promise<Token | MoodleError> {
  const hash = hashOf(token);
  const found = await tx.row<Token & { expired: boolean }>(
    'select profile, person_id as "callerId", expires < now() as expired from tokens where hash = $1',
    [hash],
  );
  if (!found) return new MoodleError('moodle_exception', 'invalidtoken', 'Invalid token - token not found');
  if (!found.expired) return { profile: found.profile, callerId: found.callerId };
  await tx.run('delete from tokens where hash = $1', [hash]);
  return accessException('Invalid token - token expired - check validuntil time for the token');
}

/** Moodle's one message for whatever a token may not do. */
export const accessException = (why: string): MoodleError =>
  new MoodleError('webservice_access_exception', 'accessexception', 'Access control exception', why);

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
