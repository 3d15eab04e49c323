import { errorCatalogue, toAppError } from '../errors.ts';
import type { Decision, JobKind, Step, Trouble } from '../jobs/index.ts';
import { cleaning, comparing, delivering, enrolling, leftBehindLine, restoring } from './bring-in.ts';
import { backingUp, fetching, queued } from './bring-out.ts';
import { checking } from './examine.ts';
import { preparing } from './prepare.ts';
import { restoreKind } from './queue/queue.ts';
import { addReportLine } from './requests.sql.ts';
import { type Patience, readRequest, type Tools } from './restore-step.ts';
import { dropKey } from './rules/instances.sql.ts';
import { tellEnded } from './tell.ts';
import type { RequestStep, WaitingFor } from './types.ts';

/*
 * A request is
 *
 *   queued      from when it was sent until its turn of the source has come (`queue/queue.ts`), and a worker has decided
 *               the rules once more
 *   backing-up  while the source backs the course up: a task there, followed by asking
 *   fetching    while the archive comes to the spool of one host, in ranges; from here to delivering only that host
 *               goes on with it. Lost on the way (host gone, disk cleared): fetching again
 *   checking    while the archive is examined; it may be refused
 *   preparing   while the archive is rewritten into the one that is delivered: without people, or each of them as
 *               the account of the target that is theirs; it may be refused
 *   delivering  while the archive goes to the target, in parts; the rules are decided again first
 *   restoring   while the target restores: a task there
 *   enrolling   while the requester is enrolled
 *   comparing   while what arrived is counted against what was in the archive
 *   cleaning    while archive, upload and spool are removed; also of a request that has failed or was refused
 *   done        the course stands
 *
 *   cancelling  from the wish until all is undone; a restore that has begun is left to finish, then its course goes
 *   cancelled   nothing is left of it
 *   refused     by the outline before it was queued, or by the archive; nothing is left of it
 *   failed      something that waiting does not mend; nothing is left of it, except a course that arrived whole and
 *               only could not be enrolled in or compared
 *
 * Each remote effect is keyed `<request>.<step>.<attempt>`, and each step that has one can undo it by that key.
 * To be backed up and to be delivered a request needs a turn, and is parked until it has one. An error of a site that
 * may pass is waited for within the same attempt, ever longer; a request that waits says for
 * what, and until when.
 */

export function createRestoreJob(tools: Tools): JobKind {
  const steps: Record<RequestStep, Step> = {
    queued: queued(tools),
    'backing-up': backingUp(tools),
    fetching: fetching(tools),
    checking: checking(tools),
    preparing: preparing(tools),
    delivering: delivering(tools),
    restoring: restoring(tools),
    enrolling: enrolling(tools),
    comparing: comparing(tools),
    cleaning: cleaning(tools),
  };
  return {
    name: restoreKind,
    steps: new Map(Object.entries(steps)),
    decide: (error, about) => decide(tools.patience, error, about),
    async leftBehind(tx, { subject, step, key, error }) {
      await addReportLine(tx, subject, 'cleaning', leftBehindLine(step, key, error));
    },
    async describe(db, subject) {
      const { source, target } = await readRequest(db, subject);
      return { fields: { source, target }, siteOf: (step) => (sideOf(step) === 'source' ? source : target) };
    },
    prepareHost: (host) => tools.spool.sweep(host),
    entering: (tx, { subject, step }) => tools.queue.enter(tx, subject, step as RequestStep),
    tend: () => tools.queue.tend(),
    async ended(tx, about) {
      // What came to nothing stands in nobody's way.
      if (about.outcome !== 'done') await dropKey(tx, about.subject);
      await tellEnded(tools, tx, restoreKind, about);
      await tools.queue.ended(tx, about.subject, about.outcome);
    },
  };
}

/** New attempts of one step: a site that fails the same way three times will do so again. */
const mostAttempts = 3;
/** Undoing is given up sooner: the request has ended for its owner, and what stays is written down. */
const mostUndoTries = 6;
/** Who says that it is busy, or in maintenance, lives, and comes back: waited for about a day. */
const busyTimes = 12;

function decide(patience: Patience, thrown: unknown, { step, tries, gotOn, undoing }: Trouble): Decision {
  const { code, details } = toAppError(thrown);
  const waited = gotOn ? 0 : tries;
  const afterMs = Math.min(patience.firstMs * 2 ** waited, patience.longestMs);
  const waitsFor: WaitingFor =
    code === 'spool-full' ? 'spool' : ((details.waitingFor as WaitingFor | undefined) ?? sideOf(step));
  if (details.siteFailing === true && details.givenUp !== true && !undoing && errorCatalogue[code].retry)
    return { do: 'park', for: waitsFor };
  if (details.again === true && !undoing && tries + 1 < mostAttempts) return { do: 'again', for: waitsFor, afterMs };
  // The key that opens a site's token is brought back, or the site is paired again: nothing is lost by waiting for that.
  const waits = errorCatalogue[code].retry || code === 'key-missing';
  const passes = code !== 'archive-altered' && details.givenUp !== true && waits;
  const tolerated = code === 'busy' || code === 'key-missing' ? patience.tries * busyTimes : patience.tries;
  const mostTries = undoing ? Math.min(mostUndoTries, patience.tries) : tolerated;
  if (passes && waited < mostTries) return { do: 'wait', for: waitsFor, afterMs };
  return { do: 'fail', retry: errorCatalogue[code].retry };
}

const sideOf = (step: string): WaitingFor =>
  (['queued', 'backing-up', 'fetching'] as string[]).includes(step) ? 'source' : 'target';
