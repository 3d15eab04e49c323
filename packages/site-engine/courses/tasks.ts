import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task, TaskWarning } from '@jouvence/protocol';
import type { Database, Log, Tx } from '../database.ts';
import { EngineError, MoodleError } from '../errors.ts';
import { gatherWarnings, type Warn } from './warnings.ts';

/**
 * Long work of a site: backups and restores, which run here, and uploads, which come from outside in parts.
 *
 * - `waiting`: asked for, its row committed; nothing was done yet. An upload waits for its first part.
 * - `running`: this engine works on it. Its effect and the state `done` are one transaction, so a killed engine leaves the
 *   task running and nothing else. The engine that starts next puts it back to waiting, twice; then it is failed.
 * - `done`: finished. Of a restore, the course exists; of a backup or an upload, the archive is on disk for a day.
 * - `failed`: ended by an error that trying again would meet again; nothing of it is left.
 * - `discarded`: taken back by the caller, whatever it was before; nothing of it is left, and its key is used up.
 *
 * Each start of the work has a number (`attempt`); what an older start still tries to write meets no row and is undone.
 */
export interface TaskRow {
  key: string;
  kind: Task['kind'];
  params: Record<string, unknown>;
  callerId: number;
  state: Task['state'];
  attempt: number;
  interrupted: number;
  warnings: TaskWarning[];
  error: Task['error'];
  courseId: number | null;
  archive: Task['archive'];
  received: number;
  opened: boolean;
  /** Seconds since it ended; null before. */
  age: number | null;
}

export interface TaskResult {
  courseId?: number;
  archive?: NonNullable<Task['archive']>;
}

/** What the work on one task is given. */
export interface Work {
  siteId: number;
  task: TaskRow;
  signal: AbortSignal;
  warn: Warn;
  progress(fraction: number, step: string): void;
  /** In the transaction of the effect: both happen, or neither. */
  finish(tx: Tx, result: TaskResult): Promise<void>;
}

export interface Tasks {
  /** The task of this key: a new one, or the same that was asked for before. @throws EngineError `conflict` for another */
  ask(tx: Tx, task: Pick<TaskRow, 'key' | 'kind' | 'params' | 'callerId'> & { courseId?: number }): Promise<TaskRow>;
  /** To be called after the transaction that asked. */
  enqueue(siteId: number, key: string): void;
  find(tx: Tx, key: string): Promise<TaskRow | undefined>;
  /** As it travels, with the progress of what runs now. */
  toWire(siteId: number, task: TaskRow): Task;
  /** Stops the work on it, if there is any, and waits until it has stopped. */
  stop(siteId: number, key: string): Promise<void>;
  stopSite(siteId: number): Promise<void>;
  /** Where the archive of a backup or an upload is kept. */
  archivePath(siteId: number, key: string): string;
  removeFiles(siteId: number, key?: string): Promise<void>;
  recover(): Promise<void>;
  close(): Promise<void>;
}

export interface TasksOptions {
  database: Database;
  log: Log;
  directory: string;
  maxTasks: number;
  run: (work: Work) => Promise<void>;
}

const columns = `key, kind, params, caller_id as "callerId", state, attempt, interrupted, warnings, error, course_id as "courseId",
  archive, received, opened, extract(epoch from now() - finished_at)::float8 as age`;

/** An engine that ends in the middle of a task three times is ended by that task. */
const mostInterruptions = 2;
const archiveLifeMs = 24 * 60 * 60 * 1000;
/** A database that was killed is back within about a second. */
const putOffMs = 1000;
const sweepEveryMs = 60 * 60 * 1000;

interface Running {
  controller: AbortController;
  ended: Promise<void>;
  fraction: number;
  step: string;
}

