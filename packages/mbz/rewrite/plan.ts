import type { PeopleFinding } from '../people/detect.ts';
import type { Account } from './accounts.ts';
import type { CourseChange } from './course-fields.ts';
import type { TextFound } from './proof.ts';

/** What is to become of an archive. */
export interface RewritePlan {
  /**
   * `out`: nobody and no authorship. `keep`: as they are, but for passwords and other secrets. A map, by id in the archive: that
   * person's row becomes that of the account, so that Moodle's restore finds or makes exactly it; who is not in it is kept.
   */
  readonly people: 'out' | 'keep' | ReadonlyMap<number, Account>;
  /** `author` and `userid` in `files.xml` stay. False unless told with `out`; with people true. */
  readonly keepFileAuthors?: boolean | undefined;
  /**
   * Moodle takes an archive that bears its own site's identifier for its own: it matches people by their id there, and takes
   * over question owners and more by id. A clone bears it too. True unless told with a map: the archive then says that it
   * is of another site, and accounts are matched by username and e-mail.
   */
  readonly fromOtherSite?: boolean | undefined;
  readonly course?: CourseChange | undefined;
}

/** What was looked for in what was written, and what of it was there. */
export interface RewriteProof {
  readonly lookedFor: {
    /** People of the archive, and names that it gives as authors of files. */
    readonly people: number;
    /** Their ids. */
    readonly ids: number;
    /** Usernames, e-mail addresses and full names. */
    readonly texts: number;
  };
  /** Texts that were too many (600,000 letters in all), and were not looked for. */
  readonly notLookedFor: number;
  /** Hits in free text, with their place. */
  readonly warnings: readonly TextFound[];
  /** Hits over the thousand that are listed. */
  readonly unlisted: number;
  /** People's rows and ids in what was written: with `out` none. */
  readonly findings: readonly PeopleFinding[];
}
