import type { z } from 'zod';
import { auditRoutes } from './routes/audit.ts';
import { blockTokensRoutes } from './routes/block-tokens.ts';
import { coursesRoutes } from './routes/courses.ts';
import { entrancesRoutes } from './routes/entrances.ts';
import { liveRoutes } from './routes/live.ts';
import { noticesRoutes } from './routes/notices.ts';
import { operatorsRoutes } from './routes/operators.ts';
import { pairsRoutes } from './routes/pairs.ts';
import { peopleRoutes } from './routes/people.ts';
import { requestsRoutes } from './routes/requests.ts';
import { serviceRoutes } from './routes/service.ts';
import { sessionRoutes } from './routes/session.ts';
import { settingsRoutes } from './routes/settings.ts';
import { sitesRoutes } from './routes/sites.ts';
import { tokensRoutes } from './routes/tokens.ts';

/** Every operation of the API. The name is the same in server, command line and pages. */
export const routes = {
  ...serviceRoutes,
  ...sitesRoutes,
  ...pairsRoutes,
  ...entrancesRoutes,
  ...sessionRoutes,
  ...operatorsRoutes,
  ...auditRoutes,
  ...tokensRoutes,
  ...blockTokensRoutes,
  ...coursesRoutes,
  ...requestsRoutes,
  ...peopleRoutes,
  ...liveRoutes,
  ...noticesRoutes,
  ...settingsRoutes,
} as const;

export type Operation = keyof typeof routes;

type Part = 'params' | 'query' | 'body';
type Given<O extends Operation, P extends Part> =
  (typeof routes)[O] extends Record<P, infer S extends z.ZodType> ? z.input<S> : undefined;
type Read<O extends Operation, P extends Part> =
  (typeof routes)[O] extends Record<P, infer S extends z.ZodType> ? z.output<S> : undefined;

/** Paths and queries are text, but numbers and booleans may be given as such: they become text on the way. */
type AsText<T> = T extends undefined ? undefined : { [K in keyof T]: T[K] | number | boolean };
/** A part in which nothing is required may be left out. */
type Loose<T> = { [K in keyof T as undefined extends T[K] ? never : Empty extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? never : Empty extends T[K] ? K : never]?: T[K];
};
type Empty = Record<never, never>;

/** What a caller gives. */
export type Input<O extends Operation> = Loose<{
  params: AsText<Given<O, 'params'>>;
  query: AsText<Given<O, 'query'>>;
  body: Given<O, 'body'>;
}>;

/** What the server's handler gets, after reading. */
export interface Received<O extends Operation> {
  params: Read<O, 'params'>;
  query: Read<O, 'query'>;
  body: Read<O, 'body'>;
}

export type Answer<O extends Operation> = z.output<(typeof routes)[O]['result']>;

/** Operations that also come as events. */
export type StreamedOperation = {
  [O in Operation]: (typeof routes)[O] extends { events: object } ? O : never;
}[Operation];

/** One of their events. */
export type StreamEvent<O extends StreamedOperation> = (typeof routes)[O] extends { events: infer E }
  ? { [N in keyof E]: { event: N; data: E[N] extends z.ZodType ? z.output<E[N]> : never } }[keyof E]
  : never;