export function createTasks({ database, log, directory, maxTasks, run }: TasksOptions): Tasks {
  const queue: { siteId: number; key: string }[] = [];
  const running = new Map<string, Running>();
  const putOff = new Set<NodeJS.Timeout>();
  let closing = false;
  const nameOf = (siteId: number, key: string) =>
    `${siteId}-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
  const idOf = (siteId: number, key: string) => `${siteId} ${key}`;
  const sweeper = setInterval(() => void removeOld(directory, log), sweepEveryMs);
  sweeper.unref();

  function pump(): void {
    while (!closing && running.size < maxTasks && queue.length > 0) {
      const next = queue.shift()!;
      const id = idOf(next.siteId, next.key);
      if (running.has(id)) continue;
      const entry: Running = {
        controller: new AbortController(),
        ended: Promise.resolve(),
        fraction: 0,
        step: 'starting',
      };
      running.set(id, entry);
      entry.ended = work(next.siteId, next.key, entry)
        .catch((error: unknown) => {
          // Not even its end could be written: the database is away. The row is as it was; its turn comes again.
          log('warn', 'task-put-off', { siteId: next.siteId, key: next.key, error });
          const timer = setTimeout(() => {
            putOff.delete(timer);
            queue.push(next);
            pump();
          }, putOffMs);
          putOff.add(timer);
        })
        .finally(() => {
          running.delete(id);
          pump();
        });
    }
  }

  async function work(siteId: number, key: string, entry: Running): Promise<void> {
    const task = await database.withSite(siteId, (tx) =>
      tx.row<TaskRow>(
        `update tasks set state = 'running', attempt = attempt + 1 where key = $1 and state in ('waiting', 'running')
         returning ${columns}`,
        [key],
      ),
    );
    if (!task) return;
    const warnings = gatherWarnings();
    try {
      await run({
        siteId,
        task,
        signal: entry.controller.signal,
        warn: warnings.warn,
        progress(fraction, step) {
          // A bar that goes back looks broken.
          entry.fraction = Math.max(entry.fraction, Math.min(1, fraction));
          entry.step = step;
        },
        async finish(tx, { courseId, archive }) {
          const changed = await tx.run(
            `update tasks set state = 'done', course_id = coalesce($3, course_id), archive = $4, warnings = $5, finished_at = now()
             where key = $1 and attempt = $2 and state = 'running'`,
            [key, task.attempt, courseId, archive ?? null, JSON.stringify(warnings.list())],
          );
          if (changed === 0) throw new Superseded();
          await tx.run('delete from tasks_under_way where site_id = $1 and key = $2', [siteId, key]);
        },
      });
      log('info', 'task-done', { siteId, key, kind: task.kind });
    } catch (error) {
      await settle(siteId, task, error, warnings.list());
    }
  }

  /** What an error makes of the task. The database may be the reason: then the row stays, and the next start finds it. */
  async function settle(siteId: number, task: TaskRow, error: unknown, warnings: TaskWarning[]): Promise<void> {
    const { key, attempt } = task;
    if (error instanceof Superseded) return;
    const held = "key = $1 and attempt = $2 and state = 'running'";
    if (closing) {
      await database.withSite(siteId, (tx) =>
        tx.run(`update tasks set state = 'waiting' where ${held}`, [key, attempt]),
      );
      return;
    }
    const known = error instanceof EngineError || error instanceof MoodleError;
    if (!known && task.interrupted < mostInterruptions) {
      log('warn', 'task-interrupted', { siteId, key, error });
      const changed = await database.withSite(siteId, (tx) =>
        tx.run(`update tasks set state = 'waiting', interrupted = interrupted + 1 where ${held}`, [key, attempt]),
      );
      if (changed > 0) queue.push({ siteId, key });
      return;
    }
    if (!known) log('error', 'task-failed', { siteId, key, error });
    // What went wrong inside is for the log; the caller is told that it did.
    const shown = known
      ? { code: codeOf(error), message: error.message }
      : { code: 'site-error', message: `the site could not finish this ${task.kind}; its log says why` };
    await database.withSite(siteId, (tx) => fail(tx, siteId, held, [key, attempt], shown, warnings));
  }

  async function fail(
    tx: Tx,
    siteId: number,
    where: string,
    values: unknown[],
    error: object,
    warnings: TaskWarning[],
  ) {
    await tx.run(`update tasks set state = 'failed', error = $3, warnings = $4, finished_at = now() where ${where}`, [
      ...values,
      JSON.stringify(error),
      JSON.stringify(warnings),
    ]);
    await tx.run('delete from tasks_under_way where site_id = $1 and key = $2', [siteId, values[0]]);
  }

  const tasks: Tasks = {
    async ask(tx, { key, kind, params, callerId, courseId }) {
      const made = await tx.row<TaskRow>(
        `insert into tasks (key, kind, params, caller_id, state, course_id) values ($1, $2, $3, $4, 'waiting', $5)
         on conflict (site_id, key) do nothing returning ${columns}`,
        [key, kind, JSON.stringify(params), callerId, courseId ?? null],
      );
      if (made) {
        if (kind !== 'upload')
          await tx.run('insert into tasks_under_way (site_id, key) values (current_site(), $1)', [key]);
        return made;
      }
      const same = await tx.row<TaskRow>(
        `select ${columns} from tasks where key = $1 and kind = $2 and params = $3::jsonb and caller_id = $4`,
        [key, kind, JSON.stringify(params), callerId],
      );
      if (!same) throw new EngineError('conflict', `the key ${key} was used for something else`);
      return same;
    },
    enqueue(siteId, key) {
      queue.push({ siteId, key });
      pump();
    },
    find: (tx, key) => tx.row<TaskRow>(`select ${columns} from tasks where key = $1`, [key]),
    toWire(siteId, task) {
      const now = task.state === 'running' ? running.get(idOf(siteId, task.key)) : undefined;
      const { key, kind, state, warnings, error, courseId, archive } = task;
      const size = Number(task.params.sizebytes ?? 0);
      const part = kind === 'upload' && size > 0 ? task.received / size : 0;
      return {
        key,
        kind,
        state,
        progress: state === 'done' ? 1 : (now?.fraction ?? part),
        step: now?.step ?? state,
        warnings,
        error,
        courseid: courseId,
        archive,
      };
    },
    async stop(siteId, key) {
      const index = queue.findIndex((other) => other.siteId === siteId && other.key === key);
      if (index >= 0) queue.splice(index, 1);
      const entry = running.get(idOf(siteId, key));
      entry?.controller.abort();
      await entry?.ended;
    },
    async stopSite(siteId) {
      for (let index = queue.length - 1; index >= 0; index--)
        if (queue[index]!.siteId === siteId) queue.splice(index, 1);
      const own = [...running].filter(([id]) => id.startsWith(`${siteId} `)).map(([, entry]) => entry);
      for (const entry of own) entry.controller.abort();
      await Promise.all(own.map((entry) => entry.ended));
    },
    archivePath: (siteId, key) => join(directory, `${nameOf(siteId, key)}.mbz`),
    async removeFiles(siteId, key) {
      const prefix = key === undefined ? `${siteId}-` : nameOf(siteId, key);
      for (const name of await readdir(directory))
        if (name.startsWith(prefix)) await rm(join(directory, name), { force: true });
    },
    async recover() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      for (const name of await readdir(directory))
        if (/^(documents|archive)-/.test(name)) await rm(join(directory, name), { force: true });
      await removeOld(directory, log);
      const left = await database.withoutSite((tx) =>
        tx.rows<{ site_id: number; key: string }>('select site_id, key from tasks_under_way order by queued_at'),
      );
      for (const { site_id: siteId, key } of left) {
        const again = await database.withSite(siteId, async (tx) => {
          const task = await tx.row<TaskRow>(
            `update tasks set state = 'waiting', interrupted = interrupted + (state = 'running')::int
             where key = $1 and state in ('waiting', 'running') returning ${columns}`,
            [key],
          );
          if (!task || task.interrupted <= mostInterruptions) return task !== undefined;
          const error = {
            code: 'site-error',
            message: `the engine ended ${task.interrupted} times in the middle of this ${task.kind}`,
          };
          await fail(tx, siteId, 'key = $1 and attempt = $2', [key, task.attempt], error, task.warnings);
          return false;
        });
        log('info', 'task-recovered', { siteId, key, again });
        if (again) queue.push({ siteId, key });
      }
      pump();
    },
    async close() {
      closing = true;
      clearInterval(sweeper);
      for (const timer of putOff) clearTimeout(timer);
      queue.length = 0;
      for (const entry of running.values()) entry.controller.abort();
      await Promise.all([...running.values()].map((entry) => entry.ended));
    },
  };
  return tasks;
}

/** Moodle's own refusals are told apart only where the caller would act differently. */
function codeOf(error: EngineError | MoodleError): string {
  if (error instanceof EngineError) return error.code;
  return error.errorcode === 'nopermissions' ? 'not-allowed' : 'site-error';
}

/** Discarded or started again meanwhile: what was done is undone with the transaction, and nobody is told. */
class Superseded extends Error {}

/** Archives that nobody came for in a day. An upload that goes on is touched by each part. */
async function removeOld(directory: string, log: Log): Promise<void> {
  try {
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      const found = await stat(path).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs > archiveLifeMs) await rm(path, { force: true });
    }
  } catch (error) {
    log('warn', 'task-files-not-swept', { error });
  }
}
