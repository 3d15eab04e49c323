import { type ApiClient, endStates, type ListedRequest, live, type Request, requestSteps } from '@jouvence/contract';
import { AppError, errorCatalogue, isErrorCode } from '../errors.ts';
import type { Cli } from './cli.ts';
import { placeOf, waitingOf } from './request-words.ts';
import { cutTo, harmless } from './terminal-text.ts';

/** A server that is started again needs a few seconds; longer, and the person should know. */
const patienceMs = 30_000;
/** Of one stream. */
const mostAtOnce = 200;

type Watched = ListedRequest | Request;

/**
 * Follows requests until each has ended: bars where a person looks on, a line for each change in a pipe.
 * Ctrl-C stops the looking, not the requests.
 * @throws AppError `cancelled` after Ctrl-C, `no-server` when the server has gone for good
 */
export async function watchRequests(
  run: { client: ApiClient; cli: Cli },
  requests: readonly Watched[],
): Promise<Request[]> {
  const { client, cli } = run;
  const latest = new Map<string, Watched>(requests.map((request) => [request.id, request]));
  const voice = cli.stderr.isTTY ? await openBars(cli, requests) : openLines(cli);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const note = (request: Watched): void => {
    const known = latest.get(request.id);
    // Its place changes with others, without a revision of its own.
    if (!known || known.revision > request.revision) return;
    latest.set(request.id, request);
    voice.show(request);
  };
  try {
    for (const request of requests) voice.show(request);
    const open = requests.filter(isOpen).map(({ id }) => id);
    const parts = Array.from({ length: Math.ceil(open.length / mostAtOnce) }, (_, index) =>
      open.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
    );
    await Promise.all(parts.map((ids) => followOpen(run, ids, note, stop.signal)));
    const ids = requests.map(({ id }) => id);
    return await Promise.all(
      ids.map((id) => client.call('requests.show', { params: { id } }, { signal: stop.signal })),
    );
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    const ids = [...latest.values()].filter(isOpen).map(({ id }) => id);
    throw new AppError('cancelled', cli.translator.t('cli.requests.detached', { ids: ids.join(' ') }));
  } finally {
    process.removeListener('SIGINT', interrupt);
    stop.abort();
    voice.finish();
  }
}

/** The server may be started again meanwhile: the requests are in its database, and go on. */
async function followOpen(
  { client, cli }: { client: ApiClient; cli: Cli },
  ids: readonly string[],
  note: (request: Watched) => void,
  signal: AbortSignal,
): Promise<void> {
  const left = new Set(ids);
  const onState = (state: 'live' | 'polling' | 'lost'): void => {
    if (state === 'lost') cli.stderr.write(`${cli.translator.t('cli.requests.reconnecting')}\n`);
  };
  const take = (request: ListedRequest): void => {
    note(request);
    if (!isOpen(request)) left.delete(request.id);
  };
  const query = { ids: ids.join(','), limit: mostAtOnce };
  for await (const { event, data } of live(client, query, { signal, onState, patienceMs })) {
    if (event === 'request') take(data);
    // Deleted meanwhile: nothing will change any more, and what is asked in the end says so.
    else if (event === 'gone') left.delete(data.id);
    else {
      for (const request of data.requests) take(request);
      const found = new Set(data.requests.map(({ id }) => id));
      for (const id of left) if (!found.has(id)) left.delete(id);
    }
    if (left.size === 0) return;
  }
}

/** 0 when every course has arrived; else the code of the first that has not. */
export function exitCodeOf(requests: readonly Request[]): number {
  const bad = requests.find(({ state }) => state !== 'done');
  if (!bad) return 0;
  if (bad.state === 'cancelled') return errorCatalogue.cancelled.exitCode;
  const code = bad.error?.code ?? '';
  return isErrorCode(code) ? errorCatalogue[code].exitCode : 1;
}

function isOpen({ state }: Watched): boolean {
  return !(endStates as readonly string[]).includes(state);
}

interface Voice {
  show(request: Watched): void;
  finish(): void;
}

function openLines({ stderr, translator }: Cli): Voice {
  const last = new Map<string, string>();
  return {
    show(request) {
      const { id, courseName: course } = request;
      const state = translator.t(`state.${request.state}`);
      const waiting = waitingOf(request, translator);
      const line = waiting
        ? translator.t('cli.requests.lineWaiting', { id, course, state, waiting })
        : translator.t('cli.requests.lineState', { id, course, state });
      // Progress within a step changes the request, and says nothing in a log.
      if (last.get(id) !== line) stderr.write(`${harmless(line)}\n`);
      last.set(id, line);
    },
    finish() {},
  };
}

async function openBars({ stderr, translator }: Cli, requests: readonly Watched[]): Promise<Voice> {
  const { MultiBar, Presets } = (await import('cli-progress')).default;
  const bars = new MultiBar(
    {
      format: '{bar} {percentage}% {course} {state}',
      barsize: 24,
      hideCursor: true,
      stream: stderr,
      autopadding: true,
    },
    Presets.shades_classic,
  );
  // Braces would be read as places to fill in.
  const plain = (text: string) => cutTo(harmless(text), 40).replace(/[{}]/g, ' ');
  const all = new Map(
    requests.map(({ id, courseName }) => [id, bars.create(100, 0, { course: plain(courseName), state: '' })]),
  );
  return {
    show(request) {
      const waiting = waitingOf(request, translator);
      const state = [translator.t(`state.${request.state}`), waiting, placeOf(request, translator)]
        .filter(Boolean)
        .join(', ');
      all.get(request.id)?.update(Math.round(100 * wholeProgress(request)), { state: plain(state) });
    },
    finish: () => bars.stop(),
  };
}

/** Of the whole way, each step counted alike: which one takes long depends on the course. */
function wholeProgress({ state, progress }: Watched): number {
  if (state === 'done') return 1;
  const step = (requestSteps as readonly string[]).indexOf(state);
  return step < 0 ? 0 : (step + progress) / requestSteps.length;
}
