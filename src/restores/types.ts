import type { TaskWarning } from '@jouvence/protocol';
import type { ErrorCode, KeptSaid } from '../errors.ts';

/** 12 random letters and digits: sites know tasks by it, so it must not come again in another installation. */
export type RequestId = string & { readonly brand: 'RequestId' };

/** In the order in which a course goes through them; `restore-job.ts` says when each is entered and left. */
export const requestSteps = [
  'queued',
  'backing-up',
  'fetching',
  'checking',
  'preparing',
  'delivering',
  'restoring',
  'enrolling',
  'comparing',
  'cleaning',
] as const;
export type RequestStep = (typeof requestSteps)[number];

export const requestStates = [...requestSteps, 'cancelling', 'done', 'failed', 'refused', 'cancelled'] as const;
export type RequestState = (typeof requestStates)[number];

/** Nothing happens any more to a request in one of these, unless someone retries it. */
export const finalStates = ['done', 'failed', 'refused', 'cancelled'] as const satisfies readonly RequestState[];

/** `turn`: others go first; `hours`: nothing is begun now. */
export type WaitingFor = 'source' | 'target' | 'spool' | 'turn' | 'hours';

/** Moodle's three modes: never (people of the archive come as manual enrolments), only with people, always. */
export const enrolmentModes = ['never', 'withusers', 'always'] as const;
export type EnrolmentMode = (typeof enrolmentModes)[number];

/**
 * Where the course goes on the target: `original` is the category of the same key (the idnumber, or what the pair's
 * settings name), where exactly one has it, else the default; `id` is one category, and no other.
 */
export type CategoryWish = { kind: 'original' } | { kind: 'default' } | { kind: 'id'; id: number };

/** What may be chosen with a course; `rules/choices.ts` says by whom. */
export interface CarryOptions {
  /** With participants' data. */
  people: boolean;
  enrolments: EnrolmentMode;
  /** Gives the new course the idnumber that it has on the source, if no other course has it. */
  keepIdnumber: boolean;
  /** Without participants' data: who uploaded a file stays with it all the same. */
  keepFileAuthors: boolean;
}

/** What is left out is as the settings of the pair say. */
export interface RequestItem extends Partial<CarryOptions> {
  /** Name or id of the source site. */
  source: string | number;
  courseid: number;
  category?: CategoryWish;
}

export interface SendOptions {
  /** Name or id of the target site; of somebody who came from a site, that one. */
  target?: string | number;
  /**
   * Username on the target of the one for whom the courses are carried. Left out: whoever asks, for a person; nobody,
   * for an operator, as with null.
   */
  person?: string | null;
  /** The same key, sent twice or twice at once, makes one set of requests. At most 200 characters. */
  key?: string;
  /** 1 to 100. */
  items: RequestItem[];
}

/** Who asked, as far as the rules look at it again when the course is carried. */
export type Sender = { kind: 'operator' | 'system' } | { kind: 'person'; username: string };

/** What a course holds, counted in the same way in an archive and on a site. */
export interface Inventory {
  sections: number;
  /** Activities by module, such as `{ quiz: 3 }`. */
  activities: Record<string, number>;
  files: number;
  people: number;
}

/**
 * What was looked for in the archive that is delivered without participants' data: rows of people, their ids, and what
 * they are called, as text. A name may stand in a text that a teacher wrote: it stays, and its place is told.
 */
export interface PeopleProof {
  lookedFor: { people: number; ids: number; texts: number };
  /** Names of people found in texts: where, what kind, whose (id on the source). */
  warnings: { entry: string; place: string; what: 'username' | 'email' | 'fullname'; person: number; count: number }[];
}

/** One thing lost or changed. `code` is stable and translated by the page; the sentences are English. */
export interface ReportLine extends TaskWarning {
  /** What another language needs to say it by name; what a site told has none. */
  values?: Record<string, string | number>;
}

export interface ShownLine extends ReportLine {
  /** Names the line within its request; stays as long as it says the same. */
  key: string;
  /** Who has dealt with what it says, and when; null: nobody yet. */
  dealt: { by: string; at: Date } | null;
}

export interface StepRun {
  name: RequestStep;
  attempt: number;
  startedAt: Date;
  endedAt: Date | null;
  /** Until now while it is under way; waiting included. */
  ms: number;
}

