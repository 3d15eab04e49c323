import { type Profile, profiles } from '@jouvence/protocol';
import { getContext } from './contexts.ts';
import type { Tx } from './database.ts';
import { savePeople } from './people.ts';
import { assignRoles, createServiceRole } from './roles.ts';

/** What each profile's service role holds: what the protocol's functions need, and no more. */
const fleetCapabilities = ['moodle/site:maintenanceaccess', 'webservice/rest:use'];
const viewingCapabilities = [
  ...fleetCapabilities,
  'moodle/course:view',
  'moodle/course:viewhiddencourses',
  'moodle/category:viewhiddencategories',
];
const sourceCapabilities = [
  ...viewingCapabilities,
  'moodle/backup:backupcourse',
  'moodle/backup:userinfo',
  'moodle/backup:configure',
];
const targetCapabilities = [
  ...viewingCapabilities,
  'moodle/course:create',
  'moodle/course:update',
  'moodle/course:delete',
  'moodle/course:enrolconfig',
  'moodle/course:changefullname',
  'moodle/course:changeshortname',
  'moodle/course:changeidnumber',
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
export const capabilitiesOf: Readonly<Record<Profile, readonly string[]>> = {
  source: sourceCapabilities,
  target: targetCapabilities,
  fleet: fleetCapabilities,
};

/** Roles that people hold in courses, and that are no more than that: Moodle drops the others from what is restored. */
const courseRoles = ['editingteacher', 'teacher', 'student'];

const usernameOf = (profile: Profile) => `jouvence-${profile}`;

export async function createServices(tx: Tx, language: string): Promise<void> {
  for (const profile of Object.keys(profiles) as Profile[]) await createService(tx, profile, language);
}

/** The account that a profile's tokens act as; a site that is older than the profile gets it now. */
export async function serviceOf(tx: Tx, profile: Profile): Promise<number> {
  const found = await tx.row<{ id: number }>('select id from people where username = $1', [usernameOf(profile)]);
  if (found) return found.id;
  const site = await tx.row<{ language: string }>('select language from sites where id = current_site()');
  return createService(tx, profile, site!.language);
}

async function createService(tx: Tx, profile: Profile, language: string): Promise<number> {
  const system = await getContext(tx, 'system', 0);
  const roleId = await createServiceRole(tx, `jouvence${profile}`, {
    capabilities: capabilitiesOf[profile],
    assigns: profile === 'target' ? courseRoles : [],
  });
  const username = usernameOf(profile);
  const [personId] = await savePeople(tx, [
    {
      username,
      email: `${username}@localhost.invalid`,
      firstname: 'Jouvence',
      lastname: profile,
      idnumber: '',
      language,
      auth: 'webservice',
    },
  ]);
  await assignRoles(tx, [{ personId: personId!, roleId, contextId: system.id }]);
  return personId!;
}
