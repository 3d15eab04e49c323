import { createReadStream } from 'node:fs';
import type { SiteClient } from '@jouvence/moodle-client';
import type { CourseOutline, Task } from '@jouvence/protocol';
import { failure, toAppError } from '../errors.ts';
import type { Step, StepContext } from '../jobs/index.ts';
import { hasPrepared, mostAttempts } from './bring-out.ts';
import { discardTask, followTask, linesOf } from './follow-task.ts';
import { compareInventories, inventoryOfCourse, namesChanged } from './inventory.ts';
import { addReportLine, setReport, updateRequest } from './requests.sql.ts';
import { type Ends, heldByAny, restoreStep, type Tools } from './restore-step.ts';
import { asColumns, carriedOf, decideAgain, isSame } from './rules/again.ts';
import { categoryLines } from './rules/category.ts';
import { claimInstance, withInstance } from './rules/instances.ts';
import type { AllowedRuling } from './rules/ruling.ts';
import type { ReportLine } from './types.ts';

export function delivering(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      if (!(await hasPrepared(tools, ends))) return { goto: 'preparing' };
      const { request, target, targetClient } = ends;
      const { filename, sizeBytes, sha256 } = request.prepared!;
      // Before the long way: what was allowed when it was sent may not be any more.
      const ruling = await decideWithSource(tools, context, ends);
      // Others use the turn meanwhile: preparing waits for the source, and asks for another turn.
      if (!ruling) return { goto: 'preparing' };
      if (!isSame(ruling.options, carriedOf(request))) {
        // Less is allowed than what is in the archive: another one is made of what was fetched.
        await context.write(async (tx) => {
          await updateRequest(tx, request.id, { ...asColumns(ruling.options), prepared: null });
          for (const line of ruling.lines) await addReportLine(tx, request.id, 'queued', line);
        });
        return { goto: 'checking' };
      }
      const take = await claimInstance(tools, request, context.signal);
      const { category } = ruling.category;
      await withInstance(tools, target.id, request, () =>
        context.write(async (tx) => {
          await take?.(tx);
          const category_name = category.path.join(' / ');
          await updateRequest(tx, request.id, { category_id: category.id, category_name });
          await setReport(tx, request.id, 'delivering', categoryLines(ruling.category));
        }),
      );
      const client = await targetClient();
      await context.guard();
      // Without the signal, like every start: an abandoned one could arrive after it was discarded.
      const granted = await client.call(
        'grant_upload',
        { key: context.key, filename, sizebytes: sizeBytes, sha256 },
        { retry: true },
      );
      context.signal.throwIfAborted();
      if (granted.received === sizeBytes && (await isComplete(client, context))) return undefined;
      const path = tools.spool.prepared(request.id);
      try {
        await client.upload({
          grant: granted.grant,
          received: granted.received,
          sizeBytes,
          sha256,
          partBytes: granted.uploadpartbytes,
          open: (offset, length) => guarded(context, path, offset, length),
          onProgress: (done) => context.progress(sizeBytes === 0 ? 1 : done / sizeBytes, { done, total: sizeBytes }),
          signal: context.signal,
        });
      } catch (error) {
        if (await hasPrepared(tools, ends)) throw error;
        return { goto: 'preparing' };
      }
      return undefined;
    },
    async undo(context, { targetClient }) {
      await discardTask(await targetClient(), context);
      return 'undone';
    },
  });
}

/** Undefined: the source cannot be asked just now. */
async function decideWithSource(tools: Tools, context: StepContext, ends: Ends): Promise<AllowedRuling | undefined> {
  if (await heldByAny(tools, context, ends, ['source'])) return undefined;
  return decideAgain(tools, ends, 'carried', context.signal).catch((error) => {
    if (toAppError(error).details.site === ends.source.name) return undefined;
    throw error;
  });
}

/** The last part had arrived, and only the answer was lost. */
async function isComplete(client: SiteClient, context: StepContext): Promise<boolean> {
  const { state } = await client.call('get_job', { key: context.key }, { signal: context.signal });
  return state === 'done';
}

/** Each part that is sent is a remote effect. */
async function* guarded(context: StepContext, path: string, offset: number, length: number) {
  await context.guard();
  yield* createReadStream(path, { start: offset, end: offset + length - 1 }) as AsyncIterable<Uint8Array>;
}

