import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Accounts, Openid } from '../accounts/index.ts';
import type { Catalogue } from '../catalogue/index.ts';
import { AppError } from '../errors.ts';
import { type Log, logAbout } from '../log.ts';
import type { Notices } from '../notices/index.ts';
import type { People } from '../people/index.ts';
import type { Restores } from '../restores/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import { auditHandlers } from './audit.ts';
import { type Authenticate, authenticateCaller, trustEveryCaller } from './authentication.ts';
import { type BlockTokens, blockTokenHandlers } from './block-tokens.ts';
import { limitCalls } from './call-limits.ts';
import { cookies } from './cookies.ts';
import { courseHandlers, courseStreams } from './courses.ts';
import { addEntrance, readForms } from './entrance.ts';
import { addOperatorEntrance } from './entrance-operators.ts';
import { entranceHandlers } from './entrances.ts';
import { describeError } from './error-envelope.ts';
import type { StreamLimits } from './event-stream.ts';
import { type Check, healthHandlers } from './health.ts';
import { isOwnHost, isSiteHost } from './hosts.ts';
import { liveHandlers, liveStreams } from './live.ts';
import { addMetrics, type CallObserver } from './metrics.ts';
import { noticeHandlers } from './notices.ts';
import { operatorHandlers } from './operators.ts';
import { addPages } from './pages.ts';
import { pairHandlers } from './pairs.ts';
import { peopleHandlers } from './people.ts';
import { requestHandlers } from './requests.ts';
import { addRoutes } from './routing.ts';
import { sessionHandlers } from './session.ts';
import { settingHandlers } from './settings.ts';
import { createSiteTitles } from './site-titles.ts';
import { siteHandlers } from './sites.ts';
import { tokenHandlers } from './tokens.ts';

export interface ApiOptions {
  settings: Settings;
  accounts: Accounts;
  sites: Sites;
  catalogue: Catalogue;
  notices: Notices;
  restores: Restores;
  people: People;
  log: Log;
  version: string;
  /** What `/ready` asks: database, worker, engine. */
  checks: Check[];
  /** Host names under which Jouvence itself is reached, besides `localhost` and addresses. */
  ownNames: readonly string[];
  /** Where browsers reach the public server, as sites are told; people enter there. Empty: nobody does. */
  publicUrl?: string;
  /** Where this machine reaches the public server, for links when there is no `publicUrl`. */
  localUrl?: () => string;
  /** Signs operators in too, where one is configured. */
  openid?: Openid;
  /** Of proxies in front, whose `X-Forwarded-For` says from where somebody calls; addresses or networks. */
  trustedProxies?: readonly string[];
  store: Store;
  /** Of the embedded sites; without it there are none here. */
  blockTokens?: BlockTokens;
  /** Answers for every other name, on the public server. Without it those are refused. */
  handleSite?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Where the portal was built; without it there are no pages but those for coming in. */
  pages?: string;
  /** What Prometheus reads, and who is told of each call. Without it there is no `/metrics`. */
  metrics?: CallObserver;
  /** Of answers that go on; see `defaultLimits`. */
  streams?: Partial<StreamLimits>;
  /** Of the public server, for each session and token, and for each address of strangers; default 1200. */
  callsPerMinute?: number;
}

export interface Api {
  /**
   * A server of its own, not yet listening; close it with `close()`.
   *
   * `public` asks every caller for a token. `local` is for the unix socket in the data directory and takes every caller
   * for the local operator, because only an operator may open that file. Which one it is depends on the server that
   * accepted the connection and on nothing that a caller can say.
   */
  app(kind: 'public' | 'local'): Promise<FastifyInstance>;
}

/** An archive of some GB may come in over a slow line; headers have a limit of their own (60 s). */
const requestTimeoutMs = 900_000;
/** The largest body is a hundred courses: about 20 KiB. */
const bodyLimitBytes = 262_144;

