import { rm, stat } from 'node:fs/promises';
import type { ReadParams } from '@jouvence/protocol';
import { getContext } from '../contexts.ts';
import type { Database } from '../database.ts';
import { EngineError } from '../errors.ts';
import { requireCapability } from '../roles.ts';
import { type Site, siteColumns } from '../sites.ts';
import { backupCourse } from './backup.ts';
import type { Pool } from './pool.ts';
import { prepare } from './prepare.ts';
import { type RestoreRequest, readIndex, readReceiver, requireCategory, writeCourse } from './restore.ts';
import { refusal, stageArchive } from './staging.ts';
import type { Work } from './tasks.ts';
import { gatherWarnings, type Warn } from './warnings.ts';

interface Context {
  database: Database;
  pool: Pool;
  /** For what is being taken apart or written. */
  directory: string;
}

/** What a backup and a restore do, once it is their turn. */
export function createWork(context: Context, archivePath: (siteId: number, key: string) => string) {
  return async (work: Work): Promise<void> => {
    const site = await readSite(context.database, work.siteId);
    if (work.task.kind === 'backup') return backup(context, site, work, archivePath(site.id, work.task.key));
    const upload = archivePath(site.id, String(work.task.params.uploadkey));
    return restore(context, site, work, upload);
  };
}

async function backup(
  { database, pool, directory }: Context,
  site: Site,
  work: Work,
  destination: string,
): Promise<void> {
  const { task, warn, progress, signal } = work;
  const {
    courseid,
    people,
    comments = false,
  } = task.params as {
    courseid: number;
    people: boolean;
    comments?: boolean;
  };
  try {
    const job = { courseId: courseid, people, comments, destination, directory, warn, progress, signal };
    const archive = await backupCourse(database, pool, site, job);
    await database.withSite(site.id, (tx) => work.finish(tx, { archive }));
  } catch (error) {
    await rm(destination, { force: true });
    throw refusal(error);
  }
}

async function restore(context: Context, site: Site, work: Work, source: string): Promise<void> {
  const { task, progress, signal, warn } = work;
  const params = task.params as Pick<ReadParams<'start_restore'>, 'categoryid' | 'people' | 'enrolments' | 'idnumber'>;
  const size = await stat(source).then(
    (found) => found.size,
    () => {
      throw new EngineError('not-found', 'the uploaded archive has been removed');
    },
  );
  const request: RestoreRequest = {
    categoryId: params.categoryid,
    people: params.people,
    enrolments: params.enrolments,
    idnumber: params.idnumber ?? '',
    callerId: task.callerId,
    taskKey: task.key,
  };
  const onProgress = (bytes: number) => progress((0.6 * bytes) / Math.max(1, size), 'reading');
  await bringIn(context, site, source, request, { warn, signal, onProgress, progress }, async (tx, made) => {
    const category = await getContext(tx, 'category', params.categoryid);
    // Asked when it was started; the right may have been withdrawn since.
    await requireCapability(tx, task.callerId, 'moodle/restore:restorecourse', category);
    await work.finish(tx, { courseId: made.courseId });
  });
}

/** For the operator at the engine's own door. */
export async function loadCourse(context: Context, site: Site, categoryId: number, body: AsyncIterable<Uint8Array>) {
  const warnings = gatherWarnings();
  const request: RestoreRequest = {
    categoryId,
    people: true,
    enrolments: 'always',
    idnumber: '',
    callerId: null,
    taskKey: null,
  };
  const made = await bringIn(context, site, body, request, { warn: warnings.warn }, async () => {});
  return {
    courseid: made.courseId,
    shortname: made.shortname,
    warnings: warnings.list().map(({ code, what, why }) => ({ code, what, why })),
  };
}

interface Watch {
  warn: Warn;
  signal?: AbortSignal;
  onProgress?: (bytes: number) => void;
  progress?: (fraction: number, step: string) => void;
}

/** Files into the pool first, then the course in one transaction: what fails in between leaves nothing. */
async function bringIn(
  { database, pool, directory }: Context,
  site: Site,
  source: string | AsyncIterable<Uint8Array>,
  request: RestoreRequest,
  { warn, signal, onProgress, progress }: Watch,
  also: (tx: Parameters<Parameters<Database['withSite']>[1]>[0], made: { courseId: number }) => Promise<void>,
): Promise<{ courseId: number; shortname: string }> {
  const staged = await stageArchive(source, {
    pool,
    directory,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  try {
    progress?.(0.6, 'checking');
    const receiver = await database.withSite(site.id, (tx) => readReceiver(tx, site));
    const prepared = await prepare(staged, receiver, { people: request.people, warn });
    progress?.(0.75, 'preparing');
    const index = await readIndex(prepared);
    await staged.hold.settle();
    signal?.throwIfAborted();
    progress?.(0.85, 'writing');
    return await database.withSite(site.id, async (tx) => {
      await requireCategory(tx, request.categoryId);
      const made = await writeCourse(tx, site, pool, { staged, prepared, index, receiver }, request, warn);
      await also(tx, made);
      return made;
    });
  } catch (error) {
    throw refusal(error);
  } finally {
    await staged.dispose();
  }
}

/** As it is now: its name, address or language may have changed since the task was asked for. */
async function readSite(database: Database, siteId: number): Promise<Site> {
  const site = await database.withoutSite((tx) =>
    tx.row<Site>(`select ${siteColumns} from sites where id = $1`, [siteId]),
  );
  if (!site) throw new EngineError('not-found', 'the site has been deleted');
  return site;
}
