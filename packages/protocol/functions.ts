import { z } from 'zod';
import {
  activity,
  category,
  categoryKey,
  contextLevel,
  courseSummary,
  noticeKind,
  person,
  personField,
  profile,
  role,
  task,
  type taskWarning,
} from './shapes.ts';
import { trustKey } from './ticket.ts';
import { bool, id, int, jsonText, line, sha256, size, taskKey, text, time, webAddress } from './wire.ts';

/** Parameters are strict (a site refuses what it does not know); results are read tolerantly (unknown keys are ignored). */
interface ProtocolFunction {
  params: z.ZodType;
  result: z.ZodType;
  /** Changes nothing on the site: may be repeated after a lost answer. The others carry a key, or are idempotent. */
  reads: boolean;
  /** Parameters that came after the function, with the version of the agent that brought each; left out, nothing changes. */
  newer?: Readonly<Record<string, number>>;
}

const key = { key: taskKey };

/**
 * Asks for the key of each category, `'table:foreignkey:field'`: the value of `field` in the one row of `table` whose
 * `foreignkey` is the category's id. `course_categories:id:idnumber` and `course_categories:id:name` are answered by
 * every site; any other only where the site's administrator allowed it (else `not-allowed`: a join on any table would
 * read any table). Categories then say `key`, null where the table has no row for them, several, or an empty value. That
 * two categories may have one key is the caller's matter.
 */
