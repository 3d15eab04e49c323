import type { z } from 'zod';

/**
 * Who may call, from the least to the most. Who may more may what is below, as far as it is theirs:
 *
 *   anyone    nobody has to be anyone
 *   person    whoever entered from a site: for what is that person's there
 *   auditor   an operator of any role: reads only
 *   school    an operator of some sites, for these; one of all
 *   operator  an operator of all sites
 */
export const callers = ['anyone', 'person', 'auditor', 'school', 'operator'] as const;
export type Caller = (typeof callers)[number];

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base address; `:name` is filled from `params`. */
  path: string;
  /** Operators come by a token, a session, or the socket of the data directory; people by a session. */
  who: Caller;
  /** Only through the socket of the data directory, by whoever may open that: never from the network. */
  local?: boolean;
  /** What it changes is the caller's own, such as a session: so an auditor may too. */
  own?: boolean;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  result: z.ZodType;
  /**
   * The same as it comes, for who accepts `text/event-stream`: names of events, and what each carries. An event `end`
   * is said by the server when it will not go on: `{code, message}`.
   */
  events?: Record<string, z.ZodType>;
}
