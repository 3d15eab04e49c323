import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../accounts/index.ts';
import { AppError, isAppError } from '../errors.ts';
import { describeError } from './error-envelope.ts';

export interface ServerEvent {
  event: string;
  data: unknown;
}

export interface StreamLimits {
  /** Proxies and browsers give up a silent connection after half a minute or so. */
  heartbeatMs: number;
  /** How often it is looked whether the caller still may. */
  checkMs: number;
  /** The database may be away; longer than this nobody is served unchecked. */
  uncheckedMs: number;
  /** Who takes nothing for so long is let go of. */
  stuckMs: number;
  perCaller: number;
  inAll: number;
}

export const defaultLimits: StreamLimits = {
  heartbeatMs: 15_000,
  checkMs: 5_000,
  uncheckedMs: 60_000,
  stuckMs: 30_000,
  perCaller: 20,
  inAll: 2000,
};

/** One answer as events. */
interface Opened {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Of each event, its shape on the way. */
  shapes: Record<string, z.ZodType>;
  /** Whoever calls may still: the same caller. @throws AppError when not. */
  authenticate: () => Promise<Actor | null>;
  events: (signal: AbortSignal) => AsyncIterable<readonly ServerEvent[]>;
}

/**
 * Server-sent events, pulled: nothing is taken from its source before what was written has left for the network, so a
 * slow reader holds what its socket holds and no more. A stream ends with its caller's right, with the server, or when
 * nobody reads; `Last-Event-ID` says nothing here, because each stream begins with all that is true.
 */
export class EventStreams {
  readonly #limits: StreamLimits;
  readonly #open = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(app: FastifyInstance, limits: Partial<StreamLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    // Before the server waits for its connections: these would never end by themselves.
    app.addHook('preClose', async () => this.#closing.abort());
  }

  /** @throws AppError `busy` when this caller, or everybody together, has too many open */
  async answer(opened: Opened): Promise<void> {
    const { request, reply } = opened;
    const caller = JSON.stringify(request.actor);
    const own = this.#open.get(caller) ?? 0;
    const all = [...this.#open.values()].reduce((sum, each) => sum + each, 0);
    if (own >= this.#limits.perCaller || all >= this.#limits.inAll)
      throw new AppError('busy', 'Too many streams are open: close one of them, or ask without a stream.');
    this.#open.set(caller, own + 1);
    try {
      reply.hijack();
      await this.#write(opened, caller);
    } finally {
      const left = this.#open.get(caller)! - 1;
      if (left > 0) this.#open.set(caller, left);
      else this.#open.delete(caller);
    }
  }

  async #write({ request, reply, shapes, authenticate, events }: Opened, caller: string): Promise<void> {
    const { raw } = reply;
    const over = new AbortController();
    const end = () => over.abort();
    raw.once('close', end);
    // Its end is the `close` that follows.
    raw.on('error', () => {});
    this.#closing.signal.addEventListener('abort', end);
    if (this.#closing.signal.aborted || raw.destroyed) end();
    begin(reply);
    const timers = [
      setInterval(() => raw.writableNeedDrain || raw.write(':\n\n'), this.#limits.heartbeatMs),
      this.#keepChecking(authenticate, caller, raw, end),
    ];
    try {
      for await (const batch of events(over.signal)) {
        if (over.signal.aborted) break;
        const text = batch.map((event) => encode(event, shapes)).join('');
        if (!raw.write(text) && !(await this.#drained(raw, over.signal))) break;
      }
    } catch (error) {
      if (!over.signal.aborted) raw.write(farewell(error, request));
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.#closing.signal.removeEventListener('abort', end);
      end();
      raw.end();
    }
  }

  /** False: it is over, or nobody reads. */
  #drained(raw: ServerResponse, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (is: boolean) => () => {
        clearTimeout(timer);
        raw.removeListener('drain', drained);
        signal.removeEventListener('abort', ended);
        resolve(is);
      };
      const [drained, ended] = [done(true), done(false)];
      const timer = setTimeout(() => {
        raw.destroy();
        ended();
      }, this.#limits.stuckMs);
      raw.once('drain', drained);
      signal.addEventListener('abort', ended);
      if (signal.aborted) ended();
    });
  }

  #keepChecking(authenticate: Opened['authenticate'], caller: string, raw: ServerResponse, end: () => void) {
    let [checkedAt, isAsking] = [Date.now(), false];
    const check = async (): Promise<void> => {
      try {
        const actor = await authenticate();
        // With another role or other sites it is another stream: the client asks for it by itself.
        if (JSON.stringify(actor) !== caller) return end();
        checkedAt = Date.now();
      } catch (error) {
        if (!isAppError(error, 'unauthenticated', 'not-allowed', 'not-found')) {
          if (Date.now() - checkedAt > this.#limits.uncheckedMs) end();
          return;
        }
        raw.write(sse('end', JSON.stringify({ code: error.code, message: error.message })));
        end();
      }
    };
    return setInterval(() => {
      if (isAsking) return;
      isAsking = true;
      void check().finally(() => {
        isAsking = false;
      });
    }, this.#limits.checkMs);
  }
}

export const wantsEvents = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? '').toLowerCase().includes('text/event-stream');

function begin(reply: FastifyReply): void {
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.setHeader('content-type', 'text/event-stream; charset=utf-8');
  // Proxies must neither keep nor gather it: `no-transform` for those that compress, the other for nginx.
  raw.setHeader('cache-control', 'no-store, no-transform');
  raw.setHeader('x-accel-buffering', 'no');
  // One that were kept for another call would keep a server from closing.
  raw.setHeader('connection', 'close');
  raw.writeHead(200);
  // Something at once, so that a client sees that nothing gathers on the way.
  raw.write('retry: 2000\n\n');
}

const sse = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`;

/** Rows are shared by all who are told of them: each is written out once. */
const written = new WeakMap<object, string>();

function encode({ event, data }: ServerEvent, shapes: Record<string, z.ZodType>): string {
  const known = written.get(data as object);
  if (known !== undefined) return sse(event, known);
  const text = JSON.stringify(z.encode(shapes[event]!, data));
  written.set(data as object, text);
  return sse(event, text);
}

function farewell(error: unknown, request: FastifyRequest): string {
  const { status, body } = describeError(error, request.id);
  if (status >= 500) request.log.error({ request: request.id, error }, 'stream ended');
  const { code, message } = body.error;
  return sse('end', JSON.stringify({ code, message }));
}
