import { z } from 'zod';
import * as resource from '../resources.ts';
import { id, shortText, siteName, time } from '../values.ts';
import type { Route } from './route.ts';

const bySite = z.strictObject({ site: siteName });
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'write an address or a network, such as 192.0.2.7 or 192.0.2.0/24',
});
const role = z.string().regex(/^[a-z][a-z0-9_-]{0,99}$/i, 'must be the short name of a role');

/** Tokens by which Moodles with Strasbourg's block fetch courses from embedded sites. */
export const blockTokensRoutes = {
  'blockTokens.list': {
    method: 'GET',
    path: '/api/v1/sites/:site/block-tokens',
    who: 'auditor',
    summary: 'Tokens by which Moodles with Strasbourg’s block fetch courses from an embedded site; never their values.',
    params: bySite,
    result: z.object({ tokens: z.array(resource.blockToken) }),
  },
  'blockTokens.create': {
    method: 'POST',
    path: '/api/v1/sites/:site/block-tokens',
    who: 'school',
    summary: 'A new one; its value is in this answer and nowhere else.',
    params: bySite,
    body: z.strictObject({
      name: shortText,
      days: z.int().min(1).max(3650).default(365),
      roles: z.array(role).min(1).max(20).default(['editingteacher']),
      people: z.boolean().default(false),
      anyCourse: z.boolean().default(false),
      ips: z.array(network).max(50).default([]),
    }),
    /** `line`: for `external_moodles` in the settings of the block. */
    result: z.object({ id, token: z.string(), line: z.string(), expiresAt: time }),
  },
  'blockTokens.revoke': {
    method: 'DELETE',
    path: '/api/v1/sites/:site/block-tokens/:id',
    who: 'school',
    summary: 'Opens nothing any more, from now on; what was made for it is gone.',
    params: bySite.extend({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    result: z.object({ revoked: z.literal(true) }),
  },
} as const satisfies Record<string, Route>;
