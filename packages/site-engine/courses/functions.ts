import { stat } from 'node:fs/promises';
import { keyed } from '../category-keys.ts';
import { getContext } from '../contexts.ts';
import { deleteCourse, getCourseRow, summarize } from '../course-rows.ts';
import type { Tx } from '../database.ts';
import { EngineError } from '../errors.ts';
import type { Call, Implementations } from '../functions/call.ts';
import { uploadPartBytes } from '../functions/site.ts';
import { requireCapability } from '../roles.ts';
import { giveGrant } from './grants.ts';
import { getOutline } from './outline.ts';
import type { Pool } from './pool.ts';
import type { TaskRow, Tasks } from './tasks.ts';

export type CourseFunctions = Implementations<
  'get_course' | 'start_backup' | 'start_restore' | 'get_job' | 'discard_job' | 'grant_download' | 'grant_upload'
>;

/** A restored course may be taken back for a day, as long as nobody has opened it and it is as it was made. */
const takeBackSeconds = 24 * 60 * 60;

export function createCourseFunctions({ tasks, pool }: { tasks: Tasks; pool: Pool }): CourseFunctions {
  const archiveSize = (call: Call, key: string) =>
    stat(tasks.archivePath(call.site.id, key)).then(
      ({ size }) => size,
      () => undefined,
    );

  /** Whose key it is not is told that there is none: a site may be the source of one fleet and the target of another. */
  const findOwn = async (tx: Tx, key: string, callerId: number): Promise<TaskRow | undefined> => {
    const task = await tasks.find(tx, key);
    return task?.callerId === callerId ? task : undefined;
  };

  return {
    async get_course({ site, database, callerId }, { courseid, key }) {
      const withKey = keyed(key);
      return database.withSite(site.id, async (tx) => {
        const course = await getCourseRow(tx, courseid);
        if (course?.state !== 'ready') throw new EngineError('not-found', `there is no course ${courseid}`);
        const context = await getContext(tx, 'course', courseid);
        await requireCapability(tx, callerId, 'moodle/course:view', context);
        if (!course.visible) await requireCapability(tx, callerId, 'moodle/course:viewhiddencourses', context);
        const [summary] = await summarize(tx, [courseid], ['editingteacher']);
        const category = withKey(summary!.category);
        return { ...summary!, category, ...(await getOutline(tx, courseid)), release: course.release };
      });
    },

    async start_backup({ site, database, callerId, wantsComments }, { key, courseid, people }) {
      const task = await database.withSite(site.id, async (tx) => {
        const course = await getCourseRow(tx, courseid);
        if (course?.state !== 'ready') {
          // Asked again after the course was deleted: the answer is still that of the first time.
          const before = await findOwn(tx, key, callerId);
          if (before?.kind === 'backup' && before.params.courseid === courseid && before.params.people === people)
            return before;
          throw new EngineError('not-found', `there is no course ${courseid}`);
        }
        const context = await getContext(tx, 'course', courseid);
        await requireCapability(tx, callerId, 'moodle/backup:backupcourse', context);
        if (people) await requireCapability(tx, callerId, 'moodle/backup:userinfo', context);
        return tasks.ask(tx, {
          key,
          kind: 'backup',
          params: { courseid, people, ...(wantsComments && { comments: true }) },
          callerId,
          courseId: courseid,
        });
      });
      if (task.state === 'waiting') tasks.enqueue(site.id, key);
      return tasks.toWire(site.id, task);
    },

    async start_restore({ site, database, callerId }, { key, ...params }) {
      // As long as Moodle's column; a longer one would be cut, or stop the restore at its end.
      if ([...(params.idnumber ?? '')].length > 100)
        throw new EngineError('invalid-parameter', 'idnumber: at most 100 characters');
      const task = await database.withSite(site.id, async (tx) => {
        const before = await tasks.find(tx, key);
        if (before) return tasks.ask(tx, { key, kind: 'restore', params, callerId });
        const upload = await findOwn(tx, params.uploadkey, callerId);
        if (upload?.kind !== 'upload' || upload.state !== 'done')
          throw new EngineError('not-found', `there is no finished upload ${params.uploadkey}`);
        if (upload.archive?.sha256 !== params.sha256)
          throw new EngineError('conflict', 'the upload is another archive than the one that is meant (SHA-256)');
        const category = await getContext(tx, 'category', params.categoryid);
        await requireCapability(tx, callerId, 'moodle/course:create', category);
        await requireCapability(tx, callerId, 'moodle/restore:restorecourse', category);
        if (params.people) await requireCapability(tx, callerId, 'moodle/restore:userinfo', category);
        return tasks.ask(tx, { key, kind: 'restore', params, callerId });
      });
      if (task.state === 'waiting') tasks.enqueue(site.id, key);
      return tasks.toWire(site.id, task);
    },

    async get_job({ site, database, callerId }, { key }) {
      const task = await database.withSite(site.id, (tx) => findOwn(tx, key, callerId));
      if (!task) throw new EngineError('not-found', `there is no task ${key}`);
      return tasks.toWire(site.id, task);
    },

    async discard_job(call, { key }) {
      const { site, database } = call;
      const hadFile = (await archiveSize(call, key)) !== undefined;
      const outcome = await database.withSite(site.id, async (tx) => {
        // Against the transaction that finishes it: one of the two comes first.
        await tx.row('select 1 from tasks where key = $1 for update', [key]);
        const task = await findOwn(tx, key, call.callerId);
        if (!task) return { before: 'unknown' as const, contents: [], courseid: null };
        const removed =
          task.kind === 'restore' && task.state === 'done' ? await takeBack(call, tx, task, pool) : undefined;
        await tx.run(
          `update tasks set state = 'discarded', finished_at = coalesce(finished_at, now()) where key = $1`,
          [key],
        );
        await tx.run('delete from tasks_under_way where site_id = $1 and key = $2', [site.id, key]);
        return { before: task.state, contents: removed?.contents ?? [], courseid: removed?.courseid ?? null };
      });
      if (outcome.before === 'unknown') return { before: 'unknown', removed: { archive: false, courseid: null } };
      await tasks.stop(site.id, key);
      await tasks.removeFiles(site.id, key);
      await pool.collect(outcome.contents);
      return { before: outcome.before, removed: { archive: hadFile, courseid: outcome.courseid } };
    },

    async grant_download(call, { key }) {
      const { site, database } = call;
      const size = await archiveSize(call, key);
      return database.withSite(site.id, async (tx) => {
        const task = await findOwn(tx, key, call.callerId);
        if (task?.kind !== 'backup' || task.state === 'discarded' || task.state === 'failed')
          throw new EngineError('not-found', `there is no backup ${key}`);
        if (!task.archive) throw new EngineError('busy', `the backup ${key} is not finished yet`);
        if (size === undefined) throw new EngineError('not-found', `the archive of ${key} has been removed`);
        return { ...(await giveGrant(tx, key, 'download')), ...task.archive };
      });
    },

    async grant_upload(call, { key, ...params }) {
      const { site, database, callerId } = call;
      return database.withSite(site.id, async (tx) => {
        const system = await getContext(tx, 'system', 0);
        await requireCapability(tx, callerId, 'moodle/restore:restorecourse', system);
        const task = await tasks.ask(tx, { key, kind: 'upload', params, callerId });
        if (task.state === 'discarded')
          throw new EngineError('conflict', `the upload ${key} was discarded: its key is used up`);
        return { ...(await giveGrant(tx, key, 'upload')), received: task.received, uploadpartbytes: uploadPartBytes };
      });
    },
  };
}

/** @throws EngineError `not-allowed` for a course that somebody uses by now */
async function takeBack(
  call: Call,
  tx: Tx,
  task: TaskRow,
  pool: Pool,
): Promise<{ courseid: number; contents: string[] } | undefined> {
  if (task.courseId === null) return undefined;
  const course = await getCourseRow(tx, task.courseId);
  if (!course) return undefined;
  const untouched = !task.opened && course.taskKey === task.key && course.timemodified === course.timecreated;
  if (!untouched || (task.age ?? 0) > takeBackSeconds)
    throw new EngineError(
      'not-allowed',
      `course ${course.id} is finished and in use: delete it on the site if it should go`,
    );
  const contents = await pool.referredBy(tx, call.site.id, course.id);
  await deleteCourse(tx, course.id);
  return { courseid: course.id, contents };
}
