import type { Outline, SourceCourses } from '@jouvence/contract';
import type { CourseOutline } from '@jouvence/protocol';
import type { Catalogue } from '../catalogue/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { ownSite, refuseOthers } from './scope.ts';

/** A person sees what is that person's; an operator what anybody may bring to a target that the operator has. */
export function courseHandlers(catalogue: Catalogue, sites: Sites): Handlers<'courses.list' | 'courses.show'> {
  return {
    async 'courses.list'({ actor, query, signal }) {
      const { target, person, refresh, ...filters } = query;
      if (actor.kind === 'person') refuseOthers(actor, query);
      await ownSite(sites, actor, target);
      const answers = catalogue.list(
        { target, person: { field: 'username', value: person }, filters },
        { signal, refresh: refresh ?? false },
      );
      const sources: SourceCourses[] = [];
      for await (const answer of answers) sources.push(answer);
      // They come as they answer; a list that jumps between two calls is hard to read.
      return { sources: sources.sort((a, b) => a.source.localeCompare(b.source)) };
    },
    async 'courses.show'({ actor, params, query, signal }) {
      const named = actor.kind === 'person' ? refuseOthers(actor, query).person : query.person;
      await ownSite(sites, actor, query.target);
      // In somebody's name it is for that person's rights to say; else whoever looks must have the source too.
      if (named === undefined) await ownSite(sites, actor, params.source);
      const person = named === undefined ? undefined : ({ field: 'username', value: named } as const);
      const { outline, verdict } = await catalogue.outline({ ...params, target: query.target, person }, { signal });
      return { outline: asAnswered(outline), verdict };
    },
  };
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
