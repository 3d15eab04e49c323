import { z } from 'zod';
import { noticeKind, profile, role } from './shapes.ts';
import { bool, id, text } from './wire.ts';

/**
 * The embedded engine's own door: `/engine/v1`, JSON, on a unix socket, bearer key from the data directory.
 * It is to embedded sites what a database server and a file system are to Moodle sites.
 */
const siteName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63');
const host = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, 'a host name in lower case');

export const doorSite = z.object({
  name: siteName,
  host,
  url: text,
  fullname: text,
  state: z.enum(['active', 'suspended', 'maintenance']),
  demo: bool,
  counts: z.object({ courses: z.number(), people: z.number(), files: z.number(), fileBytes: z.number() }),
});

export const doorCreateSite = z.strictObject({
  name: siteName,
  host,
  /** wwwroot without a trailing slash, such as `http://campus-2026.localhost:8080`. */
  url: z.url(),
  fullname: text,
  language: z.enum(['fr', 'en']).default('fr'),
  timezone: text.default('Europe/Paris'),
  /** The Moodle it behaves as. */
  release: text.default('4.5 (Build: 20241007)'),
  branch: z.int().default(405),
  /** Installed activity modules; default: those of Moodle's core at that branch. */
  modules: z.array(text).optional(),
  demo: z.boolean().default(false),
});

export const doorCategory = z.strictObject({
  name: text,
  idnumber: text.default(''),
  /** idnumber of the parent; none: at the top. */
  parent: text.optional(),
});

export const doorPerson = z.strictObject({
  username: text,
  email: text,
  firstname: text,
  lastname: text,
  idnumber: text.default(''),
  language: z.enum(['fr', 'en']).default('fr'),
  auth: text.default('manual'),
  suspended: z.boolean().default(false),
  /** Absent: nobody signs in with it. */
  password: text.optional(),
});

export const doorAssignment = z.strictObject({
  username: text,
  role: text,
  level: z.enum(['system', 'category', 'course']),
  /** Category by idnumber, course by shortname; none for the system. */
  instance: text.optional(),
});

/** A role of the site's own: holds exactly these capabilities, at the system. */
export const doorRole = z.strictObject({
  shortname: role,
  capabilities: z.array(text).max(1000),
});

/** What a person was told through `send_notice`, newest first. */
export const doorNotice = z.object({
  id,
  kind: noticeKind,
  subject: text,
  text,
  url: text.nullable(),
  urlname: text.nullable(),
  /** Unix seconds. */
  created: z.number(),
  read: z.boolean(),
});

/** Answer to loading an archive into a category (`POST …/courses?category=IDNUMBER`, body: the archive). */
export const doorLoaded = z.object({
  courseid: id,
  shortname: text,
  warnings: z.array(z.object({ code: text, what: text, why: text })),
});

export const doorToken = z.strictObject({
  profile,
  /** Days until it expires. */
  days: z.int().min(1).max(3650).default(365),
});

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'an address or a network, such as 192.0.2.7 or 192.0.2.0/24',
});

/** For a Moodle with Strasbourg's block, which fetches from this site by it. */
export const doorBlockToken = z.strictObject({
  days: z.int().min(1).max(3650).default(365),
  /** Who holds one of these in a course may be given it; the caller can name fewer, not others. */
  roles: z.array(role).min(1).max(20).default(['editingteacher']),
  /** Whether courses are given with participants' data. */
  people: z.boolean().default(false),
  /** Whether any course is given, to nobody in particular: what the block's administrators may ask for. */
  anyCourse: z.boolean().default(false),
  /** By which it is told from others. */
  name: text.max(255).default(''),
  /** From where it opens anything; none: from everywhere. */
  ips: z.array(network).max(50).default([]),
});

/** Such a token, without its text; times in Unix seconds. */
export const doorBlockTokenState = doorBlockToken
  .omit({ days: true })
  .extend({ id, created: z.number(), expires: z.number(), used: z.number().nullable() });

