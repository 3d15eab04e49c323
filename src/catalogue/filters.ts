import type { CatalogueCourse, CatalogueFilters } from './catalogue.ts';

/** `source` is not looked at here: it says whom to ask. */
export function matches(course: CatalogueCourse, { search, category, year, role }: CatalogueFilters): boolean {
  if (year !== undefined && course.year !== year) return false;
  if (role !== undefined && !course.roles.includes(role)) return false;
  if (category !== undefined && !inCategory(course, fold(category))) return false;
  if (search === undefined) return true;
  const text = fold([course.fullname, course.shortname, course.idnumber, ...course.teachers].join('\n'));
  return fold(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function inCategory({ category }: CatalogueCourse, wanted: string): boolean {
  return (
    fold(category.idnumber) === wanted || [category.name, ...category.path].some((name) => fold(name).includes(wanted))
  );
}

const ligatures: Record<string, string> = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ı: 'i' };

/** As a person types it who has no time for accents, and whose keyboard has one apostrophe and one dash. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‘’‛ʼ′]/g, "'")
    .replace(/[‐‑‒–—―−]/g, '-')
    .toLowerCase()
    .replace(/[œæßøłđı]/g, (letter) => ligatures[letter]!)
    .trim();
}

/** The year in which a moment falls where the site is. */
export function yearIn(timezone: string, date: Date): number {
  return Number(formatterOf(timezone).format(date));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timezone);
  if (!formatter) {
    const options = { year: 'numeric', calendar: 'gregory', numberingSystem: 'latn' } as const;
    try {
      formatter = new Intl.DateTimeFormat('en', { ...options, timeZone: timezone });
    } catch {
      // Old Moodles hold names and offsets ("99", "UTC+2.5") that nobody else knows.
      formatter = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
    }
    formatters.set(timezone, formatter);
  }
  return formatter;
}