export interface RestoreRequest {
  id: RequestId;
  /** Names of the sites, as they were when it was asked for; whose it is goes by the id. */
  target: string;
  targetId: number;
  source: string;
  /** What people call the two sites, now. */
  titles: { source: string; target: string };
  courseid: number;
  /** Full name on the source when it was asked for. */
  courseName: string;
  /** Of the course on its source, for a browser; null: that site is not known any more. */
  courseUrl: string | null;
  /** Username on the target; null: for nobody, an operator has it carried. */
  person: string | null;
  /** Who asked. */
  actor: string;
  /** Username on the target of the person who asked, perhaps for another one; null: an operator. */
  askedBy: string | null;
  people: boolean;
  enrolments: EnrolmentMode;
  category: CategoryWish;
  keepIdnumber: boolean;
  keepFileAuthors: boolean;
  state: RequestState;
  /** Of the step under way, 0..1. */
  progress: number;
  /** Of the archive: moved so far in this step, and in all once known. */
  bytes: { done: number; total: number | null };
  steps: StepRun[];
  /** What it stands waiting for, until `nextAt`; null while it is worked on. */
  waitingFor: WaitingFor | null;
  /** Since when it waits for that, and for the same reason (`error`). */
  waitingSince: Date | null;
  nextAt: Date | null;
  /** Null when it has ended, or is being undone. */
  queue: {
    /** In the line of its source, or of its target: 1 is next; 0: it stands in none, it is under way. */
    position: number;
    /** Courses that its source, or target, has before it, those under way included. */
    ahead: number;
    /** When it will have arrived, and what that rests on; null where nobody can say, such as when a site does not answer. */
    estimate: { from: Date; until: Date; basis: 'similar' | 'pair' | 'site' | 'rough' } | null;
  } | null;
  /**
   * Why it failed or was refused; `step` is where; `retry` says whether trying again unchanged can help; `site` is the
   * name of the one of the two that it is about, null: neither, or nobody can say; `because` is why, in the words of
   * whoever decided it, such as who paused a site.
   */
  error: {
    code: ErrorCode;
    message: string;
    retry: boolean;
    step: RequestStep;
    site: string | null;
    because: string | null;
    said: KeptSaid[];
  } | null;
  /** Of the archive without participants' data; null before there is one, and of one with them. */
  proof: PeopleProof | null;
  counts: { before: Inventory | null; after: Inventory | null };
  newCourse: { id: number; url: string; shortname: string; fullname: string; category: string } | null;
  report: ShownLine[];
  createdAt: Date;
  updatedAt: Date;
  /** Grows with each change: of two answers about one request, the greater is the newer. */
  revision: number;
}

/** A request in a list: without what is as long as the course is. */
export interface ListedRequest extends Omit<RestoreRequest, 'steps' | 'proof' | 'counts' | 'report'> {
  /** In the order of asking: the greater is the newer. */
  number: number;
  /** Of the course on the source. */
  shortname: string;
  /** How many lines its report has, and how many of them are warnings or errors that nobody has dealt with. */
  lines: { total: number; undealt: number };
}

/** All of what is said must be so. */
export interface RequestFilter {
  ids?: readonly string[];
  state?: readonly RequestState[];
  /** Only those that still move (`true`), or only those that have ended. */
  open?: boolean;
  target?: string;
  source?: string;
  person?: string;
  /** Only those for nobody, or only those for somebody. */
  nobody?: boolean;
  /** For anybody but this one. */
  exceptFor?: string;
  /** To one of these sites; null: to any. */
  targetIds?: readonly number[] | null;
  /** Who asked. */
  actor?: string;
  /** Each word is part of a name of the course, accents and case aside, or is its id; or all of it is the id of the request. */
  course?: string;
  /** Asked for from then on, and before then. */
  since?: Date;
  until?: Date;
  /** Code of what it failed by, or waits because of. */
  error?: string;
  /** The report has warnings or errors that nobody has dealt with, or has none. */
  undealt?: boolean;
}

export interface RequestPage {
  /** Newest first. */
  requests: ListedRequest[];
  /** All that match; when not `exact` there are more than that. */
  total: { count: number; exact: boolean };
  /** Hand it to the next call as `after`; null at the end. */
  next: string | null;
  /** Hand it to the next call as `before`, for what is newer; null: nothing was when this page was read. */
  previous: string | null;
  /** Hand it to the next call as `after`, for this page again; null: it is the first. */
  here: string | null;
}
