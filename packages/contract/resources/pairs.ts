import { z } from 'zod';
import { time } from '../values.ts';

/** From where courses may go where. */

export const identity = z.enum(['username', 'email', 'idnumber']);

export const pair = z.object({
  source: z.string(),
  target: z.string(),
  /** Who holds one of these in a course of the source, or in a category above it, may take the course. */
  roles: z.array(z.string()),
  /** By which field a person of the target is found on the source. */
  identity,
  /** Authentication methods whose accounts may be matched; empty: all but `email`, `mnet`, `nologin` and `webservice`. */
  auth: z.array(z.string()),
  /** Whether a restore may create accounts on the target. */
  createPeople: z.boolean(),
  /** When its rules were last set, and by whom; empty: that was not kept then. */
  changed: z.object({ at: time, by: z.string() }),
});

export type Pair = z.output<typeof pair>;
