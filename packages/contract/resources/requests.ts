import { z } from 'zod';
import { id, requestId, time } from '../values.ts';
import { line } from './courses.ts';
import { said } from './service.ts';
import { category, enrolments } from './wishes.ts';

/** What was asked for, and what became of it. */

/** A line of a request's report. `key` names it within the request. */
export const shownLine = line.extend({
  key: z.string(),
  /** Who has dealt with what it says, and when; null: nobody yet. */
  dealt: z.object({ by: z.string(), at: time }).nullable(),
});

/** The steps of a request, in the order in which it goes through them. */
export const requestSteps = [
  'queued',
  'backing-up',
  'fetching',
  'checking',
  'preparing',
  'delivering',
  'restoring',
  'enrolling',
  'comparing',
  'cleaning',
] as const;

/**
 * Where a request is. `failed` and `cancelled` may be tried again; `refused` means that this course cannot be restored
 * there; what is `cancelling` is cancelled as soon as nothing of it is left.
 */
export const requestStates = [...requestSteps, 'cancelling', 'done', 'failed', 'refused', 'cancelled'] as const;

export const requestState = z.enum(requestStates);

/** States in which nothing more happens by itself. */
export const endStates = ['done', 'failed', 'refused', 'cancelled'] as const satisfies readonly RequestState[];

/** Counted in the same way in an archive and on a site. */
export const inventory = z.object({
  sections: z.int(),
  /** By module, such as `{ quiz: 3 }`. */
  activities: z.record(z.string(), z.int()),
  files: z.int(),
  people: z.int(),
});

export const requestStep = z.enum(requestSteps);

/** What was looked for in an archive without participants' data; what must not be there is not: else it is refused. */
export const proof = z.object({
  /** People and authors of the archive, their ids, their usernames, e-mails and full names. */
  lookedFor: z.object({ people: z.int(), ids: z.int(), texts: z.int() }),
  /** Their names in texts that somebody wrote; those stay. `person`: id on the source. */
  warnings: z.array(
    z.object({
      entry: z.string(),
      place: z.string(),
      what: z.enum(['username', 'email', 'fullname']),
      person: z.int(),
      count: z.int(),
    }),
  ),
});

export const request = z.object({
  id: requestId,
  target: z.string(),
  source: z.string(),
  /** What the two sites are called by people. */
  titles: z.object({ source: z.string(), target: z.string() }),
  courseid: id,
  /** Full name on the source when it was asked for. */
  courseName: z.string(),
  /** Of the course on its source; null: that site is not known here any more. */
  courseUrl: z.string().nullable(),
  /** Username on the target; null: for nobody, an operator has it carried. */
  person: z.string().nullable(),
  /** Who asked. */
  actor: z.string(),
  people: z.boolean(),
  enrolments,
  category,
  /** The new course gets the idnumber of the old one, if no other course has it. */
  keepIdnumber: z.boolean(),
  /** Without participants' data: who uploaded a file stays with it all the same. */
  keepFileAuthors: z.boolean(),
  state: requestState,
  /** Of the step under way, 0..1. */
  progress: z.number(),
  /** Of the archive: moved so far in this step, and in all once known. */
  bytes: z.object({ done: z.number(), total: z.number().nullable() }),
  steps: z.array(
    z.object({ name: requestStep, attempt: z.int(), startedAt: time, endedAt: time.nullable(), ms: z.number() }),
  ),
  /** What it stands waiting for, until `nextAt`; null while it is worked on. */
  waitingFor: z.enum(['source', 'target', 'spool', 'turn', 'hours']).nullable(),
  /** Since when it waits for that, and for the same reason: `error` says which. */
  waitingSince: time.nullable(),
  nextAt: time.nullable(),
  /** Null when it has ended, or is being undone. */
  queue: z
    .object({
      /** In the line of its source, or of its target: 1 is next; 0: it stands in none, it is under way. */
      position: z.int(),
      /** Courses that its source, or target, has before it, those under way included. */
      ahead: z.int(),
      /**
       * When it will have arrived. It rests on courses of about its size between the two sites (`similar`), on others of
       * the two (`pair`), of one of them (`site`), or on nothing of here (`rough`). Null where nobody can say.
       */
      estimate: z.object({ from: time, until: time, basis: z.enum(['similar', 'pair', 'site', 'rough']) }).nullable(),
    })
    .nullable(),
  /**
   * `step` is where; `retry`: the same again, later, may succeed; `site`: the one of the two that it is about.
   */
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      retry: z.boolean(),
      step: requestStep,
      site: z.string().nullable(),
      /** Why, in the words of whoever decided it, such as who paused a site; null: nobody did, or it was not said. */
      because: z.string().nullable(),
      said,
    })
    .nullable(),
  proof: proof.nullable(),
  counts: z.object({ before: inventory.nullable(), after: inventory.nullable() }),
  newCourse: z
    .object({ id, url: z.string(), shortname: z.string(), fullname: z.string(), category: z.string() })
    .nullable(),
  report: z.array(shownLine),
  createdAt: time,
  updatedAt: time,
  /** Grows with each change: of two answers about one request, the greater is the newer. */
  revision: z.number(),
});

/** A request in a list: without what is as long as the course is. */
export const listedRequest = request.omit({ steps: true, proof: true, counts: true, report: true }).extend({
  /** In the order of asking: the greater is the newer. */
  number: z.int(),
  /** Of the course on the source. */
  shortname: z.string(),
  /** How many lines its report has, and how many of them are warnings or errors that nobody has dealt with. */
  lines: z.object({ total: z.int(), undealt: z.int() }),
});

export const requestPage = z.object({
  /** The newest first. */
  requests: z.array(listedRequest),
  /** All that match; when not `exact` there are more than that. */
  total: z.object({ count: z.int(), exact: z.boolean() }),
  /** As `after` of the next call; null at the end. */
  next: z.string().nullable(),
  /** As `before` of a call for what is newer; null: nothing was when this was read. */
  previous: z.string().nullable(),
  /** As `after` of a call for this page again, however one came to it; null: it is the first. */
  here: z.string().nullable(),
});

/** What became of an action on many requests; at most 200 in one answer. */
export const bulkAnswer = z.object({
  /** How many there are; of an answer that goes on, how many were left. */
  count: z.int(),
  /** `error`: why that one was left as it was. */
  results: z.array(z.object({ id: z.string(), error: z.object({ code: z.string(), message: z.string() }).nullable() })),
  /** As `after` of the next call, with the same body else; null: that were all. */
  next: z.string().nullable(),
});

export type ShownLine = z.output<typeof shownLine>;
export type Request = z.output<typeof request>;
export type ListedRequest = z.output<typeof listedRequest>;
export type RequestPage = z.output<typeof requestPage>;
export type RequestState = z.output<typeof requestState>;
