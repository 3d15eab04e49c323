import { z } from 'zod';
import { id, time } from '../values.ts';

/** Sites, and what a check of their connection found. */

export const profile = z.enum(['source', 'target', 'fleet']);

export const site = z.object({
  id,
  name: z.string(),
  title: z.string(),
  url: z.string(),
  /** `strasbourg`: a Moodle with only Strasbourg's block. */
  kind: z.enum(['moodle', 'embedded', 'strasbourg']),
  /** Version of its block; null for every other kind. */
  block: z.string().nullable(),
  /** What it can do as a source. */
  abilities: z.object({
    /** Tells what is in a course before it is backed up. */
    outline: z.boolean(),
    /** Gives participants' data. */
    people: z.boolean(),
    /** A backup tells how far it is, and can be stopped. */
    followed: z.boolean(),
    /** Removes what was made for us. */
    discards: z.boolean(),
    /** The roles of a pair decide who may take a course; else a setting of the site. */
    namesRoles: z.boolean(),
    identities: z.array(z.enum(['username', 'email', 'idnumber'])).readonly(),
  }),
  release: z.string(),
  /** Moodle's branch, such as 405. */
  branch: z.int(),
  /** Where its code is on this machine, by which it is reached without tokens; null: over the network. */
  codeBase: z.object({ path: z.string(), php: z.string(), account: z.string(), host: z.string() }).nullable(),
  demo: z.boolean(),
  /** What the tokens we hold for it open. */
  profiles: z.array(profile),
  /** The same, and until when. */
  tokens: z.array(
    z.object({
      profile,
      setAt: time,
      /** Null: never, or the site did not say. */
      expiresAt: time.nullable(),
      /** Why it could not be renewed when that was due. */
      renewal: z.object({ tries: z.int(), code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  /** Where courses go when no category of theirs is found. */
  defaultCategoryId: id.nullable(),
  /** Nothing new begins on it since then. */
  pausedAt: time.nullable(),
  /** In the words of the operator who paused it. */
  pauseReason: z.string(),
  health: z.object({
    /** `unknown` until the first call; `expired` when the site no longer accepts our token. */
    state: z.enum(['unknown', 'ok', 'failing', 'expired']),
    lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
    latencyMs: z.number().nullable(),
    checkedAt: time.nullable(),
    /** Since when it has been in that state; null: not known. */
    since: time.nullable(),
  }),
});

/** Of a connection check. `code` is stable and, with `values`, translated; the sentences are English. */
export const finding = z.object({
  severity: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  /** Of whose token it is said; null: of the site. */
  profile: profile.nullable(),
  what: z.string(),
  why: z.string(),
  todo: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const siteCheck = z.object({
  site,
  /** Nothing is an error. */
  ok: z.boolean(),
  /** The worst first. */
  findings: z.array(finding),
  /** What was seen, whether or not something is wrong with it; null: not known. */
  facts: z.object({
    release: z.string().nullable(),
    agent: z.string().nullable(),
    latencyMs: z.number().nullable(),
    /** The site's clock less ours. */
    clockSeconds: z.number().nullable(),
    lastCronAt: time.nullable(),
    /** From where the site sees our calls come. */
    address: z.string().nullable(),
    certificateEndsAt: time.nullable(),
    partBytes: z.number().nullable(),
  }),
});

/** Where courses of a target go. */
export const siteCategory = z.object({
  id,
  name: z.string(),
  idnumber: z.string(),
  visible: z.boolean(),
  /** Names from the top down to this one. */
  path: z.array(z.string()),
});

export type Site = z.output<typeof site>;
export type Finding = z.output<typeof finding>;
export type SiteCheck = z.output<typeof siteCheck>;
export type SiteCategory = z.output<typeof siteCategory>;
