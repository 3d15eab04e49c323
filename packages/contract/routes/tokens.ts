import { z } from 'zod';
import * as resource from '../resources.ts';
import { shortText, siteName } from '../values.ts';
import type { Route } from './route.ts';

/** There is no "never": a token that nobody renews is one that nobody watches. */
const newToken = z.strictObject({
  name: shortText,
  days: z.int().min(1).max(366).default(90),
  /** Default: what the caller may. Never more. */
  role: resource.operatorRole.optional(),
  /** Default: those of the caller. Never others. */
  sites: z.array(siteName).min(1).max(1000).optional(),
});

/** Tokens of this API. */
export const tokensRoutes = {
  'tokens.list': {
    method: 'GET',
    path: '/api/v1/tokens',
    who: 'auditor',
    summary: 'The tokens of this API; never their values.',
    result: z.object({ tokens: z.array(resource.token) }),
  },
  'tokens.create': {
    method: 'POST',
    path: '/api/v1/tokens',
    who: 'school',
    summary: 'A new token; its value is in this answer and nowhere else.',
    body: newToken,
    result: resource.token.extend({ token: z.string() }),
  },
  'tokens.revoke': {
    method: 'DELETE',
    path: '/api/v1/tokens/:name',
    who: 'school',
    summary: 'Opens nothing any more, from now on.',
    params: z.strictObject({ name: shortText }),
    result: resource.token,
  },
} as const satisfies Record<string, Route>;
