import { z } from 'zod';
import * as resource from '../resources.ts';
import { paging, requestId } from '../values.ts';
import { forOthers, requestFilter } from './requests.ts';
import type { Route } from './route.ts';

/** What is looked at, as it changes. */
export const liveRoutes = {
  'live.requests': {
    method: 'GET',
    path: '/api/v1/live',
    who: 'person',
    summary: 'A page of the list of requests, and then what changes of it; without a stream, the page as it is now.',
    query: z.strictObject({ ...requestFilter, ...forOthers, ...paging }),
    result: resource.requestPage,
    events: {
      /** The page, in place of what was there: first of all, and whenever something may have been missed. */
      page: resource.requestPage,
      /** One of it that is new or has changed, whole. Sort by `number`; of two, the one with the greater `revision`. */
      request: resource.listedRequest,
      /** Not on this page any more: deleted, moved out of the filter, or pushed off its end. */
      gone: z.object({ id: requestId }),
    },
  },
} as const satisfies Record<string, Route>;
