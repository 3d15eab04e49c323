import { type ApiClient, ApiError } from './client.ts';
import { StreamLost } from './events.ts';
import type { Input, StreamEvent } from './routes.ts';

export interface LiveOptions {
  signal?: AbortSignal;
  /** How it is come by now: `live`, by asking again and again, or not at all (`lost`), which is mended by itself. */
  onState?: (state: 'live' | 'polling' | 'lost') => void;
  /** So long without any answer, and the last error is thrown. Default: never. */
  patienceMs?: number;
  /** Between two questions where no stream comes through. Default 3 s. */
  pollMs?: number;
}

/** A stream that says nothing at first is being gathered by something on the way. */
const firstMs = 10_000;
const longestRestMs = 10_000;
/** Where streams do not come through, one is tried again after so many questions. */
const pollsInARow = 20;

/**
 * A page of requests and what changes of it, for as long as somebody looks. A lost connection is made again, and then
 * the page comes whole; where no stream gets through, the page is asked for now and then. Each `page` takes the place of
 * what was there.
 * @throws ApiError when the server refuses (401, 403, 400), `StreamLost` or whatever `fetch` throws after `patienceMs`
 */
export async function* live(
  client: ApiClient,
  query: NonNullable<Input<'live.requests'>['query']>,
  options: LiveOptions = {},
): AsyncGenerator<StreamEvent<'live.requests'>> {
  const { signal, onState = () => {}, patienceMs = Number.POSITIVE_INFINITY, pollMs = 3000 } = options;
  let heardAt = Date.now();
  /** In a row: streams that gave nothing, and questions without an answer. */
  let [mute, lost] = [0, 0];
  const failed = (error: unknown): void => {
    signal?.throwIfAborted();
    if (isFinal(error)) throw error;
    if (lost++ === 0) onState('lost');
    if (Date.now() - heardAt > patienceMs) throw error;
  };
  while (!signal?.aborted) {
    try {
      for await (const event of streamOnce(client, query, signal)) {
        if (event.event === 'page') onState('live');
        [mute, lost, heardAt] = [0, 0, Date.now()];
        yield event;
      }
      // It ended in good order: the server was stopped, or the caller's rights have changed.
      heardAt = Date.now();
    } catch (error) {
      failed(error);
      mute++;
    }
    for (let polls = 0; mute >= 2 && polls < pollsInARow && !signal?.aborted; polls++) {
      try {
        const data = await client.call('live.requests', { query }, signal ? { signal } : {});
        onState('polling');
        [lost, heardAt] = [0, Date.now()];
        yield { event: 'page', data };
      } catch (error) {
        failed(error);
      }
      await rest(pollMs, signal);
    }
    await rest(
      lost === 0 ? 200 : Math.min(longestRestMs, 500 * 2 ** Math.min(lost, 6)) * (0.5 + Math.random() / 2),
      signal,
    );
  }
}

/** To its end; that nothing comes at first is an error. */
async function* streamOnce(
  client: ApiClient,
  query: NonNullable<Input<'live.requests'>['query']>,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent<'live.requests'>> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new StreamLost('no event came through')), firstMs);
  const either = signal ? AbortSignal.any([signal, silent.signal]) : silent.signal;
  let begun = false;
  try {
    for await (const event of client.stream('live.requests', { query }, { signal: either })) {
      clearTimeout(timer);
      begun = true;
      yield event;
    }
    if (!begun) throw new StreamLost('the stream ended before its first event');
  } catch (error) {
    silent.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What asking again does not mend. */
const isFinal = (error: unknown): boolean => error instanceof ApiError && [400, 401, 403, 404].includes(error.status);

/** Until then, or until somebody has seen enough. */
function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
