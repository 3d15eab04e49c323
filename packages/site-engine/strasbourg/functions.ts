import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BlockCourse, strasbourg } from '@jouvence/protocol';
import { getCourseRow, summarize } from '../course-rows.ts';
import type { CourseFunctions } from '../courses/functions.ts';
import type { Database, Tx } from '../database.ts';
import { MoodleError } from '../errors.ts';
import type { Call } from '../functions/call.ts';
import { heldCourses } from '../functions/courses.ts';
import { moodleVersion } from '../moodle/plugins.ts';
import { findPeople } from '../people.ts';
import { serviceOf } from '../services.ts';
import type { Site } from '../sites.ts';
import { giveDownload, takeOld } from './downloads.ts';
import type { Guest } from './tokens.ts';

export interface StrasbourgOptions {
  database: Database;
  functions: CourseFunctions;
}

/** One call of a guest; `signal` is of its connection. */
export interface GuestCall {
  site: Site;
  guest: Guest;
  address: string;
  signal: AbortSignal;
}

type Fields = Map<string, string>;

/** As 3.2.8 calls itself: whoever looks at it speaks the newest of the three ways. */
const blockVersion = '2025073000';

/** @returns what the function answers; throws MoodleError, as the block and Moodle do */
export async function answerGuest(
  options: StrasbourgOptions,
  call: GuestCall,
  name: string,
  fields: Fields,
): Promise<unknown> {
  const { site, guest } = call;
  switch (name) {
    case 'core_webservice_get_site_info':
      return siteInfo(site, guest);
    case strasbourg.listCourses: {
      const { username, roles } = readList(fields, guest);
      return options.database.withSite(site.id, (tx) => listCourses(tx, username, roles, wantsCategories(fields)));
    }
    case strasbourg.backUpCourse:
      return backUp(options, call, readBackup(fields, guest));
    case strasbourg.findCourses:
      if (guest.anyCourse) return options.database.withSite(site.id, (tx) => findCourse(tx, fields));
  }
  throw new MoodleError(
    'webservice_access_exception',
    'accessexception',
    'Access control exception',
    `Access to the function ${name}() is not allowed.`,
  );
}

function siteInfo(site: Site, { anyCourse }: Guest): unknown {
  const version = moodleVersion(site.branch);
  const functions = [
    { name: strasbourg.backUpCourse, version: blockVersion },
    { name: strasbourg.listCourses, version: blockVersion },
    { name: 'core_webservice_get_site_info', version },
    ...(anyCourse ? [{ name: strasbourg.findCourses, version }] : []),
  ];
  return {
    sitename: plainText(site.fullname),
    username: `${strasbourg.component}_user`,
    firstname: 'wsuser',
    lastname: strasbourg.component,
    fullname: `wsuser ${strasbourg.component}`,
    lang: site.language,
    userid: 0,
    siteurl: site.url,
    functions,
    downloadfiles: 1,
    uploadfiles: 0,
    release: site.release,
    version,
    siteid: 1,
    userissiteadmin: false,
  };
}

/**
 * Three ways to ask, told apart by the names: with `concernedroles`, which in the block never decided anything, or with
 * `searchroles`, which does. Either way only the roles that the token is for count.
 */
function readList(fields: Fields, guest: Guest): { username: string; roles: string[] } {
  const named = fields.has('searchroles');
  only(fields, named ? ['username', 'searchroles', 'restorecourseinoriginalcategory'] : ['username', 'concernedroles']);
  required(fields, 'username', named ? 'searchroles' : 'concernedroles');
  return { username: fields.get('username')!, roles: rolesOf(fields, guest) };
}

