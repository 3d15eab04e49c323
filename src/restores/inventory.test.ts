import { createTranslator, reportText } from '@jouvence/i18n';
import type { CourseOutline } from '@jouvence/protocol';
import { expect, test } from 'vitest';
import { compareInventories, inventoryOfCourse, type NamedActivity, namesChanged } from './inventory.ts';
import type { ReportLine } from './types.ts';

const archived: NamedActivity[] = [
  { module: 'quiz', name: 'Week 1' },
  { module: 'quiz', name: 'Week 2' },
  { module: 'chat', name: 'Coffee' },
];

function outline(
  activities: NamedActivity[],
  more: { sections?: number; files?: number; people?: number } = {},
): CourseOutline {
  const { sections = 2, files = 5, people = 14 } = more;
  return {
    sections: Array.from({ length: sections }, (_, number) => ({
      number,
      name: null,
      visible: true,
      activities: number === 0 ? activities.map((each, id) => ({ ...each, id, visible: true, filebytes: 0 })) : [],
    })),
    files,
    people,
  } as unknown as CourseOutline;
}

const before = inventoryOfCourse(outline(archived));

function compare(after: CourseOutline, explained: ReportLine[] = []): string[] {
  return compareInventories({ before, activities: archived, after, explained }).map(
    ({ code, what }) => `${code} ${what}`,
  );
}

test('all there: nothing to say', () => {
  expect(compare(outline(archived))).toEqual([]);
});

test('an activity that is gone is named, whichever of its kind it is', () => {
  expect(compare(outline([archived[0]!, archived[2]!]))).toEqual(['activity-lost Week 2 (quiz)']);
});

test('what was said to be lost is not said twice', () => {
  const line: ReportLine = { code: 'module-missing', severity: 'warning', what: 'Coffee (chat)', why: '', todo: '' };
  // Its files went with it.
  expect(compare(outline(archived.slice(0, 2), { files: 3 }), [line])).toEqual([]);
});

test('another name on the target is no loss', () => {
  expect(compare(outline([{ module: 'quiz', name: 'Semaine 1' }, ...archived.slice(1)]))).toEqual([]);
});

test('lost sections, files and people are counted', () => {
  expect(compare(outline(archived, { sections: 1, files: 2, people: 12 }))).toEqual([
    'section-lost 1 of 2 sections',
    'file-lost 3 of 5 files',
    'people-lost 2 of 14 people',
  ]);
});

test('people of a method that does not come are not lost a second time', () => {
  const line = { code: 'enrolment-method-bound', severity: 'warning', what: 'cohort', why: '', todo: '' } as const;
  expect(compare(outline(archived, { people: 2 }), [line])).toEqual([]);
});

test('a changed name says which it was', () => {
  const lines = namesChanged({ shortname: 'A', fullname: 'Course' }, { shortname: 'A_1', fullname: 'Course' });
  expect(lines).toMatchObject([{ code: 'name-changed', what: 'A_1', why: expect.stringContaining('“A”') }]);
  // In French too.
  expect(reportText(createTranslator('fr'), lines[0]!, 'why')).toContain('«\u00a0A\u00a0»');
  expect(reportText(createTranslator('fr'), { ...lines[0]!, values: undefined }, 'why')).toContain('un autre cours');
});
