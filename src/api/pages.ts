import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readerOf, send } from './entrance.ts';
import { unbuiltPage } from './entrance-pages.ts';

/** Scripts and styles of ours, and nobody else's; calls go to where the page came from. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const aYear = 'public, max-age=31536000, immutable';

/**
 * The portal as `npm run build` made it: files whose names change with what is in them, and one page that shows whichever
 * address was asked for. Where it was not built, a page says so.
 */
export async function addPages(
  app: FastifyInstance,
  directory: string,
): Promise<(request: FastifyRequest, reply: FastifyReply) => FastifyReply | null> {
  if (!existsSync(join(directory, 'index.html')))
    return (request, reply) => (isForPage(request) ? send(reply.code(503), unbuiltPage(readerOf(request))) : null);
  await app.register(fastifyStatic, {
    root: directory,
    // Each file is a route of its own: no other is ever looked for.
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      if (path.includes('/assets/')) reply.header('cache-control', aYear);
      else reply.header('cache-control', 'no-cache');
    },
  });
  return (request, reply) => {
    if (!isForPage(request)) return null;
    return reply
      .header('content-security-policy', policy)
      .header('referrer-policy', 'same-origin')
      .header('cache-control', 'no-cache')
      .sendFile('index.html');
  };
}

/** A browser that goes somewhere, and no call. */
const isForPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  !/^\/(api|assets)\//.test(url) &&
  headers.accept?.includes('text/html') === true;
