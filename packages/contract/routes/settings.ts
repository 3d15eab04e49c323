import { z } from 'zod';
import * as resource from '../resources.ts';
import { seen, siteName } from '../values.ts';
import type { Route } from './route.ts';

const key = z.string().regex(/^[a-z]+\.[a-zA-Z]+$/, 'must be a setting, such as requests.oneInstance');
/** Nothing: the whole fleet; one of them: that site; both: that pair. */
const place = { target: siteName.optional(), source: siteName.optional() };
const value = z.union([z.boolean(), z.number(), z.string().max(4000), z.null(), z.array(z.string().max(255)).max(200)]);

/** What can be decided, where, and what is in force. */
export const settingsRoutes = {
  'settings.list': {
    method: 'GET',
    path: '/api/v1/settings',
    who: 'auditor',
    summary: 'Every setting: what is in force for the fleet, a site or a pair, and where that comes from.',
    query: z.strictObject(place),
    result: z.object({ settings: z.array(resource.listedSetting) }),
  },
  'settings.set': {
    method: 'PUT',
    path: '/api/v1/settings/:key',
    who: 'school',
    summary: 'Sets a value for the fleet, a site or a pair; what is set more narrowly stays.',
    params: z.strictObject({ key }),
    /** Text is read as a person writes it: `yes`, `12`, names by commas. */
    body: z.strictObject({ value, ...place, seen }),
    result: resource.setting,
  },
  'settings.unset': {
    method: 'DELETE',
    path: '/api/v1/settings/:key',
    who: 'school',
    summary: 'Takes away what was set there: what is set more widely holds again.',
    params: z.strictObject({ key }),
    query: z.strictObject({ ...place, seen }),
    result: resource.setting,
  },
  'settings.import': {
    method: 'POST',
    path: '/api/v1/settings/import',
    who: 'school',
    summary: "Takes over the settings of Strasbourg's block for a target, from a listing of cfg.php or pasted text.",
    body: z.strictObject({
      target: siteName,
      text: z.string().min(1, 'must not be empty').max(100_000),
      /** Only says what it would do. */
      dryRun: z.boolean().default(false),
    }),
    result: z.object({
      applied: z.boolean(),
      changes: z.array(
        z.object({
          from: z.string(),
          key: z.string(),
          before: z.unknown(),
          after: z.unknown(),
          source: z.string().nullable(),
        }),
      ),
      /** `code` is translated as `strasbourg.<code>`. */
      remarks: z.array(z.object({ name: z.string(), code: z.string(), values: z.record(z.string(), z.string()) })),
    }),
  },
} as const satisfies Record<string, Route>;
