import type { Rule } from '../people/xml-filter.ts';
import type { XmlRecord } from '../xml.ts';

/** What is changed of the course itself. What is absent stays. */
export interface CourseChange {
  fullname?: string | undefined;
  shortname?: string | undefined;
  idnumber?: string | undefined;
  /** Unix seconds. The end moves by as much; the dates of activities stay. */
  startdate?: number | undefined;
}

/** New texts by the path of their element. */
export type Replacements = ReadonlyMap<string, string>;

/** Fields of the course in `course/course.xml`. */
export function courseReplacements(change: CourseChange, course: XmlRecord): Replacements {
  const { fullname, shortname, idnumber, startdate } = change;
  return replacements('course', { fullname, shortname, idnumber, startdate, enddate: movedEnd(change, course) });
}

/**
 * The same in `moodle_backup.xml`, where Moodle's restore takes names and dates from: the settings `course_fullname`,
 * `course_shortname` and `course_startdate` have them as defaults, and would win over `course/course.xml`.
 */
export function descriptionReplacements(change: CourseChange, course: XmlRecord): Replacements {
  const { fullname, shortname, startdate } = change;
  return new Map([
    ...replacements('moodle_backup/information', {
      original_course_fullname: fullname,
      original_course_shortname: shortname,
      original_course_startdate: startdate,
      original_course_enddate: movedEnd(change, course),
    }),
    ...replacements('moodle_backup/information/contents/course', { title: shortname }),
  ]);
}

function movedEnd({ startdate }: CourseChange, course: XmlRecord): number | undefined {
  const [start, end] = [Number(course.startdate ?? 0), Number(course.enddate ?? 0)];
  return startdate === undefined || end === 0 ? undefined : end + (startdate - start);
}

function replacements(parent: string, values: Record<string, string | number | undefined>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) found.set(`${parent}/${name}`, String(value));
  return found;
}

/** Replaces the texts of leaves by their path, and tells of each that became another. */
export function replaceTexts(replaced: Replacements, changed: (field: string) => void): Rule {
  const below =
    (parent: string): Rule =>
    (name) => {
      const path = parent === '' ? name : `${parent}/${name}`;
      const value = replaced.get(path);
      if (value === undefined) return { action: 'keep', inside: below(path) };
      const field = (text: string) => {
        if (text !== value) changed(name);
        return value;
      };
      return { action: { field } };
    };
  return below('');
}
