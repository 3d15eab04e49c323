import { z } from 'zod';
import type { FunctionName } from './functions.ts';
import type { profile } from './shapes.ts';
import { bool, int, text } from './wire.ts';

const everybody = ['get_connection', 'rotate_token', 'get_trust'] as const;

/** Which functions a profile's token may call. */
export const profiles = {
  source: [
    'get_site',
    'find_people',
    'list_courses',
    'find_courses',
    'search_courses',
    'get_course',
    'get_course_people',
    'check_courses',
    'start_backup',
    'get_job',
    'discard_job',
    'grant_download',
    'list_roles',
    ...everybody,
  ],
  target: [
    'get_site',
    'find_people',
    'find_courses',
    'get_course',
    'check_courses',
    'get_job',
    'discard_job',
    'list_plugins',
    'list_categories',
    'check_rights',
    'match_people',
    'start_restore',
    'enrol_person',
    'send_notice',
    'grant_upload',
    'list_roles',
    ...everybody,
  ],
  fleet: ['get_site', 'list_plugins', 'list_roles', 'find_people', 'set_maintenance', ...everybody],
} as const satisfies Record<string, readonly FunctionName[]>;

export type Profile = z.output<typeof profile>;

/** `core_webservice_get_site_info`, as much of it as we read. */
export const siteInfo = z.object({
  sitename: text,
  siteurl: text,
  release: text,
  version: text,
  userid: int,
  username: text,
  functions: z.array(z.object({ name: text, version: text })),
  /** Whether the token's service lets files be fetched. */
  downloadfiles: int.optional(),
  userissiteadmin: bool.optional(),
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

/** Came after version 1 was in use: a site without them is whole, and what needs them says so (`unsupported`). */
export const dispensable: readonly FunctionName[] = ['search_courses'];
