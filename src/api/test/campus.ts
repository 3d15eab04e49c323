import type { CourseOutline, CourseSummary, Person } from '@jouvence/protocol';
import type { openOddSite } from '../../sites/test/odd-site.ts';

type Answers = NonNullable<Parameters<typeof openOddSite>[0]['answers']>;

/** Whatever people call their courses. */
export const nastyNames = [
  `Histoire "de l'art" & <b>'gras'</b>`,
  '<script>alert(1)</script>',
  'Emoji 👩🏽‍🏫🇫🇷 日本語 e\u0301',
  'مقدمة في البرمجة (C++)',
  "Robert'); drop table sites;--",
  '\u001b]0;owned\u0007\u001b[31mred\u001b[0m',
  'line\nbreak\ttab',
  '{{count}} $t(yes) %s $x {id}',
  'x'.repeat(255),
];

/** Of course n, from 1. */
export const nastyName = (id: number): string => nastyNames[id - 1]!;

const teacher: Person = {
  id: 7,
  username: 'prof.martin',
  email: 'martin@example.org',
  idnumber: '',
  fullname: 'Prof Martin',
  auth: 'manual',
  language: 'fr',
  firstaccess: 1_600_000_000,
  suspended: false,
};

const colleague: Person = { ...teacher, id: 8, username: 'prof.weber', email: 'weber@example.org' };

const category = { id: 1, parentid: 0, name: 'Lettres', idnumber: 'L', visible: true, path: ['Lettres'] };

const courses: CourseSummary[] = nastyNames.map((fullname, index) => ({
  id: index + 1,
  shortname: `c${index + 1}`,
  fullname,
  idnumber: '',
  format: 'topics',
  visible: true,
  startdate: 1_725_000_000,
  enddate: 0,
  timemodified: 1_730_000_000,
  category,
  teachers: ['Prof Martin'],
  filebytes: 2048,
}));

const outlineOf = (id: number): CourseOutline => ({
  ...courses[id - 1]!,
  sections: [
    {
      number: 0,
      name: null,
      visible: true,
      activities: [
        { id: 1, module: 'quiz', name: nastyName(id), visible: true, filebytes: 2048 },
        { id: 2, module: 'geogebra', name: 'Triangles', visible: false, filebytes: 0 },
      ],
    },
  ],
  plugins: [
    { type: 'mod', name: 'quiz' },
    { type: 'mod', name: 'geogebra' },
  ],
  files: 1,
  people: 3,
  release: '4.5.6 (Build: 20250811)',
});

const findPeople: NonNullable<Answers['find_people']> = ({ value }) => ({
  people: [teacher, colleague].filter(({ username }) => username === value),
});

/** A source where one teacher holds every course. */
export const sourceAnswers: Answers = {
  find_people: findPeople,
  list_courses: () => ({ courses: courses.map((course) => ({ ...course, roles: ['editingteacher'] })) }),
  find_courses: ({ value }) => ({ courses: courses.filter(({ id }) => String(id) === value) }),
  /** Nobody whose account would be missing. */
  get_course_people: () => ({ people: [], more: false }),
  search_courses: ({ text = '', before = 0, limit = 50 }) => {
    const found = courses
      .filter(({ id, fullname }) =>
        String(text)
          .split(' ')
          .every((word) => `${fullname} ${id}`.includes(word)),
      )
      .sort((a, b) => b.id - a.id);
    const left = found.filter(({ id }) => Number(before) === 0 || id < Number(before));
    return { courses: left.slice(0, Number(limit)), more: left.length > Number(limit), total: found.length };
  },
  get_course: ({ courseid }) => outlineOf(Number(courseid)),
};

/** A target that has the quiz, and not the other module; the teacher may create courses. */
export const targetAnswers: Answers = {
  find_people: findPeople,
  list_plugins: () => ({ plugins: [{ type: 'mod', name: 'quiz', version: '2024100700', state: 'on' }] }),
  list_categories: () => ({ categories: [category] }),
  find_courses: () => ({ courses: [] }),
  get_course: ({ courseid }) => outlineOf(Number(courseid)),
  check_rights: ({ checks }) => ({
    checks: checks.map(({ capability }) => ({ capability, exists: true, allowed: true })),
  }),
};
