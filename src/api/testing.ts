import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import {
  migrations as accountsMigrations,
  createAccounts,
  localOperator,
  type NewApiToken,
} from '../accounts/index.ts';
import { migrations as auditMigrations } from '../audit/index.ts';
import { createCatalogue } from '../catalogue/index.ts';
import { systemClock } from '../clock.ts';
import { createJobs, createWorker, migrations as jobsMigrations } from '../jobs/index.ts';
import { type Log, silentLog } from '../log.ts';
import { createNotices, type NoticesOptions, migrations as noticesMigrations } from '../notices/index.ts';
import { createPeople } from '../people/index.ts';
import { createRestores, type RestoresOptions, migrations as restoresMigrations } from '../restores/index.ts';
import {
  createSettings,
  type FixedSetting,
  type SettingKey,
  migrations as settingsMigrations,
} from '../settings/index.ts';
import { createSites, migrations as sitesMigrations } from '../sites/index.ts';
import { openSecrets } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { type Api, type ApiOptions, createApi } from './index.ts';

/** The API for tests: the real modules on a database of its own; requests stay queued until `work`. */
export async function openTestApi({
  noticesOptions,
  restoresOptions,
  fixed,
  ...options
}: Partial<ApiOptions> & {
  log?: Log;
  noticesOptions?: Partial<NoticesOptions>;
  restoresOptions?: Partial<RestoresOptions>;
  /** Settings that the file or the environment says. */
  fixed?: ReadonlyMap<SettingKey, FixedSetting>;
} = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'jv-api-'));
  const store = await testStore([
    ...auditMigrations,
    ...accountsMigrations,
    ...sitesMigrations,
    ...settingsMigrations,
    ...noticesMigrations,
    ...jobsMigrations,
    ...restoresMigrations,
  ]);
  const [log, clock] = [options.log ?? silentLog, systemClock];
  const settings = createSettings({ store, fixed });
  const accounts = createAccounts({ store, clock });
  const sites = createSites({
    store,
    secrets: openSecrets(dataDir, {}),
    log,
    clock,
    publicUrl: options.publicUrl,
  });
  const catalogue = createCatalogue({ sites, settings, log, clock });
  const jobs = createJobs({ store });
  const notices = createNotices({
    store,
    settings,
    sites,
    log,
    clock,
    mail: { url: '', from: '', allowInsecure: false },
    publicUrl: options.publicUrl ?? '',
    operators: async () => [],
    ...noticesOptions,
  });
  const restores = createRestores({
    notices,
    store,
    settings,
    jobs,
    sites,
    catalogue,
    log,
    clock,
    spoolDir: join(dataDir, 'spool'),
    spoolLimitBytes: 1e9,
    ...restoresOptions,
  });
  const people = createPeople({ store, sites, restores, notices, log });
  const modules = { store, settings, accounts, sites, catalogue, notices, restores, people };
  const api: Api = createApi({ ...modules, log, version: '0.0.1', checks: [], ownNames: ['localhost'], ...options });
  const apps: FastifyInstance[] = [];
  const open = async (kind: 'public' | 'local'): Promise<FastifyInstance> => {
    const app = await api.app(kind);
    apps.push(app);
    return app;
  };
  return {
    ...modules,
    dataDir,
    open,
    /** A worker, until it is disposed of. */
    async work(): Promise<AsyncDisposable> {
      const worker = createWorker({ store, kinds: [restores.jobKind], concurrency: 2, hostId: 'test', log, clock });
      await worker.start();
      return { [Symbol.asyncDispose]: () => worker.stop() };
    },
    /** Of an operator of all sites, or as is said. */
    token: async (name = 'test', power: Partial<NewApiToken> = {}) =>
      (await accounts.tokens.create(localOperator, { name, days: 366, ...power })).token,
    async [Symbol.asyncDispose]() {
      for (const app of apps) await app.close();
      await sites.close();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof openTestApi>>;
