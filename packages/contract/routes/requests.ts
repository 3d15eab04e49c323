import { z } from 'zod';
import * as resource from '../resources.ts';
import { flag, id, moment, paging, requestId, several, shortText, siteName } from '../values.ts';
import type { Route } from './route.ts';

const byId = z.strictObject({ id: requestId });

/** Which requests are meant: all that is said must be so. In a query several of a list stand with commas between. */
export const requestFilter = {
  ids: several(requestId).optional(),
  state: several(resource.requestState).optional(),
  /** Only those that still move (`true`), or only those that have ended. */
  open: flag.optional(),
  target: siteName.optional(),
  source: siteName.optional(),
  /** Username on the target. */
  person: shortText.optional(),
  /** Only those that are carried for nobody, or only those for somebody. */
  nobody: flag.optional(),
  /** Who asked. */
  actor: shortText.optional(),
  /** Words: each is part of a name of the course, accents and case aside, or is its id; or the id of the request. */
  course: shortText.optional(),
  /** Asked for from then on; a day alone begins at 0:00 UTC: whoever means another zone gives a moment. */
  since: moment('begin').optional(),
  /** Asked for before then; a day counts whole. */
  until: moment('end').optional(),
  /** Code of what it failed by, or waits because of. */
  error: z
    .string()
    .regex(/^[a-z][a-z-]{0,63}$/, 'must be an error code')
    .optional(),
  /** The report has warnings or errors that nobody has dealt with. */
  undealt: flag.optional(),
};

/** Of a person: those that they asked for another one; else those that are for them. */
export const forOthers = { forOthers: z.literal('true').optional() };