const withKeys = { key: categoryKey.optional() };
const keysSince = { newer: { key: 2026112700 } };

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
  /** What the connection check needs besides `get_site`: the caller's own standing, as the site sees it. */
  get_connection: {
    reads: true,
    params: z.strictObject({}),
    result: z.object({
      profile,
      /** The service user. */
      userid: id,
      username: text,
      /** When the token of this call ends; 0: never. */
      tokenexpires: time,
      /** Addresses that the token is limited to, as Moodle writes them; empty: any. */
      iprestriction: text,
      /** From where the site sees this call come; behind a proxy it may be the proxy's. */
      address: text,
      /** Whether the site takes this call for one over TLS. */
      secure: bool,
      /** Each Moodle capability that the profile needs, and whether the service user holds it at the system context. */
      capabilities: z.array(z.object({ capability: text, held: bool })),
      /** Short names of the roles that the service user may give to people; Moodle drops the others when it restores. */
      assignableroles: z.array(role),
      /** Tasks of ours that wait for the site's cron: how many, and since when the first (0: none). */
      waiting: z.object({ tasks: int, since: time }),
    }),
  },
  /** A new token for this profile; the one of this call ends when the new one is first used, so a lost answer costs nothing. */
  rotate_token: {
    reads: false,
    params: z.strictObject({}),
    result: z.object({ token: text, expires: time }),
  },
  /** By which key the site signs tickets (`ticket.ts`). */
  get_trust: { reads: true, params: z.strictObject({}), result: trustKey },
  list_roles: {
    reads: true,
    params: z.strictObject({}),
    result: z.object({
      roles: z.array(
        z.object({
          id,
          shortname: role,
          name: text,
          /** Moodle's archetype, empty when it has none. */
          archetype: text,
          /** Where it can be given. */
          levels: z.array(contextLevel),
          /** Whether the service user may give it. */
          assignable: bool,
        }),
      ),
    }),
  },
  /** Works while maintenance is on. Moodle's command-line maintenance is another, which REST cannot end. */
  set_maintenance: {
    reads: false,
    params: z.strictObject({ enabled: bool, message: text.optional() }),
    result: z.object({ before: z.object({ enabled: bool, message: text }) }),
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
    /**
     * In the order asked: every account, deleted ones apart, that has the username, the e-mail (in any case) or the
     * idnumber asked for, when that is not empty. Which of them is the same person, the caller decides.
     */
    result: z.object({
      people: z.array(
        z.object({
          username: text,
          candidates: z.array(
            z.object({
              id,
              username: text,
              email: text,
              idnumber: text,
              firstaccess: time,
              /** Moodle's authentication method. */
              auth: text,
              suspended: bool,
              /** A site administrator. */
              admin: bool,
            }),
          ),
        }),
      ),
    }),
  },
  list_courses: {
    reads: true,
    /** Courses in which the person holds one of the roles, in the course or in a category above it. */
    params: z.strictObject({ userid: id, roles: z.array(role).min(1).max(50), ...withKeys }),
    ...keysSince,
    result: z.object({ courses: z.array(courseSummary.extend({ roles: z.array(role) })) }),
  },
  find_courses: {
    reads: true,
    params: z.strictObject({ field: z.enum(['id', 'shortname', 'idnumber']), value: text, ...withKeys }),
    ...keysSince,
    result: z.object({ courses: z.array(courseSummary) }),
  },
  /**
   * Every course of the site, whoever holds it, or those in which each of the words is part of the full or short name or
   * of the idnumber, in any case, or is the id. The greatest id first, `limit` at most (50): when there are `more`, ask
   * again `before` the last one's id. `total`: all that are found. One that a restore has not finished is not.
   */
  search_courses: {
    reads: true,
    params: z.strictObject({
      text: text.max(255),
      before: int.optional(),
      /** 1 to 200. */
      limit: int.optional(),
      ...withKeys,
    }),
    result: z.object({ courses: z.array(courseSummary).max(200), more: bool, total: int }),
  },
  get_course: {
    reads: true,
    params: z.strictObject({ courseid: id, ...withKeys }),
    ...keysSince,
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
  /**
   * Who holds one of these roles in the course, or in a category above it, as `list_courses` counts it; suspended
   * accounts too, deleted ones never. In the order of the ids, 200 at most: when there are `more`, ask again `after` the
   * last one's id.
   */
  get_course_people: {
    reads: true,
    params: z.strictObject({ courseid: id, roles: z.array(role).min(1).max(50), after: int.optional() }),
    result: z.object({
      people: z
        .array(
          person
            .pick({
              id: true,
              username: true,
              email: true,
              idnumber: true,
              fullname: true,
              auth: true,
              suspended: true,
            })
            .extend({ roles: z.array(role) }),
        )
        .max(200),
      more: bool,
    }),
  },
  /**
   * In the order asked: which of these courses are there. One that a restore has not finished is not. With `userid` also
   * whether that person is enrolled in each, by any method and active or not.
   */
  check_courses: {
    reads: true,
    params: z.strictObject({ ids: z.array(id).min(1).max(200), userid: id.optional() }),
    newer: { userid: 2026112703 },
    result: z.object({ courses: z.array(z.object({ id, exists: bool, enrolled: bool.optional() })) }),
  },
  list_categories: {
    reads: true,
    params: z.strictObject(withKeys),
    ...keysSince,
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
  /**
   * By the manual method, with any role that the service may give (`list_roles`, `assignable`); doing it again changes
   * nothing. `not-allowed` for another role and for a suspended account, `not-found` for a deleted one.
   */
  enrol_person: {
    reads: false,
    params: z.strictObject({ courseid: id, userid: id, role }),
    result: z.object({ before: z.object({ enrolled: bool, roles: z.array(role) }) }),
  },
  /**
   * A message to a person, by the site's own means: a notification and an e-mail, as the person has set for this kind.
   * All texts are in the person's language already; `html` is the same as `text`. The same key again sends nothing, and
   * answers as before (for 30 days): a lost answer can be asked for again. `accepted` is false, with `why` in English,
   * when the site gave it to nobody (suspended, or an account that nobody signs in with); `not-found` when the account is gone.
   */
  send_notice: {
    reads: false,
    params: z.strictObject({
      ...key,
      userid: id,
      kind: noticeKind,
      subject: line,
      text,
      html: text.optional(),
      /** Where it leads, such as the new course, and what the link is called. */
      url: webAddress.optional(),
      urlname: line.optional(),
    }),
    result: z.object({ accepted: bool, why: text }),
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
      /** Given to the new course when no other course has it; Moodle's restore empties it. */
      idnumber: text.optional(),
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
export type CoursePerson = Result<'get_course_people'>['people'][number];
export type NoticeKind = z.output<typeof noticeKind>;
export type CourseSummary = z.output<typeof courseSummary>;
export type CourseOutline = Result<'get_course'>;
export type Task = z.output<typeof task>;
export type TaskWarning = z.output<typeof taskWarning>;

export const component = 'local_jouvence';
export const protocolVersion = { min: 1, max: 1 } as const;

/** Parameters that this function's first version did not have, with the version of the agent that brought each. */
export const newerParameters = (name: FunctionName): Readonly<Record<string, number>> =>
  (functions[name] as ProtocolFunction).newer ?? {};

/** The web-service name: `local_jouvence_get_site`. */
export const wireName = (name: FunctionName): string => `${component}_${name}`;
