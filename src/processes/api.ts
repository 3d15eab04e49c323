import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi, createSiteProxy } from '../api/index.ts';
import { openModules } from '../compose.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { openLog } from '../log.ts';
import { version } from '../version.ts';
import { runChild } from './child.ts';
import { configOf, type ProcessSettings } from './settings.ts';
import { claimSocket, shareSocket } from './socket.ts';

export interface ApiSettings extends ProcessSettings {
  host: string;
  port: number;
  hasEngine: boolean;
  /** Where the engine answers for the embedded sites. */
  sitesSocket: string;
  /** Where the command line of this machine comes in. */
  apiSocket: string;
}

export interface ApiInfo {
  port: number;
}

runChild<ApiSettings, ApiInfo>(async (settings) => {
  const config = configOf(settings);
  const log = openLog({ level: config.get('log.level') });
  const modules = await openModules({ config, log, databaseUrl: settings.databaseUrl });
  const api = createApi({
    ...modules,
    log,
    version,
    ownNames: ownNames(config),
    publicUrl: config.get('server.publicUrl'),
    ...(settings.hasEngine && { handleSite: createSiteProxy({ socketPath: settings.sitesSocket }) }),
    checks: [
      { name: 'database', ask: async () => void (await modules.store.query('select 1')) },
      { name: 'worker', ask: () => modules.jobs.needWorker() },
      ...(settings.hasEngine ? [{ name: 'engine' as const, ask: () => reach(settings.sitesSocket) }] : []),
    ],
  });
  const [open, local] = await Promise.all([api.app('public'), api.app('local')]);
  claimSocket(settings.apiSocket);
  await local.listen({ path: settings.apiSocket });
  shareSocket(settings.apiSocket);
  await open.listen({ host: settings.host, port: settings.port }).catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(error, settings);
  });
  return {
    info: { port: (open.server.address() as AddressInfo).port },
    stop: async () => {
      await Promise.all([open.close(), local.close()]);
      await modules.close();
    },
  };
});

/** The public address is ours too, whether or not it was written down twice. */
function ownNames(config: Config): string[] {
  const publicUrl = config.get('server.publicUrl');
  return [...config.get('server.names'), ...(publicUrl === '' ? [] : [new URL(publicUrl).hostname])];
}

function cannotListen(error: NodeJS.ErrnoException, { host, port }: ApiSettings): Error {
  if (error.code === 'EADDRINUSE')
    return new AppError(
      'conflict',
      `port ${port} is taken by another program: choose another one with --port, or 0 for any that is free`,
    );
  if (error.code === 'EACCES')
    return new AppError(
      'not-allowed',
      `port ${port} is kept for the administrator of this machine: choose one above 1023 with --port`,
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new AppError('config-invalid', `${host} is not an address of this machine: see --host`);
  return error;
}

/** Any answer will do: the engine is there. */
function reach(socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath, path: '/', method: 'HEAD', headers: { host: 'ready' }, timeout: 2000 },
      (response) => {
        response.resume();
        resolve();
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer in 2 s')));
    call.on('error', reject);
    call.end();
  });
}
