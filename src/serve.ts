import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Modules, openModules } from './compose.ts';
import { type Config, readConfig } from './config.ts';
import { type Door, openDoor } from './demo/door.ts';
import { AppError } from './errors.ts';
import { type Log, openLog } from './log.ts';
import type { ApiInfo, ApiSettings } from './processes/api.ts';
import { type Child, startChild } from './processes/child.ts';
import type { EngineSettings } from './processes/engine.ts';
import type { ProcessSettings } from './processes/settings.ts';
import { migrateSafely } from './safekeeping.ts';
import { claimDataDir } from './serve-lock.ts';
import type { Site } from './sites/index.ts';
import { socketPath } from './store/index.ts';

export interface Server {
  /** `http://localhost:8080` */
  url: string;
  port: number;
  modules: Modules;
  /** Of the engine; null where the database is one's own and none is named for embedded sites. */
  door: Door | null;
  stop(): Promise<void>;
}

export interface ServeOptions {
  config: Config;
  log?: Log;
  /** Its accounts are about to be made: as good as there. */
  demo?: boolean;
  /** Called with what is being done, for people who wait. */
  onStep?: (text: string) => void;
  /** Ends a start that is under way; once it is over, `stop` does. */
  signal?: AbortSignal;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Database, then engine, then API and worker. Whatever stops half-way is stopped again before the error is thrown.
 * @throws AppError `already-running` when another process serves this data directory, `not-allowed` for an address
 * beyond this machine while demo accounts exist, `conflict` when the port is taken.
 */
export async function serve({
  config: given,
  log = openLog({ level: given.get('log.level') }),
  demo = false,
  onStep = () => {},
  signal,
}: ServeOptions): Promise<Server> {
  const config = withOwnAddress(given);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse())
      await each().catch((error: unknown) => log.error({ error }, 'stopping'));
  };
  try {
    const lock = await claimDataDir(config.dataDir);
    stops.push(() => lock.release());
    onStep('database');
    const modules = await openModules({ config, log });
    stops.push(() => modules.close());
    await migrateSafely(config, modules.store, log);
    signal?.throwIfAborted();
    const host = config.get('server.host');
    if (!loopback.has(host) && (demo || (await modules.sites.list()).some((site) => site.demo))) {
      throw new AppError(
        'not-allowed',
        demo
          ? `with the demo Jouvence listens on this machine only and not on ${host}: start it with --no-demo`
          : `demo accounts exist, so Jouvence listens on this machine only and not on ${host}: take the demo away first with "jouvence demo remove"`,
      );
    }

    onStep('engine, API and worker');
    const settings = processSettings(config, modules);
    const start = async <Info>(name: 'engine' | 'api' | 'worker', given: object): Promise<Child<Info>> => {
      const file = new URL(`./processes/${name}.ts`, import.meta.url);
      const child = await startChild<object, Info>({ name, file, settings: given, log });
      stops.push(() => child.stop());
      return child;
    };
    // Both are waited for even when one does not start: only what has started can be stopped.
    const [api, engine] = await Promise.allSettled([
      start<ApiInfo>('api', settings.api),
      settings.engine && start('engine', settings.engine),
    ]);
    if (api.status === 'rejected') throw api.reason;
    if (engine.status === 'rejected') throw engine.reason;
    signal?.throwIfAborted();
    const { port } = api.value.info;
    // A free port was asked for once; an API that is started again must come back on the same one.
    settings.api.port = port;
    const door = settings.engine && openDoor(settings.engine.doorSocket, settings.engine.doorKey);
    if (door) await moveSites(door, modules, { port, publicUrl: config.get('server.publicUrl'), log });
    await start('worker', settings.worker);
    const watch = watchDatabase(modules, log);
    stops.push(() => watch.stop());
    const url = `http://${loopback.has(host) ? 'localhost' : host}:${port}`;
    lock.announce(url);
    return { url, port, modules, door, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function processSettings(
  config: Config,
  { store }: Modules,
): { engine: EngineSettings | null; api: ApiSettings; worker: ProcessSettings } {
  const { dataDir } = config;
  const sitesSocket = socketPath(dataDir, 'sites.sock');
  const hasEngine = config.get('database.url') === '' || config.get('database.sitesUrl') !== '';
  const common = {
    dataDir,
    databaseUrl: store.databaseUrlFor('jouvence'),
    values: config.values(),
    fixed: [...config.fixed],
  };
  return {
    engine: !hasEngine
      ? null
      : {
          databaseUrl: store.databaseUrlFor('sites'),
          poolDir: join(dataDir, 'pool'),
          doorKey: readOrMake(join(dataDir, 'engine.key')),
          sitesSocket,
          doorSocket: socketPath(dataDir, 'door.sock'),
          logLevel: config.get('log.level'),
        },
    api: {
      ...common,
      hasEngine,
      host: config.get('server.host'),
      port: config.get('server.port'),
      sitesSocket,
      apiSocket: socketPath(dataDir, 'api.sock'),
    },
    worker: common,
  };
}

/** On this machine only, the address is known without being told: people come in from the embedded sites. */
function withOwnAddress(config: Config): Config {
  const port = config.get('server.port');
  if (config.get('server.publicUrl') !== '' || !loopback.has(config.get('server.host')) || port === 0) return config;
  const own = { 'server.publicUrl': `http://localhost:${port}` };
  return readConfig({
    dataDir: config.dataDir,
    env: {},
    file: null,
    options: { ...config.values(), ...own },
    fixed: config.fixed,
  });
}

/**
 * Embedded sites live on our port: when it changes, their addresses follow, here and in the registry. Those of the demo
 * are told ours anew: their people come in by it.
 */
async function moveSites(
  door: Door,
  { sites: registry }: Modules,
  { port, publicUrl, log }: { port: number; publicUrl: string; log: Log },
): Promise<void> {
  const known = (await registry.list()).filter(({ kind }) => kind === 'embedded');
  for (const { name, host, url: before } of (await door.call('listSites', {})).sites) {
    const url = `http://${host}:${port}`;
    if (before !== url) await door.call('setSite', { site: name }, { url });
    const moved = known.find((site) => new URL(site.url).hostname === host && site.url !== url);
    if (moved) await registry.setUrl({ kind: 'system' }, moved.id, url);
    const told = known.find((site) => site.demo && new URL(site.url).hostname === host);
    if (told && publicUrl !== '' && told.control !== publicUrl)
      await pairAgain(door, registry, told).catch((error: unknown) =>
        log.warn({ site: told.name, error }, 'not told where we are now: nobody comes in from there'),
      );
  }
}

async function pairAgain(door: Door, registry: Modules['sites'], { name, profiles }: Site): Promise<void> {
  for (const profile of profiles) {
    const { code } = await door.call('createPairing', { site: name }, { profile });
    await registry.pair({ kind: 'system' }, { name, code });
  }
}

/** The embedded PostgreSQL is a process like the others: when it dies it is started again. */
function watchDatabase(modules: Modules, log: Log): { stop(): Promise<void> } {
  const ending = new AbortController();
  const loop = (async () => {
    while (!ending.signal.aborted) {
      await wait(1000, undefined, { signal: ending.signal }).catch(() => {});
      if (!ending.signal.aborted)
        await modules.store
          .ensureRunning()
          .catch((error: unknown) => log.error({ error }, 'the database does not start'));
    }
  })();
  return {
    stop: () => {
      ending.abort();
      return loop;
    },
  };
}

/** 256 bits in a file of our own user; in one stroke, because half a key would stop every later start. */
function readOrMake(path: string): string {
  if (!existsSync(path)) {
    const aside = `${path}.new`;
    writeFileSync(aside, randomBytes(32).toString('base64url'), { mode: 0o600 });
    renameSync(aside, path);
  }
  return readFileSync(path, 'utf8').trim();
}
