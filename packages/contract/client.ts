import type { z } from 'zod';
import { readEvents } from './events.ts';
import { type ErrorBody, errorBody } from './resources.ts';
import { type Answer, type Input, type Operation, routes, type StreamEvent, type StreamedOperation } from './routes.ts';

/** As much of `fetch` as is needed: the browser's own, or one that speaks through a unix socket. */
export type Fetch = (
  address: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal },
) => Promise<{ status: number; text(): Promise<string>; body?: ByteStream | null }>;

/** An answer as it comes: of `fetch`, or of Node's `http`. */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface ClientOptions {
  fetch: Fetch;
  /** Without a trailing slash; empty: the page's own origin. */
  baseUrl: string;
  /** An operator's; absent where the connection itself tells who calls. */
  token?: string;
}

export interface ApiClient {
  call<O extends Operation>(
    operation: O,
    ...input: Record<never, never> extends Input<O>
      ? [Input<O>?, { signal?: AbortSignal }?]
      : [Input<O>, { signal?: AbortSignal }?]
  ): Promise<Answer<O>>;
  /**
   * The same as it comes, to its end: of a list of courses the last answer; of what is live never, unless the server
   * says why (an ApiError) or the connection is lost (whatever `fetch` throws, or a `StreamLost`).
   */
  stream<O extends StreamedOperation>(
    operation: O,
    input: Input<O>,
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<StreamEvent<O>>;
}

type Said = NonNullable<ErrorBody['error']['said']>;

/** What the API refused, in its own words. A connection that fails throws whatever `fetch` throws. */
export class ApiError extends Error {
  /** A code of the error catalogue. */
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;
  /** The message, sentence by sentence for other languages; nothing: it is in English alone. */
  readonly said: Said;
  /** By which the server's log can be searched; empty when something else answered. */
  readonly requestId: string;

  constructor(
    code: string,
    message: string,
    status: number,
    details: Record<string, unknown>,
    requestId: string,
    said: Said = [],
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
    this.requestId = requestId;
    this.said = said;
  }
}

export function createApiClient(options: ClientOptions): ApiClient {
  const send = (operation: Operation, input: unknown, accept: string, signal: AbortSignal | undefined) => {
    const route = routes[operation];
    const { params, query, body } = (input ?? {}) as Record<'params' | 'query' | 'body', Values | undefined>;
    return options.fetch(options.baseUrl + address(route.path, params ?? {}, query ?? {}), {
      method: route.method,
      headers: {
        accept,
        ...(options.token && { authorization: `Bearer ${options.token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  };
  return {
    async *stream(operation, input, { signal } = {}) {
      const stop = new AbortController();
      const given = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      try {
        const response = await send(operation, input, 'text/event-stream', given);
        if (response.status !== 200 || !response.body)
          throw refusal(operation, response.status, readJson(await response.text()), undefined);
        const events: Record<string, z.ZodType> = routes[operation].events;
        for await (const { event, data } of readEvents(response.body, given)) {
          const answer = readJson(data);
          if (event === 'end') throw endOf(answer);
          // An event that a newer server adds is ignored, as its new keys are.
          if (Object.hasOwn(events, event)) yield { event, data: events[event]!.parse(answer) } as never;
        }
      } finally {
        stop.abort();
      }
    },

    async call(operation, ...rest) {
      const [input, { signal } = {}] = rest;
      const route = routes[operation];
      const response = await send(operation, input, 'application/json', signal);
      const answer = readJson(await response.text());
      // `/ready` says no by 503 and the same body: what is not ready is the answer, not an error.
      const result = route.result.safeParse(answer);
      if (result.success && (response.status < 400 || operation === 'ready')) return result.data as never;
      throw refusal(operation, response.status, answer, result.error);
    },
  };
}

/** What the server says when it will not go on. */
function endOf(answer: unknown): Error {
  const { code, message } = (answer ?? {}) as { code?: unknown; message?: unknown };
  return new ApiError(String(code ?? 'internal'), String(message ?? ''), statusOfEnd[String(code)] ?? 500, {}, '');
}
const statusOfEnd: Record<string, number> = { unauthenticated: 401, 'not-allowed': 403, 'not-found': 404 };

type Values = Record<string, unknown>;

function address(path: string, params: Values, query: Values): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(operation: string, status: number, answer: unknown, mismatch: Error | undefined): ApiError {
  const known = errorBody.safeParse(answer);
  if (known.success) {
    const { code, message, details, requestId, said } = known.data.error;
    return new ApiError(code, message, status, details ?? {}, requestId, said);
  }
  const expected = answer === undefined ? 'it is not JSON' : (mismatch?.message ?? 'it is no error of ours');
  return new ApiError(
    'internal',
    `${operation}: the answer (status ${status}) is not one of Jouvence: ${expected}. Is the address right?`,
    status,
    {},
    '',
  );
}
