import { z } from 'zod';
import { requestId, shortText, siteName } from '../values.ts';
import type { Route } from './route.ts';

const params = z.strictObject({ site: siteName, username: shortText });

/** Somebody of a site: as held here, and as one for whom somebody else asks. */
export const peopleRoutes = {
  'people.forOthers': {
    method: 'GET',
    path: '/api/v1/people/for-others',
    who: 'person',
    summary:
      'Whether one may ask for other people of a target (of a person the site says so, by `local/jouvence:requestforothers`); with a username, who that is there.',
    query: z.strictObject({
      /** May be left out by somebody who entered from a site: that one. */
      target: siteName.optional(),
      /** Username on the target. Whoever may not ask for others is refused, whether or not there is such a person. */
      person: shortText.optional(),
    }),
    result: z.object({
      may: z.boolean(),
      /** Null: nobody was named. */
      person: z.object({ username: z.string(), fullname: z.string() }).nullable(),
    }),
  },
  'people.export': {
    method: 'GET',
    path: '/api/v1/people/:site/:username',
    who: 'operator',
    summary: 'One document of everything that is held here of somebody of a site.',
    params,
    result: z.looseObject({ person: z.object({ site: z.string(), username: z.string() }) }),
  },
  'people.erase': {
    method: 'POST',
    path: '/api/v1/people/:site/:username/erase',
    who: 'operator',
    summary: 'Takes somebody of a site out of everything that is held here; the site itself is not touched.',
    params,
    body: z.strictObject({
      /** E-mail, full name: messages are searched for these too, beside what the site says. */
      alsoCalled: z.array(shortText).max(20).optional(),
      /** Cancels what is under way; the same call erases once that has ended. */
      cancel: z.boolean().optional(),
    }),
    result: z.object({
      state: z.enum(['erased', 'cancelling']),
      requests: z.array(requestId),
      rows: z.int(),
    }),
  },
} as const satisfies Record<string, Route>;
