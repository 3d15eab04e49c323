import { setTimeout as sleep } from 'node:timers/promises';
import { type Profile, siteInfo, type Task } from '@jouvence/protocol';
import { readError, readValue } from '../answer.ts';
import { callBy, type Way } from '../caller.ts';
import type { SiteClient, SiteLimits } from '../client.ts';
import { SiteError } from '../errors.ts';
import { defaultLimits, retryDelayMs, tries } from '../limits.ts';
import { wordsOf } from '../wire.ts';
import { identityOf } from './account.ts';
import { type CallProcess, startCall } from './call-process.ts';
import { type CodeBase, publicRoot, scriptOf } from './code-base.ts';
import { fileCacheOptions } from './file-cache.ts';
import { keepProcesses } from './processes.ts';
import { RunningTasks } from './tasks.ts';
import { downloadBy, uploadBy } from './transfers.ts';
import { openTurns } from './turns.ts';

export interface CommandClientOptions {
  /** The site's name, for messages. */
  site: string;
  codeBase: CodeBase;
  profile: Profile;
  limits?: Partial<SiteLimits>;
  /** Below it PHP keeps what it compiled; null: nowhere. */
  cacheDir: string | null;
  /** What Moodle printed while it ran a task that did not get to its end, the last of it. */
  printed?: (about: { key: string; text: string }) => void;
}

/** After their answer they go on, where the task waits for somebody to run it. */
const startsTasks = new Set(['start_backup', 'start_restore', 'get_job']);
/** A run notes a signal where it tells of its progress; removing half a course takes its time. */
const stopMs = 60_000;

/**
 * A client for one site and one profile through its own code on this machine, by processes of the account that owns the
 * site's data directory. Backups and restores run in such a process.
 */
export function createCommandClient(options: CommandClientOptions): SiteClient {
  const { site, codeBase, profile, cacheDir, printed } = options;
  const limits: SiteLimits = { ...defaultLimits, ...options.limits };
  const words = wordsOf(site);
  const turns = openTurns(limits.connections);
  const tasks = new RunningTasks();
  const open = new Set<CallProcess>();
  /** A PHP that is told so has what they need at hand for each. */
  let runsTasks = false;

  const prepare = async () => {
    const identity = await identityOf(site, codeBase.account);
    const root = (await publicRoot(codeBase.path)) ?? codeBase.path;
    const options = await fileCacheOptions(cacheDir, codeBase, identity);
    return { identity, args: [...options, scriptOf(root, 'call.php')] };
  };
  let prepared: ReturnType<typeof prepare> | undefined;

  const processes = keepProcesses(
    async () => {
      prepared ??= prepare();
      const { identity, args } = await prepared.catch((error) => {
        prepared = undefined;
        throw error;
      });
      const { php, path: cwd, host } = codeBase;
      return startCall({ words, php, args, cwd, host, identity, answerBytes: limits.answerBytes });
    },
    () => runsTasks,
  );

  async function start(request: object): Promise<CallProcess> {
    const call = await processes.take();
    open.add(call);
    call.ask({ profile, ...request, ...(runsTasks && { tasks: true }) });
    return call;
  }

  /** One request, to its result; what is done afterwards is followed. */
  async function once<T>(name: string, request: object, signal: AbortSignal, read: (result: unknown) => T): Promise<T> {
    const call = await start(request);
    const end = () => call.kill('SIGKILL');
    signal.addEventListener('abort', end);
    // It may have been given up while the process began.
    if (signal.aborted) end();
    const lines = call.lines();
    let goesOn = false;
    try {
      for (let next = await lines.next(); !next.done; next = await lines.next()) {
        if (next.value.error !== undefined) throw readError(words, name, next.value.error);
        if (!('result' in next.value)) continue;
        const result = read(next.value.result);
        if (startsTasks.has(name)) {
          goesOn = true;
          follow(call, result as Task, lines);
        }
        return result;
      }
      signal.throwIfAborted();
      // It may be another PHP by now.
      prepared = undefined;
      throw await call.failure(name);
    } finally {
      signal.removeEventListener('abort', end);
      if (!goesOn) giveBack(call, lines);
    }
  }

  function end(call: CallProcess): void {
    open.delete(call);
    processes.forget(call);
    call.kill('SIGKILL');
    call.archive.destroy();
  }

  function giveBack(call: CallProcess, lines: ReturnType<CallProcess['lines']>): void {
    open.delete(call);
    processes.giveBack(call, lines);
  }

  function follow(call: CallProcess, task: Task, lines: ReturnType<CallProcess['lines']>): void {
    if (task.state !== 'waiting' && task.state !== 'running') return void giveBack(call, lines);
    runsTasks = true;
    const tell = async ({ state }: Task) => {
      const text = state === 'done' ? '' : await call.printed();
      giveBack(call, lines);
      if (text !== '') printed?.({ key: task.key, text: text.slice(-4000) });
    };
    tasks
      .follow(call, task, lines)
      .then(tell)
      .catch(() => {});
  }

  const invoke: Way['invoke'] = async (name, wsfunction, result, params, given) => {
    // Also where nothing has to be asked: who follows a task by what is known must hear that it is over.
    given.signal?.throwIfAborted();
    if (name === 'discard_job') await tasks.stop(String(params.key), stopMs);
    if (name === 'get_job') {
      const known = tasks.read(String(params.key));
      if (known) return known as never;
    }
    const timeoutMs = given.timeoutMs ?? limits.callMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = given.signal ? AbortSignal.any([given.signal, timeout]) : timeout;
    const request = { function: wsfunction, params: asTexts(params) };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await turns.take(signal, () =>
          once(name, request, signal, (value) => readValue(words, name, result, value)),
        );
      } catch (error) {
        if (given.signal?.aborted) throw given.signal.reason;
        if (timeout.aborted) {
          const late = { reason: 'call-late', values: { function: name, ms: timeoutMs } } as const;
          throw new SiteError('site-timeout', site, late, { function: name });
        }
        const lost = error instanceof SiteError && error.code === 'site-unreachable';
        if (!lost || !given.retry || attempt >= tries) throw error;
        await sleep(retryDelayMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      }
    }
  };

  const askInfo: Way['askInfo'] = (given) =>
    invoke('get_site_info' as never, 'core_webservice_get_site_info', siteInfo, {}, { ...given, retry: true });
  const transfers = { words, limits, start, giveBack, end };
  return {
    site,
    call: callBy({ site, invoke, askInfo }),
    siteInfo: (given = {}) => askInfo(given),
    download: (request) => downloadBy(transfers, request),
    upload: (request) => uploadBy(transfers, request),
    news: (key, { ms, signal }) => tasks.news(key, ms, signal),
    async close() {
      // Tasks are the site's by now: they end as they would, and their keys tell how.
      for (const call of open) if (!tasks.has(call)) call.kill('SIGKILL');
      open.clear();
      processes.close();
    },
  };
}

/** As a form would carry them: both transports are checked by the same code of the site. */
function asTexts(value: Record<string, unknown>): Record<string, unknown> {
  const text = (inner: unknown): unknown => {
    if (inner === undefined || inner === null) return undefined;
    if (typeof inner === 'boolean') return inner ? '1' : '0';
    if (typeof inner !== 'object') return String(inner);
    if (!Array.isArray(inner)) return asTexts(inner as Record<string, unknown>);
    const list = inner.map(text).filter((each) => each !== undefined);
    return list.length > 0 ? list : undefined;
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, text(inner)]));
}
