import { backgroundClient } from '../clients.ts';
import { beginning, follow, type LiveQuery, type LiveState } from './source.ts';

/** What a window says to the worker, and what it hears. */
export type Said = { kind: 'follow'; query: LiveQuery; who: string } | { kind: 'leave' };
export type Heard = LiveState;

interface Stream {
  state: LiveState;
  ports: Set<MessagePort>;
  stop: AbortController;
}

/** One for all windows of this browser: each page of requests is streamed once, whoever looks at it. */
const streams = new Map<string, Stream>();

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  let leave = (): void => {};
  port!.onmessage = ({ data }: MessageEvent<Said>) => {
    leave();
    leave = data.kind === 'follow' ? join(data, port!) : () => {};
  };
};

/** What was read for one account is never told to another that signed in since. */
function join({ query, who }: { query: LiveQuery; who: string }, port: MessagePort): () => void {
  const key = JSON.stringify([who, query]);
  let stream = streams.get(key);
  // Of one that was refused there is nothing to hear: whoever asks has signed in again.
  if (!stream || stream.state.refused) {
    stream = begin(key, query);
    streams.set(key, stream);
  }
  stream.ports.add(port);
  if (stream.state !== beginning) port.postMessage(stream.state satisfies Heard);
  const joined = stream;
  return () => {
    joined.ports.delete(port);
    if (joined.ports.size > 0) return;
    joined.stop.abort();
    if (streams.get(key) === joined) streams.delete(key);
  };
}

function begin(key: string, query: LiveQuery): Stream {
  const stream: Stream = { state: beginning, ports: new Set(), stop: new AbortController() };
  const tell = (state: LiveState): void => {
    stream.state = state;
    for (const port of stream.ports) port.postMessage(state satisfies Heard);
    if (state.refused && streams.get(key) === stream) streams.delete(key);
  };
  void follow(backgroundClient, query, tell, stream.stop.signal);
  return stream;
}
