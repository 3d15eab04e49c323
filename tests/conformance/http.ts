import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Sent {
  method?: string;
  /** Below the site's base. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** Undefined for what is no JSON. */
  json: unknown;
}

const timeoutMs = 180_000;

/**
 * Plain HTTP with one site, one connection a call and nothing made up for: what a site really answers is what is asked
 * here, so the product's own client, which repeats and repairs, does not serve.
 */
export function send(base: string, { method = 'GET', path, headers = {}, body }: Sent): Promise<Got> {
  const url = new URL(base.replace(/\/+$/, '') + path);
  const options: RequestOptions = {
    method,
    agent: false,
    lookup: lookup as never,
    timeout: timeoutMs,
    // Without it a body has no length, and some servers refuse it.
    headers: { ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }), ...headers },
  };
  return new Promise((resolve, reject) => {
    const call: ClientRequest = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        const text = bytes.toString();
        resolve({ status: response.statusCode!, headers: response.headers, bytes, text, json: parse(text) });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${url.host} did not answer within ${timeoutMs / 1000} s`)));
    call.on('error', reject);
    call.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** RFC 6761 gives `.localhost` to the loopback, but not every resolver knows it. */
function lookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  if (!/(^|\.)localhost$/.test(hostname)) dnsLookup(hostname, options, callback);
  else if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
}
