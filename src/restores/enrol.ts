import { type Actor, hasSite } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import type { Catalogue } from '../catalogue/index.ts';
import { isAppError, toAppError } from '../errors.ts';
import type { Settings } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { noSuchRequest } from './carried.ts';
import { readRequest } from './restore-step.ts';
import { findCarried } from './rules/instances.ts';
import { type KeptRow, selectKeptById } from './rules/kept.sql.ts';
import { asUsername, findPerson } from './rules/people.ts';
import { refusal } from './rules/refusal.ts';

export interface Enrolled {
  request: string;
  /** Username on the target. */
  person: string;
  role: string;
  course: { id: number; url: string; fullname: string };
  /** The person was enrolled there already. */
  before: boolean;
}

interface Tools {
  store: Store;
  settings: Settings;
  sites: Sites;
  catalogue: Catalogue;
}

/**
 * Somebody who taught the same course on the source, enrolled in the one that a request brought from there, and in no
 * other. Verified now: the source says that this person holds one of the pair's roles in that very course, by the rule
 * by which the pair knows people. Doing it again changes nothing.
 * @throws AppError `not-found` (no such request, or none of this person's courses), `not-allowed` (the setting
 * `enrol.colleagues`), `conflict` (the course is not there, or not any more), or a site's error
 */
export async function enrolColleague(tools: Tools, actor: Actor, id: string, named?: string): Promise<Enrolled> {
  const { store, settings, sites } = tools;
  const request = (await selectKeptById(store, id)) ?? (await readRequest(store, id));
  const { targetId, sourceId, courseid, newCourse } = request;
  if (!hasSite(actor, targetId)) throw noSuchRequest(id);
  const wanted = named === undefined ? undefined : asUsername(named);
  const person = actor.kind === 'person' ? actor.username : wanted;
  if (person === undefined) throw refusal('invalid-parameter', 'enrol-whom', 'say who is to be enrolled: person');
  await mustBeColleague(tools, actor, request, person);
  if (wanted !== undefined && wanted !== person)
    throw refusal('not-allowed', 'enrol-others', `you are ${person}: others enrol themselves`, { person });
  const values = await settings.at({ target: targetId, source: sourceId });
  if (!values['enrol.colleagues'])
    throw refusal(
      'not-allowed',
      'colleagues-off',
      `${request.target}: colleagues do not enrol themselves there (enrol.colleagues): ask whoever had the course carried, or an operator`,
      { target: request.target },
    );
  const rows = await findCarried(tools, targetId, [{ sourceId, courseid }]);
  if (newCourse === null || !rows.some((row) => row.id === request.id && row.arrived))
    throw refusal(
      'conflict',
      'course-not-there',
      `${request.target}: the course of request ${id} is not there, or not any more`,
      {
        target: request.target,
        request: id,
      },
    );
  const account = await findPerson(sites, await sites.get(targetId), person);
  const role = values['enrol.role'];
  // Before, and not after: somebody who is let in without a line would be worse than a line of somebody who was not.
  await store.transaction((tx) =>
    audit.write(tx, {
      actor,
      action: 'requests.enrol',
      object: `request ${id}`,
      site: request.target,
      after: { person, role, course: newCourse.id },
    }),
  );
  const client = await sites.client(targetId, 'target');
  const { before } = await client.call(
    'enrol_person',
    { courseid: newCourse.id, userid: account.id, role },
    { retry: true },
  );
  const { id: courseOnTarget, url, fullname } = newCourse;
  return {
    request: id,
    person,
    role,
    course: { id: courseOnTarget, url, fullname },
    before: before.enrolled && before.roles.includes(role),
  };
}

/** To a person who is none, the request does not exist; an operator is told why. */
async function mustBeColleague(
  { catalogue }: Tools,
  actor: Actor,
  { id, targetId, sourceId, courseid }: Pick<KeptRow, 'id' | 'targetId' | 'sourceId' | 'courseid'>,
  person: string,
): Promise<void> {
  try {
    const asked = {
      target: targetId,
      source: sourceId,
      courseid,
      person: { field: 'username', value: person },
    } as const;
    const { allowed, why } = await catalogue.mayTake(asked);
    if (!allowed) throw refusal('not-allowed', why!.reason, why!.message, why!.values);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (actor.kind === 'person' && isAppError(error, 'not-allowed', 'not-found', 'conflict')) throw noSuchRequest(id);
    throw error;
  }
}
