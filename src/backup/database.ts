import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { AppError } from '../errors.ts';
import { isConnectionError } from '../store/index.ts';
import type { BackupHeader, BackupWriter, PartName } from './file.ts';
import type { TarEntry } from './tar.ts';

/** One of the two databases: how it is reached, and how its schema is made. */
export interface Part {
  name: PartName;
  url: string;
  /** Of this version of the program, in the order in which they are applied. */
  migrations: readonly { name: string; checksum: string; sql: string }[];
  /** Where it is written down which were. */
  migrationsTable: { name: string; checksum: string; create: string };
  /** Tables whose rows are worth nothing later. */
  without: readonly string[];
}

/** Held in memory before it is compressed and written; many small parts cost more than few large ones. */
const rowBytes = 4 * 1024 * 1024;
const gzipFast = promisify(gzip) as (body: Buffer, options: { level: number }) => Promise<Buffer>;
const unpack = promisify(gunzip);

export type PartHeader = BackupHeader['control'];

/** Text that every PostgreSQL since 15 reads as what it was. */
const session = `set client_encoding = 'UTF8'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres';
  set timezone = 'UTC'; set extra_float_digits = 3; set bytea_output = 'hex'; set statement_timeout = 0;
  set idle_in_transaction_session_timeout = 0`;

/** @throws AppError `database-unavailable` */
export async function connect(part: Part): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: part.url, application_name: 'jouvence backup' });
  // A lost connection shows in the statement under way.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(session);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    if (!isConnectionError(error)) throw error;
    const what = part.name === 'control' ? 'the database' : 'the database of the embedded sites';
    throw new AppError('database-unavailable', `${what} is not there: ${(error as Error).message}`, { cause: error });
  }
}

export async function describe(client: pg.Client, { migrationsTable }: Part): Promise<PartHeader> {
  const version = await client.query<{ version: string }>("select current_setting('server_version') as version");
  const migrations = await client.query<{ name: string; checksum: string }>(
    `select name, ${migrationsTable.checksum} as checksum from ${migrationsTable.name} order by applied_at, name`,
  );
  return {
    postgres: version.rows[0]!.version,
    migrations: migrations.rows,
    tables: inOrder(await tablesOf(client), await referencesOf(client)),
  };
}

type Table = PartHeader['tables'][number];

export async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select c.relname as name, coalesce((select array_agg(a.attname::text order by a.attnum) from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '{}') as columns
     from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by c.relname`,
  );
  return rows;
}

async function referencesOf(client: pg.Client): Promise<{ from: string; to: string }[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `select f.relname as from, t.relname as to from pg_constraint k
     join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
     where k.contype = 'f' and k.conrelid <> k.confrelid and f.relnamespace = 'public'::regnamespace`,
  );
  return rows;
}

/** What is referred to comes first: so rows can be put in as they come. */
function inOrder(tables: Table[], references: { from: string; to: string }[]): Table[] {
  const ordered: Table[] = [];
  const done = new Set<string>();
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name }) => !done.has(name) && references.every(({ from, to }) => from !== name || done.has(to)),
    );
    if (next.length === 0) throw new AppError('internal', 'tables refer to each other in a circle');
    ordered.push(...next);
    for (const { name } of next) done.add(name);
  }
  return ordered;
}

/** Rows of one table, in the transaction that the client is in; how many. */
export async function dumpTable(
  client: pg.Client,
  part: Part,
  { name, columns }: Table,
  writer: BackupWriter,
): Promise<number> {
  if (part.without.includes(name)) return 0;
  let rows = 0;
  let number = 0;
  let pieces: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (bytes === 0) return;
    const entry = `${part.name}/${name}/${String(++number).padStart(6, '0')}.gz`;
    await writer.add(entry, await gzipFast(Buffer.concat(pieces), { level: 1 }));
    pieces = [];
    bytes = 0;
  };
  for (const site of await sitesToName(client, name)) {
    if (site !== null) await client.query("select set_config('app.site_id', $1, true)", [String(site)]);
    const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
    const stream = client.query(copyTo(`copy ${client.escapeIdentifier(name)} (${list}) to stdout`));
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= rowBytes) await flush();
    }
    rows += stream.rowCount;
  }
  await flush();
  return rows;
}

/** Where row-level security holds for us too, a table is read site by site: each transaction sees one that it names. */
async function sitesToName(client: pg.Client, table: string): Promise<(number | null)[]> {
  const { rows } = await client.query<{ forced: boolean }>(
    `select c.relrowsecurity and c.relforcerowsecurity as forced from pg_class c
     where c.relname = $1 and c.relnamespace = 'public'::regnamespace`,
    [table],
  );
  if (!rows[0]?.forced) return [null];
  return (await client.query<{ id: number }>('select id from sites order by id')).rows.map(({ id }) => id);
}

/** The last value that each sequence has given, a column's or one by itself: an id that has gone is not given again. */
export async function readSequences(client: pg.Client, part: Part): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const name of await sequencesOf(client)) {
    const { rows } = await client.query<{ last: string; called: boolean }>(
      `select last_value as last, is_called as called from ${client.escapeIdentifier(name)}`,
    );
    if (rows[0]!.called) found[`${part.name}/${name}`] = Number(rows[0]!.last);
  }
  return found;
}

async function sequencesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Takes away all that is there, and makes the schema as it was when the backup was made, empty and open: no triggers,
 * which have done their work already, and no row-level security, which would hide rows from us. Tables that have that
 * are given back, for `closeSchema`.
 */
export async function makeSchema(client: pg.Client, part: Part, header: PartHeader): Promise<string[]> {
  for (const statement of await dropStatements(client)) await client.query(statement);
  await client.query(part.migrationsTable.create);
  const wanted = new Set(header.migrations.map(({ name }) => name));
  for (const { name, sql } of part.migrations) if (wanted.has(name)) await client.query(sql);
  const { rows: secured } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relrowsecurity and relforcerowsecurity and relnamespace = 'public'::regnamespace`,
  );
  const names = header.tables.map(({ name }) => client.escapeIdentifier(name));
  for (const name of names) await client.query(`alter table ${name} disable trigger user`);
  for (const { name } of secured)
    await client.query(`alter table ${client.escapeIdentifier(name)} no force row level security`);
  // What migrations put in is in the backup too.
  await client.query(`truncate ${names.join(', ')}`);
  return secured.map(({ name }) => name);
}

