import type { CourseOutline } from '@jouvence/protocol';
import type { Reason } from '../../catalogue/index.ts';
import { toAppError } from '../../errors.ts';
import type { Pair, Sites } from '../../sites/index.ts';
import { matchPeople } from '../identity.ts';
import type { CarryOptions } from '../types.ts';

/** Pages of 200; whoever is behind them is found out by the archive. */
const mostPages = 10;
const mostRoles = 50;
const mostNamed = 5;

/**
 * A course that comes with people to a target where this pair makes no accounts is refused when one of them has none,
 * and that would be found out only once it has been backed up and fetched. So it is looked up before: whoever has a role
 * in the course, by the same rule. The archive may hold others too, and that is said. Null: nothing is to be said.
 */
export async function expectPeople(
  sites: Sites,
  pair: Pair,
  { outline, options }: { outline: CourseOutline | null; options: CarryOptions },
  signal?: AbortSignal,
): Promise<Reason | null> {
  if (!options.people || pair.createPeople || outline?.people === 0) return null;
  const values = { source: pair.source.name, target: pair.target.name };
  if (!outline) return notAsked(values, null);
  try {
    const people = await peopleOf(sites, pair, outline.id, signal);
    const target = await sites.client(pair.target.id, 'target');
    const ask = async (asked: readonly { username: string; email: string; idnumber: string }[]) => {
      const wanted = asked.map(({ username, email, idnumber }) => ({ username, email, idnumber }));
      if (wanted.length === 0) return [];
      const { people: matched } = await target.call('match_people', { people: wanted }, { signal });
      return matched.map(({ candidates }) => candidates);
    };
    const { problems } = await matchPeople(people, pair, { archiveUrl: pair.source.url, methods: new Set(), ask });
    if (problems.length === 0) return allKnown(people.length, values);
    const names = [...new Set(problems.map(({ what }) => what))];
    return someUnknown(names, people.length, values);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (signal?.aborted) throw thrown;
    // An agent of before these functions, or a site that is away: then nobody knows, which is worth saying too.
    return notAsked(values, error.code === 'unsupported' ? null : error.message);
  }
}

async function peopleOf(sites: Sites, { source }: Pair, courseid: number, signal?: AbortSignal) {
  const client = await sites.client(source.id, 'source');
  const { roles } = await client.call('list_roles', {}, { signal });
  const names = roles.filter(({ levels }) => levels.includes('course')).map(({ shortname }) => shortname);
  const people: Parameters<typeof matchPeople>[0][number][] = [];
  for (let page = 0, after: number | undefined; page < mostPages; page++) {
    const params = { courseid, roles: names.slice(0, mostRoles), ...(after !== undefined && { after }) };
    const answer = await client.call('get_course_people', params, { signal });
    for (const { id, username, email, idnumber, fullname, auth } of answer.people)
      people.push({
        ...{ id, username, email, idnumber, auth, firstname: fullname, lastname: '' },
        ...{ mnethosturl: '', firstaccess: 0, deleted: false },
      });
    after = answer.people.at(-1)?.id;
    if (!answer.more || after === undefined) break;
  }
  return people;
}

const todo =
  'Ask for the course without participants’ data, have the accounts made first, or have the pair allowed to make them (jouvence pairs add --create-people).';

function someUnknown(names: string[], of: number, values: { source: string; target: string }): Reason {
  const shown = names.slice(0, mostNamed).join('; ');
  const count = names.length;
  return {
    code: 'people-would-stop',
    severity: 'warning',
    what: names.length > mostNamed ? `${shown} …` : shown,
    why: `${count} of the ${of} people who have a role in the course cannot be told to have an account on ${values.target}, where courses from ${values.source} make none: with them the whole course is refused.`,
    todo,
    values: { ...values, count, of },
  };
}

function allKnown(of: number, values: { source: string; target: string }): Reason {
  return {
    code: 'people-all-known',
    severity: 'info',
    what: String(of),
    why: `All ${of} people who have a role in the course have an account on ${values.target}. Courses from ${values.source} make none there: should the archive hold somebody else without one, it is refused.`,
    todo: '',
    values: { ...values, of },
  };
}

function notAsked(values: { source: string; target: string }, why: string | null): Reason {
  return {
    code: 'people-must-be-known',
    severity: 'warning',
    what: values.target,
    why: `Courses from ${values.source} make no accounts on ${values.target}: when one of the people of the course has none there, the whole course is refused. Who that would be could not be asked${why === null ? '' : ` (${why})`}.`,
    todo,
    values,
  };
}
