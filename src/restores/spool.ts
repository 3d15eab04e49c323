import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../store/index.ts';
import type { RequestId } from './types.ts';

/** What stays free on the disk whatever the limit says: a full disk stops more than us, the database first. */
const spareBytes = 200_000_000;

/**
 * What an archive of that size needs: itself, and the one that it is rewritten into. That one is seldom larger, and
 * then by little: its files are packed as well as they were, its documents anew.
 */
export const roomFor = (archiveBytes: number): number => Math.ceil(archiveBytes * 2.3) + 1_000_000;

/** Nothing else in the directory is ours to delete: an operator may have named one that has other things in it. */
const prefix = 'request-';

/**
 * Archives on their way, a folder per request, on the disk of one host. Room is reserved in the database before the
 * first byte, so that requests that are carried at once cannot promise the same room to each.
 */
export class Spool {
  readonly #store: Store;
  readonly #dir: string;
  readonly #limitBytes: number;

  constructor(options: { store: Store; dir: string; limitBytes: number }) {
    this.#store = options.store;
    this.#dir = options.dir;
    this.#limitBytes = options.limitBytes;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  folder(id: RequestId): string {
    return join(this.#dir, `${prefix}${id}`);
  }

  /** As it came from the source. */
  fetched(id: RequestId): string {
    return join(this.folder(id), 'fetched.mbz');
  }

  /** As it goes to the target. */
  prepared(id: RequestId): string {
    return join(this.folder(id), 'prepared.mbz');
  }

  /** The folder is there afterwards. False: there is no room now. The same request again changes its reservation. */
  async reserve(host: string, id: RequestId, sizeBytes: number): Promise<boolean> {
    const room = await this.#store.transaction(async (tx): Promise<'none' | 'new' | 'had'> => {
      // One at a time per host, or two would both see the same room.
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`spool ${host}`]);
      const { rows } = await tx.query<{ taken: number }>(
        'select coalesce(sum(size_bytes), 0)::bigint as taken from restore_spool where host = $1 and request_id <> $2',
        [host, id],
      );
      if (rows[0]!.taken + sizeBytes > this.#limitBytes) return 'none';
      const { rows: made } = await tx.query<{ fresh: boolean }>(
        `insert into restore_spool (host, request_id, size_bytes) values ($1, $2, $3)
         on conflict (host, request_id) do update set size_bytes = excluded.size_bytes
         returning xmax = 0 as fresh`,
        [host, id, sizeBytes],
      );
      return made[0]!.fresh ? 'new' : 'had';
    });
    if (room === 'none') return false;
    await mkdir(this.folder(id), { recursive: true, mode: 0o700 });
    // Part of it may be on the disk already.
    if (room === 'had') return true;
    if (await this.hasFree(sizeBytes)) return true;
    await this.release(host, id);
    return false;
  }

  /** The disk has so much besides what stays free; what is only needed for a moment is promised to nobody. */
  async hasFree(bytes: number): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.#dir);
    return bavail * bsize >= bytes + spareBytes;
  }

  /** A worker that was killed while it rewrote has left a folder of documents; files of its are written over. */
  async clearFolders(id: RequestId): Promise<void> {
    for (const entry of await readdir(this.folder(id), { withFileTypes: true }))
      if (entry.isDirectory()) await rm(join(this.folder(id), entry.name), { recursive: true, force: true });
  }

  /** What is really there, in bytes. */
  async sizeOf(id: RequestId): Promise<number> {
    const names = await readdir(this.folder(id));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(this.folder(id), name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Deletes what is there, then gives the room back. */
  async release(host: string, id: RequestId): Promise<void> {
    await rm(this.folder(id), { recursive: true, force: true });
    // Room on a host that has gone is given back too; its folder goes when it comes back.
    await this.#store.query('delete from restore_spool where request_id = $1 and host = any($2)', [id, [host]]);
    await this.#store.query(
      `delete from restore_spool s where request_id = $1 and not exists
         (select from job_hosts h where h.host = s.host and h.seen_at > now() - interval '5 minutes')`,
      [id],
    );
  }

  /** Deletes folders for which no room is reserved on this host: of a worker that died between the two. */
  async sweep(host: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#dir);
    const { rows } = await this.#store.query<{ id: string }>(
      'select request_id as id from restore_spool where host = $1',
      [host],
    );
    const known = new Set(rows.map(({ id }) => `${prefix}${id}`));
    for (const name of names)
      if (name.startsWith(prefix) && !known.has(name))
        await rm(join(this.#dir, name), { recursive: true, force: true });
  }
}
