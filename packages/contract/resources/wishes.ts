import { z } from 'zod';
import { id } from '../values.ts';
import { carried, line, verdict } from './courses.ts';

/** What may be chosen with a course, and what would become of a wish. */

export const enrolments = z.enum(['never', 'withusers', 'always']);

export const category = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('original') }),
  z.strictObject({ kind: z.literal('default') }),
  z.strictObject({ kind: z.literal('id'), id }),
]);

/** What may be chosen with a course; the settings say by whom, and what holds for who says nothing. */
const carryOptions = {
  /** With participants' data. */
  people: z.boolean(),
  enrolments,
  /** The new course gets the idnumber of the old one, if no other course has it. */
  keepIdnumber: z.boolean(),
  /** Without participants' data: who uploaded a file stays with it all the same. */
  keepFileAuthors: z.boolean(),
};

/** Why something cannot be as it is asked for. */
export const problem = z.object({
  code: z.string(),
  /** Which rule: stable, and with `values` translated (`refusal.<reason>`); null: no rule, a site that fails for instance. */
  reason: z.string().nullable(),
  /** In English. */
  message: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What would become of one course if it were sent like that; null: it cannot be known, because of a problem. */
export const checkedItem = z.object({
  source: z.string(),
  courseid: id,
  course: z
    .object({
      shortname: z.string(),
      fullname: z.string(),
      category: z.object({ id, name: z.string(), idnumber: z.string(), path: z.array(z.string()) }),
    })
    .nullable(),
  fileBytes: z.number().nullable(),
  verdict: verdict.nullable(),
  /** Where it would go on the target. */
  category: z
    .object({
      id,
      name: z.string(),
      path: z.array(z.string()),
      wish: z.enum(['original', 'default', 'id']),
      /** Why it is the default one instead of the original: `category.why.<code>`. */
      why: z.object({ code: z.string(), key: z.string(), message: z.string() }).nullable(),
    })
    .nullable(),
  options: z.object(carryOptions).nullable(),
  /** Which of these may be chosen otherwise. */
  mayChoose: z
    .object({ people: z.boolean(), enrolments: z.boolean(), keepIdnumber: z.boolean(), keepFileAuthors: z.boolean() })
    .nullable(),
  /** In which role the person would be enrolled in the new course; null: not at all. */
  enrolledAs: z.string().nullable(),
  /** What else is to be known before, such as what the way of enrolling really means. */
  lines: z.array(line),
  carried: carried.nullable(),
  /** Nothing: it may be sent like that. */
  problems: z.array(problem),
});

export type CheckedItem = z.output<typeof checkedItem>;
export type Problem = z.output<typeof problem>;
