import type { Inspection } from '@jouvence/mbz';
import type { CourseOutline } from '@jouvence/protocol';
import type { Inventory, ReportLine } from './types.ts';

export interface NamedActivity {
  module: string;
  name: string;
}

export function inventoryOfArchive(inspection: Inspection): Inventory {
  return {
    sections: inspection.sections.length,
    activities: countByModule(inspection.activities),
    files: inspection.files,
    people: inspection.enrolled,
  };
}

export function inventoryOfCourse(outline: CourseOutline): Inventory {
  return {
    sections: outline.sections.length,
    activities: countByModule(outline.sections.flatMap(({ activities }) => activities)),
    files: outline.files,
    people: outline.people,
  };
}

function countByModule(activities: readonly { module: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { module } of activities) counts[module] = (counts[module] ?? 0) + 1;
  return counts;
}

export interface Comparison {
  before: Inventory;
  /** Of the archive. */
  activities: readonly NamedActivity[];
  after: CourseOutline;
  /** What was said to be lost until now: by the verdict, by both sites. */
  explained: readonly ReportLine[];
}

/** What is not there although nobody said so. */
export function compareInventories({ before, activities, after, explained }: Comparison): ReportLine[] {
  const lost = lostActivities(activities, after);
  const unexplained = lost.filter(({ module, name }) => !explained.some((line) => explains(line, module, name)));
  const lines = unexplained.map(
    ({ module, name }): ReportLine => ({
      code: 'activity-lost',
      severity: 'error',
      what: `${name} (${module})`,
      why: 'It is in the archive, and not in the new course; the target did not say why.',
      todo: 'Look at the course on the source; ask the administrator of the target.',
    }),
  );
  if (after.sections.length < before.sections) {
    lines.push({
      code: 'section-lost',
      severity: 'error',
      what: `${before.sections - after.sections.length} of ${before.sections} sections`,
      why: 'They are in the archive, and not in the new course; the target did not say why.',
      todo: 'Look at the course on the source; ask the administrator of the target.',
    });
  }
  // Activities that were left behind took their files with them.
  if (after.files < before.files && lost.length === 0 && !explained.some(({ code }) => code.startsWith('file'))) {
    lines.push({
      code: 'file-lost',
      severity: 'error',
      what: `${before.files - after.files} of ${before.files} files`,
      why: 'They are in the archive, and not in the new course; the target did not say why.',
      todo: 'Open the files of the new course; ask the administrator of the target.',
    });
  }
  if (after.people < before.people && !explained.some(({ code }) => code.startsWith('enrolment-method-'))) {
    lines.push({
      code: 'people-lost',
      severity: 'error',
      what: `${before.people - after.people} of ${before.people} people`,
      why: 'They are enrolled in the archive, and not in the new course; the target did not say why.',
      todo: 'Enrol these people by hand; ask the administrator of the target.',
    });
  }
  return lines;
}

function lostActivities(activities: readonly NamedActivity[], after: CourseOutline): NamedActivity[] {
  const there = Map.groupBy(
    after.sections.flatMap((section) => section.activities),
    ({ module }) => module,
  );
  const here = Map.groupBy(activities, ({ module }) => module);
  return [...here].flatMap(([module, wanted]) => {
    const arrived = there.get(module) ?? [];
    const names = arrived.map(({ name }) => name);
    const lostCount = wanted.length - arrived.length;
    if (lostCount <= 0) return [];
    // Names tell which ones, as far as the target kept them; how many is told by counting.
    const unmatched = wanted.filter(({ name }) => {
      const at = names.indexOf(name);
      if (at !== -1) names.splice(at, 1);
      return at === -1;
    });
    return unmatched.slice(0, lostCount);
  });
}

function explains(line: ReportLine, module: string, name: string): boolean {
  // It is there, and a Moodle lists nothing of a module that is switched off.
  if (line.code === 'module-off') return line.what === `mod_${module}`;
  return line.severity !== 'info' && (line.what.includes(name) || line.what.includes(module));
}

/** Moodle gives a name that is taken another one. */
export function namesChanged(
  archive: { shortname: string; fullname: string },
  course: { shortname: string; fullname: string },
): ReportLine[] {
  return (['shortname', 'fullname'] as const)
    .filter((field) => archive[field] !== course[field])
    .map((field) => ({
      code: 'name-changed',
      severity: 'info',
      what: course[field],
      why: `The ${field === 'shortname' ? 'short name' : 'name'} was “${archive[field]}”${whyChanged(archive[field], course[field])}`,
      todo: 'Give it the name you like in the settings of the course.',
      values: { was: archive[field] },
    }));
}

const whyChanged = (before: string, after: string): string =>
  before.startsWith(after) ? ', which is too long there.' : ', and there is another course of that name or short name.';
