import type { Outline, SourceCourses } from '@jouvence/contract';
import type { CourseOutline } from '@jouvence/protocol';
import { type Actor, hasSite } from '../accounts/index.ts';
import type { Catalogue, SourceCourses as FoundCourses } from '../catalogue/index.ts';
import { AppError } from '../errors.ts';
import { asUsername, type Restores } from '../restores/index.ts';
import { courseAddress, type Sites } from '../sites/index.ts';
import type { Handlers, Streams } from './routing.ts';
import { ownSite, refuseOthers } from './scope.ts';

interface CourseModules {
  catalogue: Catalogue;
  restores: Restores;
  sites: Sites;
}

/** A person sees what is that person's; an operator what anybody may bring to a target that the operator has. */
export function courseHandlers({
  catalogue,
  restores,
  sites,
}: CourseModules): Handlers<'courses.list' | 'courses.search' | 'courses.show'> {
  return {
    async 'courses.list'({ actor, query, signal }) {
      const { refresh, target: _target, person: _person, ...filters } = query;
      const { target, person } = await whose(restores, actor, query, signal);
      if (person === undefined) throw missing('person', 'say whose courses');
      await ownSite(sites, actor, target);
      const answers = catalogue.list(
        { target, person: { field: 'username', value: person }, filters },
        { signal, refresh: refresh ?? false },
      );
      const found: FoundCourses[] = [];
      for await (const answer of answers) found.push(answer);
      // They come as they answer; a list that jumps between two calls is hard to read.
      found.sort((a, b) => a.source.localeCompare(b.source));
      return { sources: await withCarried(restores, { target, person, found, signal }) };
    },
    async 'courses.search'({ actor, params, query, signal }) {
      const { name, title } = await ownSite(sites, actor, params.site);
      const { search = '', target, limit = 50, after } = query;
      if (target !== undefined) await ownSite(sites, actor, target);
      const page = await catalogue.search(name, { text: search, limit, ...(after && { before: after }) }, { signal });
      const ids = page.courses.map(({ id }) => ({ source: name, courseid: id }));
      const carried = target === undefined ? undefined : await restores.carried(target, ids, null, signal);
      return {
        source: name,
        title,
        courses: page.courses.map((course) => ({ ...course, carried: carried?.get(`${name}:${course.id}`) ?? null })),
        total: page.total,
        next: page.more ? String(page.courses.at(-1)!.id) : null,
      };
    },
    async 'courses.show'({ actor, params, query, signal }) {
      const { target, person } = await whose(restores, actor, query, signal);
      await ownSite(sites, actor, target);
      // In somebody's name it is for that person's rights to say; else whoever looks must have the source too.
      if (person === undefined) await ownSource(sites, actor, params.source, target);
      const ref = person === undefined ? undefined : ({ field: 'username', value: person } as const);
      const { outline, verdict } = await catalogue.outline({ ...params, target, person: ref }, { signal });
      const carried = await restores.carried(target, [params], person ?? null, signal);
      return {
        outline: outline && asAnswered(outline),
        verdict,
        carried: carried.get(`${params.source}:${params.courseid}`) ?? null,
        url: courseAddress(await sites.get(params.source), params.courseid),
      };
    },
  };
}

/** The same, each source as it answers. */
export function courseStreams({ catalogue, restores, sites }: CourseModules): Streams<'courses.list'> {
  return {
    async *'courses.list'({ actor, query, signal }) {
      const { refresh, target: _target, person: _person, ...filters } = query;
      const { target, person } = await whose(restores, actor, query, signal);
      if (person === undefined) throw missing('person', 'say whose courses');
      const { id } = await ownSite(sites, actor, target);
      const asked = (await sites.pairs.sourcesOf(id))
        .filter(({ source }) => filters.source === undefined || source.name === filters.source)
        .map(({ source }) => ({ source: source.name, title: source.title }));
      yield [{ event: 'asking', data: { sources: asked } }];
      const ref = { field: 'username', value: person } as const;
      const options = { signal, refresh: refresh ?? false };
      let count = 0;
      for await (const answer of catalogue.list({ target, person: ref, filters }, options)) {
        count++;
        const [data] = await withCarried(restores, { target, person, found: [answer], signal });
        yield [{ event: 'source', data: data! }];
      }
      yield [{ event: 'done', data: { sources: count } }];
    },
  };
}

/** @throws AppError `not-allowed` for a source of the caller's target, which is no secret; else `not-found` */
async function ownSource(sites: Sites, actor: Actor, source: string, target: string): Promise<void> {
  const [from, to] = [await sites.get(source), await sites.get(target)];
  const isPaired = (await sites.pairs.sourcesOf(to.id)).some((pair) => pair.source.id === from.id);
  if (hasSite(actor, from.id) || !isPaired) return void (await ownSite(sites, actor, source));
  const values = { source: from.name, target: to.name };
  const message = `you look after ${to.name}, and not after ${from.name}: say in whose name you look at its course`;
  throw new AppError('not-allowed', message, { details: { reason: 'nobody-needs-both', values } });
}

/**
 * A person is oneself, or whom the target says that one may ask for; it is asked each time.
 * @throws AppError `not-allowed`, `not-found`, `invalid-parameter`
 */
async function whose(
  restores: Restores,
  actor: Actor,
  said: { target?: string; person?: string },
  signal: AbortSignal,
): Promise<{ target: string; person?: string }> {
  const { target, person } = said;
  if (actor.kind === 'person') {
    const own = refuseOthers(actor, target === undefined ? {} : { target });
    if (person === undefined || asUsername(person) === asUsername(own.person)) return own;
    const { username } = await restores.speakFor(actor, { target: own.target, person }, signal);
    return { target: own.target, person: username };
  }
  if (target === undefined) throw missing('target', 'say to which site they would go');
  return { target, person };
}

const missing = (field: string, message: string): AppError =>
  new AppError('invalid-parameter', `query: ${field}: ${message}`, {
    details: { in: 'query', fields: [{ field, message }] },
  });

/** Whoever sees a course in this list taught it, and may know who brought it. */
async function withCarried(
  restores: Restores,
  about: { target: string; person: string; found: FoundCourses[]; signal: AbortSignal },
): Promise<SourceCourses[]> {
  const { target, person, found, signal } = about;
  const courses = found.flatMap(({ source, courses }) => courses.map(({ id }) => ({ source, courseid: id })));
  const carried = await restores.carried(target, courses, person, signal);
  return found.map((source) => ({
    ...source,
    courses: source.courses.map((course) => ({
      ...course,
      carried: carried.get(`${source.source}:${course.id}`) ?? null,
    })),
  }));
}

/** The protocol's names, which are Moodle's, become the API's. */
function asAnswered(outline: CourseOutline): Outline {
  return {
    ...outline,
    fileBytes: outline.filebytes,
    sections: outline.sections.map((section) => ({
      ...section,
      activities: section.activities.map(({ filebytes, ...activity }) => ({ ...activity, fileBytes: filebytes })),
    })),
  };
}
