import type { Outline, SourceCourses } from '@jouvence/contract';
import type { CourseOutline } from '@jouvence/protocol';
import type { Catalogue } from '../catalogue/index.ts';
import type { Handlers } from './routing.ts';

export function courseHandlers(catalogue: Catalogue): Handlers<'courses.list' | 'courses.show'> {
  return {
    async 'courses.list'({ query, signal }) {
      const { target, person, refresh, ...filters } = query;
      const answers = catalogue.list(
        { target, person: { field: 'username', value: person }, filters },
        { signal, refresh: refresh ?? false },
      );
      const sources: SourceCourses[] = [];
      for await (const answer of answers) sources.push(answer);
      // They come as they answer; a list that jumps between two calls is hard to read.
      return { sources: sources.sort((a, b) => a.source.localeCompare(b.source)) };
    },
    async 'courses.show'({ params, query, signal }) {
      const person = query.person === undefined ? undefined : ({ field: 'username', value: query.person } as const);
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
