import { silentLog } from '../../log.ts';
import { openStore } from '../../store/index.ts';
import { makeWorker, openModules } from './modules.ts';

/** A worker in a process of its own, to be killed. Settings come over the pipe: they hold a password. */
export interface WorkerSettings {
  databaseUrl: string;
  dataDir: string;
  hostId: string;
  leaseMs: number;
}

process.once('message', async ({ databaseUrl, dataDir, hostId, leaseMs }: WorkerSettings) => {
  const store = await openStore({ dataDir, databaseUrl, log: silentLog, maxConnections: 6 });
  // Sites are all there: what is waited for here is only a worker that comes back.
  const modules = openModules(store, dataDir, { patience: { firstMs: 50, longestMs: 500, tries: 50 } });
  await makeWorker(store, modules, { hostId, lease: leaseMs, concurrency: 4 }).start();
  process.send!('started');
});
// A test that ends badly leaves no worker behind.
process.once('disconnect', () => process.exit(0));
