import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { AppError } from '../errors.ts';
import { connect, describe, dumpTable, type Part, readSequences } from './database.ts';
import { type BackupHeader, type BackupManifest, BackupWriter } from './file.ts';

export interface BackupOptions {
  control: Part;
  /** Of the embedded sites, with the directory of their files; null: left out, or there are none. */
  sites: { part: Part; poolDir: string } | null;
  /** Of the program. */
  version: string;
  /** Ids of the keys that the secrets in the database are sealed with. */
  keys: readonly string[];
}

export interface BackupDone {
  bytes: number;
  /** Of both databases. */
  rows: number;
  files: number;
  keys: readonly string[];
}

/**
 * Everything of the control plane, and of the embedded sites, as it was in one moment each, while all goes on: one
 * snapshot of each database. Memory does not grow with what is in them. Killed, it leaves `FILE.part` and nothing else.
 */
export async function writeBackup(path: string, options: BackupOptions): Promise<BackupDone> {
  const { control, sites } = options;
  const clients: pg.Client[] = [];
  const begin = async (part: Part): Promise<pg.Client> => {
    const client = await connect(part);
    clients.push(client);
    await client.query('begin isolation level repeatable read, read only');
    return client;
  };
  let writer: BackupWriter | undefined;
  try {
    // Both before the first row is read: what is in the one and refers to the other is then about as old.
    const own = await begin(control);
    const theirs = sites && (await begin(sites.part));
    const header: BackupHeader = {
      format: 'jouvence-backup',
      version: 1,
      createdAt: new Date().toISOString(),
      jouvence: options.version,
      keys: [...options.keys],
      control: await describe(own, control),
      sites: theirs && sites ? await describe(theirs, sites.part) : null,
    };
    writer = await BackupWriter.create(path).catch((error: unknown) => {
      throw new AppError('conflict', `${path} cannot be written: ${(error as Error).message}`, { cause: error });
    });
    await writer.add('backup.json', Buffer.from(JSON.stringify(header)));
    const about: Pick<BackupManifest, 'rows' | 'sequences'> = { rows: {}, sequences: {} };
    await dumpPart(own, control, header.control, writer, about);
    let files = 0;
    if (theirs && sites && header.sites) {
      await dumpPart(theirs, sites.part, header.sites, writer, about);
      files = await dumpPool(theirs, sites.poolDir, writer);
    }
    const bytes = await writer.finish(about);
    const rows = Object.values(about.rows).reduce((sum, count) => sum + count, 0);
    return { bytes, rows, files, keys: options.keys };
  } catch (error) {
    await writer?.discard();
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new AppError('quota', `there is not enough room for ${path}`, { cause: error });
    throw error;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}

async function dumpPart(
  client: pg.Client,
  part: Part,
  { tables }: BackupHeader['control'],
  writer: BackupWriter,
  about: Pick<BackupManifest, 'rows' | 'sequences'>,
): Promise<void> {
  for (const table of tables) about.rows[`${part.name}/${table.name}`] = await dumpTable(client, part, table, writer);
  Object.assign(about.sequences, await readSequences(client, part));
}

/** As many as a page of memory holds: the list of a large pool is not kept in it. */
const listed = 1000;

/**
 * Contents that the snapshot refers to. The engine goes on meanwhile, and removes what nothing refers to any more: of a
 * course that was deleted since, a file may be gone. Then the backup is not whole, and says so rather than be it.
 */
async function dumpPool(client: pg.Client, poolDir: string, writer: BackupWriter): Promise<number> {
  await client.query('declare pool cursor for select sha1, size_bytes as "sizeBytes" from contents order by sha1');
  for (let count = 0; ; ) {
    const { rows } = await client.query<{ sha1: string; sizeBytes: string }>(`fetch ${listed} from pool`);
    for (const { sha1, sizeBytes } of rows) {
      const name = join(sha1.slice(0, 2), sha1.slice(2, 4), sha1);
      const body = createReadStream(join(poolDir, name), { highWaterMark: 1024 * 1024 });
      try {
        await writer.addContent(`pool/${name}`, Number(sizeBytes), body as AsyncIterable<Buffer>);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && !(error instanceof RangeError)) throw error;
        throw new AppError(
          'busy',
          `a file of an embedded site went, or is not whole, while it was being saved (${sha1}): a course was deleted meanwhile, or the disk has lost it. Try again; --without-sites leaves these files out`,
          { cause: error },
        );
      }
      count++;
    }
    if (rows.length < listed) return count;
  }
}
