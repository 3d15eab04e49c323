import { request as httpRequest, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import proxyaddr from '@fastify/proxy-addr';
import { createTranslator, languageOfHeader } from '@jouvence/i18n';

export interface SiteProxyOptions {
  /** Of the engine. */
  socketPath: string;
  /** As of the server itself: whose `X-Forwarded-For` says from where somebody calls. */
  trustedProxies?: readonly string[];
}

/**
 * Headers of one connection only (RFC 9110, 7.6.1). `expect` too: Node has already answered it. And whatever says who
 * called through which proxy: what of it may be believed is found out here, and a site is told that alone.
 */
const notPassedOn = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade expect forwarded x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-real-ip'.split(
    ' ',
  ),
);

/** `Connection: host` must not hide from the engine which site is meant, nor where the body ends. */
const alwaysPassedOn = new Set(['host', 'content-length']);

/** Seconds. */
const retryAfter = 5;

/**
 * Streams calls for embedded sites to the engine's socket: bodies are never held, back-pressure goes through, and when
 * one side goes away the other is told. A socket of this machine is opened for each call (50 µs): kept connections
 * would now and then be closed by the engine in the moment they are used again.
 */
export function createSiteProxy({ socketPath, trustedProxies = [] }: SiteProxyOptions): RequestListener {
  const isTrusted = proxyaddr.compile([...trustedProxies]);
  return (request, response) => {
    const upstream = httpRequest({
      socketPath,
      agent: false,
      method: request.method,
      path: request.url,
      setDefaultHeaders: false,
      headers: requestHeaders(request, addressOf(request, isTrusted)) as never,
    });
    response.once('close', () => upstream.destroy());
    upstream.once('response', (answer) => {
      // 1xx, 204 and 304 have no body; Node knows.
      response.writeHead(answer.statusCode!, answer.statusMessage, passedOn(answer.rawHeaders) as never);
      pipeline(answer, response, () => upstream.destroy());
    });
    upstream.on('error', () => {
      // An answer that has begun cannot be taken back: a cut connection at least says that it is not whole.
      if (response.headersSent) response.destroy();
      else if (!response.destroyed) answerUnavailable(request, response);
    });
    request.pipe(upstream);
    request.on('aborted', () => upstream.destroy());
  };
}

/** By the same rule as the server's own calls; undefined when the caller has gone already. */
function addressOf(request: IncomingMessage, isTrusted: ReturnType<typeof proxyaddr.compile>): string | undefined {
  return request.socket.remoteAddress === undefined ? undefined : proxyaddr(request, isTrusted);
}

function requestHeaders({ rawHeaders, headers, method }: IncomingMessage, address: string | undefined): string[] {
  const kept = passedOn(rawHeaders);
  // A site that limits sign-ins by address must not see everybody as one.
  if (address) kept.push('X-Forwarded-For', address);
  if (headers['transfer-encoding'] !== undefined) kept.push('Transfer-Encoding', 'chunked');
  else if (headers['content-length'] === undefined && method !== 'GET' && method !== 'HEAD')
    kept.push('Content-Length', '0');
  // Asked to close, an engine that answers before it has read everything (409, 413) would close at once, and the answer
  // be lost in the broken pipe; so it is let finish reading, and the connection ended from here.
  kept.push('Connection', 'keep-alive');
  return kept;
}

/** Name, value, name, value: in their order and spelling, several of one name too. */
function passedOn(rawHeaders: readonly string[]): string[] {
  const named = rawHeaders
    .filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'connection')
    .flatMap((value) =>
      value
        .toLowerCase()
        .split(',')
        .map((name) => name.trim()),
    );
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    const isNamed = named.includes(name) && !alwaysPassedOn.has(name);
    if (!notPassedOn.has(name) && !isNamed) kept.push(rawHeaders[index]!, rawHeaders[index + 1]!);
  }
  return kept;
}

function answerUnavailable(request: IncomingMessage, response: ServerResponse): void {
  const { language, t } = createTranslator(languageOfHeader(request.headers['accept-language']));
  const title = t('proxy.unavailable.title');
  const page = `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${t('proxy.unavailable.text')}</p></html>\n`;
  response.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'retry-after': String(retryAfter),
    'cache-control': 'no-store',
    // What is still being sent is not read.
    connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : page);
}
