import { expect, test } from 'vitest';
import { type Judged, judge, type TargetPlugins } from './index.ts';

const target: TargetPlugins = {
  site: 'campus-2026',
  release: '5.0.1 (Build: 20250609)',
  plugins: [
    { type: 'mod', name: 'quiz', state: 'on' },
    { type: 'mod', name: 'page', state: 'on' },
    { type: 'mod', name: 'lesson', state: 'off' },
    { type: 'qtype', name: 'multichoice', state: 'on' },
    { type: 'format', name: 'topics', state: null },
  ],
};

const course: Judged = {
  release: '4.5.6 (Build: 20250811)',
  activities: [
    { module: 'quiz', name: 'Test 1' },
    { module: 'page', name: 'Plan' },
  ],
  plugins: [
    { type: 'mod', name: 'quiz' },
    { type: 'qtype', name: 'multichoice' },
    { type: 'format', name: 'topics' },
  ],
};

const codes = (change: Partial<Judged>, to: Partial<TargetPlugins> = {}) => {
  const { kind, reasons } = judge({ ...course, ...change }, { ...target, ...to });
  return { kind, codes: reasons.map(({ code }) => code) };
};

test('a course of what the target has comes whole', () => {
  expect(judge(course, target)).toEqual({ kind: 'whole', reasons: [] });
});

test('each activity of a missing module is named', () => {
  const { kind, reasons } = judge(
    {
      ...course,
      activities: [
        ...course.activities,
        { module: 'chat', name: 'Café' },
        { module: 'chat', name: '<script>' },
        { module: 'survey', name: 'Avis' },
      ],
    },
    target,
  );
  expect(kind).toBe('partly');
  expect(reasons.map(({ code, severity, what }) => ({ code, severity, what }))).toEqual([
    { code: 'module-missing', severity: 'warning', what: 'chat “Café”' },
    { code: 'module-missing', severity: 'warning', what: 'chat “<script>”' },
    { code: 'module-missing', severity: 'warning', what: 'survey “Avis”' },
  ]);
  expect(reasons[0]!.why).toContain('campus-2026');
  expect(reasons[0]!.values).toEqual({ module: 'chat', target: 'campus-2026' });
});

test('a course of which no activity would be left does not come', () => {
  const activities = [{ module: 'chat', name: 'Café' }];
  expect(codes({ activities })).toEqual({ kind: 'not', codes: ['module-missing', 'nothing-left'] });
});

test('a course without activities comes whole', () => {
  expect(codes({ activities: [] })).toEqual({ kind: 'whole', codes: [] });
});

test('a module that is switched off loses nothing, and is said', () => {
  const activities = [
    { module: 'lesson', name: 'A' },
    { module: 'lesson', name: 'B' },
  ];
  expect(codes({ activities })).toEqual({ kind: 'whole', codes: ['module-off'] });
});

test.each([
  [{ type: 'format', name: 'tiles' }, 'format-missing', 'whole'],
  [{ type: 'qtype', name: 'stack' }, 'qtype-missing', 'partly'],
])('a missing %o is %s, and the course comes %s', (plugin, code, kind) => {
  expect(codes({ plugins: [...course.plugins, plugin] })).toEqual({ kind, codes: [code] });
});

test('of a type that the target does not list nothing is said', () => {
  expect(codes({ plugins: [...course.plugins, { type: 'block', name: 'tiles' }] }).kind).toBe('whole');
});

test.each([
  ['4.5.7 (Build: 20251006)', '4.5.6 (Build: 20250811)', 'whole', ['release-build']],
  ['4.5.6+ (Build: 20250905)', '4.5.6 (Build: 20250811)', 'whole', ['release-build']],
  ['4.5.6 (Build: 20250811)', '4.5.6 (Build: 20250811)', 'whole', []],
  ['4.5.6 (Build: 20250811)', '4.5.12 (Build: 20260601)', 'whole', []],
  ['4.1.19 (Build: 20250609)', '4.5.6 (Build: 20250811)', 'whole', []],
  ['4.5.6 (Build: 20250811)', '4.1.19 (Build: 20250609)', 'not', ['release-new']],
  ['4.5', '4.1.2', 'not', ['release-new']],
  ['4.0.9', '3.11.18', 'not', ['release-new']],
  ['5.1dev (Build: 20250918)', '5.0.2 (Build: 20250811)', 'not', ['release-new']],
  ['5.0', '4.5.6', 'not', ['release-new']],
  ['4.0.9', '4.5', 'whole', ['release-untried']],
  ['3.11.18', '4.5', 'whole', ['release-untried']],
  ['3.9', '4.5', 'whole', ['release-untried']],
  ['3.8.9', '4.5', 'not', ['release-old']],
  ['2.9', '4.5', 'not', ['release-old']],
  ['unknown', '4.5', 'whole', []],
])('Moodle %s to Moodle %s: %s', (from, to, kind, expected) => {
  expect(codes({ release: from }, { release: to })).toEqual({ kind, codes: expected });
});

test('what Moodle does not carry to another site is foreseen from an outline, and only what is there', () => {
  const plugins = [...course.plugins, { type: 'mod', name: 'lti' }, { type: 'enrol', name: 'cohort' }];
  expect(codes({ plugins, outline: { idnumber: 'BIO-1' } })).toEqual({
    kind: 'whole',
    codes: ['idnumber-cleared', 'lti-foreseen', 'enrolment-method-bound'],
  });
  expect(codes({ outline: { idnumber: '' } })).toEqual({ kind: 'whole', codes: [] });
  // An archive tells it itself.
  expect(codes({ plugins })).toEqual({ kind: 'whole', codes: [] });
});

test('asking for participants’ data says what that means', () => {
  expect(codes({ people: 0 })).toEqual({ kind: 'whole', codes: ['people-none'] });
  expect(codes({ people: 30 })).toEqual({ kind: 'whole', codes: ['people-matched'] });
});
