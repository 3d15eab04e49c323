import { type Answer, type Operation, type Received, routes } from '@jouvence/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Actor } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { Authenticate } from './authentication.ts';

/** What a handler is given: the caller, what was sent, already read by the contract, and a signal. */
export interface Call<O extends Operation> extends Received<O> {
  actor: Actor;
  /** Aborts when the caller has gone: reads may stop then; what writes does not look at it. */
  signal: AbortSignal;
}

export type Handlers<O extends Operation> = { [K in O]: (call: Call<K>) => Promise<Answer<K>> };

/** Every operation of the contract: the type lets none be forgotten. */
export function addRoutes(app: FastifyInstance, handlers: Handlers<Operation>, authenticate: Authenticate): void {
  app.decorateRequest('actor', null);
  for (const operation of Object.keys(routes) as Operation[]) {
    const route: (typeof routes)[Operation] & { params?: unknown; query?: unknown; body?: unknown } = routes[operation];
    const handle = handlers[operation] as (call: unknown) => Promise<unknown>;
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        operationId: operation,
        summary: route.summary,
        tags: [operation.split('.')[0]!],
        ...(route.who !== 'anyone' && {
          security: [{ token: [] }, ...(route.who === 'person' ? [{ person: [] }] : [])],
        }),
        ...(route.params !== undefined && { params: route.params }),
        ...(route.query !== undefined && { querystring: route.query }),
        ...(route.body !== undefined && { body: route.body }),
        response: { 200: route.result, ...(operation === 'ready' && { 503: route.result }) },
      },
      onRequest: async (request) => {
        if (route.who === 'anyone') return;
        request.actor = await authenticate(request);
        if (request.actor.kind === 'person' && route.who !== 'person')
          throw new AppError('not-allowed', 'This is for operators: people see and ask for their own courses.');
      },
      handler: async (request, reply) => {
        const { actor, params, query, body } = request;
        const answer = await handle({ actor, params, query, body, signal: signalOf(reply) });
        // For load balancers and scripts, which look at the status only.
        if (operation === 'ready' && !(answer as Answer<'ready'>).ready) reply.status(503 as number);
        return answer;
      },
    });
  }
}

function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  // Not the incoming message's `close`: since Node 16 that comes as soon as the body is read.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
