import { z } from 'zod';

/** How the service itself is, and how it refuses. */

/**
 * A message, which is English, sentence by sentence for other languages: `failure.<reason>` with these values. Nothing:
 * it is in English alone.
 */
export const said = z.array(
  z.object({ reason: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
);

/** Every refusal has this body; `code` is one of the error catalogue. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    said: said.optional(),
    requestId: z.string(),
  }),
});

export const health = z.object({ status: z.literal('ok'), version: z.string(), uptimeSeconds: z.number() });

export const readiness = z.object({
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ms: z.number(), message: z.string().nullable() })),
});

/** Messages are for operators: they may name addresses and sites. */
export const status = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ms: z.number(), message: z.string().nullable() })),
  /** Those that fail, or no longer accept our token. */
  sites: z.array(z.object({ name: z.string(), state: z.enum(['failing', 'expired']), message: z.string().nullable() })),
});

export type Readiness = z.output<typeof readiness>;
export type Status = z.output<typeof status>;
export type ErrorBody = z.output<typeof errorBody>;