function rolesOf(fields: Fields, { roles }: Guest): string[] {
  const asked = fields.get('searchroles');
  if (asked === undefined) return roles;
  // The block's own help tells people to quote them.
  const names = asked.split(',').map((name) => name.replace(/['"\s]/g, ''));
  return roles.filter((role) => names.includes(role));
}

/** From 3.2 on the caller says whether it wants keys of categories; before, the block's own setting did. */
const wantsCategories = (fields: Fields): boolean =>
  !fields.has('searchroles') || /^(1|true|on)$/i.test(fields.get('restorecourseinoriginalcategory') ?? '');

async function listCourses(
  tx: Tx,
  username: string,
  roles: string[],
  categories: boolean,
): Promise<(BlockCourse & Record<string, unknown>)[]> {
  const person = await personOf(tx, username);
  const held = await heldCourses(tx, { personId: person, roles });
  const courses = await summarize(tx, held, []);
  // Visible ones first, as the block sorts them.
  const sorted = [...courses].sort((a, b) => Number(b.visible) - Number(a.visible));
  return sorted.map((course, index) => ({
    id: course.id,
    shortname: plainText(course.shortname),
    category: course.category.id,
    sortorder: index + 1,
    fullname: plainText(course.fullname),
    idnumber: course.idnumber,
    startdate: course.startdate,
    visible: course.visible ? 1 : 0,
    groupmode: 0,
    groupmodeforce: 0,
    categoryidentifier: categories ? course.category.idnumber || null : null,
    concernedusers: '',
  }));
}

/** The block prints names as they come, into pages of its own site: no tag may be in them. Moodle would refuse the list. */
const plainText = (text: string): string => text.replace(/<[^>]*>/g, '').replace(/[<>]/g, '');

async function personOf(tx: Tx, username: string): Promise<number> {
  const [person] = await findPeople(tx, 'username', username);
  if (person) return person.id;
  throw new MoodleError(strasbourg.unknownPerson, 'invalidusername', 'debug/invalidusername');
}

interface WantedBackup {
  username: string;
  courseId: number;
  people: boolean;
  roles: string[];
}

function readBackup(fields: Fields, guest: Guest): WantedBackup {
  const named = fields.has('searchroles');
  const more = named ? ['searchroles', 'restorecourseinoriginalcategory'] : [];
  only(fields, ['username', 'courseid', 'withuserdatas', ...more]);
  required(fields, 'username', 'courseid');
  const courseid = fields.get('courseid')!;
  if (!/^\d{1,15}$/.test(courseid)) throw invalidParameter(`courseid: ${courseid.slice(0, 20)} is no id`);
  const people = fields.get('withuserdatas') ?? '0';
  if (!/^(0|1|true|false|)$/i.test(people)) throw invalidParameter('withuserdatas: neither 0 nor 1');
  return {
    username: fields.get('username')!,
    courseId: Number(courseid),
    people: /^(1|true)$/i.test(people),
    roles: rolesOf(fields, guest),
  };
}

const firstPollMs = 20;
const longestPollMs = 500;

/** Makes a backup while the caller waits, as the block does; when it goes, the backup is given up. */
async function backUp(options: StrasbourgOptions, call: GuestCall, wanted: WantedBackup): Promise<unknown> {
  const { database, functions } = options;
  const { site, guest, address, signal } = call;
  const { courseId, people } = wanted;
  await mustBeTheirs(options, call, wanted);
  if (people && !guest.people)
    throw new MoodleError(
      'required_capability_exception',
      'nopermissions',
      'Sorry, but you do not currently have permissions to do that (participants’ data)',
    );
  const callerId = await database.withSite(site.id, (tx) => serviceOf(tx, 'source'));
  const token = { profile: 'source' as const, callerId, hash: guest.hash, expires: 0 };
  const own: Call = { site, database, profile: 'source', callerId, token, address, wantsComments: true };
  for (const key of await database.withSite(site.id, takeOld)) await functions.discard_job(own, { key });
  const key = `block.${randomBytes(16).toString('hex')}`;
  let given = false;
  try {
    let task = await functions.start_backup(own, { key, courseid: courseId, people });
    for (let pollMs = firstPollMs; task.state === 'waiting' || task.state === 'running'; ) {
      await sleep(pollMs, undefined, { signal });
      pollMs = Math.min(pollMs * 1.3, longestPollMs);
      task = await functions.get_job(own, { key });
    }
    if (task.state !== 'done')
      throw new MoodleError('moodle_exception', 'backupfailed', task.error?.message ?? 'the backup did not come about');
    signal.throwIfAborted();
    const filerecordid = await database.withSite(site.id, (tx) => giveDownload(tx, guest, { courseId, taskKey: key }));
    given = true;
    return { filename: '', filerecordid };
  } finally {
    if (!given) await functions.discard_job(own, { key });
  }
}

/** Else what the block says of it: an exception without a code. */
async function mustBeTheirs(
  { database }: StrasbourgOptions,
  { site, guest }: GuestCall,
  { username, courseId, roles }: WantedBackup,
): Promise<void> {
  const theirs = await database.withSite(site.id, async (tx) => {
    if (username === '') return guest.anyCourse && (await getCourseRow(tx, courseId))?.state === 'ready';
    const person = await personOf(tx, username);
    return (await heldCourses(tx, { personId: person, roles })).includes(courseId);
  });
  if (!theirs) throw new PlainException('[[notcourseowner]]');
}

/** PHP's own, which Moodle sends without a code. */
export class PlainException extends Error {}

async function findCourse(tx: Tx, fields: Fields): Promise<unknown> {
  only(fields, ['field', 'value']);
  const value = fields.get('value') ?? '';
  if (fields.get('field') !== 'id' || !/^\d{1,15}$/.test(value))
    throw invalidParameter('only courses by their id are told here');
  const courses = await summarize(tx, [Number(value)], []);
  return {
    courses: courses.map((course) => ({
      id: course.id,
      fullname: plainText(course.fullname),
      displayname: plainText(course.fullname),
      shortname: plainText(course.shortname),
      categoryid: course.category.id,
      categoryname: plainText(course.category.name),
      idnumber: course.idnumber,
      startdate: course.startdate,
      enddate: course.enddate,
      visible: course.visible ? 1 : 0,
    })),
    warnings: [],
  };
}

function only(fields: Fields, known: string[]): void {
  const odd = [...fields.keys()].find((name) => !known.includes(name));
  if (odd !== undefined) throw invalidParameter(`Unexpected keys (${odd.slice(0, 80)}) detected in parameter array.`);
}

function required(fields: Fields, ...names: string[]): void {
  const missing = names.find((name) => !fields.has(name));
  if (missing !== undefined) throw invalidParameter(`Missing required key in single structure: ${missing}`);
}

const invalidParameter = (why: string) =>
  new MoodleError('invalid_parameter_exception', 'invalidparameter', 'Invalid parameter value detected', why);
