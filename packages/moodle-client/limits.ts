import type { SiteLimits } from './client.ts';

export const defaultLimits: SiteLimits = {
  connectMs: 5_000,
  // PHP sends nothing before it is through: a large old course takes its time to be outlined.
  headersMs: 60_000,
  idleMs: 60_000,
  // 1 kB/s: slower than any line on which a course could be fetched at all.
  trickleBytes: 64 * 1024,
  callMs: 120_000,
  // A Moodle of ten years ago has perhaps a dozen PHP workers, and its people need them more than we do.
  connections: 6,
  answerBytes: 16 * 1024 * 1024,
};

/** Tries of what may be repeated, the first included. */
export const tries = 2;
/** Before the second try; multiplied by 0.5 to 1.5, so that many who lost one site do not return to it together. */
export const retryDelayMs = 200;
/** A site has one address; more hops than this are a loop. */
export const maxRedirects = 3;
/** Answers in a row that take an upload no further: more is a site that does not know what it has. */
export const maxStalls = 5;
