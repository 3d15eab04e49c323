import { MbzError } from './errors.ts';
import { createRecordHandler, type XmlHandler, type XmlRecord } from './xml.ts';

/** An activity as `moodle_backup.xml` lists it, in its order. */
export interface ListedActivity {
  moduleId: number;
  sectionId: number;
  module: string;
  title: string;
  directory: string;
}

/** What `moodle_backup.xml` says of the whole. */
export interface BackupInformation {
  record: XmlRecord;
  /** `course`, `section` or `activity`. */
  type: string | null;
  activities: ListedActivity[];
  settings: Map<string, string>;
}

/** Reads `moodle_backup.xml` into the given object. */
export function createInformationHandler(into: BackupInformation): XmlHandler {
  const details = createRecordHandler({
    '/moodle_backup/information/details/detail': (record) => {
      into.type = record.type ?? null;
    },
    '/moodle_backup/information/contents/activities/activity': (record) => {
      into.activities.push({
        moduleId: Number(record.moduleid),
        sectionId: Number(record.sectionid),
        module: record.modulename ?? '',
        title: record.title ?? '',
        directory: record.directory ?? '',
      });
    },
    '/moodle_backup/information/settings/setting': (record) => {
      if (record.level === 'root') into.settings.set(record.name ?? '', record.value ?? '');
    },
  });
  const information = createRecordHandler({
    '/moodle_backup/information': (record) => {
      into.record = record;
    },
  });
  return combineHandlers([details, information]);
}

/** Refuses what is no backup of a whole course. `found` is absent where there was no `moodle_backup.xml`. */
export function requireCourse(found: BackupInformation | undefined): BackupInformation {
  if (found === undefined)
    throw new MbzError('not-a-course', 'the archive has no moodle_backup.xml: it is no backup of Moodle', {
      hint: 'A course is backed up under "Course reuse", "Backup". Archives of Moodle 1 (moodle.xml) are not read.',
    });
  if (found.type !== null && found.type !== 'course')
    throw new MbzError('not-a-course', `this is the backup of one ${found.type}, not of a course`, {
      hint: 'Back up the whole course.',
    });
  return found;
}

/** Moodle's `tgz_packer::DEFAULT_TIMESTAMP`: GNU tar warns of a time of zero. */
export const defaultTime = 1356998400;

/** When the backup was made, in Unix seconds, as the time of all its files: the same however often it is written. */
export function timeOfBackup({ record }: BackupInformation): number {
  const seconds = Number(record.backup_date ?? 0);
  return Number.isInteger(seconds) && seconds > 0 && seconds < 8 ** 11 ? seconds : defaultTime;
}

/** One reading of a document for several readers. */
export function combineHandlers(handlers: readonly XmlHandler[]): XmlHandler {
  if (handlers.length === 1) return handlers[0]!;
  return {
    open(name, attributes) {
      for (const handler of handlers) handler.open(name, attributes);
    },
    text(chunk) {
      for (const handler of handlers) handler.text(chunk);
    },
    close(name) {
      for (const handler of handlers) handler.close(name);
    },
  };
}
