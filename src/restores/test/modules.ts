import { join } from 'node:path';
import type { SiteLimits } from '@jouvence/moodle-client';
import { type Catalogue, createCatalogue } from '../../catalogue/index.ts';
import { systemClock } from '../../clock.ts';
import { createJobs, createWorker, type Worker } from '../../jobs/index.ts';
import { type Log, silentLog } from '../../log.ts';
import { createNotices, type Notices } from '../../notices/index.ts';
import { createSettings, type Settings } from '../../settings/index.ts';
import { createSites, type Sites } from '../../sites/index.ts';
import { openSecrets, type Store } from '../../store/index.ts';
import { createRestores, type Restores, type RestoresOptions } from '../index.ts';

/** Short enough that a test does not wait, long enough that a loaded machine does not lose its leases. */
const leaseMs = 1000;
const patience = {
  firstMs: 50,
  longestMs: 200,
  tries: 4,
  taskSilenceMs: 20_000,
  cronMs: 300,
  cronLimitMs: 2500,
  queueLimitMs: 20_000,
  goneMs: 1500,
};
const limits: Partial<SiteLimits> = { connectMs: 2000, headersMs: 5000, idleMs: 2000, callMs: 10_000 };

export interface Modules {
  settings: Settings;
  sites: Sites;
  catalogue: Catalogue;
  notices: Notices;
  restores: Restores;
}

/** The control plane, put together as `compose.ts` does, with little patience. */
export function openModules(
  store: Store,
  dataDir: string,
  options: Partial<RestoresOptions> & { limits?: Partial<SiteLimits> } = {},
): Modules {
  const common = { store, log: silentLog, clock: systemClock, ...options };
  const settings = createSettings({ store });
  const sites = createSites({ ...common, secrets: openSecrets(dataDir, {}), limits: { ...limits, ...options.limits } });
  const catalogue = createCatalogue({ sites, settings, log: common.log, clock: common.clock });
  const notices = createNotices({
    ...common,
    settings,
    sites,
    mail: { url: '', from: '', allowInsecure: false },
    publicUrl: '',
    operators: async () => [],
  });
  const restores = createRestores({
    ...common,
    notices,
    settings,
    jobs: createJobs({ store }),
    sites,
    catalogue,
    spoolDir: join(dataDir, 'spool'),
    spoolLimitBytes: options.spoolLimitBytes ?? 1e9,
    patience: { ...patience, ...options.patience },
  });
  return { settings, sites, catalogue, notices, restores };
}

export function makeWorker(
  store: Store,
  { restores }: Modules,
  { hostId = 'here', concurrency = 3, log = silentLog as Log, lease = leaseMs } = {},
): Worker {
  return createWorker({
    store,
    kinds: [restores.jobKind],
    concurrency,
    hostId,
    leaseMs: lease,
    log,
    clock: systemClock,
  });
}
