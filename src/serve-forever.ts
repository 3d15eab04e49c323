import { flushCompileCache } from 'node:module';
import { openModules } from './compose.ts';
import type { Config } from './config.ts';
import { campuses } from './demo/campuses.ts';
import { loadDemo } from './demo/load.ts';
import { createVoice } from './demo/voice.ts';
import { AppError } from './errors.ts';
import { openLog } from './log.ts';
import { migrateSafely } from './safekeeping.ts';
import { type Server, serve } from './serve.ts';
import { startWorker } from './worker.ts';

/** `jouvence start` and `jouvence serve`: until Ctrl-C or a signal. Addresses go to standard output, the log to standard error. */
export async function serveForever(config: Config, { demo }: { demo: boolean }): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const stopped = stopSignal().then(() => ending.abort());
  const voice = createVoice(process.stderr);
  let server: Server | undefined;
  try {
    server = await serve({ config, demo, onStep: (step) => voice.starting(step), signal });
    process.stdout.write(
      `Jouvence answers at ${server.url} (API: ${server.url}/api/v1, health: ${server.url}/health)\n`,
    );
    if (demo) await showDemo(server, config, voice, signal);
    process.stdout.write('Stop it with Ctrl-C.\n');
    await stopped;
  } catch (error) {
    // Ctrl-C before all was there is the same as after: what was begun is stopped, and the next start goes on.
    if (!signal.aborted) throw error;
  } finally {
    voice.finish();
    await server?.stop();
  }
  leave();
}

/** `jouvence work`. */
export async function workForever(config: Config): Promise<void> {
  const stopped = stopSignal();
  const log = openLog({ level: config.get('log.level') });
  const modules = await openModules({ config, log, process: 'worker' });
  try {
    await migrateSafely(config, modules.store, log);
    const worker = await startWorker(modules, config, log);
    log.info('worker started');
    await stopped;
    await worker.stop();
  } finally {
    await modules.close();
  }
  leave();
}

async function showDemo(
  server: Server,
  config: Config,
  voice: ReturnType<typeof createVoice>,
  signal: AbortSignal,
): Promise<void> {
  const { door, modules, port } = server;
  if (!door)
    throw new AppError(
      'config-invalid',
      'the demo needs embedded sites: name a database for them in database.sitesUrl, or start with --no-demo',
    );
  const accounts = await loadDemo({
    dataDir: config.dataDir,
    port,
    door,
    modules,
    onCourse: (...course) => voice.loading(...course),
    signal,
  });
  voice.finish();
  const lines = [
    '',
    'Demo sites:',
    ...campuses.map(({ host, fullname, profile }) => `  http://${host}:${port}  ${fullname} (${profile})`),
    'Demo accounts, the same on each site:',
    ...accounts.filter(({ operator }) => !operator).map(({ username, password }) => `  ${username}  ${password}`),
    ...accounts.flatMap(({ username, password, operator }) =>
      operator ? ['Demo operator, of Jouvence itself:', `  ${username}  ${password}`] : [],
    ),
    '',
    'In a browser:',
    // On a free port the campuses were not told where we are: nobody comes in from there.
    ...(config.get('server.port') === 0 ? [] : [`  ${server.url}/enter/campus-2026  as a teacher`]),
    `  ${server.url}/sign-in  as an operator`,
    '',
    'In another terminal:',
    '  node bin/jouvence.js courses list --target campus-2026 --person prof.martin',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

/**
 * Resolves with the first signal. Those that follow change nothing: a signal to a whole group arrives several times, by
 * itself and passed on by whoever started us, and one that ended us half-way would leave the database running.
 */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve());
  });
}

/**
 * Ends at once. While Node takes itself apart signals are deadly again, and writing the compile cache makes that long:
 * a signal that came once more would let a server that stopped as it should look killed.
 */
function leave(): never {
  flushCompileCache();
  process.exit(0);
}
