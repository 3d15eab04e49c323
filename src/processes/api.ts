import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createOpenid, type Openid } from '../accounts/index.ts';
import { createApi, createMetricsServer, createSiteProxy } from '../api/index.ts';
import { openBlockTokens } from '../block-tokens.ts';
import { systemClock } from '../clock.ts';
import { allMigrations, openModules } from '../compose.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { type Log, openLog } from '../log.ts';
import type { Sites } from '../sites/index.ts';
import { version } from '../version.ts';
import { logAuditHead } from './audit-head.ts';
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
  const modules = await openModules({ config, log, databaseUrl: settings.databaseUrl, process: 'api' });
  const metrics = { called: modules.metrics.httpCall, text: modules.metrics.text };
  const trustedProxies = config.get('server.trustedProxies');
  let { port } = settings;
  const api = createApi({
    ...modules,
    metrics,
    log,
    version,
    pages: fileURLToPath(new URL('../../portal/dist', import.meta.url)),
    ownNames: ownNames(config),
    publicUrl: config.get('server.publicUrl'),
    localUrl: () => `http://localhost:${port}`,
    trustedProxies,
    callsPerMinute: config.get('server.callsPerMinute'),
    ...openidOf(config, log),
    ...(settings.hasEngine && { blockTokens: openBlockTokens(config.dataDir) }),
    ...(settings.hasEngine && { handleSite: createSiteProxy({ socketPath: settings.sitesSocket, trustedProxies }) }),
    checks: [
      { name: 'database', ask: async () => void (await modules.store.query('select 1')) },
      { name: 'schema', ask: () => modules.store.checkSchema(allMigrations) },
      { name: 'worker', ask: () => modules.jobs.needWorker() },
      ...(settings.hasEngine ? [{ name: 'engine' as const, ask: () => reach(settings.sitesSocket) }] : []),
      { name: 'key', ask: () => needKey(modules.sites) },
    ],
  });
  const [open, local] = await Promise.all([api.app('public'), api.app('local')]);
  claimSocket(settings.apiSocket);
  await local.listen({ path: settings.apiSocket });
  shareSocket(settings.apiSocket);
  await open.listen({ host: settings.host, port: settings.port }).catch((error: NodeJS.ErrnoException) => {
    throw cannotListen(error, settings);
  });
  port = (open.server.address() as AddressInfo).port;
  const head = logAuditHead(modules.store, log);
  const measured = await listenForMetrics(config, createMetricsServer(metrics, log));
  return {
    info: { port },
    stop: async () => {
      head.stop();
      await Promise.all([open.close(), local.close(), measured.close()]);
      await modules.close();
    },
  };
});

/** Operators may sign in by the provider that is configured. */
function openidOf(config: Config, log: Log): { openid?: Openid } {
  const issuer = config.get('oidc.issuer');
  if (issuer === '') return {};
  const clientId = config.get('oidc.clientId');
  if (clientId === '')
    throw new AppError(
      'config-invalid',
      'oidc.issuer is set, oidc.clientId is not: the provider gives one for Jouvence',
    );
  const scopes = [...new Set(['openid', ...config.get('oidc.scopes')])];
  const clientSecret = config.get('oidc.clientSecret');
  const claim = config.get('oidc.claim');
  return { openid: createOpenid({ issuer, clientId, clientSecret, scopes, claim, log, clock: systemClock }) };
}

/** The public address is ours too, whether or not it was written down twice. */
function ownNames(config: Config): string[] {
  const publicUrl = config.get('server.publicUrl');
  return [...config.get('server.names'), ...(publicUrl === '' ? [] : [new URL(publicUrl).hostname])];
}

/** Only where a port is named for it. */
async function listenForMetrics(config: Config, server: Server): Promise<{ close(): Promise<void> }> {
  const [host, port] = [config.get('metrics.host'), config.get('metrics.port')];
  if (port === 0) return { close: async () => {} };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, { host, port }, 'metrics.port')));
    server.listen({ host, port }, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(
  error: NodeJS.ErrnoException,
  { host, port }: Pick<ApiSettings, 'host' | 'port'>,
  option = '--port',
): Error {
  if (error.code === 'EADDRINUSE')
    return new AppError(
      'conflict',
      `port ${port} is taken by another program: choose another one with ${option}${option === '--port' ? ', or 0 for any that is free' : ''}`,
    );
  if (error.code === 'EACCES')
    return new AppError(
      'not-allowed',
      `port ${port} is kept for the administrator of this machine: choose one above 1023 with ${option}`,
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new AppError('config-invalid', `${host} is not an address of this machine: see --host`);
  return error;
}

/** Without it nobody speaks to the sites whose tokens it seals. */
async function needKey(sites: Sites): Promise<void> {
  const locked = await sites.locked();
  if (locked.length === 0) return;
  const names = locked.map(({ site, profile }) => `${site} (${profile})`).join(', ');
  throw new AppError('key-missing', `the tokens of these sites were sealed with another key: ${names}`);
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
