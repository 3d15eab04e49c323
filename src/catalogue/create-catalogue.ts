import type { CourseSummary, Person } from '@jouvence/protocol';
import type { Clock } from '../clock.ts';
import { AppError, isAppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings/index.ts';
import { courseAddress, type Pair, type Site, type Sites } from '../sites/index.ts';
import { findByBlock, findUnlisted, heldByBlock } from './block.ts';
import type {
  Catalogue,
  CatalogueCourse,
  CatalogueFilters,
  Held,
  ListOptions,
  PersonRef,
  SourceCourses,
  Taking,
} from './catalogue.ts';
import { asTheyCome, before } from './deadline.ts';
import { matches, yearIn } from './filters.ts';
import { judge, judgedOutline, judgeUnasked, judgeUnseen } from './judge.ts';
import { AmbiguousPerson, findOnSource, findOnTarget } from './people.ts';
import { remember } from './remember.ts';
import type { TargetPlugins } from './verdict.ts';
import { withKey } from './with-key.ts';

/** A person goes back and forth between pages; a course that appears on an old platform may wait as long. */
const coursesKeptMs = 60_000;
/** Who somebody is on a target that has fallen silent; to look by, and to decide nothing by. */
const peopleKeptMs = 900_000;
/** Plugins come and go with an upgrade. */
const pluginsKeptMs = 300_000;
const defaultDeadlineMs = 5_000;
/** A slow source is let finish after its deadline, so that the next look finds the answer; but not for ever. */
const patienceMs = 30_000;

/** A person whom the source knows, and does not tell the number of. */
const unnumbered = 0;

export interface CatalogueOptions {
  sites: Sites;
  settings: Settings;
  log: Log;
  clock: Clock;
}

export function createCatalogue({ sites, log, clock }: CatalogueOptions): Catalogue {
  const people = remember<Person>(clock, coursesKeptMs);
  const seen = remember<Person>(clock, peopleKeptMs);
  const holdings = remember<Held>(clock, coursesKeptMs);
  const plugins = remember<TargetPlugins>(clock, pluginsKeptMs);
  const patience = () => AbortSignal.timeout(patienceMs);

  async function askHoldings(pair: Pair, person: Person, signal: AbortSignal, key?: string): Promise<Held> {
    const { source, roles } = pair;
    const client = await sites.client(source.id, 'source');
    if (client.block) {
      const { found, courses, incomplete } = await heldByBlock(client.block, pair, person, signal);
      const userid = found ? unnumbered : null;
      return {
        userid,
        courses: courses.map((course) => toCatalogueCourse(source, course)),
        keyRefused: null,
        incomplete,
      };
    }
    const found = await findOnSource(pair, person, { sites, signal });
    if (!found) return { userid: null, courses: [], keyRefused: null, incomplete: null };
    const { answer, keyRefused } = await withKey(key, (keyed) =>
      client.call('list_courses', { userid: found.id, roles, ...keyed }, { signal }),
    );
    const courses = answer.courses.map((course) => toCatalogueCourse(source, course));
    return { userid: found.id, courses, keyRefused, incomplete: null };
  }

  const held: Catalogue['held'] = async (pair, person, { key, signal, wanted = [] } = {}) => {
    try {
      return await askHoldings(pair, person, signal ? AbortSignal.any([signal, patience()]) : patience(), key);
    } catch (error) {
      if (error instanceof AmbiguousPerson) throw error.error;
      const { block } = await sites.client(pair.source.id, 'source');
      const found = block ? await findUnlisted(block, wanted, error, signal) : [];
      if (found.length === 0) throw error;
      const courses = found.map((course) => toCatalogueCourse(pair.source, { ...course, roles: [] }));
      return { userid: unnumbered, courses, keyRefused: null, incomplete: toAppError(error).message };
    }
  };

  async function askSource(
    pair: Pair,
    person: Person,
    filters: CatalogueFilters,
    options: ListOptions,
  ): Promise<SourceCourses> {
    const { source, roles, identity, auth } = pair;
    const { signal, deadlineMs = defaultDeadlineMs, refresh } = options;
    const start = clock.nowMs();
    const answer = (part: Pick<SourceCourses, 'state' | 'person' | 'error' | 'courses'>): SourceCourses => ({
      source: source.name,
      title: source.title,
      paused: source.pausedAt !== null,
      ms: Math.round(clock.nowMs() - start),
      ...part,
    });
    const failing = (code: string, message: string): SourceCourses =>
      answer({ state: 'failing', person: null, error: { code, message }, courses: [] });
    try {
      const key = JSON.stringify([source.id, identity, person[identity], roles, auth, person.auth]);
      const work = holdings.get(key, () => askHoldings(pair, person, patience()), refresh);
      const result = await before(work, { clock, deadlineMs, signal });
      if (result === 'late') return failing('site-timeout', `${source.name}: no answer within ${deadlineMs} ms`);
      const courses = result.courses.filter((course) => matches(course, filters));
      const error = result.incomplete === null ? null : { code: 'site-error', message: result.incomplete };
      return answer({ state: 'ok', person: result.userid === null ? 'unknown' : 'found', error, courses });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AmbiguousPerson) return failing('person-ambiguous', error.message);
      log.warn({ err: error, site: source.name }, 'source failing');
      const { code, message } = toAppError(error);
      return failing(code, message);
    }
  }

  async function pairsOf(target: Site, source?: string): Promise<Pair[]> {
    const pairs = await sites.pairs.sourcesOf(target.id);
    if (source === undefined) return pairs;
    const found = pairs.filter((pair) => pair.source.name === source.toLowerCase());
    if (found.length === 0)
      throw new AppError('not-found', `${source} brings no courses to ${target.name}: there is no such pair`);
    return found;
  }

  function targetOf(target: Site): Promise<TargetPlugins> {
    return plugins.get(String(target.id), async () => {
      const client = await sites.client(target.id, 'target');
      const signal = patience();
      const [{ release }, list] = await Promise.all([
        client.call('get_site', {}, { signal }),
        client.call('list_plugins', {}, { signal }),
      ]);
      return { site: target.name, release, plugins: list.plugins };
    });
  }

  const outlineOf: Catalogue['outlineOf'] = async (source, courseid, { signal } = {}) => {
    const client = await sites.client(source, 'source');
    if (client.block) return null;
    return client.call('get_course', { courseid }, { signal });
  };

  /** For whoever looks: a target that has fallen silent has said a while ago who that is. */
  async function personOf(target: Site, ref: PersonRef, { signal, refresh }: ListOptions): Promise<Person> {
    const key = JSON.stringify([target.id, ref.field, ref.value]);
    const load = async () => {
      const person = await findOnTarget(target, ref, { sites, signal: patience() });
      void seen.get(key, async () => person, true);
      return person;
    };
    try {
      const found = await before(people.get(key, load, refresh), { clock, deadlineMs: defaultDeadlineMs, signal });
      if (found === 'late')
        throw new AppError('site-timeout', `${target.name}: no answer within ${defaultDeadlineMs} ms`);
      return found;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isSilence(error)) throw error;
      return seen.get(key, () => Promise.reject(error));
    }
  }

  const mayTake: Catalogue['mayTake'] = async ({ target, source, courseid, person }, { signal } = {}) => {
    const [from, to] = [await sites.get(source), await sites.get(target)];
    return taking(from, to, courseid, () => findOnTarget(to, person, { sites, signal }), signal);
  };

  async function taking(
    from: Site,
    to: Site,
    courseid: number,
    find: () => Promise<Person>,
    signal: AbortSignal | undefined,
  ): Promise<Taking> {
    const refuse = (why: NonNullable<Taking['why']>, userid: number | null = null): Taking => ({
      allowed: false,
      userid,
      course: null,
      why,
    });
    const pair = (await sites.pairs.sourcesOf(to.id)).find((each) => each.source.id === from.id);
    if (!pair)
      return refuse({
        reason: 'pair-missing',
        values: { source: from.name, target: to.name },
        message: `courses of ${from.name} do not go to ${to.name}`,
      });
    const person = await find();
    const { userid, courses } = await held(pair, person, { signal, wanted: [courseid] });
    const roles = pair.roles.join(', ');
    const values = { source: from.name, person: person.fullname, course: courseid, roles };
    if (userid === null) {
      const message = `${person.fullname} is not known on ${from.name}`;
      return refuse({ reason: 'course-unknown-person', values, message });
    }
    const course = courses.find(({ id }) => id === courseid);
    if (course) return { allowed: true, userid, course, why: null };
    const message = `${person.fullname} holds none of the roles ${roles} in course ${courseid} of ${from.name}`;
    return refuse({ reason: 'course-not-yours', values, message }, userid);
  }

  return {
    async *list({ target: nameOrId, person: ref, filters = {} }, options = {}) {
      const target = await sites.get(nameOrId);
      const pairs = await pairsOf(target, filters.source);
      const person = await personOf(target, ref, options);
      yield* asTheyCome(pairs.map((pair) => askSource(pair, person, filters, options)));
    },

    async outline({ target: to, source: from, courseid, person }, { signal } = {}) {
      const [source, target] = [await sites.get(from), await sites.get(to)];
      await pairsOf(target, source.name);
      if (person) {
        const find = () => personOf(target, person, { signal });
        const { allowed, why } = await taking(source, target, courseid, find, signal);
        if (!allowed)
          throw new AppError('not-allowed', why!.message, { details: { reason: why!.reason, values: why!.values } });
      }
      const [outline, plugged] = await Promise.all([
        outlineOf(source.id, courseid, { signal }),
        // What is in it is seen all the same.
        before(targetOf(target), { clock, deadlineMs: defaultDeadlineMs, signal }).catch((error) => {
          signal?.throwIfAborted();
          if (!isSilence(error)) throw error;
          return 'late' as const;
        }),
      ]);
      if (plugged === 'late') return { outline, verdict: judgeUnasked(target.name) };
      const verdict = outline ? judge(judgedOutline(outline), plugged) : judgeUnseen(source.release, plugged);
      return { outline, verdict };
    },

    mayTake,
    held,
    outlineOf,

    async courseOf(source, courseid, { key, signal } = {}) {
      const client = await sites.client(source, 'source');
      if (client.block) return { course: await findByBlock(client.block, courseid, signal), keyRefused: null };
      const { answer, keyRefused } = await withKey(key, (keyed) =>
        client.call('find_courses', { field: 'id', value: String(courseid), ...keyed }, { signal }),
      );
      return { course: answer.courses[0], keyRefused };
    },

    async search(nameOrId, query, { signal } = {}) {
      const source = await sites.get(nameOrId);
      const client = await sites.client(source.id, 'source');
      if (client.block)
        throw new AppError(
          'unsupported',
          `${source.name} has only Strasbourg’s block, which tells courses of one person at a time: name a person, or a course by its number`,
        );
      const { courses, ...page } = await client.call('search_courses', query, { signal });
      return { ...page, courses: courses.map((course) => toCatalogueCourse(source, { ...course, roles: [] })) };
    },

    targetOf: async (target, { signal } = {}) => waitFor(targetOf(await sites.get(target)), signal),
  };
}

/** The site is not there, or not itself: it has not said no. */
const isSilence = (error: unknown): boolean =>
  isAppError(
    toAppError(error),
    'site-unreachable',
    'site-timeout',
    'site-bad-answer',
    'site-error',
    'token-expired',
    'busy',
  );

/** What others may be waiting for too goes on; only this caller leaves. */
async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function toCatalogueCourse(source: Site, course: CourseSummary & { roles: string[] }): CatalogueCourse {
  const { id, shortname, fullname, idnumber, visible, category, teachers, roles } = course;
  const startDate = toDate(course.startdate);
  return {
    id,
    shortname,
    fullname,
    idnumber,
    visible,
    category,
    teachers,
    roles,
    startDate,
    endDate: toDate(course.enddate),
    modifiedAt: toDate(course.timemodified),
    year: startDate && yearIn(source.timezone, startDate),
    fileBytes: course.filebytes,
    url: courseAddress(source, id),
  };
}

/** Moodle writes 0 for never. */
const toDate = (seconds: number): Date | null => (seconds === 0 ? null : new Date(seconds * 1000));
