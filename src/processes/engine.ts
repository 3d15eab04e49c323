import { createServer } from 'node:http';
import { openEngine } from '@jouvence/site-engine';
import { openLog } from '../log.ts';
import { runChild } from './child.ts';
import { listenOnSocket } from './socket.ts';

/** It gets the database of the sites and nothing of the control plane's. */
export interface EngineSettings {
  databaseUrl: string;
  poolDir: string;
  doorKey: string;
  sitesSocket: string;
  doorSocket: string;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

runChild<EngineSettings, object>(async (settings) => {
  const log = openLog({ level: settings.logLevel });
  const engine = await openEngine({
    databaseUrl: settings.databaseUrl,
    poolDir: settings.poolDir,
    doorKey: settings.doorKey,
    log: (level, event, data) => log[level](data ?? {}, event),
  });
  const servers = [createServer(engine.handleSite), createServer(engine.handleDoor)] as const;
  // A course of gigabytes takes longer than Node's five minutes.
  for (const server of servers) server.requestTimeout = 0;
  await listenOnSocket(servers[0], settings.sitesSocket);
  await listenOnSocket(servers[1], settings.doorSocket);
  return {
    info: {},
    stop: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await engine.close();
    },
  };
});
