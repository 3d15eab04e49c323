import { listCategories } from '../categories.ts';
import { keyed } from '../category-keys.ts';
import { getContext } from '../contexts.ts';
import { getCourseRow } from '../course-rows.ts';
import { enrol, isEnrolled, manualMethodId } from '../enrolments.ts';
import { EngineError } from '../errors.ts';
import { getPerson } from '../people.ts';
import { assignableRoles, assignRoles, checkRights, requireCapability, rolesHeld } from '../roles.ts';
import type { Implementations } from './call.ts';

export const rightsFunctions: Implementations<'list_categories' | 'check_rights' | 'enrol_person'> = {
  async list_categories({ site, database }, { key }) {
    const withKey = keyed(key);
    return { categories: (await database.withSite(site.id, listCategories)).map(withKey) };
  },

  async check_rights({ site, database }, { userid, checks }) {
    return { checks: await database.withSite(site.id, (tx) => checkRights(tx, userid, checks)) };
  },

  /** Enrols by the manual method and gives the role; doing it again changes nothing. */
  async enrol_person({ site, database, callerId }, { courseid, userid, role }) {
    return database.withSite(site.id, async (tx) => {
      const course = await getCourseRow(tx, courseid);
      if (!course) throw new EngineError('not-found', `there is no course ${courseid}`);
      const person = await getPerson(tx, userid);
      if (!person) throw new EngineError('not-found', `there is no account ${userid}`);
      if (person.suspended)
        throw new EngineError('not-allowed', `the account ${person.username} is suspended: nobody can enter by it`);
      const context = await getContext(tx, 'course', courseid);
      await requireCapability(tx, callerId, 'enrol/manual:enrol', context);
      const roles = await assignableRoles(tx, callerId, context);
      const given = roles.get(role);
      if (!given)
        throw new EngineError(
          'not-allowed',
          `the service may not give the role ${role}: it may give ${[...roles.keys()].join(', ') || 'none'}`,
        );
      const before = {
        enrolled: await isEnrolled(tx, courseid, userid),
        roles: await rolesHeld(tx, userid, context.id),
      };
      const methodId = await manualMethodId(tx, courseid);
      await enrol(tx, methodId, [{ personId: userid }]);
      await assignRoles(tx, [{ personId: userid, roleId: given.id, contextId: context.id }]);
      return { before };
    });
  },
};
