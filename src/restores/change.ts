import type { Actor } from '../accounts/index.ts';
import { audit, nameOf } from '../audit/index.ts';
import { AppError } from '../errors.ts';
import type { Job, Jobs } from '../jobs/index.ts';
import type { Queryable, Store } from '../store/index.ts';
import { recountLines } from './list.sql.ts';
import { restoreKind } from './queue/queue.ts';
import { reportOf } from './report.ts';
import { deleteRequest, type RequestRow, setDealt, setWish } from './requests.sql.ts';
import { readRequest } from './restore-step.ts';
import { keepCarried } from './rules/kept.sql.ts';
import { type CategoryWish, type RequestStep, requestSteps } from './types.ts';

interface Modules {
  store: Store;
  jobs: Jobs;
}

/**
 * An ended request with its job and report; what it brought to a site stays there, and stays known to be there.
 * @throws AppError `not-found`, `conflict` when it has not ended
 */
export function removeRequest({ store, jobs }: Modules, actor: Actor, id: string): Promise<void> {
  return store.transaction(async (tx) => {
    const { source, target, courseid, courseName, person, newCourse } = await readRequest(tx, id);
    await keepCarried(tx, [id]);
    await jobs.forgetEnded(tx, restoreKind, id);
    await deleteRequest(tx, id);
    await audit.write(tx, {
      actor,
      action: 'requests.delete',
      object: `request ${id}`,
      site: target,
      before: { source, courseid, courseName, person, newCourse },
    });
  });
}

/**
 * Where the course goes, while it has not been delivered; `decide` asks the target whether it may go there, and throws
 * why not. @throws AppError `not-found`, `conflict` (it is too late, or somebody else has just changed it)
 */
export async function changeCategory(
  { store, jobs }: Modules,
  actor: Actor,
  id: string,
  wish: CategoryWish,
  decide: (row: RequestRow) => Promise<unknown>,
): Promise<void> {
  const before = await readRequest(store, id);
  await store.transaction(async (tx) => mayStillGoElsewhere(before, await jobs.lock(tx, restoreKind, id)));
  await decide({ ...before, category: wish });
  await store.transaction(async (tx) => {
    // Asking the sites took its time: the request may have gone on.
    mayStillGoElsewhere(await readRequest(tx, id), await jobs.lock(tx, restoreKind, id));
    if (!(await setWish(tx, id, { from: before.category, to: wish })))
      throw new AppError('conflict', `${id}: somebody else has just changed its category: look at it again`);
    await jobs.touch(tx, restoreKind, id);
    await audit.write(tx, {
      actor,
      action: 'requests.category',
      object: `request ${id}`,
      site: before.target,
      before: { category: before.category },
      after: { category: wish },
    });
  });
}

function mayStillGoElsewhere({ id, newCourse }: RequestRow, { outcome, ending, cancelAsked, step }: Job): void {
  const isBefore = requestSteps.indexOf(step as RequestStep) < requestSteps.indexOf('delivering');
  const moves = outcome === null && ending === null && !cancelAsked && isBefore;
  const begins = (outcome === 'failed' || outcome === 'cancelled') && newCourse === null;
  if (moves || begins) return;
  const why = outcome === 'done' || newCourse !== null ? 'its course is there already' : 'it is too late for it';
  throw new AppError('conflict', `${id}: its category cannot be changed any more: ${why}`);
}

/** Marks a line of the report as dealt with, or not. @throws AppError `not-found` (request or line) */
export function dealWith(
  { store, jobs }: Modules,
  actor: Actor,
  id: string,
  key: string,
  dealt: boolean,
): Promise<void> {
  return store.transaction(async (tx) => {
    await jobs.lock(tx, restoreKind, id);
    const row = await readRequest(tx, id);
    const line = reportOf(row.report, row.dealt).find((each) => each.key === key);
    if (!line) throw new AppError('not-found', `${id}: there is no such line in its report, or not any more`);
    // Who was first stays: that somebody else did it too is no news.
    if ((line.dealt !== null) === dealt) return;
    await markLine(tx, { actor, id, key, dealt });
    await jobs.touch(tx, restoreKind, id);
    await audit.write(tx, {
      actor,
      action: 'requests.deal',
      object: `request ${id}`,
      site: row.target,
      before: { line: line.code, what: line.what, dealt: !dealt },
      after: { line: line.code, what: line.what, dealt },
    });
  });
}

async function markLine(
  tx: Queryable,
  { actor, id, key, dealt }: { actor: Actor; id: string; key: string; dealt: boolean },
): Promise<void> {
  await setDealt(tx, id, key, dealt ? nameOf(actor) : null);
  await recountLines(tx, id);
}