/** The control plane's HTTP API: what `@jouvence/contract` says, answered by the modules. */
export function createApi(options: ApiOptions): Api {
  const { publicUrl = '' } = options;
  const linkOrigin = () => publicUrl || options.localUrl?.() || 'http://localhost:8080';
  const handlers = {
    ...healthHandlers(options.version, options.checks, options.sites),
    ...siteHandlers(options.sites),
    ...peopleHandlers(options),
    ...pairHandlers(options.sites),
    ...entranceHandlers({ ...options, publicUrl }),
    ...sessionHandlers(options.accounts, options.sites),
    ...operatorHandlers(options.accounts, options.sites, linkOrigin),
    ...auditHandlers(options.store, options.sites),
    ...tokenHandlers(options.accounts, options.sites),
    ...blockTokenHandlers(options),
    ...courseHandlers(options),
    ...noticeHandlers(options.notices),
    ...requestHandlers(options.restores),
    ...liveHandlers(options.restores),
    ...settingHandlers(options.settings, options.sites),
  };
  const titles = createSiteTitles(options.sites);
  const streams = { ...liveStreams(options.restores), ...courseStreams(options) };
  return {
    async app(kind) {
      const isPublic = kind === 'public';
      const app = createFastify(options, isPublic ? options.handleSite : undefined);
      app.setValidatorCompiler(validatorCompiler);
      app.setSerializerCompiler(serializerCompiler);
      logCalls(app, options);
      if (isPublic) await guard(app, options);
      const sendPage = isPublic && options.pages ? await addPages(app, options.pages) : null;
      answerErrors(app, sendPage);
      await app.register(swagger, {
        openapi: {
          openapi: '3.1.0',
          info: { title: 'Jouvence', version: options.version },
          components: {
            securitySchemes: {
              token: { type: 'http', scheme: 'bearer' },
              operator: { type: 'apiKey', in: 'cookie', name: cookies.operator.name },
              person: { type: 'apiKey', in: 'cookie', name: cookies.person.name },
            },
          },
        },
        transform: jsonSchemaTransform,
      });
      const authenticate: Authenticate = isPublic ? authenticateCaller(options.accounts, publicUrl) : trustEveryCaller;
      // In a plugin, because swagger sees only routes that are added after it is ready.
      await app.register(async (scope) =>
        addRoutes(scope, handlers, {
          authenticate,
          isLocal: !isPublic,
          publicUrl,
          streams,
          limits: options.streams,
          titles,
        }),
      );
      addMetrics(app, options.metrics, authenticate);
      // In a scope of its own: only there are forms read.
      if (isPublic)
        await app.register(async (scope) => {
          readForms(scope);
          addEntrance(scope, { ...options, publicUrl });
          addOperatorEntrance(scope, { ...options, publicUrl });
        });
      app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
      // The address that the server prints: a browser gets the portal, and a program is told where to go on.
      app.get('/', { schema: { hide: true } }, (request, reply) => {
        const links = { api: '/api/v1', openapi: '/api/v1/openapi.json', health: '/health', ready: '/ready' };
        return sendPage?.(request, reply) ?? { name: 'Jouvence', version: options.version, ...links };
      });
      return app;
    },
  };
}

function createFastify(options: ApiOptions, handleSite: ApiOptions['handleSite']): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.log,
    // A call's id comes with every line, by `logAbout`.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    ...(options.trustedProxies?.length && { trustProxy: [...options.trustedProxies] }),
    routerOptions: { maxParamLength: 2048 },
    // An address that cannot be read reaches no route, and so not the error handler either.
    frameworkErrors: (error, request, reply) => {
      const { status, body } = describeError(error, request.id);
      const answer = reply as unknown as FastifyReply;
      answer
        .code(status)
        .header('x-request-id', request.id)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(body));
    },
    // A client that keeps its connection must not keep the server from closing.
    forceCloseConnections: 'idle',
    serverFactory: (handler) => {
      const server = createServer(
        { requestTimeout: requestTimeoutMs, keepAliveTimeout: 75_000 },
        (request, response) =>
          handleSite && isSiteHost(request.headers.host, options.ownNames)
            ? handleSite(request, response)
            : handler(request, response),
      );
      // Nothing here speaks another protocol; left alone, the socket would hang.
      server.on('upgrade', (_, socket) => {
        socket.on('error', () => {});
        socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      });
      return server;
    },
  });
  // Its own type says which logger; nobody asks.
  return app as unknown as FastifyInstance;
}

/** What only callers from the network meet. */
async function guard(app: FastifyInstance, options: ApiOptions): Promise<void> {
  // First, so that even a refusal carries them. There are no CORS headers: no page of another origin has a say here.
  await app.register(helmet);
  app.addHook('onRequest', async (request) => {
    // Against DNS rebinding: a page of evil.example that resolves to 127.0.0.1 sends its own name.
    if (!isOwnHost(request.headers.host, options.ownNames))
      throw new AppError('not-allowed', 'This server does not answer to that host name: see server.names.');
  });
  await limitCalls(app, options.callsPerMinute ?? 1200);
}

function answerErrors(app: FastifyInstance, sendPage: Awaited<ReturnType<typeof addPages>> | null): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = describeError(error, request.id);
    const wait = body.error.details?.retryAfterSeconds;
    if (typeof wait === 'number') reply.header('retry-after', wait);
    if (status >= 500 && wait === undefined) request.log.error({ ...aboutCall(request), error }, 'call failed');
    return reply.code(status).serializer(JSON.stringify).type('application/json; charset=utf-8').send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const page = sendPage?.(request, reply);
    if (page) return page;
    throw new AppError('not-found', `There is no ${request.method} ${request.url.split('?')[0]} here.`);
  });
}

/** What the lines of a call carry: its own id, and the request or site that its address names. */
function aboutCall(request: FastifyRequest): Record<string, unknown> {
  const { id, site } = (request.params ?? {}) as Record<string, unknown>;
  const isRequest = request.routeOptions.url?.startsWith('/api/v1/requests/:id') === true;
  return { call: request.id, ...(isRequest && { request: id }), ...(site !== undefined && { site }) };
}

function logCalls(app: FastifyInstance, { log, metrics }: ApiOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
    logAbout(aboutCall(request), done);
  });
  // Once more: a body comes in by events that know nothing of the call.
  app.addHook('preValidation', (request, _reply, done) => logAbout(aboutCall(request), done));
  app.addHook('onResponse', async (request, reply) => {
    const { method, actor, routeOptions } = request;
    const operation = (routeOptions.schema as { operationId?: string } | undefined)?.operationId;
    metrics?.called({ operation: operation ?? 'other', status: reply.statusCode, ms: reply.elapsedTime });
    log.info(
      {
        ...aboutCall(request),
        // The route and not the address: a query may name a person.
        route: `${method} ${routeOptions.url ?? '(none)'}`,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        operator: actor?.kind === 'operator' ? actor.name : undefined,
      },
      'call',
    );
  });
}
