import type { Trial } from './trial.ts';

/** What a case cannot do without; one whose needs are not met is told as skipped, with the first that is missing. */
export type Need =
  | 'source'
  | 'target'
  | 'fleet'
  /** A course: named, or one that we may put there. */
  | 'course'
  /** Source and target are one site: people are known there, and none has to be made. */
  | 'same-site'
  | 'inherited'
  /** A web server: what HTTP has of its own. */
  | 'web'
  /** The command line: what that has of its own. */
  | 'command'
  | 'pairing'
  | 'rotate'
  /** A quarter of an hour of waiting. */
  | 'slow';

export interface Case {
  name: string;
  needs: readonly Need[];
  run(trial: Trial): Promise<void>;
}