export function restoring(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, ends) {
      const { request, target, targetClient } = ends;
      const uploadkey = context.keyOf('delivering');
      if (!uploadkey || request.categoryId === null) return { goto: 'delivering' };
      const client = await targetClient();
      await context.guard();
      const { categoryId: categoryid, people, enrolments, keepIdnumber, contents } = request;
      const { sha256 } = request.prepared!;
      const idnumber = keepIdnumber && contents?.idnumber ? { idnumber: contents.idnumber } : {};
      try {
        // Without the signal, like every start: an abandoned one could arrive after it was discarded.
        await client.call(
          'start_restore',
          { key: context.key, uploadkey, categoryid, people, enrolments, sha256, ...idnumber },
          { retry: true },
        );
      } catch (error) {
        // The upload or the category has gone meanwhile: delivering decides both anew, and says so if it cannot.
        if (toAppError(error).code === 'not-found' && context.attempt <= mostAttempts) return { goto: 'delivering' };
        throw error;
      }
      const task = await followTask(tools, context, client, context.key).catch((error) => {
        // Somebody came to the target since people were matched, perhaps with another course: they are matched anew.
        if (toAppError(error).code === 'conflict' && people && context.attempt < mostAttempts) return undefined;
        throw error;
      });
      if (!task) {
        await context.write((tx) => updateRequest(tx, request.id, { prepared: null }));
        return { goto: 'preparing' };
      }
      const course = await readNewCourse(client, task);
      await context.write(async (tx) => {
        await updateRequest(tx, request.id, {
          counts_after: inventoryOfCourse(course),
          new_course: {
            id: course.id,
            url: `${target.url}/course/view.php?id=${course.id}`,
            shortname: course.shortname,
            fullname: course.fullname,
            category: course.category.path.join(' / '),
          },
        });
        await setReport(tx, request.id, 'restoring', linesOf(task, request.target));
      });
      return undefined;
    },
    async undo(context, { request, targetClient }) {
      // A course that arrived whole stays where only what comes after it went wrong.
      if (context.finished && context.ending !== 'cancelled') return 'keep';
      await discardTask(await targetClient(), context);
      await context.write((tx) => updateRequest(tx, request.id, { new_course: null, counts_after: null }));
      return 'undone';
    },
  });
}

async function readNewCourse(client: SiteClient, task: Task): Promise<CourseOutline> {
  if (task.courseid !== null) return client.call('get_course', { courseid: task.courseid });
  const { site } = client;
  throw failure('site-bad-answer', { reason: 'restore-without-course', values: { site } }, { details: { site } });
}

export function enrolling(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, { request, source, target, targetClient }) {
      // Nobody asked for it; or nobody is enrolled there.
      if (request.personId === null) return;
      const values = await tools.settings.at({ target: target.id, source: source.id });
      if (!values['enrol.requester']) {
        await context.write((tx) => setReport(tx, request.id, 'enrolling', [notEnrolledLine(request.person!)]));
        return;
      }
      const client = await targetClient();
      await context.guard();
      await client.call(
        'enrol_person',
        { courseid: request.newCourse!.id, userid: request.personId, role: values['enrol.role'] },
        { retry: true },
      );
    },
  });
}

const notEnrolledLine = (person: string): ReportLine => ({
  code: 'requester-not-enrolled',
  severity: 'info',
  what: person,
  why: 'By the settings, whoever asks for a course is not enrolled in it.',
  todo: 'Have yourself enrolled there, if you do not come in by another way.',
});

export function comparing(tools: Tools): Step {
  return restoreStep(tools, {
    async run(context, { request, targetClient }) {
      const client = await targetClient();
      const outline = await client.call('get_course', { courseid: request.newCourse!.id }, { signal: context.signal });
      const explained = Object.values(request.report).flat();
      const contents = request.contents!;
      // The people who came with the course: since then the requester may have been added.
      const after = { ...outline, people: request.after?.people ?? outline.people };
      const lines = [
        ...compareInventories({
          before: request.before!,
          activities: contents.activities,
          after,
          explained,
        }),
        // A target that said so itself knows better why.
        ...(explained.some(({ code }) => code === 'name-changed') ? [] : namesChanged(contents, outline)),
      ];
      await context.write(async (tx) => {
        await updateRequest(tx, request.id, { counts_after: inventoryOfCourse(after) });
        await setReport(tx, request.id, 'comparing', lines);
      });
    },
  });
}

/** Nothing that only served the way stays: not on the source, not on the target, not here. */
export function cleaning(tools: Tools): Step {
  return restoreStep(tools, {
    run: async (context) => {
      await context.undo(['delivering', 'fetching', 'backing-up']);
    },
  });
}

/** Somebody should know of what nobody will take away by itself. */
export function leftBehindLine(step: string, key: string, error: unknown): ReportLine {
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: 'left-behind',
    severity: 'warning',
    what: key,
    why: `What the step ${step} had made could not be removed: ${why}`,
    todo: 'Nothing for the teacher. An operator may discard the task of that key on the site once it is reachable.',
  };
}
