import { z } from 'zod';
import { id, time } from '../values.ts';

/** Who did what. */

export const auditLine = z.object({
  id,
  /** Its place in the chain. */
  seq: z.int(),
  at: time,
  actor: z.object({ kind: z.enum(['operator', 'person', 'system']), name: z.string(), token: id.nullable() }),
  action: z.string(),
  object: z.string(),
  site: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});

export const auditVerification = z.object({
  ok: z.boolean(),
  lines: z.int(),
  /** The first that is still there. */
  first: z.int().nullable(),
  /** `NUMBER:HASH` of the last: keep it outside, for a later verification. */
  head: z.string().nullable(),
  /** From which a person's name was taken out, as lines of `audit.erase` say. */
  erased: z.int(),
  /** At most 100. */
  findings: z.array(
    z.object({
      kind: z.enum(['altered', 'missing', 'inserted', 'moved', 'cut']),
      /** Its place in the chain; null: it has none. */
      seq: z.int().nullable(),
      line: z.int().nullable(),
      message: z.string(),
    }),
  ),
});

export type AuditLine = z.output<typeof auditLine>;
export type AuditVerification = z.output<typeof auditVerification>;
