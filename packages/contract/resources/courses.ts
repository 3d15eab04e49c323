import { z } from 'zod';
import { id, requestId, time } from '../values.ts';

/** Courses elsewhere, what is in them, and what would become of them. */

/** One thing that is, or would be, lost or changed. `code` is stable and translated; the sentences are English. */
export const line = z.object({
  severity: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  what: z.string(),
  why: z.string(),
  todo: z.string(),
  /** What another language needs to say it by name; a line that a site told has none. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** What will become of a course on a target; `unknown`: its source tells nothing of it before there is an archive. */
export const verdict = z.object({ kind: z.enum(['whole', 'partly', 'not', 'unknown']), reasons: z.array(line) });

/** What was brought to a target already, or is on its way there. */
export const carried = z.object({
  request: requestId,
  arrived: z.boolean(),
  /** Username on the target of the person for whom; null: nobody, or it is not known any more. */
  by: z.string().nullable(),
  /** False: by whom has been forgotten with the request. */
  byKnown: z.boolean(),
  /** When it arrived, or was asked for. */
  at: time,
  /** Of the new course. */
  url: z.string().nullable(),
  /** Whoever looks may be enrolled there now (`requests.enrol`). */
  mayEnrol: z.boolean(),
  /** Whoever looks is in it already, though somebody else brought it; said in lists of courses. */
  enrolled: z.boolean(),
});

export const course = z.object({
  id,
  shortname: z.string(),
  fullname: z.string(),
  idnumber: z.string(),
  visible: z.boolean(),
  category: z.object({ id, name: z.string(), idnumber: z.string(), path: z.array(z.string()) }),
  teachers: z.array(z.string()),
  /** Roles that the person holds in it. */
  roles: z.array(z.string()),
  startDate: time.nullable(),
  endDate: time.nullable(),
  modifiedAt: time.nullable(),
  /** In which it starts, where the source is. */
  year: z.int().nullable(),
  fileBytes: z.number().nullable(),
  /** Of the course on its source: made from the address under which that site is known here. */
  url: z.string().nullable(),
  /** To the target that was asked about; null: not yet, or it is gone from there. */
  carried: carried.nullable(),
});

/** One source's answer. A failing source says why and hides nothing of the others. */
export const sourceCourses = z.object({
  source: z.string(),
  title: z.string(),
  /** What is asked for of it waits until those who run the service let it go on. */
  paused: z.boolean(),
  state: z.enum(['ok', 'failing']),
  /** `unknown`: nobody there has that identity, so there are no courses; null: it could not be asked. */
  person: z.enum(['found', 'unknown']).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  ms: z.number(),
  courses: z.array(course),
});

export const outline = z.object({
  id,
  shortname: z.string(),
  fullname: z.string(),
  idnumber: z.string(),
  category: z.object({ id, name: z.string(), path: z.array(z.string()) }),
  release: z.string(),
  files: z.number(),
  fileBytes: z.number().nullable(),
  people: z.number(),
  sections: z.array(
    z.object({
      number: z.int(),
      name: z.string().nullable(),
      visible: z.boolean(),
      activities: z.array(
        z.object({ id, module: z.string(), name: z.string(), visible: z.boolean(), fileBytes: z.number() }),
      ),
    }),
  ),
});

export type Line = z.output<typeof line>;
export type Verdict = z.output<typeof verdict>;
export type Course = z.output<typeof course>;
export type SourceCourses = z.output<typeof sourceCourses>;
export type Carried = z.output<typeof carried>;
export type Outline = z.output<typeof outline>;
