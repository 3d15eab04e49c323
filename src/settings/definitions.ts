import { z } from 'zod';
import { toAppError } from '../errors.ts';
import { readHours, writeHours } from './hours.ts';

/** How narrowly a setting may be set; the narrowest that is set wins. A source's is about what that site gives. */
export type Reach = 'fleet' | 'target' | 'source' | 'pair';

export interface Definition<S extends z.ZodType = z.ZodType> {
  reach: Reach;
  schema: S;
  fallback: z.output<S>;
  /** The same in Strasbourg's block (component `block_my_external_backup_restore_courses`), if it has it. */
  strasbourg?: string;
}

const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);
const yesNo = z.boolean();
const roleName = z.string().regex(/^[a-z][a-z0-9_-]{0,99}$/i, 'must be the short name of a role');
const capability = z
  .string()
  .regex(/^[a-z0-9_]+\/[a-z0-9_]+:[a-z0-9_]+$/, 'must be a capability, such as moodle/course:create');
/** A table or column of Moodle's, without prefix; both ends check that it is in their schema. */
const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be the name of a table or column, without prefix');
const email = z.email().max(255);
const username = z.string().regex(/^[a-z0-9._@-]{1,100}$/, 'must be a username, in small letters');
/** Nobody · who holds `local/jouvence:chooseuserdata` on the target · everybody. Operators may unless it is nobody. */
const chooser = z.enum(['nobody', 'capability', 'everybody']);

/** Every setting; what each means, in both languages, is `setting.<key>` of the catalogue. */
export const definitions = {
  'requests.people': define('pair', yesNo, false),
  'requests.peopleChoice': define('pair', chooser, 'capability'),
  'requests.enrolments': define('pair', z.enum(['never', 'withusers', 'always']), 'withusers'),
  'requests.enrolmentsChoice': define('pair', chooser, 'capability'),
  'requests.oneInstance': define('pair', yesNo, true, 'onlyoneremoteinstance'),
  'requests.largestMegabytes': define('pair', wholeNumber(0, 10_000_000), 0),
  'requests.openPerPerson': define('target', wholeNumber(0, 100_000), 200),
  'requests.keepIdnumber': define('pair', yesNo, false),
  'requests.keepFileAuthors': define('pair', yesNo, false),

  'category.default': define('target', z.int().positive().nullable(), null, 'defaultcategory'),
  'category.original': define('pair', yesNo, true, 'restorecourseinoriginalcategory'),
  'category.preferOriginal': define('pair', yesNo, true, 'defaultcategorychecked'),
  'category.table': define('pair', identifier, 'course_categories', 'categorytable'),
  'category.foreignKey': define('pair', identifier, 'id', 'categorytable_foreignkey'),
  'category.field': define('pair', identifier, 'idnumber', 'categorytable_categoryfield'),

  'rights.courseCreate': define('target', yesNo, true, 'checkrequestercapascoursecreate'),
  'rights.more': define('target', z.array(capability).max(20), []),

  'enrol.requester': define('pair', yesNo, true, 'autoenrol_requester'),
  'enrol.role': define('target', roleName, 'editingteacher', 'enrollrole'),
  'enrol.colleagues': define('pair', yesNo, true, 'enrollbutton'),

  'entrance.listed': define('target', yesNo, true),

  'queue.backups': define('source', wholeNumber(1, 64), 2),
  'queue.restores': define('target', wholeNumber(1, 64), 2),
  'queue.hours': define('pair', weeklyHours(), '', 'timelimitedmod, limitstart_hour, limitend_hour'),
  /** IANA; empty: the target's own. */
  'queue.zone': define('pair', zoneName(), ''),

  'notices.web': define('target', yesNo, true),
  'notices.mail': define('target', yesNo, true),
  'notices.language': define('target', z.enum(['en', 'fr']), 'en'),
  'notices.sourceAddress': define('pair', yesNo, false, 'includeexternalurlinmail'),
  'notices.warnings': define('target', yesNo, true, 'warningstoowner'),
  'notices.administrators': define('target', z.array(email).max(50), []),
  'notices.siteAdministrators': define('target', z.array(username).max(50), []),
  'notices.digestMinutes': define('fleet', wholeNumber(0, 10_080), 60),
  'notices.stuckMinutes': define('fleet', wholeNumber(5, 100_000), 120),

  'retention.requestDays': define('fleet', wholeNumber(1, 36_500), 730),
  'retention.auditDays': define('fleet', wholeNumber(30, 36_500), 1095),
  'retention.noticeDays': define('fleet', wholeNumber(1, 3650), 90),
  'retention.tokenDays': define('fleet', wholeNumber(1, 3650), 365),
} as const satisfies Record<string, Definition>;

/** Kept in one way of writing, whatever was written. */
function weeklyHours() {
  return z
    .string()
    .max(1000)
    .transform((text, context) => {
      try {
        return writeHours(readHours(text));
      } catch (error) {
        context.addIssue({ code: 'custom', message: `cannot be read as hours: ${toAppError(error).message}` });
        return z.NEVER;
      }
    });
}

function zoneName() {
  const error = 'is no time zone; write one such as Europe/Paris, or nothing for the own of the target';
  return z
    .string()
    .max(64)
    .refine((zone) => {
      if (zone === '') return true;
      try {
        // An offset such as +02:00 would be wrong for half of each year.
        return !/^[+-]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
      } catch {
        return false;
      }
    }, error);
}

export type SettingKey = keyof typeof definitions;
export type SettingValue<K extends SettingKey> = z.output<(typeof definitions)[K]['schema']>;
/** Every setting's value in force somewhere. */
export type SettingValues = { readonly [K in SettingKey]: SettingValue<K> };

export const settingKeys = Object.keys(definitions) as SettingKey[];

function define<S extends z.ZodType>(
  reach: Reach,
  schema: S,
  fallback: z.output<S>,
  strasbourg?: string,
): Definition<S> {
  return { reach, schema, fallback, ...(strasbourg !== undefined && { strasbourg }) };
}
