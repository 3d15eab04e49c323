import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsTable as engineTable, readMigrations as readEngineMigrations } from '@jouvence/site-engine';
import { type BackupDone, type Part, type RestoreDone, restoreBackup, writeBackup } from './backup/index.ts';
import { allMigrations, sealedValues } from './compose.ts';
import type { Config } from './config.ts';
import { AppError, isAppError } from './errors.ts';
import type { Log } from './log.ts';
import { claimDataDir } from './serve-lock.ts';
import { checksumOf, migrationsTable, openSecrets, type Queryable, type Store } from './store/index.ts';
import { version } from './version.ts';

/** Of this installation, as `backup` and `restore` know the two databases. */
function partsOf(config: Config, store: Store): Promise<{ control: Part; sites: Part | null }> {
  const hasSites = config.get('database.url') === '' || config.get('database.sitesUrl') !== '';
  return partsFor(store.databaseUrlFor('jouvence'), hasSites ? store.databaseUrlFor('sites') : null);
}

export async function partsFor(
  controlUrl: string,
  sitesUrl: string | null,
): Promise<{ control: Part; sites: Part | null }> {
  return {
    control: {
      name: 'control',
      url: controlUrl,
      migrations: allMigrations.map((each) => ({ ...each, checksum: checksumOf(each) })),
      migrationsTable: { name: 'schema_migrations', checksum: 'checksum', create: migrationsTable },
      without: ['process_metrics'],
    },
    sites:
      sitesUrl === null
        ? null
        : {
            name: 'sites',
            url: sitesUrl,
            migrations: (await readEngineMigrations()).map(({ name, sql, sha256 }) => ({
              name,
              sql,
              checksum: sha256,
            })),
            migrationsTable: { name: 'engine_migrations', checksum: 'sha256', create: engineTable },
            without: [],
          },
  };
}

const poolDirOf = ({ dataDir }: Config): string => join(dataDir, 'pool');

/** A course that is deleted while its files are being saved: the next snapshot has it no more. */
const mostTries = 3;

/** `jouvence backup`; also while a server runs. @throws AppError `conflict`, `quota`, `busy` */
export async function backUp(
  config: Config,
  store: Store,
  path: string,
  { withoutSites = false } = {},
): Promise<BackupDone> {
  const { control, sites } = await partsOf(config, store);
  const keys = [...(await keysInUse(store)).keys()].sort();
  const options = {
    control,
    sites: withoutSites || !sites ? null : { part: sites, poolDir: poolDirOf(config) },
    version,
    keys,
  };
  for (let tries = 1; ; tries++) {
    try {
      return await writeBackup(path, options);
    } catch (error) {
      if (tries >= mostTries || !isAppError(error, 'busy')) throw error;
    }
  }
}

/** How many values each key has sealed, of all modules. */
export async function keysInUse(db: Queryable): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const values of sealedValues)
    for (const [key, count] of await values.count(db)) found.set(key, (found.get(key) ?? 0) + count);
  return found;
}

export interface Restored extends RestoreDone {
  /** Ids of keys that its secrets need and that are not here. */
  missingKeys: string[];
}

/**
 * `jouvence restore`; the server must not run. Brings the schema up to date afterwards.
 * @throws AppError `backup-invalid`, `schema-mismatch`, `conflict`, `already-running`
 */
export async function restoreFrom(
  config: Config,
  store: Store,
  path: string,
  options: { withoutSites?: boolean; replace?: boolean; pause?: boolean },
): Promise<Restored> {
  const { withoutSites = false, replace = false, pause = false } = options;
  const lock = await claimDataDir(config.dataDir);
  try {
    await refuseWorkers(store);
    const { control, sites } = await partsOf(config, store);
    const done = await restoreBackup(path, {
      control,
      sites: sites && { part: sites, poolDir: poolDirOf(config) },
      withoutSites,
      replace,
      settle: (tx) => settleJobs(tx, pause),
    });
    await store.migrate(allMigrations);
    const here = openSecrets(config.dataDir).keyIds();
    return { ...done, missingKeys: done.header.keys.filter((id) => !here.includes(id)) };
  } finally {
    await lock.release();
  }
}

/** Workers of other machines would go on with rows that are no more. */
async function refuseWorkers(store: Store): Promise<void> {
  const { rows: there } = await store.query<{ there: boolean }>("select to_regclass('job_hosts') is not null as there");
  if (!there[0]!.there) return;
  const { rows } = await store.query<{ host: string }>(
    "select host from job_hosts where seen_at > now() - interval '30 seconds' order by host",
  );
  if (rows.length === 0) return;
  throw new AppError(
    'conflict',
    `workers run on this database, or did half a minute ago (${rows.map(({ host }) => host).join(', ')}): stop them all, and try again. Nothing was changed.`,
  );
}

/**
 * Whoever held a job, and whatever was in a spool, was so on another day: each job is free, and fetches its archive anew.
 * Columns and tables are those of the first versions: a backup of any of them is settled before it is migrated.
 */
export async function settleJobs(tx: Queryable, pause: boolean): Promise<void> {
  await tx.query(
    `update jobs set lease_until = null, worker = null, host = null, fence = fence + 1, revision = revision + 1
     where outcome is null`,
  );
  await tx.query('delete from restore_spool');
  await tx.query('delete from job_hosts');
  if (pause) await tx.query('update sites set paused_at = now() where paused_at is null');
}

/** Brings the schema up to date, after a backup of a database that was in use. */
export async function migrateSafely(config: Config, store: Store, log: Log): Promise<void> {
  const keep = config.get('backup.keep');
  await store.migrate(
    allMigrations,
    keep === 0
      ? undefined
      : async (missing) => {
          const directory = join(config.dataDir, 'backups');
          mkdirSync(directory, { recursive: true, mode: 0o700 });
          const name = `before-${missing.at(-1)}-${new Date().toISOString().replaceAll(':', '').slice(0, 17)}Z.tar`;
          const { bytes } = await backUp(config, store, join(directory, name), { withoutSites: true });
          log.info({ file: join(directory, name), bytes, migrations: missing }, 'backed up before migrating');
          const old = readdirSync(directory)
            .filter((each) => /^before-.*\.tar$/.test(each))
            .sort((a, b) => stampOf(b).localeCompare(stampOf(a)));
          for (const each of old.slice(keep)) rmSync(join(directory, each), { force: true });
        },
  );
}

const stampOf = (name: string): string => /\d{4}-\d\d-\d\dT\d+Z/.exec(name)?.[0] ?? '';
