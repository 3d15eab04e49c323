import { choresOf } from './chores.ts';
import { systemClock } from './clock.ts';
import { hostIdOf, type Modules } from './compose.ts';
import type { Config } from './config.ts';
import { createWorker, type Worker } from './jobs/index.ts';
import type { Log } from './log.ts';
import { keepTidy } from './upkeep/index.ts';

/** A worker of this data directory: carries what is asked for, delivers notices, and renews the sites' tokens, until it is stopped. */
export async function startWorker(modules: Modules, config: Config, log: Log): Promise<Worker> {
  const { store, sites, restores, metrics, notices } = modules;
  const worker = createWorker({
    store,
    kinds: [restores.jobKind],
    concurrency: config.get('worker.courses'),
    hostId: hostIdOf(config.dataDir),
    leaseMs: config.get('worker.leaseSeconds') * 1000,
    log,
    clock: systemClock,
    observe: metrics.jobs,
  });
  await worker.start();
  const renewal = sites.keepRenewed();
  const publishing = metrics.keepPublished();
  const upkeep = keepTidy({
    store,
    chores: choresOf(modules, systemClock),
    log,
    clock: systemClock,
    onDeleted: metrics.deleted,
  });
  const courier = await notices.startCourier({ watch: () => restores.tellStuck() });
  return {
    start: () => worker.start(),
    stop: async () => {
      await Promise.all([renewal.stop(), publishing.stop(), upkeep.stop(), courier.stop(), worker.stop()]);
    },
  };
}
