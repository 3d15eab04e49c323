import { z } from 'zod';
import { bool, id, int, jsonText, sha256, size, taskKey, text, time } from './wire.ts';

/** Parameters are strict (a site refuses what it does not know); results are read tolerantly (unknown keys are ignored). */
interface ProtocolFunction {
  params: z.ZodType;
  result: z.ZodType;
  /** Changes nothing on the site: may be repeated after a lost answer. The others carry a key, or are idempotent. */
  reads: boolean;
}

const role = z.string().regex(/^[a-z][a-z0-9_-]{0,99}$/i);
const personField = z.enum(['username', 'email', 'idnumber']);

/** An account, with no more than matching and showing need. */
const person = z.object({
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

const category = z.object({
  id,
  /** 0 at the top. */
  parentid: int,
  name: text,
  idnumber: text,
  visible: bool,
  /** Names from the top down to this one. */
  path: z.array(text),
});

const courseSummary = z.object({
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

const activity = z.object({
  id,
  module: text,
  name: text,
  visible: bool,
  filebytes: size,
});

const contextLevel = z.enum(['system', 'category', 'course']);

/** One thing that a task lost or changed. `code` is stable; the sentences are English and the page translates by code. */
const taskWarning = z.object({
  code: text,
  severity: z.enum(['info', 'warning', 'error']),
  /** The thing: activity, file or person, by name. */
  what: text,
  why: text,
  todo: text,
});

const task = z.object({
  key: taskKey,
  kind: z.enum(['backup', 'upload', 'restore']),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'discarded']),
  /** 0..1 */
  progress: z.number().min(0).max(1),
  step: text,
  warnings: z.array(taskWarning),
  error: z.object({ code: text, message: text }).nullable(),
  /** Of a restore: the course, from the moment that it exists. Of a backup: the course that was backed up. */
  courseid: id.nullable(),
  /** Of a finished backup or upload. */
  archive: z.object({ filename: text, sizebytes: size, sha256 }).nullable(),
});

const key = { key: taskKey };

/** Functions of version 1 that exist so far, by the name that follows `local_jouvence_`. */
export const functions = {
  get_site: {
    reads: true,
    params: z.strictObject({}),
    result: z.object({
      /** Never equal on two sites: Moodle matches people by id between sites that share it. */
      identifier: text,
      name: text,
      url: text,
      kind: z.enum(['moodle', 'embedded']),
      release: text,
      /** Moodle's branch, such as 405. */
      branch: int,
      php: text.nullable(),
      database: text,
      agent: text,
      protocol: z.object({ min: int, max: int }),
      lastcron: time,
      maintenance: bool,
      counts: z.object({ courses: int, people: int }),
      filebytes: size,
      timezone: text,
      language: text,
      /** The site's own clock. */
      clock: time,
      uploadpartbytes: size,
      identityfields: z.array(personField),
      /** Where courses go when no category is named. */
      defaultcategoryid: id.nullable(),
    }),
  },
  list_plugins: {
    reads: true,
    params: z.strictObject({ type: text.optional() }),
    result: z.object({
      plugins: z.array(
        z.object({ type: text, name: text, version: text, state: z.enum(['on', 'off', 'disabled']).nullable() }),
      ),
    }),
  },
  find_people: {
    reads: true,
    params: z.strictObject({ field: personField, value: text }),
    result: z.object({ people: z.array(person) }),
  },
  match_people: {
    reads: true,
    params: z.strictObject({
      people: jsonText(z.array(z.object({ username: text, email: text, idnumber: text })).max(20_000)),
    }),
    /** In the order asked; no candidate: unknown there; several: username and e-mail point to different accounts. */
    result: z.object({
      people: z.array(
        z.object({
          username: text,
          candidates: z.array(z.object({ id, username: text, email: text, firstaccess: time })),
        }),
      ),
    }),
  },
  list_courses: {
    reads: true,
    /** Courses in which the person holds one of the roles, in the course or in a category above it. */
    params: z.strictObject({ userid: id, roles: z.array(role).min(1).max(50) }),
    result: z.object({ courses: z.array(courseSummary.extend({ roles: z.array(role) })) }),
  },
  find_courses: {
    reads: true,
    params: z.strictObject({ field: z.enum(['id', 'shortname', 'idnumber']), value: text }),
    result: z.object({ courses: z.array(courseSummary) }),
  },
  get_course: {
    reads: true,
    params: z.strictObject({ courseid: id }),
    result: courseSummary.extend({
      sections: z.array(z.object({ number: int, name: text.nullable(), visible: bool, activities: z.array(activity) })),
      /** What the course uses, modules first: `{type: 'mod', name: 'quiz'}`, question types, formats, blocks… */
      plugins: z.array(z.object({ type: text, name: text })),
      files: int,
      people: int,
      /** Release of the Moodle whose documents these are. */
      release: text,
    }),
  },
  list_categories: {
    reads: true,
    params: z.strictObject({}),
    result: z.object({ categories: z.array(category) }),
  },
  check_rights: {
    reads: true,
    params: z.strictObject({
      userid: id,
      checks: z
        .array(z.strictObject({ capability: text, level: contextLevel, instanceid: int }))
        .min(1)
        .max(50),
    }),
    /** In the order asked; `exists` is false when the category or course is gone. */
    result: z.object({ checks: z.array(z.object({ capability: text, exists: bool, allowed: bool })) }),
  },
  enrol_person: {
    reads: false,
    params: z.strictObject({ courseid: id, userid: id, role }),
    result: z.object({ before: z.object({ enrolled: bool, roles: z.array(role) }) }),
  },
  start_backup: {
    reads: false,
    params: z.strictObject({ ...key, courseid: id, people: bool }),
    result: task,
  },
  start_restore: {
    reads: false,
    params: z.strictObject({
      ...key,
      /** Key of the finished upload. */
      uploadkey: taskKey,
      categoryid: id,
      people: bool,
      /** Moodle's three modes: never (people come as manual enrolments), with people only, always. */
      enrolments: z.enum(['never', 'withusers', 'always']),
      /** Sha-256 of the archive that is meant: a restore of anything else is refused. */
      sha256,
    }),
    result: task,
  },
  get_job: { reads: true, params: z.strictObject(key), result: task },
  discard_job: {
    reads: false,
    params: z.strictObject(key),
    /** What was there before: unknown keys give `unknown`, so that discarding twice is no error. */
    result: z.object({
      before: z.enum(['waiting', 'running', 'done', 'failed', 'discarded', 'unknown']),
      removed: z.object({ archive: bool, courseid: id.nullable() }),
    }),
  },
  grant_download: {
    reads: false,
    params: z.strictObject(key),
    result: z.object({ grant: text, filename: text, sizebytes: size, sha256, expires: time }),
  },
  grant_upload: {
    reads: false,
    params: z.strictObject({ ...key, filename: text, sizebytes: size, sha256 }),
    /** `received`: bytes kept from an earlier try of the same key. */
    result: z.object({ grant: text, received: size, uploadpartbytes: size, expires: time }),
  },
} as const satisfies Record<string, ProtocolFunction>;

export type FunctionName = keyof typeof functions;
export type Params<F extends FunctionName> = z.input<(typeof functions)[F]['params']>;
/** Parameters as a site sees them, after reading. */
export type ReadParams<F extends FunctionName> = z.output<(typeof functions)[F]['params']>;
export type Result<F extends FunctionName> = z.output<(typeof functions)[F]['result']>;

export type Person = z.output<typeof person>;
export type Category = z.output<typeof category>;
export type CourseSummary = z.output<typeof courseSummary>;
export type CourseOutline = Result<'get_course'>;
export type Task = z.output<typeof task>;
export type TaskWarning = z.output<typeof taskWarning>;

export const component = 'local_jouvence';
export const protocolVersion = { min: 1, max: 1 } as const;

/** The web-service name: `local_jouvence_get_site`. */
export const wireName = (name: FunctionName): string => `${component}_${name}`;

/** Which functions a profile's token may call. */
export const profiles = {
  source: [
    'get_site',
    'find_people',
    'list_courses',
    'find_courses',
    'get_course',
    'start_backup',
    'get_job',
    'discard_job',
    'grant_download',
  ],
  target: [
    'get_site',
    'find_people',
    'find_courses',
    'get_course',
    'get_job',
    'discard_job',
    'list_plugins',
    'list_categories',
    'check_rights',
    'match_people',
    'start_restore',
    'enrol_person',
    'grant_upload',
  ],
} as const satisfies Record<string, readonly FunctionName[]>;

export type Profile = keyof typeof profiles;

/** `core_webservice_get_site_info`, as much of it as we read. */
export const siteInfo = z.object({
  sitename: text,
  siteurl: text,
  release: text,
  version: text,
  userid: int,
  username: text,
  functions: z.array(z.object({ name: text, version: text })),
});
export type SiteInfo = z.output<typeof siteInfo>;

/** Archive addresses below the site's base, and their headers. */
export const transfer = {
  downloadPath: '/local/jouvence/archive.php',
  /** Query: `offset`, and with the last part `complete=1` and `sha256`. */
  uploadPath: '/local/jouvence/upload.php',
  grantHeader: 'x-jouvence-grant',
  /** Bytes kept so far: answered to HEAD and POST of an upload, and with 409 when the offset was wrong. */
  receivedHeader: 'x-jouvence-received',
  /** Parts are never asked to be smaller than this, in bytes. */
  minPartBytes: 524_288,
} as const;
