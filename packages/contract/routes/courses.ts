import { z } from 'zod';
import * as resource from '../resources.ts';
import { idText, paging, role, shortText, siteName, yes } from '../values.ts';
import type { Route } from './route.ts';

/** Courses elsewhere, and what is in them. */
export const coursesRoutes = {
  'courses.list': {
    method: 'GET',
    path: '/api/v1/courses',
    who: 'person',
    summary: "A person's courses on every source of a target, each source answering for itself.",
    query: z.strictObject({
      /** May be left out by somebody who entered from a site: that one. */
      target: siteName.optional(),
      /** Username on the target; left out by a person: one's own. Another one as in `requests.send`. */
      person: shortText.optional(),
      search: shortText.optional(),
      source: siteName.optional(),
      /** Name or idnumber of the category, or of one above it. */
      category: shortText.optional(),
      /** In which the course starts. */
      year: z
        .string()
        .regex(/^\d{4}$/, 'must be a year')
        .transform(Number)
        .optional(),
      role: role.optional(),
      /** Asks the sources again, whatever is remembered. */
      refresh: yes.optional(),
    }),
    result: z.object({ sources: z.array(resource.sourceCourses) }),
    /** First those that are asked; then each source as it answers: none waits for another. `done` is the last. */
    events: {
      asking: z.object({ sources: z.array(z.object({ source: z.string(), title: z.string() })) }),
      source: resource.sourceCourses,
      done: z.object({ sources: z.int() }),
    },
  },
  'courses.search': {
    method: 'GET',
    path: '/api/v1/sites/:site/courses',
    who: 'auditor',
    summary:
      'Every course of a source, whoever holds it, page after page; for who asks on behalf of others or of nobody.',
    params: z.strictObject({ site: siteName }),
    query: z.strictObject({
      /** Words: each is part of the full or short name or of the idnumber, or is the id. */
      search: shortText.optional(),
      /** Then courses say what was brought there already. */
      target: siteName.optional(),
      limit: paging.limit,
      after: idText.optional(),
    }),
    result: z.object({
      source: z.string(),
      title: z.string(),
      /** The greatest id first; nobody's roles are told. */
      courses: z.array(resource.course),
      total: z.int(),
      next: z.string().nullable(),
    }),
  },
  'courses.show': {
    method: 'GET',
    path: '/api/v1/courses/:source/:courseid',
    who: 'person',
    summary: 'What is in a course, and what would become of it on a target.',
    params: z.strictObject({ source: siteName, courseid: idText }),
    /** `person`: a username on the target; then only if that person may take the course. */
    query: z.strictObject({ target: siteName.optional(), person: shortText.optional() }),
    result: z.object({
      /** Null where the source tells none. */
      outline: resource.outline.nullable(),
      verdict: resource.verdict,
      carried: resource.carried.nullable(),
      /** Of the course on its source. */
      url: z.string().nullable(),
    }),
  },
} as const satisfies Record<string, Route>;
