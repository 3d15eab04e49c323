import { z } from 'zod';
import { id, time } from '../values.ts';

/** Who is signed in, and where one comes in. */

/** A site from which people come in. `address`: below ours, where a browser goes for it. */
export const entrance = z.object({ name: z.string(), title: z.string(), address: z.string() });

/** Who calls. */
export const session = z.object({
  kind: z.enum(['person', 'operator']),
  /** Of an operator's account, of a person on its site, or of the token. */
  username: z.string(),
  name: z.string(),
  role: z.enum(['person', 'auditor', 'school', 'operator']),
  /** Names of those that the caller has to do with; null: all. */
  sites: z.array(z.string()).nullable(),
  /** Of a person: where that person came from; null: an operator, or that site is gone. */
  site: z.object({ name: z.string(), title: z.string(), url: z.string() }).nullable(),
  /** `en` or `fr`; null: a program, or the command line of the server. */
  language: z.string().nullable(),
  /** At the latest; null: no session of a browser. */
  expiresAt: time.nullable(),
});

/** A browser in which an operator is signed in. */
export const operatorSession = z.object({
  id,
  /** By a password, or by OpenID Connect. */
  how: z.enum(['password', 'oidc']),
  address: z.string(),
  browser: z.string(),
  createdAt: time,
  seenAt: time,
  expiresAt: time,
  /** The one that asks. */
  current: z.boolean(),
});

export type Session = z.output<typeof session>;
