import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { AppError } from '../errors.ts';
import type { Queryable } from '../store/index.ts';
import { closeSchema, connect, type Loader, makeSchema, openLoader, type Part, tablesOf } from './database.ts';
import { type BackupHeader, type BackupManifest, invalid, readBackup, verifyBackup } from './file.ts';
import type { TarEntry } from './tar.ts';

export interface RestoreOptions {
  control: Part;
  /** Null: there is no database for embedded sites here, or they are left out. */
  sites: { part: Part; poolDir: string } | null;
  /** Leaves the embedded sites of the backup out. */
  withoutSites: boolean;
  /** What is in the databases now goes. */
  replace: boolean;
  /** In the transaction, once the rows are there: what was under way on some machine is so no more. */
  settle: (tx: Queryable) => Promise<void>;
}

export interface RestoreDone {
  header: BackupHeader;
  rows: number;
  files: number;
}

/*
 * A restore
 *
 *   reads      the file once, whole, and refuses it when anything of it is not as it was written
 *   looks      at both databases: of ours, and empty unless they are to be replaced
 *   loads      schema and rows, in one transaction for each database; contents of files go into the pool beside, each
 *              under its SHA-1, where nothing refers to them yet
 *   commits    the embedded sites, then the control plane
 *
 * Killed before the first commit, nothing has changed. Killed between the two, the embedded sites are those of the
 * backup and the control plane is what it was: the same command with --replace goes through again.
 */
export async function restoreBackup(path: string, options: RestoreOptions): Promise<RestoreDone> {
  const { header, manifest } = await verifyBackup(path);
  const parts = partsOf(path, header, options);
  for (const { part, wanted } of parts) refuseOtherSchema(path, part, wanted);
  const open: Opened[] = [];
  try {
    for (const { part, wanted } of parts) {
      const client = await connect(part);
      open.push({ client, part, wanted, secured: [], loader: openLoader(client, wanted) });
      await client.query('begin');
      await refuseForeign(client, part, options.replace);
    }
    for (const each of open) each.secured = await makeSchema(each.client, each.part, each.wanted);
    const files = await load(path, open, options);
    for (const each of open) await finish(path, each, manifest);
    const own = open.find(({ part }) => part.name === 'control')!.client;
    await options.settle(asQueryable(own));
    for (const { client } of open.toReversed()) await client.query('commit');
    const rows = open.flatMap(({ part }) =>
      Object.entries(manifest.rows).flatMap(([name, count]) => (name.startsWith(`${part.name}/`) ? [count] : [])),
    );
    return { header, rows: rows.reduce((sum, count) => sum + count, 0), files };
  } finally {
    // A transaction that has not been committed goes with its connection.
    await Promise.all(open.map(({ client }) => client.end().catch(() => {})));
  }
}

interface Opened {
  client: pg.Client;
  part: Part;
  wanted: BackupHeader['control'];
  secured: string[];
  loader: Loader;
}

function partsOf(path: string, header: BackupHeader, { control, sites, withoutSites }: RestoreOptions) {
  const parts = [{ part: control, wanted: header.control }];
  if (header.sites === null || withoutSites) return parts;
  if (!sites)
    throw new AppError(
      'config-invalid',
      `${path} has embedded sites, and there is no database for them here: name one in database.sitesUrl, or leave them out with --without-sites`,
    );
  return [...parts, { part: sites.part, wanted: header.sites }];
}

/** Every migration that it has must be one of ours, unchanged; the later ones of ours are applied afterwards. */
function refuseOtherSchema(path: string, { migrations }: Part, wanted: BackupHeader['control']): void {
  const ours = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const unknown = wanted.migrations.filter(({ name, checksum }) => ours.get(name) !== checksum);
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name);
  throw new AppError(
    'schema-mismatch',
    `${path} was made by a newer or altered version of Jouvence, which has ${names.join(', ')}: restore it with that version. Nothing was changed.`,
    { details: { unknown: names } },
  );
}

/** What a start writes down by itself, before anybody has done anything. */
const ownRows = new Set(['schema_migrations', 'engine_migrations', 'job_hosts', 'process_metrics', 'upkeep']);

async function refuseForeign(client: pg.Client, part: Part, replace: boolean): Promise<void> {
  const tables = (await tablesOf(client)).map(({ name }) => name);
  const what = part.name === 'control' ? 'the database' : 'the database of the embedded sites';
  if (tables.length > 0 && !tables.includes(part.migrationsTable.name))
    throw new AppError(
      'database-unusable',
      `${what} has tables that are not of Jouvence (${tables.slice(0, 5).join(', ')}): restore into an empty one. Nothing was changed.`,
    );
  if (replace) return;
  for (const name of tables.filter((each) => !ownRows.has(each))) {
    const { rows } = await client.query(`select from ${client.escapeIdentifier(name)} limit 1`);
    if (rows.length === 0) continue;
    throw new AppError(
      'conflict',
      `${what} is not empty (${name} has rows): with --replace all of it goes, and what is in the backup takes its place. Nothing was changed.`,
    );
  }
}

/** Rows and contents as they come; how many contents. */
async function load(path: string, open: readonly Opened[], { sites, withoutSites }: RestoreOptions): Promise<number> {
  let files = 0;
  for await (const entry of readBackup(path)) {
    const [place, table] = entry.name.split('/');
    if (place === 'pool') {
      if (withoutSites || !sites) continue;
      await keepContent(sites.poolDir, entry);
      files++;
      continue;
    }
    const opened = open.find(({ part }) => part.name === place);
    if (opened) await opened.loader.load(table!, entry);
  }
  return files;
}

async function keepContent(poolDir: string, { name, sizeBytes, body }: TarEntry): Promise<void> {
  const path = join(poolDir, name.slice('pool/'.length));
  if ((await stat(path).catch(() => undefined))?.size === sizeBytes) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Aside first: half a file under its name would be taken for the whole.
  await pipeline(body, createWriteStream(`${path}.part`, { mode: 0o600, flush: true }));
  await rename(`${path}.part`, path);
}

async function finish(path: string, { client, part, wanted, secured, loader }: Opened, manifest: BackupManifest) {
  const rows = await loader.finish();
  for (const { name } of wanted.tables) {
    const expected = manifest.rows[`${part.name}/${name}`] ?? 0;
    if ((rows[name] ?? 0) !== expected)
      throw invalid(path, `${name} has ${rows[name] ?? 0} rows instead of ${expected}`);
  }
  await closeSchema(client, part, wanted, { secured, sequences: manifest.sequences });
}

function asQueryable(client: pg.Client): Queryable {
  return {
    async query(sql, parameters = []) {
      const { rows, rowCount } = await client.query(sql, [...parameters]);
      return { rows, rowCount: rowCount ?? 0 };
    },
  };
}
