import type { Course } from '@jouvence/contract';
import type { CoursesSearch } from './search.ts';

/** A course, and where it stands. */
export interface ListedCourse {
  /** `source:id`, as the command line takes it. */
  key: string;
  source: string;
  /** Title of the source. */
  title: string;
  course: Course;
  /** What is looked through, folded. */
  words: string;
}

const ligatures: Record<string, string> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ı: 'i' };

/** As somebody types it who has no time for accents, by one apostrophe and one dash; the same as the server's. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‘’‛ʼ′]/g, "'")
    .replace(/[‐‑‒–—―−]/g, '-')
    .toLowerCase()
    .replace(/[œæßøłđı]/g, (letter) => ligatures[letter]!)
    .trim();

export function listed(source: string, title: string, course: Course): ListedCourse {
  const { fullname, shortname, idnumber, teachers, category } = course;
  return {
    key: `${source}:${course.id}`,
    source,
    title,
    course,
    words: fold([fullname, shortname, idnumber, ...teachers, ...category.path].join('\n')),
  };
}

export type Filters = Pick<CoursesSearch, 'q' | 'source' | 'category' | 'year' | 'role'>;

export function matching(courses: readonly ListedCourse[], { q, source, category, year, role }: Filters) {
  const wanted = fold(q ?? '')
    .split(/\s+/)
    .filter(Boolean);
  return courses.filter(
    ({ source: from, course, words }) =>
      (source === undefined || from === source) &&
      (year === undefined || course.year === year) &&
      (role === undefined || course.roles.includes(role)) &&
      (category === undefined || pathOf(course).includes(category)) &&
      wanted.every((word) => words.includes(word)),
  );
}

export const pathOf = ({ category }: Course): string[] => (category.path.length > 0 ? category.path : [category.name]);

export interface Options {
  categories: string[];
  years: number[];
  roles: string[];
}

/** What can be chosen by: what occurs, and what is chosen already. */
export function optionsOf(courses: readonly ListedCourse[], chosen: Filters, locale: string): Options {
  const [categories, years, roles] = [new Set<string>(), new Set<number>(), new Set<string>()];
  for (const { course } of courses) {
    for (const name of pathOf(course)) categories.add(name);
    if (course.year !== null) years.add(course.year);
    for (const role of course.roles) roles.add(role);
  }
  if (chosen.category !== undefined) categories.add(chosen.category);
  if (chosen.year !== undefined) years.add(chosen.year);
  if (chosen.role !== undefined) roles.add(chosen.role);
  const { compare } = new Intl.Collator(locale, { numeric: true });
  return {
    categories: [...categories].sort(compare),
    years: [...years].sort((a, b) => b - a),
    roles: [...roles].sort(compare),
  };
}

/** The newest first inside of each source, unless something else is asked for. */
export function sorted(courses: readonly ListedCourse[], sort: CoursesSearch['sort'], locale: string): ListedCourse[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const byName = (a: ListedCourse, b: ListedCourse) => compare(a.course.fullname, b.course.fullname);
  const startOf = ({ course }: ListedCourse) => course.startDate?.getTime() ?? 0;
  if (sort === 'name') return courses.toSorted(byName);
  if (sort === 'largest')
    return courses.toSorted((a, b) => (b.course.fileBytes ?? -1) - (a.course.fileBytes ?? -1) || byName(a, b));
  return courses.toSorted((a, b) => startOf(b) - startOf(a) || byName(a, b));
}
