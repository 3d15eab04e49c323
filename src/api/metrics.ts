import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Authenticate } from './authentication.ts';
import { isOwnHost } from './hosts.ts';
import { refuseLimited } from './scope.ts';

/** Who counts the calls, and tells Prometheus. */
export interface CallObserver {
  called(about: { operation: string; status: number; ms: number }): void;
  text(): Promise<string>;
}

const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics`, for operators of all sites, whatever their role: it names every site. */
export function addMetrics(app: FastifyInstance, metrics: CallObserver | undefined, authenticate: Authenticate): void {
  if (!metrics) return;
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    request.actor = await authenticate(request);
    if (request.actor.kind !== 'operator') throw new AppError('not-allowed', 'This is for operators.');
    refuseLimited(request.actor, 'Metrics name every site');
    return reply.type(contentType).send(await metrics.text());
  });
}

/** The same on a port of its own, for a Prometheus on this machine: it asks nobody who he is. Not yet listening. */
export function createMetricsServer(metrics: CallObserver, log: Log): Server {
  return createServer(async (request, response) => {
    const answer = (status: number, type: string, text: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
    // Against DNS rebinding, as on the port of the API.
    const known = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    if (!known || !isOwnHost(request.headers.host, []))
      return answer(404, 'text/plain', 'Only GET /metrics is answered here.\n');
    try {
      answer(200, contentType, await metrics.text());
    } catch (error) {
      log.error({ error }, 'metrics could not be gathered');
      answer(500, 'text/plain', 'The log says why.\n');
    }
  });
}
