import { z } from 'zod';
import { bool, id, int, sha256, size, taskKey, text, time } from './wire.ts';

export const role = z.string().regex(/^[a-z][a-z0-9_-]{0,99}$/i);
export const personField = z.enum(['username', 'email', 'idnumber']);

/** An account, with no more than matching and showing need. */
export const person = z.object({
  id,
  username: text,
  email: text,
  idnumber: text,
  fullname: text,
  auth: text,
  language: text,
  firstaccess: time,
  suspended: bool,
});

/** `table:foreignkey:field`, as the site's database calls them, without the prefix of its tables. */
export const categoryKey = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}(?::[a-z][a-z0-9_]{0,62}){2}$/, 'must be table:foreignkey:field, in lower case');

export const category = z.object({
  id,
  /** 0 at the top. */
  parentid: int,
  name: text,
  idnumber: text,
  visible: bool,
  /** Names from the top down to this one. */
  path: z.array(text),
  /** Only when it was asked for. */
  key: text.nullable().optional(),
});

export const courseSummary = z.object({
  id,
  shortname: text,
  fullname: text,
  idnumber: text,
  format: text,
  visible: bool,
  startdate: time,
  enddate: time,
  timemodified: time,
  category,
  /** Full names of those who hold one of the roles asked for, at most 20. */
  teachers: z.array(text),
  /** Bytes of its files; null where the site cannot tell cheaply. */
  filebytes: size.nullable(),
});

export const activity = z.object({
  id,
  module: text,
  name: text,
  visible: bool,
  filebytes: size,
});

export const contextLevel = z.enum(['system', 'category', 'course']);

/**
 * What a person may set for themselves how to be told: a course that came (`carried`), one that came in part (`partly`),
 * one that did not (`failed`), what those who look after the site should look at (`attention`), several at once (`digest`).
 */
export const noticeKind = z.enum(['carried', 'partly', 'failed', 'attention', 'digest']);

/** A service of a site, with a role, a user and tokens of its own. */
export const profile = z.enum(['source', 'target', 'fleet']);

/** One thing that a task lost or changed. `code` is stable; the sentences are English and the page translates by code. */
export const taskWarning = z.object({
  code: text,
  severity: z.enum(['info', 'warning', 'error']),
  /** The thing: activity, file or person, by name. */
  what: text,
  why: text,
  todo: text,
});

export const task = z.object({
  key: taskKey,
  kind: z.enum(['backup', 'upload', 'restore']),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'discarded']),
  /** 0..1 */
  progress: z.number().min(0).max(1),
  step: text,
  warnings: z.array(taskWarning),
  /** Absent is null, here and in `archive`: Moodle 4.1 cannot answer null for a structure, and leaves it out. */
  error: z.object({ code: text, message: text }).nullable().default(null),
  /** Of a restore: the course, from the moment that it exists. Of a backup: the course that was backed up. */
  courseid: id.nullable(),
  /** Of a finished backup or upload. */
  archive: z.object({ filename: text, sizebytes: size, sha256 }).nullable().default(null),
});
