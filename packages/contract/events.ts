import type { ByteStream } from './client.ts';

/** The connection ended, or said nothing for longer than a living server is silent. */
export class StreamLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StreamLost';
  }
}

/** A server says something at least every quarter of a minute. */
const silenceMs = 45_000;
/** A page of 200 requests is a tenth of it. */
const longestEvent = 8_000_000;

/**
 * Server-sent events, as far as ours use them: `event`, one line of `data`, comments. To their end. The built-in
 * `EventSource` sends no header of ours, tells no status, and begins again by itself where it should not.
 * @throws StreamLost
 */
export async function* readEvents(
  body: ByteStream,
  signal: AbortSignal,
): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunksOf(body, signal)) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longestEvent) throw new StreamLost('one event is larger than any of ours');
    const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => fieldOf(line)));
      const [event, data] = [fields.get('event'), fields.get('data')];
      if (event !== undefined && data !== undefined) yield { event, data };
    }
  }
}

function fieldOf(line: string): [string, string] {
  const at = line.indexOf(':');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
}

async function* chunksOf(body: ByteStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // Not every browser lets a stream be gone through by itself.
  const reader = 'getReader' in body ? readerOf(body) : iteratorOf(body);
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.next(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    void reader.stop();
  }
}

interface Reader {
  next(): Promise<{ done: boolean; value: Uint8Array }>;
  stop(): unknown;
}

function readerOf(body: ReadableStream<Uint8Array>): Reader {
  const reader = body.getReader();
  return { next: () => reader.read() as ReturnType<Reader['next']>, stop: () => reader.cancel().catch(() => {}) };
}

function iteratorOf(body: AsyncIterable<Uint8Array>): Reader {
  const iterator = body[Symbol.asyncIterator]();
  return {
    next: () => iterator.next() as ReturnType<Reader['next']>,
    stop: () => void iterator.return?.().catch(() => {}),
  };
}

/** Not every `fetch` ends an answer that is under way when its signal says so. */
async function withinSilence<T>(next: Promise<T>, signal: AbortSignal): Promise<T> {
  const broken = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => broken.reject(new StreamLost(`nothing was heard for ${silenceMs / 1000} s`)),
    silenceMs,
  );
  const leave = () => broken.reject(signal.reason);
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  try {
    return await Promise.race([next, broken.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    next.catch(() => {});
  }
}
