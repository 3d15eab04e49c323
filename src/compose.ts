import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Accounts, migrations as accountsMigrations, createAccounts } from './accounts/index.ts';
import { migrations as auditMigrations } from './audit/index.ts';
import { type Catalogue, createCatalogue } from './catalogue/index.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createJobs, type Jobs, migrations as jobsMigrations } from './jobs/index.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics, migrations as metricsMigrations } from './metrics/index.ts';
import { createNotices, type Notices, migrations as noticesMigrations } from './notices/index.ts';
import { createPeople, type People } from './people/index.ts';
import { createRestores, type Restores, migrations as restoresMigrations } from './restores/index.ts';
import { createSettings, type Settings, migrations as settingsMigrations } from './settings/index.ts';
import { createSites, type Sites, sealedTokens, migrations as sitesMigrations } from './sites/index.ts';
import { type Migration, openSecrets, openStore, type SealedValues, type Store } from './store/index.ts';
import { version } from './version.ts';

/** The modules of the control plane, put together: the same in every process, and in no other place. */
export interface Modules {
  store: Store;
  settings: Settings;
  accounts: Accounts;
  sites: Sites;
  catalogue: Catalogue;
  notices: Notices;
  jobs: Jobs;
  restores: Restores;
  people: People;
  metrics: Metrics;
  close(): Promise<void>;
}

export interface ModulesOptions {
  config: Config;
  log: Log;
  /** Of a parent process that started the embedded PostgreSQL and keeps it running; else that of the configuration. */
  databaseUrl?: string;
  maxConnections?: number;
  /** What this process does, for those who watch it: api, worker. */
  process?: string;
}

export async function openModules({
  config,
  log,
  databaseUrl = config.get('database.url'),
  maxConnections,
  process = 'command',
}: ModulesOptions): Promise<Modules> {
  const { dataDir } = config;
  const sitesDatabaseUrl = config.get('database.sitesUrl') || undefined;
  const store = await openStore({
    dataDir,
    log,
    databaseUrl: databaseUrl || undefined,
    sitesDatabaseUrl,
    maxConnections,
  });
  const secrets = openSecrets(dataDir);
  const clock = systemClock;
  const metrics = createMetrics({ store, log, clock, version, process, host: hostIdOf(dataDir) });
  const settings = createSettings({ store, fixed: config.fixed });
  const accounts = createAccounts({ store, clock });
  const sites = createSites({
    store,
    secrets,
    log,
    clock,
    observe: metrics.sites,
    async enrolRoleOf(target) {
      const values = await settings.at({ target });
      return values['enrol.requester'] || values['enrol.colleagues'] ? values['enrol.role'] : null;
    },
    publicUrl: config.get('server.publicUrl'),
    cacheDir: phpCacheDir(config),
  });
  const catalogue = createCatalogue({ sites, settings, log, clock });
  const notices = createNotices({
    store,
    settings,
    sites,
    log,
    clock,
    mail: mailOf(config),
    publicUrl: config.get('server.publicUrl'),
    operators: async () =>
      (await accounts.operators.list())
        .filter(({ disabledAt }) => disabledAt === null)
        .map(({ id, username: name, email, language, siteIds }) => ({ id, name, email, language, siteIds })),
  });
  const jobs = createJobs({ store });
  const restores = createRestores({
    store,
    settings,
    jobs,
    sites,
    catalogue,
    notices,
    log,
    clock,
    spoolDir: spoolDir(config),
    spoolLimitBytes: config.get('spool.gigabytes') * 1e9,
  });
  const people = createPeople({ store, sites, restores, notices, log });
  return {
    store,
    settings,
    accounts,
    sites,
    catalogue,
    notices,
    jobs,
    restores,
    people,
    metrics,
    close: async () => {
      await sites.close();
      await store.close();
    },
  };
}

/** As root it is another account that has to get there, and nobody else gets into the data directory. */
const phpCacheDir = (config: Config): string =>
  config.get('php.cacheDirectory') ||
  (process.getuid?.() === 0 ? '/var/cache/jouvence' : join(config.dataDir, 'php-cache'));

/** Of the whole control plane, in the order in which they are applied. */
export const allMigrations: readonly Migration[] = [
  ...auditMigrations,
  ...accountsMigrations,
  ...sitesMigrations,
  ...settingsMigrations,
  ...noticesMigrations,
  ...jobsMigrations,
  ...restoresMigrations,
  ...metricsMigrations,
];

/** Of every module that keeps secrets. */
export const sealedValues: readonly SealedValues[] = [sealedTokens];

/** Names this machine and data directory for as long as both last: files in the spool are found by it. */
export function hostIdOf(dataDir: string): string {
  const path = join(dataDir, 'host-id');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${hostname()}-${randomUUID().slice(0, 8)}`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}

const mailOf = (config: Config) => ({
  url: config.get('mail.url'),
  from: config.get('mail.from'),
  allowInsecure: config.get('mail.allowInsecure'),
});

function spoolDir(config: Config): string {
  const directory = config.get('spool.directory') || join(config.dataDir, 'spool');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}
