const minute = 60_000;

/** What goes to one person is at least so far apart, failures too. */
const quietMs = 5 * minute;
/** While others of the same send are under way: a course that came can wait, one that did not hardly. */
const withOthersMs = 60 * minute;
const failureWithOthersMs = minute;

/**
 * How long one's own notice waits for company, in milliseconds. What is held goes out as soon as anything in the same
 * message may: the last of a send releases the rest, and so does a failure.
 */
export function holdOwn(about: {
  /** Since the last message of the same kind to the same recipient; null: there was none. */
  lastSentAgoMs: number | null;
  othersUnderWay: boolean;
  bad: boolean;
}): number {
  const { lastSentAgoMs, othersUnderWay, bad } = about;
  const quiet = remaining(quietMs, lastSentAgoMs);
  if (!othersUnderWay) return quiet;
  return Math.max(quiet, bad ? failureWithOthersMs : withOthersMs);
}

/** For those who look after a site: the first at once, what follows within the window together at its end. */
export function holdAdministration(lastSentAgoMs: number | null, digestMinutes: number): number {
  return remaining(digestMinutes * minute, lastSentAgoMs);
}

/** A last message that lies ahead of now (the clock was set back) holds nothing. */
function remaining(windowMs: number, agoMs: number | null): number {
  return agoMs === null || agoMs < -minute ? 0 : Math.max(0, windowMs - Math.max(0, agoMs));
}
