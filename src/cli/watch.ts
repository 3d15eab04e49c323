import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, endStates, type Request, requestSteps } from '@jouvence/contract';
import { AppError, errorCatalogue, isAppError, isErrorCode } from '../errors.ts';
import type { Cli } from './cli.ts';
import { placeOf, waitingOf } from './request-words.ts';
import { cutTo, harmless } from './terminal-text.ts';

/** Seldom enough that a hundred requests are ten calls a second. */
const pollMs = 400;
/** A server that is started again needs a few seconds; longer, and the person should know. */
const patienceMs = 30_000;

/**
 * Follows requests until each has ended: bars where a person looks on, a line for each change in a pipe.
 * Ctrl-C stops the looking, not the requests.
 * @throws AppError `cancelled` after Ctrl-C, `no-server` when the server has gone for good
 */
export async function watchRequests(
  run: { client: ApiClient; cli: Cli },
  requests: readonly Request[],
): Promise<Request[]> {
  const { client, cli } = run;
  const latest = new Map(requests.map((request) => [request.id, request]));
  const latestPlace = new Map(requests.map(({ id, queue }) => [id, queue?.position]));
  const voice = cli.stderr.isTTY ? await openBars(cli, requests) : openLines(cli);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    for (const request of requests) voice.show(request);
    for (;;) {
      const open = [...latest.values()].filter(isOpen);
      if (open.length === 0) return requests.map(({ id }) => latest.get(id)!);
      await sleep(pollMs, undefined, { signal: stop.signal });
      for (const { id, revision } of open) {
        const request = await patiently(cli, stop.signal, () =>
          client.call('requests.show', { params: { id } }, { signal: stop.signal }),
        );
        latest.set(id, request);
        // Its place changes with others, without a word of its own.
        if (request.revision <= revision && request.queue?.position === latestPlace.get(id)) continue;
        latestPlace.set(id, request.queue?.position);
        voice.show(request);
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    const ids = [...latest.values()].filter(isOpen).map(({ id }) => id);
    throw new AppError('cancelled', cli.translator.t('cli.requests.detached', { ids: ids.join(' ') }));
  } finally {
    process.removeListener('SIGINT', interrupt);
    voice.finish();
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

function isOpen({ state }: Request): boolean {
  return !(endStates as readonly string[]).includes(state);
}

/** The server may be started again meanwhile: the requests are in its database, and go on. */
async function patiently<T>({ stderr, translator }: Cli, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  const since = Date.now();
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!isAppError(error, 'no-server') || Date.now() - since > patienceMs) throw error;
      if (tries === 0) stderr.write(`${translator.t('cli.requests.reconnecting')}\n`);
      await sleep(1000, undefined, { signal });
    }
  }
}

interface Voice {
  show(request: Request): void;
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

async function openBars({ stderr, translator }: Cli, requests: readonly Request[]): Promise<Voice> {
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
function wholeProgress({ state, progress }: Request): number {
  if (state === 'done') return 1;
  const step = (requestSteps as readonly string[]).indexOf(state);
  return step < 0 ? 0 : (step + progress) / requestSteps.length;
}
