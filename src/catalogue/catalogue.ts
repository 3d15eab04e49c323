import type { Category, CourseOutline, CourseSummary, Person } from '@jouvence/protocol';
import type { IdentityField, Pair } from '../sites/index.ts';
import type { TargetPlugins, Verdict } from './verdict.ts';

/** A person of the target, by a field that names one there. */
export interface PersonRef {
  field: IdentityField;
  value: string;
}

export interface CatalogueCourse {
  /** On the source. */
  id: number;
  shortname: string;
  fullname: string;
  idnumber: string;
  visible: boolean;
  category: Category;
  teachers: string[];
  /** That the person holds in it, or above it. */
  roles: string[];
  startDate: Date | null;
  endDate: Date | null;
  modifiedAt: Date | null;
  /** Of the start date, in the source's time zone. */
  year: number | null;
  fileBytes: number | null;
  /** Where it is, for a browser; null: the site has no address of the web. */
  url: string | null;
}

export interface CatalogueFilters {
  /** Every word, anywhere in the names, short name or idnumber; accents and case do not matter. */
  search?: string;
  /** Name of a source. */
  source?: string;
  /** Name or idnumber of the category, or of one above it. */
  category?: string;
  year?: number;
  role?: string;
}

/** One source's answer. */
export interface SourceCourses {
  source: string;
  title: string;
  /** What is asked for of it waits. */
  paused: boolean;
  /** `ok` with an `error`: something of it is missing. */
  state: 'ok' | 'failing';
  /** `unknown`: nobody there has that identity, so there are no courses. */
  person: 'found' | 'unknown' | null;
  error: { code: string; message: string } | null;
  ms: number;
  courses: CatalogueCourse[];
}

export interface ListOptions {
  signal?: AbortSignal;
  /** For each source. Default 5000. */
  deadlineMs?: number;
  /** Asks the sources again, whatever is remembered. */
  refresh?: boolean;
}

/** What a person of the target holds on a source, asked of it now. */
export interface Held {
  /** The person there; null: unknown. */
  userid: number | null;
  courses: CatalogueCourse[];
  /** Why the source does not give the keys of categories that were asked for, in English. */
  keyRefused: string | null;
  /** What is missing of the courses, and why, in English; null: they are all. */
  incomplete: string | null;
}

/** The rule for one course, decided anew. */
export interface Taking {
  allowed: boolean;
  /** The person on the source; null: unknown there. */
  userid: number | null;
  /** When allowed. */
  course: CatalogueCourse | null;
  /** When not allowed: which rule (`refusal.<reason>` with these values), and the same in English. */
  why: {
    reason: 'pair-missing' | 'course-unknown-person' | 'course-not-yours';
    values: Record<string, string | number>;
    message: string;
  } | null;
}

export interface Catalogue {
  /**
   * Courses that a person of the target may bring from each of its sources: all asked at once, each answer given as
   * soon as it is there. A source that fails is one answer that says why, and holds up nobody.
   * @throws AppError before the first answer: target or person unknown, target not reachable.
   */
  list(
    query: { target: string | number; person: PersonRef; filters?: CatalogueFilters },
    options?: ListOptions,
  ): AsyncIterable<SourceCourses>;
  /** Inside of a course (null: its source tells none), and what would become of it on the target; with `person`, only if that person may take it. */
  outline(
    query: { target: string | number; source: string | number; courseid: number; person?: PersonRef },
    options?: { signal?: AbortSignal },
  ): Promise<{ outline: CourseOutline | null; verdict: Verdict }>;
  /** Whether the person may take the course, asked of both sites now. @throws AppError when one cannot be asked. */
  mayTake(
    query: { target: string | number; source: string | number; courseid: number; person: PersonRef },
    options?: { signal?: AbortSignal },
  ): Promise<Taking>;
  /**
   * Everything that the person may take from the source of that pair, asked now; with the `key` by which categories of
   * both sites are the same (`table:foreignkey:field`), if the source gives it. Of a source that cannot list them for a
   * bad name, those that are `wanted` by id are looked for one by one.
   * @throws AppError `not-allowed` (nobody vouches for one of the accounts), `conflict` (several), or a site's error
   */
  held(
    pair: Pair,
    person: Person,
    options?: { key?: string; wanted?: readonly number[]; signal?: AbortSignal },
  ): Promise<Held>;
  /**
   * Every course of a source, whoever holds it, or those that words of their names or an id find; asked now, the greatest
   * id first, so many at most. @throws AppError `unsupported` (only a block, or an agent from before), or a site's error
   */
  search(
    source: string | number,
    query: { text: string; before?: number; limit: number },
    options?: { signal?: AbortSignal },
  ): Promise<{ courses: CatalogueCourse[]; more: boolean; total: number }>;
  /** A course of a source whoever holds it, asked now; undefined: there is none. */
  courseOf(
    source: string | number,
    courseid: number,
    options?: { key?: string; signal?: AbortSignal },
  ): Promise<{ course: CourseSummary | undefined; keyRefused: string | null }>;
  /** Inside of a course, asked now, whatever becomes of it anywhere; null: its source tells none. */
  outlineOf(
    source: string | number,
    courseid: number,
    options?: { signal?: AbortSignal },
  ): Promise<CourseOutline | null>;
  /** What a course would meet on the target: its plugins and release; remembered for five minutes. */
  targetOf(target: string | number, options?: { signal?: AbortSignal }): Promise<TargetPlugins>;
}
