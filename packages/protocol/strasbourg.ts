import { z } from 'zod';
import { int, text } from './wire.ts';

/**
 * The web service of Strasbourg's block `my_external_backup_restore_courses`, as it is installed on many old Moodles.
 * The misspelling of the service is theirs, and part of the protocol. Which parameters it takes, its version tells
 * (`shapeOfBlock`); Moodle refuses those that it does not know.
 */
export const strasbourg = {
  component: 'block_my_external_backup_restore_courses',
  service: 'wsblockmyexternalbakcuprestorecourses',
  listCourses: 'block_my_external_backup_restore_courses_get_courses',
  backUpCourse: 'block_my_external_backup_restore_courses_get_courses_zip',
  /** Of Moodle itself; in the service since 3.0. */
  findCourses: 'core_course_get_courses_by_field',
  /** GET with `token` and `filerecordid` in the query: there is no other way in it. */
  downloadPath: '/blocks/my_external_backup_restore_courses/get_user_backup_course_webservice.php',
  /** Name of the exception for a username that nobody has there; its errorcode is `invalidusername`. */
  unknownPerson: 'block_my_external_backup_restore_courses_invalid_username_exception',
} as const;

/**
 * - `2.1`: a list by username, whose roles the server's own setting decides; backups without participants' data
 * - `3.0`: also with; a course can be looked up by its id
 * - `3.2`: the caller names the roles, under another name, and asks for the category's key
 */
export type BlockShape = '2.1' | '3.0' | '3.2';

/** By `version` of its functions: 3.0.0 is 2023022000, and the parameters changed between 2024061300 and 2025052303. */
export function shapeOfBlock(version: string): BlockShape {
  const number = Number(version);
  if (number >= 2025032000) return '3.2';
  return number >= 2023022000 ? '3.0' : '2.1';
}

export const blockCourse = z.object({
  id: int,
  shortname: text,
  fullname: text,
  category: int,
  idnumber: text.nullish(),
  startdate: int,
  visible: int.nullish(),
  /** The key by which its category is found on the other side; null when the source does not give keys. */
  categoryidentifier: text.nullish(),
});
export type BlockCourse = z.output<typeof blockCourse>;

/** Somebody without courses has null, in older versions. */
export const blockCourses = z.array(blockCourse).nullable();

/** `filename` is always empty. `filerecordid` is 0 when the backup failed, and nothing says why. */
export const blockArchive = z.object({ filename: text.nullish(), filerecordid: int });

export const blockFound = z.object({
  courses: z.array(
    z.object({
      id: int,
      shortname: text,
      fullname: text,
      idnumber: text.nullish(),
      startdate: int.nullish(),
      enddate: int.nullish(),
      visible: int.nullish(),
      categoryid: int.nullish(),
      categoryname: text.nullish(),
    }),
  ),
});
