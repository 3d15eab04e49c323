import { z } from 'zod';
import * as resource from './resources.ts';
import {
  authMethod,
  id,
  idText,
  paging,
  pairingCode,
  requestId,
  role,
  secret,
  shortText,
  siteName,
  yes,
} from './values.ts';

interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base address; `:name` is filled from `params`. */
  path: string;
  /**
   * `operator`: a bearer token, or the socket of the data directory. `person`: besides, whoever entered from a site,
   * for what is that person's on that site.
   */
  who: 'anyone' | 'operator' | 'person';
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  result: z.ZodType;
}

const bySite = z.strictObject({ site: siteName });
const oneProfile = z.strictObject({ profile: resource.profile.optional() });
const byId = z.strictObject({ id: requestId });

/** There is no "never": a token that nobody renews is one that nobody watches. */
const newToken = z.strictObject({ name: shortText, days: z.int().min(1).max(366).default(90) });

/** Every operation of the API. The name is the same in server, command line and pages. */
export const routes = {
  health: {
    method: 'GET',
    path: '/health',
    who: 'anyone',
    summary: 'The API answers.',
    result: resource.health,
  },
  ready: {
    method: 'GET',
    path: '/ready',
    who: 'anyone',
    summary: 'Courses can be carried now: database, worker and engine; 503 when not.',
    result: resource.readiness,
  },

  'sites.list': {
    method: 'GET',
    path: '/api/v1/sites',
    who: 'operator',
    summary: 'Every site known here.',
    result: z.object({ sites: z.array(resource.site) }),
  },
  'sites.add': {
    method: 'POST',
    path: '/api/v1/sites',
    who: 'operator',
    summary: 'Adds a site, or another profile of it, after having called it with this token.',
    body: z.strictObject({
      name: siteName,
      url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
      profile: resource.profile,
      /** Of the site, for that profile. Kept sealed, and never answered. */
      token: secret,
    }),
    result: resource.site,
  },
  'sites.pair': {
    method: 'POST',
    path: '/api/v1/pairings',
    who: 'operator',
    summary: 'Adds a site, or another profile of it, by the pairing code that its set-up printed, which opens once.',
    body: z.strictObject({
      name: siteName,
      /** Never answered or logged. */
      code: pairingCode,
      /** Whether its address may be one of a private network. */
      private: z.boolean().default(false),
    }),
    result: z.object({ site: resource.site, profile: resource.profile }),
  },
  'sites.check': {
    method: 'POST',
    path: '/api/v1/sites/:site/check',
    who: 'operator',
    summary: 'Whether all is in order between a site and us, and how to mend what is not.',
    params: bySite,
    body: oneProfile,
    result: resource.siteCheck,
  },
  'sites.rotate': {
    method: 'POST',
    path: '/api/v1/sites/:site/rotate',
    who: 'operator',
    summary: 'New tokens for a site in place of the old, which work until the new ones are first used.',
    params: bySite,
    body: oneProfile,
    result: resource.site,
  },
  'sites.show': {
    method: 'GET',
    path: '/api/v1/sites/:site',
    who: 'operator',
    summary: 'One site.',
    params: bySite,
    result: resource.site,
  },
  'sites.setToken': {
    method: 'PUT',
    path: '/api/v1/sites/:site/tokens/:profile',
    who: 'operator',
    summary: 'Replaces the token by which a profile of the site is opened.',
    params: bySite.extend({ profile: resource.profile }),
    body: z.strictObject({ token: secret }),
    result: resource.site,
  },
  'sites.remove': {
    method: 'DELETE',
    path: '/api/v1/sites/:site',
    who: 'operator',
    summary: 'Forgets a site with its tokens and pairs. Nothing changes on the site itself.',
    params: bySite,
    result: z.object({ removed: z.literal(true) }),
  },

  'pairs.list': {
    method: 'GET',
    path: '/api/v1/pairs',
    who: 'operator',
    summary: 'From where courses may go where.',
    query: z.strictObject({ source: siteName.optional(), target: siteName.optional() }),
    result: z.object({ pairs: z.array(resource.pair) }),
  },
  'pairs.add': {
    method: 'POST',
    path: '/api/v1/pairs',
    who: 'operator',
    summary: 'Lets courses of a source go to a target; the same pair again changes its rules.',
    body: z.strictObject({
      source: siteName,
      target: siteName,
      roles: z.array(role).min(1).max(50).default(['editingteacher']),
      identity: resource.identity.default('username'),
      auth: z.array(authMethod).max(50).default([]),
      /** Default: on an embedded target only. */
      createPeople: z.boolean().optional(),
    }),
    result: resource.pair,
  },
  'pairs.remove': {
    method: 'DELETE',
    path: '/api/v1/pairs/:source/:target',
    who: 'operator',
    summary: 'No course of this source goes to this target any more.',
    params: z.strictObject({ source: siteName, target: siteName }),
    result: z.object({ removed: z.literal(true) }),
  },

  'tokens.list': {
    method: 'GET',
    path: '/api/v1/tokens',
    who: 'operator',
    summary: 'The tokens of this API; never their values.',
    result: z.object({ tokens: z.array(resource.token) }),
  },
  'tokens.create': {
    method: 'POST',
    path: '/api/v1/tokens',
    who: 'operator',
    summary: 'A new token; its value is in this answer and nowhere else.',
    body: newToken,
    result: resource.token.extend({ token: z.string() }),
  },
  'tokens.revoke': {
    method: 'DELETE',
    path: '/api/v1/tokens/:name',
    who: 'operator',
    summary: 'Opens nothing any more, from now on.',
    params: z.strictObject({ name: shortText }),
    result: resource.token,
  },

  'courses.list': {
    method: 'GET',
    path: '/api/v1/courses',
    who: 'operator',
    summary: "A person's courses on every source of a target, each source answering for itself.",
    query: z.strictObject({
      target: siteName,
      /** Username on the target. */
      person: shortText,
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
  },
  'courses.show': {
    method: 'GET',
    path: '/api/v1/courses/:source/:courseid',
    who: 'operator',
    summary: 'What is in a course, and what would become of it on a target.',
    params: z.strictObject({ source: siteName, courseid: idText }),
    /** `person`: a username on the target; then only if that person may take the course. */
    query: z.strictObject({ target: siteName, person: shortText.optional() }),
    result: z.object({ outline: resource.outline, verdict: resource.verdict }),
  },

  'requests.send': {
    method: 'POST',
    path: '/api/v1/requests',
    who: 'person',
    summary: "Asks for courses on a person's behalf. The same key again gives the same requests.",
    body: z.strictObject({
      target: siteName,
      /** Username on the target. */
      person: shortText,
      key: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, 'must be letters, digits, dots, hyphens, at most 200')
        .optional(),
      items: z
        .array(
          z.strictObject({
            source: siteName,
            courseid: id,
            people: z.boolean().default(false),
            category: resource.category.default({ kind: 'original' }),
            enrolments: resource.enrolments.default('withusers'),
            keepIdnumber: z.boolean().default(false),
            keepFileAuthors: z.boolean().default(false),
          }),
        )
        .min(1)
        .max(100),
    }),
    result: z.object({ requests: z.array(resource.request) }),
  },
  'requests.list': {
    method: 'GET',
    path: '/api/v1/requests',
    who: 'person',
    summary: 'Requests, the newest first.',
    query: z.strictObject({
      state: resource.requestState.optional(),
      /** Only those that still move (`true`), or only those that have ended. */
      open: yes.optional(),
      target: siteName.optional(),
      source: siteName.optional(),
      person: shortText.optional(),
      ...paging,
    }),
    /** `next` is null at the end. */
    result: z.object({ requests: z.array(resource.request), next: z.string().nullable() }),
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
    who: 'operator',
    summary: 'Tries a failed or cancelled request again.',
    params: byId,
    result: resource.request,
  },
  'requests.report': {
    method: 'GET',
    path: '/api/v1/requests/:id/report',
    who: 'person',
    summary: 'What was lost or changed, one line each.',
    params: byId,
    result: z.object({ id: requestId, state: resource.requestState, report: z.array(resource.line) }),
  },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof routes;

type Part = 'params' | 'query' | 'body';
type Given<O extends Operation, P extends Part> =
  (typeof routes)[O] extends Record<P, infer S extends z.ZodType> ? z.input<S> : undefined;
type Read<O extends Operation, P extends Part> =
  (typeof routes)[O] extends Record<P, infer S extends z.ZodType> ? z.output<S> : undefined;

/** Paths and queries are text, but numbers and booleans may be given as such: they become text on the way. */
type AsText<T> = T extends undefined ? undefined : { [K in keyof T]: T[K] | number | boolean };
/** A part in which nothing is required may be left out. */
type Loose<T> = { [K in keyof T as undefined extends T[K] ? never : Empty extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? never : Empty extends T[K] ? K : never]?: T[K];
};
type Empty = Record<never, never>;

/** What a caller gives. */
export type Input<O extends Operation> = Loose<{
  params: AsText<Given<O, 'params'>>;
  query: AsText<Given<O, 'query'>>;
  body: Given<O, 'body'>;
}>;

/** What the server's handler gets, after reading. */
export interface Received<O extends Operation> {
  params: Read<O, 'params'>;
  query: Read<O, 'query'>;
  body: Read<O, 'body'>;
}

export type Answer<O extends Operation> = z.output<(typeof routes)[O]['result']>;
