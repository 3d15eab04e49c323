import { z } from 'zod';
import * as resource from '../resources.ts';
import { shortText, siteName } from '../values.ts';
import type { Route } from './route.ts';

const username = z.string().regex(/^[a-z0-9][a-z0-9._@-]{0,99}$/i, 'must be letters, digits, dots, hyphens, _ and @');
const byName = z.strictObject({ username });
const sites = z.array(siteName).min(1).max(1000).nullable();

/** Who runs Jouvence. */
export const operatorsRoutes = {
  'operators.list': {
    method: 'GET',
    path: '/api/v1/operators',
    who: 'auditor',
    summary: 'Every operator; whoever is limited to some sites sees themselves.',
    result: z.object({ operators: z.array(resource.operator) }),
  },
  'operators.add': {
    method: 'POST',
    path: '/api/v1/operators',
    who: 'operator',
    summary: 'A new operator, with a link that chooses the password once; the link is in this answer and nowhere else.',
    body: z.strictObject({
      username,
      /** Default: the username. */
      name: shortText.optional(),
      email: z.email().max(255).nullable().default(null),
      language: z.enum(['en', 'fr']).default('en'),
      role: resource.operatorRole,
      /** Of a school operator; of an auditor, null is all. */
      sites: sites.default(null),
      /** Whether a first sign-in by OpenID Connect may find this operator. */
      openidByEmail: z.boolean().default(false),
      /** False: no link; then the way in is OpenID Connect, or a later invitation. */
      invite: z.boolean().default(true),
    }),
    result: z.object({ operator: resource.operator, invitation: resource.invitation.nullable() }),
  },
  'operators.show': {
    method: 'GET',
    path: '/api/v1/operators/:username',
    who: 'auditor',
    summary: 'One operator.',
    params: byName,
    result: resource.operator,
  },
  'operators.change': {
    method: 'PUT',
    path: '/api/v1/operators/:username',
    who: 'operator',
    summary: 'Changes what is said of an operator; it holds at once.',
    params: byName,
    body: z.strictObject({
      name: shortText.optional(),
      email: z.email().max(255).nullable().optional(),
      language: z.enum(['en', 'fr']).optional(),
      role: resource.operatorRole.optional(),
      sites: sites.optional(),
      openidByEmail: z.boolean().optional(),
    }),
    result: resource.operator,
  },
  'operators.disable': {
    method: 'POST',
    path: '/api/v1/operators/:username/disable',
    who: 'operator',
    summary: 'Signs an operator out everywhere, and lets nothing of that operator in any more.',
    params: byName,
    result: resource.operator,
  },
  'operators.enable': {
    method: 'POST',
    path: '/api/v1/operators/:username/enable',
    who: 'operator',
    summary: 'Lets a disabled operator in again.',
    params: byName,
    result: resource.operator,
  },
  'operators.remove': {
    method: 'DELETE',
    path: '/api/v1/operators/:username',
    who: 'operator',
    summary: 'Forgets an operator; their tokens are revoked.',
    params: byName,
    result: z.object({ removed: z.literal(true) }),
  },
  'operators.invite': {
    method: 'POST',
    path: '/api/v1/operators/:username/invite',
    who: 'operator',
    summary: 'A new link that chooses the password once; an earlier one opens nothing any more.',
    params: byName,
    result: resource.invitation,
  },
  'operators.password': {
    method: 'PUT',
    path: '/api/v1/operators/:username/password',
    who: 'operator',
    summary: 'Another password for an operator; every session of theirs ends.',
    params: byName,
    body: z.strictObject({ password: z.string().min(1, 'must not be empty').max(1024) }),
    result: resource.operator,
  },
} as const satisfies Record<string, Route>;