/** What `cli/setup.php` is on a Moodle: a code for one control plane, whose token lives for `days`. */
export const doorPairing = z.strictObject({
  profile,
  days: z.int().min(1).max(3650).default(365),
});

/** method, path below `/engine/v1`, body (null: none or raw), result */
export const doorRoutes = {
  listSites: { method: 'GET', path: '/sites', body: null, result: z.object({ sites: z.array(doorSite) }) },
  createSite: { method: 'POST', path: '/sites', body: doorCreateSite, result: doorSite },
  getSite: { method: 'GET', path: '/sites/:site', body: null, result: doorSite },
  setSite: {
    method: 'PATCH',
    path: '/sites/:site',
    /** `url` follows the port on which the engine is reached. */
    body: z.strictObject({ state: doorSite.shape.state.optional(), url: z.url().optional() }),
    result: doorSite,
  },
  deleteSite: { method: 'DELETE', path: '/sites/:site', body: null, result: z.object({ deleted: z.boolean() }) },
  addCategories: {
    method: 'POST',
    path: '/sites/:site/categories',
    body: z.array(doorCategory),
    result: z.object({ ids: z.array(id) }),
  },
  deleteCategory: {
    method: 'DELETE',
    path: '/sites/:site/categories/:idnumber',
    body: null,
    result: z.object({ deleted: z.boolean() }),
  },
  /** Creates, or changes the account of that username. */
  addPeople: {
    method: 'POST',
    path: '/sites/:site/people',
    body: z.array(doorPerson),
    result: z.object({ ids: z.array(id) }),
  },
  /** Creates, or changes the role of that short name; people get it by `assignRoles`. Moodle's own roles stay as they are. */
  defineRoles: {
    method: 'POST',
    path: '/sites/:site/role-definitions',
    body: z.array(doorRole),
    result: z.object({ ids: z.array(id) }),
  },
  listNotices: {
    method: 'GET',
    path: '/sites/:site/people/:username/notices',
    body: null,
    result: z.object({ notices: z.array(doorNotice) }),
  },
  assignRoles: {
    method: 'POST',
    path: '/sites/:site/roles',
    body: z.array(doorAssignment),
    result: z.object({ assigned: z.number() }),
  },
  unassignRoles: {
    method: 'DELETE',
    path: '/sites/:site/roles',
    body: z.array(doorAssignment),
    result: z.object({ removed: z.number() }),
  },
  createToken: {
    method: 'POST',
    path: '/sites/:site/tokens',
    body: doorToken,
    result: z.object({ token: text, expires: z.number() }),
  },
  createBlockToken: {
    method: 'POST',
    path: '/sites/:site/block-tokens',
    body: doorBlockToken,
    result: z.object({ id, token: text, expires: z.number() }),
  },
  listBlockTokens: {
    method: 'GET',
    path: '/sites/:site/block-tokens',
    body: null,
    result: z.object({ tokens: z.array(doorBlockTokenState) }),
  },
  /** That one, and what was made for it. */
  revokeBlockToken: {
    method: 'DELETE',
    path: '/sites/:site/block-tokens/:id',
    body: null,
    result: z.object({ revoked: bool }),
  },
  /** Every token of the site, those of Strasbourg's block too. */
  revokeTokens: {
    method: 'DELETE',
    path: '/sites/:site/tokens',
    body: null,
    result: z.object({ revoked: z.number() }),
  },
  /** The code is for reading once: only the hash of its secret is kept. */
  createPairing: {
    method: 'POST',
    path: '/sites/:site/pairings',
    body: doorPairing,
    result: z.object({ code: text, expires: z.number() }),
  },
  loadCourse: { method: 'POST', path: '/sites/:site/courses', body: null, result: doorLoaded },
} as const;

export type DoorRoute = keyof typeof doorRoutes;
export type DoorSite = z.output<typeof doorSite>;
