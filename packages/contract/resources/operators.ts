import { z } from 'zod';
import { id, time } from '../values.ts';

/** Who runs this, and their programs’ tokens. */

/** What an operator may do: everything, all of some sites, or only look. */
export const operatorRole = z.enum(['operator', 'school', 'auditor']);

/** By which a Moodle with Strasbourg's block fetches courses from an embedded site. */
export const blockToken = z.object({
  id,
  name: z.string(),
  /** Short names: who holds one of these in a course may be given it. */
  roles: z.array(z.string()),
  /** Whether courses are given with participants' data. */
  people: z.boolean(),
  /** Whether any course is given, to nobody in particular. */
  anyCourse: z.boolean(),
  /** Addresses and networks from which it opens anything; none: from everywhere. */
  ips: z.array(z.string()),
  createdAt: time,
  expiresAt: time,
  /** To the minute. */
  lastUsedAt: time.nullable(),
});

export const token = z.object({
  id,
  name: z.string(),
  role: operatorRole,
  /** Names of those it is limited to; null: all. */
  sites: z.array(z.string()).nullable(),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});

export const operator = z.object({
  username: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  language: z.enum(['en', 'fr']),
  role: operatorRole,
  /** Names of those it is limited to; null: all. */
  sites: z.array(z.string()).nullable(),
  hasPassword: z.boolean(),
  /** Until when the link opens by which a password is chosen; null: there is none. */
  invitedUntil: time.nullable(),
  /** Bound to an identity of the OpenID provider. */
  hasOpenid: z.boolean(),
  /** Whether a first sign-in by OpenID Connect may find this operator. */
  openidByEmail: z.boolean(),
  disabledAt: time.nullable(),
  createdAt: time,
  createdBy: z.string(),
  lastSignInAt: time.nullable(),
});

/** A link that chooses a password, once. */
export const invitation = z.object({ link: z.string(), expiresAt: time });

export type BlockToken = z.output<typeof blockToken>;
export type Token = z.output<typeof token>;
export type Operator = z.output<typeof operator>;
