import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { getCategoryId } from '../categories.ts';
import type { Database, Log } from '../database.ts';
import type { Person } from '../people.ts';
import type { Site } from '../sites.ts';
import { type CourseFunctions, createCourseFunctions } from './functions.ts';
import { coursePage } from './page.ts';
import { pluginFile } from './plugin-file.ts';
import { createPool } from './pool.ts';
import { createTasks } from './tasks.ts';
import { createDownload, createUpload } from './transfers.ts';
import { createWork, loadCourse } from './work.ts';

export interface CoursesOptions {
  database: Database;
  /** Contents by SHA-1, and below `tasks` the archives under way: one file system, so that finished ones are only renamed. */
  poolDir: string;
  log: Log;
  /** Backups and restores at once. */
  maxTasks?: number;
}

/** Everything about courses that is more than their row: what they hold, how they come and go. */
export interface Courses {
  functions: CourseFunctions;
  /**
   * An archive straight into a category, as if the course had always been there: with its people and idnumber.
   * @throws EngineError `not-found` (category), `invalid-parameter` (archive), `conflict` (people), `unsupported` (too old)
   */
  loadCourse(
    site: Site,
    categoryIdnumber: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ courseid: number; shortname: string; warnings: { code: string; what: string; why: string }[] }>;
  /** The archive of a finished backup, to be closed by the caller; undefined: it is not there, or not any more. */
  openArchive(site: Site, key: string): Promise<OpenArchive | undefined>;
  /** A finished backup of ours goes, as if its caller had discarded it. */
  removeArchive(site: Site, key: string): Promise<void>;
  handleArchive(req: IncomingMessage, res: ServerResponse, site: Site): Promise<void>;
  handleUpload(req: IncomingMessage, res: ServerResponse, site: Site): Promise<void>;
  coursePage(req: IncomingMessage, res: ServerResponse, site: Site, person: Person): Promise<void>;
  pluginFile(req: IncomingMessage, res: ServerResponse, site: Site, person: Person): Promise<void>;
  /** Takes up what an engine that was killed left. To be awaited before the first request. */
  recover(): Promise<void>;
  /** Stops the site's tasks and removes its files; the site's row is deleted next. */
  forgetSite(site: Site): Promise<void>;
  /** Tasks under way stop and are taken up by the next engine. */
  close(): Promise<void>;
}

export interface OpenArchive {
  file: FileHandle;
  sizeBytes: number;
  sha256: string;
  madeAt: Date;
}

export function createCourses({ database, poolDir, log, maxTasks = 2 }: CoursesOptions): Courses {
  const pool = createPool(database, poolDir);
  const directory = join(poolDir, 'tasks');
  const tasks = createTasks({
    database,
    log,
    directory,
    maxTasks,
    run: (work) => perform(work),
  });
  const context = { database, pool, directory };
  const perform = createWork(context, tasks.archivePath);
  const options = { database, tasks };
  const closing = new AbortController();
  let sweeping = Promise.resolve();
  return {
    functions: createCourseFunctions({ tasks, pool }),
    async loadCourse(site, categoryIdnumber, body) {
      const categoryId = await database.withSite(site.id, (tx) => getCategoryId(tx, categoryIdnumber));
      return loadCourse(context, site, categoryId, body);
    },
    async openArchive(site, key) {
      const task = await database.withSite(site.id, (tx) => tasks.find(tx, key));
      if (task?.kind !== 'backup' || task.state !== 'done' || !task.archive) return undefined;
      const file = await open(tasks.archivePath(site.id, key), 'r').catch(() => undefined);
      if (!file) return undefined;
      const { sizebytes: sizeBytes, sha256 } = task.archive;
      return { file, sizeBytes, sha256, madeAt: (await file.stat()).mtime };
    },
    async removeArchive(site, key) {
      await database.withSite(site.id, (tx) =>
        tx.run(`update tasks set state = 'discarded' where key = $1 and state = 'done' and kind = 'backup'`, [key]),
      );
      await tasks.removeFiles(site.id, key);
    },
    handleArchive: createDownload(options),
    handleUpload: createUpload(options),
    coursePage: (req, res, site, person) => coursePage(database, req, res, site, person),
    pluginFile: (req, res, site, person) => pluginFile({ database, pool }, req, res, site, person),
    async recover() {
      await pool.discardIncoming();
      await tasks.recover();
      // A large pool takes minutes to look through; nobody should wait for it.
      sweeping = pool.sweep(closing.signal).catch((error: unknown) => {
        if (!closing.signal.aborted) log('warn', 'pool-not-swept', { error });
      });
    },
    async forgetSite(site) {
      await tasks.stopSite(site.id);
      await tasks.removeFiles(site.id);
      const rows = await database.withoutSite((tx) =>
        tx.rows<{ sha1: string }>('delete from content_references where site_id = $1 returning sha1', [site.id]),
      );
      await pool.collect([...new Set(rows.map((row) => row.sha1))]);
    },
    async close() {
      closing.abort();
      await tasks.close();
      await sweeping;
    },
  };
}