/** Everything that is ours in the database; nothing of an extension. */
async function dropStatements(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('drop %s if exists public.%I cascade', case relkind when 'v' then 'view'
         when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, relname) as statement
       from pg_class where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace = 'public'::regnamespace
         and pg_get_userbyid(relowner) = current_user
         and not exists (select from pg_depend d where d.objid = pg_class.oid and d.deptype in ('e', 'i', 'a'))
     union all
     select format('drop routine if exists %s cascade', p.oid::regprocedure) from pg_proc p
       where p.pronamespace = 'public'::regnamespace and pg_get_userbyid(p.proowner) = current_user
         and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     union all
     select format('drop type if exists public.%I cascade', typname) from pg_type
       where typtype in ('e', 'd') and typnamespace = 'public'::regnamespace
         and pg_get_userbyid(typowner) = current_user`,
  );
  return rows.map(({ statement }) => statement);
}

/** A part of a table's rows, as it comes out of the file. */
export interface Loader {
  load(table: string, entry: TarEntry): Promise<void>;
  /** Rows of each table. */
  finish(): Promise<Record<string, number>>;
}

/** Parts of one table come one after the other, and may break in the middle of a row. */
export function openLoader(client: pg.Client, header: PartHeader): Loader {
  let current: { table: string; stream: ReturnType<typeof copyFrom>; ended: Promise<void> } | undefined;
  const rows: Record<string, number> = {};
  const end = async (): Promise<void> => {
    if (!current) return;
    current.stream.end();
    await current.ended;
    rows[current.table] = current.stream.rowCount;
    current = undefined;
  };
  return {
    async load(table, entry) {
      if (current?.table !== table) {
        await end();
        const { columns } = header.tables.find(({ name }) => name === table)!;
        const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
        const stream = client.query(copyFrom(`copy ${client.escapeIdentifier(table)} (${list}) from stdin`));
        const ended = new Promise<void>((resolve, reject) => stream.once('finish', resolve).once('error', reject));
        ended.catch(() => {});
        current = { table, stream, ended };
      }
      const { stream, ended } = current;
      const pieces: Buffer[] = [];
      for await (const piece of entry.body) pieces.push(piece);
      const body = await unpack(Buffer.concat(pieces));
      if (!stream.write(body)) await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), ended]);
    },
    async finish() {
      await end();
      return rows;
    },
  };
}

/** As migrations leave it: triggers, row-level security, and sequences that go on after the last value. */
export async function closeSchema(
  client: pg.Client,
  part: Part,
  { tables }: PartHeader,
  { secured, sequences }: { secured: readonly string[]; sequences: Record<string, number> },
): Promise<void> {
  for (const { name } of tables) await client.query(`alter table ${client.escapeIdentifier(name)} enable trigger user`);
  for (const name of secured)
    await client.query(`alter table ${client.escapeIdentifier(name)} force row level security`);
  for (const name of await sequencesOf(client)) {
    const last = sequences[`${part.name}/${name}`] ?? 0;
    if (last > 0) await client.query('select setval($1::regclass, $2)', [client.escapeIdentifier(name), last]);
  }
}
