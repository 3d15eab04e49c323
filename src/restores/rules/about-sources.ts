import type { Person } from '@jouvence/protocol';
import type { Catalogue } from '../../catalogue/index.ts';
import { type AppError, toAppError } from '../../errors.ts';
import type { Pair } from '../../sites/index.ts';
import { keyOf } from './category.ts';
import { refusal } from './refusal.ts';
import type { Asking, Making, Tools, Wish } from './ruling.ts';

/** Whether the person holds the courses, each source asked once and all at the same time. */
export async function askSources(
  { catalogue }: Pick<Tools, 'catalogue'>,
  { person: username }: Asking,
  shared: Promise<{ person: Person | null | AppError }>,
  makings: readonly Making[],
  wishes: readonly Wish[],
  signal?: AbortSignal,
): Promise<void> {
  const { person } = await shared;
  const bySource = Map.groupBy(
    makings.map((making, index) => ({ ...making, making, wish: wishes[index]! })).filter(({ pair }) => pair !== null),
    ({ pair }) => pair!.source.id,
  );
  for (const { ruling } of makings) {
    if (person instanceof Error) ruling.problems.push(person);
    else ruling.person = person;
  }
  await Promise.all(
    [...bySource.values()].map(async (group) => {
      const pair = group[0]!.pair!;
      const key = keyOf(group[0]!.ruling.values!);
      try {
        if (username === null) {
          await Promise.all(group.map((each) => askCourse(catalogue, pair, each.making, each.wish, { key, signal })));
          return;
        }
        if (person === null || person instanceof Error) return;
        const wanted = group.map(({ wish }) => wish.courseid);
        const held = await catalogue.held(pair, person, { key, wanted, signal });
        for (const { making, wish } of group) {
          making.keyRefused = held.keyRefused;
          const course = held.courses.find(({ id }) => id === wish.courseid);
          if (course) making.ruling.course = course;
          else making.ruling.problems.push(notTheirs(pair, person, held.userid, wish.courseid));
        }
      } catch (thrown) {
        for (const { ruling } of group) ruling.problems.push(toAppError(thrown));
      }
    }),
  );
}

async function askCourse(
  catalogue: Catalogue,
  { source }: Pair,
  making: Making,
  { courseid }: Wish,
  options: { key: string | undefined; signal?: AbortSignal },
): Promise<void> {
  try {
    const { course, keyRefused } = await catalogue.courseOf(source.id, courseid, options);
    making.keyRefused = keyRefused;
    if (course) making.ruling.course = course;
    else {
      const message = `${source.name}: there is no course ${courseid}`;
      making.ruling.problems.push(
        refusal('not-found', 'course-missing', message, { source: source.name, course: courseid }),
      );
    }
  } catch (thrown) {
    making.ruling.problems.push(toAppError(thrown));
  }
}

function notTheirs({ source, roles }: Pair, person: Person, userid: number | null, courseid: number): AppError {
  const values = { source: source.name, person: person.fullname, course: courseid, roles: roles.join(', ') };
  if (userid === null) {
    const message = `${person.fullname} is not known on ${source.name}`;
    return refusal('not-allowed', 'course-unknown-person', message, values);
  }
  const message = `${person.fullname} holds none of the roles ${values.roles} in course ${courseid} of ${source.name}`;
  return refusal('not-allowed', 'course-not-yours', message, values);
}
