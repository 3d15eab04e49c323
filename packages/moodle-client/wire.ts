import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { isLoopback, lookup, readAddress } from './address.ts';
import type { SiteClientOptions, SiteLimits } from './client.ts';
import { SiteError, type SiteSaid } from './errors.ts';
import { defaultLimits, maxRedirects } from './limits.ts';

export interface Message {
  method: 'GET' | 'HEAD' | 'POST';
  /** Below the site's base. */
  path: string;
  /** Kept out of every message. */
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Readable;
  /** Instead of the limit for every answer; 0: for ever. */
  headersMs?: number;
  /** For an address that carries a token: followed nowhere, not even within the site. */
  refuseRedirects?: boolean;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  header(name: string): string | undefined;
  body: Dispatcher.ResponseData['body'];
}

/** What messages about a site need, whichever way it is spoken to. */
export interface Words {
  readonly site: string;
  /** What a site said, fit for a message: on one line, short, without secrets. */
  quote(text: string): string;
  /** From now on hidden in every message. */
  conceal(secret: string): void;
}

/** HTTP with one site: limits, redirects, and what breaks on the way as SiteError. */
export interface Wire extends Words {
  readonly limits: SiteLimits;
  send(message: Message): Promise<Answer>;
  /** What broke, as SiteError; the reason of an aborted signal as it is. */
  translate(error: unknown, signal?: AbortSignal): unknown;
  close(): Promise<void>;
}

/** Messages about one site. */
export function wordsOf(site: string): Words {
  const secrets = new Set<string>();
  return {
    site,
    quote: (text) => {
      let clean = text;
      for (const secret of secrets) clean = clean.replaceAll(secret, '[hidden]');
      return clean
        .replace(/[\s\x00-\x1f\x7f]+/g, ' ')
        .trim()
        .slice(0, 300);
    },
    conceal: (secret) => void (secret.length > 0 && secrets.add(secret)),
  };
}

export function openWire({ site, url, limits: given, connect }: SiteClientOptions): Wire {
  const limits: SiteLimits = { ...defaultLimits, ...given };
  const base = readAddress(site, url);
  const agent = new Agent({
    connections: limits.connections,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
    connect: { timeout: limits.connectMs, lookup: lookup as never, ...connect },
  });

  const describe = (error: unknown, headersMs: number | undefined, signal?: AbortSignal): unknown => {
    if (signal?.aborted) return signal.reason;
    if (error instanceof SiteError) return error;
    return describeFailure(site, base, headersMs === undefined ? limits : { ...limits, headersMs }, error);
  };
  const translate = (error: unknown, signal?: AbortSignal): unknown => describe(error, undefined, signal);

  const send = async (message: Message): Promise<Answer> => {
    const { method, path, query, headers, body, signal, headersMs, refuseRedirects = false } = message;
    let target = new URL(base.href.replace(/\/$/, '') + path);
    if (query) target.search = new URLSearchParams(query).toString();
    const options = { dispatcher: agent, method, headers, body, signal, headersTimeout: headersMs };
    for (let hop = 0; ; hop += 1) {
      signal?.throwIfAborted();
      const response = await request(target, options).catch((error) => {
        throw describe(error, headersMs, signal);
      });
      // Without a listener, a connection that breaks before anybody reads would end the process.
      response.body.on('error', () => {});
      const header = (name: string): string | undefined => {
        const value = response.headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      const status = response.statusCode;
      if (![301, 302, 303, 307, 308].includes(status)) return { status, header, body: response.body };
      response.body.destroy();
      target = followRedirect(site, { method, refuseRedirects }, target, header('location'), hop);
    }
  };

  return {
    ...wordsOf(site),
    limits,
    send,
    translate,
    close: () => agent.destroy(),
  };
}

/** Only what reads is followed, and only within the site: a token or a grant must not reach anybody else. */
function followRedirect(
  site: string,
  { method, refuseRedirects }: { method: string; refuseRedirects: boolean },
  from: URL,
  location: string | undefined,
  hop: number,
): URL {
  const to = location === undefined ? null : URL.parse(location, from.href);
  // The query may hold anything; address and path say enough.
  const where = to ? `${to.origin}${to.pathname}` : 'nowhere';
  if (to && method !== 'POST' && !refuseRedirects && to.origin === from.origin && hop < maxRedirects) return to;
  const reason =
    method === 'POST'
      ? 'redirects-calls'
      : refuseRedirects
        ? 'redirects-downloads'
        : to?.origin === from.origin
          ? 'redirects-circle'
          : 'redirects-away';
  throw new SiteError('site-bad-answer', site, { reason, values: { where } });
}

function describeFailure(site: string, base: URL, limits: SiteLimits, error: unknown): SiteError {
  const {
    code = '',
    name,
    message = String(error),
  } = (error ?? {}) as { code?: string; name?: string; message?: string };
  const cause = { cause: error };
  const late = (why: SiteSaid): SiteError => new SiteError('site-timeout', site, why, cause);
  const lost = (why: SiteSaid): SiteError => new SiteError('site-unreachable', site, why, cause);
  const { host } = base;
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return late({ reason: 'connect-late', values: { host, ms: limits.connectMs } });
    case 'UND_ERR_HEADERS_TIMEOUT':
      return late({ reason: 'answer-late', values: { ms: limits.headersMs } });
    case 'UND_ERR_BODY_TIMEOUT':
      return late({ reason: 'fell-silent', values: { ms: limits.idleMs } });
    case 'ECONNREFUSED':
      return lost({ reason: 'nothing-listens', values: { host } });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return lost({ reason: 'name-unknown', values: { host: base.hostname } });
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return lost({ reason: 'closed-by-us', values: {} });
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new SiteError('site-bad-answer', site, { reason: 'not-http-because', values: { quoted: message } }, cause);
  }
  if (name === 'HTTPParserError')
    return new SiteError('site-bad-answer', site, { reason: 'not-http', values: {} }, cause);
  if (!isLoopback(base.hostname) && /CERT|TLS|SSL|ALTNAME/.test(code))
    return lost({ reason: 'certificate', values: { code, quoted: message } });
  return lost(
    code
      ? { reason: 'connection-broke-by', values: { code, quoted: message } }
      : { reason: 'connection-broke', values: { quoted: message } },
  );
}
