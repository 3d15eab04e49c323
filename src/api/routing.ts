import {
  type Answer,
  type Caller,
  callers,
  type Operation,
  type Received,
  routes,
  type StreamEvent,
  type StreamedOperation,
} from '@jouvence/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Actor } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { Authenticate } from './authentication.ts';
import { type Browser, browserOf } from './browser.ts';
import { EventStreams, type ServerEvent, type StreamLimits, wantsEvents } from './event-stream.ts';
import type { SiteTitles } from './site-titles.ts';

/** What a handler is given: the caller, what was sent, already read by the contract, and a signal. */
export interface Call<O extends Operation> extends Received<O> {
  actor: Actor;
  browser: Browser;
  /** Aborts when the caller has gone: reads may stop then; what writes does not look at it. */
  signal: AbortSignal;
}

export type Handlers<O extends Operation> = { [K in O]: (call: Call<K>) => Promise<Answer<K>> };

/** The same as events, for who accepts them; those that come together are given together. */
export type Streams<O extends StreamedOperation> = {
  [K in O]: (call: Call<K>) => AsyncIterable<readonly StreamEvent<K>[]>;
};

/** Every operation of the contract: the type lets none be forgotten. */
export function addRoutes(
  app: FastifyInstance,
  handlers: Handlers<Operation>,
  {
    authenticate,
    isLocal,
    publicUrl,
    streams,
    limits,
    titles,
  }: {
    authenticate: Authenticate;
    /** Through the socket in the data directory. */
    isLocal: boolean;
    publicUrl: string;
    streams: Streams<StreamedOperation>;
    limits?: Partial<StreamLimits> | undefined;
    /** As people know sites. */
    titles: SiteTitles;
  },
): void {
  app.decorateRequest('actor', null);
  const open = new EventStreams(app, limits);
  for (const operation of Object.keys(routes) as Operation[]) {
    const route: (typeof routes)[Operation] & Optional = routes[operation];
    const handle = handlers[operation] as (call: unknown) => Promise<unknown>;
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        operationId: operation,
        summary: route.summary,
        tags: [operation.split('.')[0]!],
        ...(route.who !== 'anyone' && {
          security: [{ token: [] }, { operator: [] }, ...(route.who === 'person' ? [{ person: [] }] : [])],
        }),
        ...(route.params !== undefined && { params: route.params }),
        ...(route.query !== undefined && { querystring: route.query }),
        ...(route.body !== undefined && { body: route.body }),
        response: { 200: route.result, ...(operation === 'ready' && { 503: route.result }) },
      },
      onRequest: async (request) => {
        if (route.who === 'anyone') return;
        request.actor = await authenticate(request);
        mayCall(request.actor, route);
        if (route.local && !isLocal) throw new AppError('not-allowed', refused.remote);
      },
      handler: async (request, reply) => {
        const { actor, params, query, body } = request;
        const browser = browserOf(request, reply, publicUrl);
        if (route.events && wantsEvents(request)) {
          const stream = streams[operation as StreamedOperation] as (call: unknown) => AsyncIterable<ServerEvent[]>;
          return open.answer({
            request,
            reply,
            shapes: route.events,
            authenticate: async () => {
              const still = await authenticate(request);
              mayCall(still, route);
              return still;
            },
            events: (signal) => stream({ actor, params, query, body, browser, signal }),
          });
        }
        const answer = await handle({ actor, params, query, body, browser, signal: signalOf(reply) }).then(
          (told) => titles.tell(actor, told),
          async (thrown) => Promise.reject(await titles.refuse(actor, thrown)),
        );
        // For load balancers and scripts, which look at the status only.
        if (operation === 'ready' && !(answer as Answer<'ready'>).ready) reply.status(503 as number);
        return answer;
      },
    });
  }
}

interface Optional {
  params?: unknown;
  query?: unknown;
  body?: unknown;
  own?: boolean;
  local?: boolean;
  events?: Record<string, z.ZodType>;
}

const order: readonly Caller[] = callers;

/** Whether somebody of that kind may call this at all; of what it is then, the handler decides. */
function mayCall(actor: Actor, { who, method, own }: { who: Caller; method: string } & Optional): void {
  const kind = kindOf(actor);
  if (order.indexOf(kind) < order.indexOf(who))
    throw new AppError('not-allowed', kind === 'person' ? refusedPerson : refused[kind]);
  if (kind === 'auditor' && method !== 'GET' && own !== true) throw new AppError('not-allowed', refused.auditor);
}

/** An operator of all sites is one whatever its role is called; one of some is not. */
function kindOf(actor: Actor): Exclude<Caller, 'anyone'> {
  if (actor.kind === 'person') return 'person';
  if (actor.kind === 'system') return 'operator';
  return actor.role === 'operator' && actor.siteIds !== null ? 'school' : actor.role;
}

const refusedPerson = 'This is for operators: people see and ask for their own courses.';
const refused = {
  auditor: 'An auditor sees, and changes nothing.',
  school: 'This is for operators of all sites, and you are one of some.',
  operator: 'This is not for you.',
  remote: 'This is done on the machine itself, by the command line of Jouvence there; never from the network.',
};

function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  // Not the incoming message's `close`: since Node 16 that comes as soon as the body is read.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