/** Courses that somebody wishes for; what is left out is as the settings say. */
const wish = z.strictObject({
  /** May be left out by somebody who entered from a site: that one. */
  target: siteName.optional(),
  /**
   * Username on the target. Left out: of a person, oneself; of an operator, nobody, as with null. A person asks for
   * another one only with the capability `local/jouvence:requestforothers`.
   */
  person: shortText.nullable().optional(),
  key: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, 'must be letters, digits, dots, hyphens, at most 200')
    .optional(),
  items: z
    .array(
      z.strictObject({
        source: siteName,
        courseid: id,
        people: z.boolean().optional(),
        category: resource.category.optional(),
        enrolments: resource.enrolments.optional(),
        keepIdnumber: z.boolean().optional(),
        keepFileAuthors: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(100),
});

/** What people ask for. */
export const requestsRoutes = {
  'requests.send': {
    method: 'POST',
    path: '/api/v1/requests',
    who: 'person',
    summary: 'Asks for courses, all or none. The same key again gives the same requests.',
    body: wish,
    result: z.object({ requests: z.array(resource.request) }),
  },
  'requests.check': {
    method: 'POST',
    path: '/api/v1/requests/check',
    who: 'person',
    // It changes nothing: a wish is too long for an address.
    own: true,
    summary: 'What would become of the same wish if it were sent; each course answers for itself, and nothing changes.',
    body: wish,
    result: z.object({
      target: z.string(),
      person: z.string().nullable(),
      /** Nothing stands in the way of sending it all like that. */
      ok: z.boolean(),
      items: z.array(resource.checkedItem),
    }),
  },
  'requests.list': {
    method: 'GET',
    path: '/api/v1/requests',
    who: 'person',
    summary: 'Requests, the newest first.',
    query: z.strictObject({ ...requestFilter, ...forOthers, ...paging, before: z.string().max(200).optional() }),
    result: resource.requestPage,
  },
  'requests.counts': {
    method: 'GET',
    path: '/api/v1/requests/counts',
    who: 'auditor',
    summary: 'How many requests wait and are under way, from where to where; what has ended is not counted.',
    result: z.object({
      counts: z.array(
        z.object({
          source: z.string(),
          target: z.string(),
          /** Not begun. */
          queued: z.int(),
          /** Begun, and not ended. */
          begun: z.int(),
        }),
      ),
    }),
  },
  'requests.show': {
    method: 'GET',
    path: '/api/v1/requests/:id',
    who: 'person',
    summary: 'One request; `revision` tells whether it has changed.',
    params: byId,
    result: resource.request,
  },
  'requests.cancel': {
    method: 'POST',
    path: '/api/v1/requests/:id/cancel',
    who: 'person',
    summary: 'Withdraws a request; what it has already made is removed.',
    params: byId,
    result: resource.request,
  },
  'requests.retry': {
    method: 'POST',
    path: '/api/v1/requests/:id/retry',
    who: 'person',
    summary:
      'Tries a failed or cancelled request again; for a person the rules are decided at once, as when it was sent.',
    params: byId,
    result: resource.request,
  },
  'requests.enrol': {
    method: 'POST',
    path: '/api/v1/requests/:id/enrol',
    who: 'person',
    summary: 'Enrols somebody who taught the same course on the source in the one that was brought from there.',
    params: byId,
    /** `person`: whom an operator means, by username on the target; a person means oneself. */
    body: z.strictObject({ person: shortText.optional() }),
    result: z.object({
      request: requestId,
      person: z.string(),
      role: z.string(),
      course: z.object({ id, url: z.string(), fullname: z.string() }),
      /** In that role already, before. */
      before: z.boolean(),
    }),
  },
  'requests.register': {
    method: 'POST',
    path: '/api/v1/requests/register',
    who: 'school',
    summary: 'Makes known that courses stand on a target already, which came by other means: none comes again then.',
    body: z.strictObject({
      target: siteName,
      courses: z
        .array(
          z.strictObject({
            source: siteName,
            courseid: id,
            /** The one on the target. */
            course: id,
            /** When it arrived; left out: now. */
            at: moment('begin').optional(),
          }),
        )
        .min(1)
        .max(200),
      /** Only says what would be. */
      dryRun: z.boolean().default(false),
    }),
    /** In the order asked, each for itself. */
    result: z.object({
      courses: z.array(
        z.object({
          source: z.string(),
          courseid: id,
          course: id,
          /** What it is called there; null: it was not found. */
          fullname: z.string().nullable(),
          /** `already`: it was known to be there, by that request. */
          outcome: z.enum(['registered', 'already', 'refused']),
          request: requestId.nullable(),
          error: z.object({ code: z.string(), message: z.string() }).nullable(),
        }),
      ),
    }),
  },
  'requests.report': {
    method: 'GET',
    path: '/api/v1/requests/:id/report',
    who: 'person',
    summary: 'What was lost or changed, one line each.',
    params: byId,
    result: z.object({ id: requestId, state: resource.requestState, report: z.array(resource.shownLine) }),
  },
  'requests.deal': {
    method: 'POST',
    path: '/api/v1/requests/:id/report/:line',
    who: 'person',
    summary: 'Marks a line of the report as dealt with, or not any more.',
    params: byId.extend({ line: z.string().regex(/^[0-9a-f]{12}(-\d{1,4})?$/, 'must be the key of a line') }),
    body: z.strictObject({ dealt: z.boolean().default(true) }),
    result: resource.request,
  },
  'requests.category': {
    method: 'PUT',
    path: '/api/v1/requests/:id/category',
    who: 'school',
    summary: 'Another category for the course, while it has not been delivered.',
    params: byId,
    body: z.strictObject({ category: resource.category }),
    result: resource.request,
  },
  'requests.delete': {
    method: 'DELETE',
    path: '/api/v1/requests/:id',
    who: 'school',
    summary: 'Deletes an ended request with its report. What it brought to a site stays there.',
    params: byId,
    result: z.object({ deleted: z.literal(true) }),
  },
  'requests.bulk': {
    method: 'POST',
    path: '/api/v1/requests/bulk',
    who: 'school',
    summary: 'The same for many requests, by their ids or by a filter; each has its own result.',
    body: z.strictObject({
      action: z.enum(['retry', 'cancel', 'delete', 'category']),
      /** Of the action `category`. */
      category: resource.category.optional(),
      ids: z.array(requestId).min(1).max(200).optional(),
      /** Something must be said: a filter of nothing is refused. */
      filter: z.strictObject(requestFilter).optional(),
      /** How many the filter finds, as an answer without it said. Without it nothing is done. */
      count: z.int().min(0).optional(),
      /** The `next` of the answer before. */
      after: z.string().max(64).optional(),
    }),
    result: resource.bulkAnswer,
  },
} as const satisfies Record<string, Route>;
