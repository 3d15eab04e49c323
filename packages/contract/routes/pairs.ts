import { z } from 'zod';
import * as resource from '../resources.ts';
import { authMethod, role, seen, siteName } from '../values.ts';
import type { Route } from './route.ts';

/** From where courses may go where. */
export const pairsRoutes = {
  'pairs.list': {
    method: 'GET',
    path: '/api/v1/pairs',
    who: 'auditor',
    summary: 'From where courses may go where.',
    query: z.strictObject({ source: siteName.optional(), target: siteName.optional() }),
    result: z.object({ pairs: z.array(resource.pair) }),
  },
  'pairs.add': {
    method: 'POST',
    path: '/api/v1/pairs',
    who: 'school',
    summary: 'Lets courses of a source go to a target; the same pair again changes the rules that are given.',
    body: z.strictObject({
      source: siteName,
      target: siteName,
      /** Of a new pair: `editingteacher`. */
      roles: z.array(role).min(1).max(50).optional(),
      /** Of a new pair: `username`. */
      identity: resource.identity.optional(),
      /** Of a new pair: none is named. */
      auth: z.array(authMethod).max(50).optional(),
      /** Of a new pair: on an embedded target only. */
      createPeople: z.boolean().optional(),
      seen,
    }),
    result: resource.pair,
  },
  'pairs.remove': {
    method: 'DELETE',
    path: '/api/v1/pairs/:source/:target',
    who: 'school',
    summary: 'No course of this source goes to this target any more.',
    params: z.strictObject({ source: siteName, target: siteName }),
    query: z.strictObject({ seen }),
    result: z.object({ removed: z.literal(true) }),
  },
} as const satisfies Record<string, Route>;
