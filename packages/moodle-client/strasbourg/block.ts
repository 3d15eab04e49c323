import type { BlockCourse, BlockShape, SiteInfo } from '@jouvence/protocol';
import type { CallOptions } from '../client.ts';

/** What a site says of itself and of its block. */
export interface BlockFacts extends SiteInfo {
  /** Of the component, such as 2022061500. */
  blockVersion: string;
  shape: BlockShape;
  /** Of the functions that we need and its service lacks. */
  missing: string[];
}

export interface BlockHoldings {
  /** `unknown`: nobody there has that username. */
  person: 'found' | 'unknown';
  courses: BlockCourse[];
  /** Of a list that could not be given whole: why. */
  incomplete: string | null;
}

/** One course by its id, as far as Moodle itself tells. */
export interface FoundCourse {
  id: number;
  shortname: string;
  fullname: string;
  idnumber: string;
  startdate: number;
  visible: boolean;
  categoryid: number;
  categoryname: string;
}

/** A backup that the block has made and keeps. */
export interface BlockArchive {
  fileid: number;
  sizeBytes: number;
  /** As the site sends it with the file; a download that goes on must have the same. */
  etag: string | null;
}

export interface BlockDownload {
  /** Where the body begins; 0 when the site has another file than `etag`, or knows no ranges. */
  from: number;
  sizeBytes: number;
  etag: string | null;
  body: AsyncIterable<Uint8Array>;
}

/**
 * What Strasbourg's block offers: a person's courses by username, a backup within one call, its download. It knows no
 * outline, no progress, no end before the end, nothing to clear away with, nobody's colleagues.
 */
export interface BlockClient {
  describe(options?: CallOptions): Promise<BlockFacts>;
  /**
   * `roles` are what counts from 3.2 on; before, the block's own setting does.
   * @throws SiteError `site-error` (`invalidresponse`) when one bad name makes the whole list fail
   */
  listCourses(query: { username: string; roles: readonly string[] }, options?: CallOptions): Promise<BlockHoldings>;
  /** Undefined: there is none of that id, or none that its account may see. @throws SiteError `unsupported` before 3.0 */
  findCourse(id: number, options?: CallOptions): Promise<FoundCourse | undefined>;
  /**
   * The site makes a backup within this call, which may take as long as that takes, and then what it made is looked at.
   * The same again makes another one; nothing of them can be removed from here.
   * @throws SiteError `not-allowed` (not a course of theirs), `unsupported` (people before 3.0), `site-error` (it failed,
   * which the block does not tell), `not-found` (already gone). `details.begun`: the site may have begun, and may go on
   */
  backUp(
    query: { username: string; courseid: number; people: boolean; roles: readonly string[] },
    options?: { signal?: AbortSignal },
  ): Promise<BlockArchive>;
  /** @throws SiteError `not-found` when it is gone, by an empty answer; `site-bad-answer` for what is no archive */
  open(query: { fileid: number; from?: number; etag?: string | null; signal?: AbortSignal }): Promise<BlockDownload>;
}
