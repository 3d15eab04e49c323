import { z } from 'zod';
import * as resource from '../resources.ts';
import { idText, paging, shortText, siteName } from '../values.ts';
import type { Route } from './route.ts';

/** Who did what to what. */
export const auditRoutes = {
  'audit.list': {
    method: 'GET',
    path: '/api/v1/audit',
    who: 'auditor',
    summary: 'What was done, the newest first; whoever is limited to some sites sees what concerns these.',
    query: z.strictObject({
      actor: shortText.optional(),
      /** `sites.add`, or `sites` for all of that noun. */
      action: z
        .string()
        .regex(/^[a-z]+(\.[a-zA-Z]+)?$/, 'must be a noun, or a noun and a verb: sites, sites.add')
        .optional(),
      /** As it is written: `site campus-2024`. */
      object: shortText.optional(),
      site: siteName.optional(),
      from: z.iso
        .datetime({ offset: true })
        .transform((text) => new Date(text))
        .optional(),
      /** Not itself. */
      to: z.iso
        .datetime({ offset: true })
        .transform((text) => new Date(text))
        .optional(),
      limit: paging.limit,
      after: idText.optional(),
    }),
    /** `next` is null at the end. */
    result: z.object({ lines: z.array(resource.auditLine), next: z.string().nullable() }),
  },
  'audit.verify': {
    method: 'GET',
    path: '/api/v1/audit/verification',
    who: 'auditor',
    summary: 'Whether a line was altered, taken away, put in or moved since; for operators of all sites.',
    query: z.strictObject({
      /** Of an earlier verification, kept outside: shows that nothing was cut off at the end. */
      head: z
        .string()
        .regex(/^(\d{1,15}:)?[0-9a-fA-F]{64}$/, 'must be a head as an earlier verification gave it: NUMBER:HASH')
        .optional(),
    }),
    result: resource.auditVerification,
  },
} as const satisfies Record<string, Route>;
