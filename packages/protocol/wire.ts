import { z } from 'zod';

/**
 * Scalars as they travel. REST carries every parameter as text (Moodle's bracket notation), the command line and
 * results carry JSON: each scalar accepts both and gives the typed value. Moodle's PARAM_INT reads "12abc" as 12;
 * we refuse it, because a silently cut id is another course.
 */
export const int = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

/** An id of the site that answers: positive. */
export const id = int.refine((value) => value > 0, 'must be a positive id');

/** Moodle writes booleans as 0 and 1. */
export const bool = z.union([
  z.boolean(),
  z.enum(['0', '1']).transform((v) => v === '1'),
  z.literal(0).transform(() => false),
  z.literal(1).transform(() => true),
]);

/** Unix seconds, UTC; 0 means never, as in Moodle. */
export const time = int;

/** Bytes. */
export const size = int.refine((value) => value >= 0, 'must not be negative');

/** Text without NUL, at most 64 KiB: longer text never travels as a parameter. */
export const text = z
  .string()
  .max(65_536)
  .refine((value) => !value.includes('\0'), 'must not contain NUL');

/** One line, for subjects and the names of links: what breaks a line would begin another header of an e-mail. */
export const line = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\x00-\x1f\x7f]*$/, 'must be one line');

/** Of a page, for people: never another scheme, whoever wrote it. */
export const webAddress = z
  .string()
  .max(2000)
  .regex(/^https?:\/\/[^\s\x00-\x1f\x7f"<>]+$/i, 'must be an http or https address');

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal');

/** Caller's key of a task: `<request>.<step>.<attempt>`. */
export const taskKey = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$/);

/** A list that may exceed 200 fields: one JSON text parameter, because PHP's max_input_vars cuts longer forms silently. */
export function jsonText<T extends z.ZodType>(schema: T) {
  return z.union([
    schema,
    z
      .string()
      .max(8_388_608)
      .transform((value, context) => {
        try {
          return JSON.parse(value) as unknown;
        } catch {
          context.addIssue({ code: 'custom', message: 'must be JSON' });
          return z.NEVER;
        }
      })
      .pipe(schema),
  ]);
}
