import type { Job } from '../jobs/index.ts';
import { courseAddress } from '../sites/index.ts';
import type { Picture } from './queue/picture.ts';
import { reportOf } from './report.ts';
import type { LightRow, RequestRow } from './requests.sql.ts';
import type { ListedRequest, RequestState, RequestStep, RestoreRequest, WaitingFor } from './types.ts';

/** The request as it is told to people: what was asked, and how far its job is. */
export function showRequest(row: RequestRow, job: Job, nowMs: number, picture?: Picture): RestoreRequest {
  const ended = job.outcome !== null;
  const archive = row.prepared ?? row.archive;
  return {
    id: row.id,
    target: row.target,
    targetId: row.targetId,
    source: row.source,
    titles: row.titles,
    courseid: row.courseid,
    courseName: row.courseName,
    courseUrl: row.sourceUrl === null ? null : courseAddress({ url: row.sourceUrl }, row.courseid),
    person: row.person,
    actor: row.actor,
    askedBy: row.sender.kind === 'person' ? row.sender.username : null,
    people: row.people,
    enrolments: row.enrolments,
    category: row.category,
    keepIdnumber: row.keepIdnumber,
    keepFileAuthors: row.keepFileAuthors,
    state: stateOf(job),
    progress: ended ? 1 : job.progress,
    bytes: {
      done: job.outcome === 'done' ? (archive?.sizeBytes ?? 0) : job.bytesDone,
      total: archive?.sizeBytes ?? null,
    },
    steps: job.steps.map(({ step, attempt, startedAt, endedAt }) => ({
      name: step as RequestStep,
      attempt,
      startedAt,
      endedAt,
      ms: Math.max(0, (endedAt?.getTime() ?? (ended ? job.updatedAt.getTime() : nowMs)) - startedAt.getTime()),
    })),
    ...waitOf(row, job, picture),
    queue: picture?.queue ?? null,
    proof: row.proof,
    counts: { before: row.before, after: row.after },
    newCourse: row.newCourse,
    report: reportOf(row.report, row.dealt),
    createdAt: row.createdAt,
    updatedAt: job.updatedAt,
    revision: job.revision,
  };
}

/** The same for a list, where what is as long as the course was not even read. */
export function showListed(
  row: LightRow,
  job: Job,
  lines: { lines: number; undealt: number },
  nowMs: number,
  picture?: Picture,
): ListedRequest {
  const rest = { proof: null, contents: null, before: null, after: null, report: {}, dealt: null };
  const shown = showRequest({ ...row, ...rest }, job, nowMs, picture);
  const { steps: _, proof: __, counts: ___, report: ____, ...light } = shown;
  return {
    ...light,
    number: row.number,
    shortname: row.shortname,
    lines: { total: lines.lines, undealt: lines.undealt },
  };
}

/** The same as `restore_list_follow` in the migrations, by which lists are filtered. */
function stateOf({ outcome, ending, cancelAsked, step }: Job): RequestState {
  if (outcome) return outcome;
  if (ending === 'cancelled' || cancelAsked) return 'cancelling';
  if (ending) return 'cleaning';
  return step as RequestStep;
}

/** Of one that waits for its turn the queue knows what for; what waits in the middle of its way says so itself. */
function waitOf(
  { source, target }: LightRow,
  job: Job,
  picture: Picture | undefined,
): Pick<RestoreRequest, 'waitingFor' | 'waitingSince' | 'nextAt' | 'error'> {
  const error = job.error && {
    ...job.error,
    step: job.error.step as RequestStep,
    site: job.error.site ?? null,
    because: null,
    said: [...(job.error.said ?? [])],
  };
  const waits = picture?.waits;
  if (job.parked && waits) {
    const { for: waitingFor, since, nextAt } = waits;
    const site = waitingFor === 'source' ? source : waitingFor === 'target' ? target : null;
    const why = waits.error && {
      ...waits.error,
      retry: true,
      step: job.step as RequestStep,
      site,
      because: waits.error.because || null,
      said: [...(waits.error.said ?? [])],
    };
    return { waitingFor, waitingSince: since, nextAt, error: why ?? error };
  }
  if (job.outcome !== null || job.waitingFor === null)
    return { waitingFor: null, waitingSince: null, nextAt: null, error };
  const nextAt = job.parked ? null : job.nextAt;
  return { waitingFor: job.waitingFor as WaitingFor, waitingSince: job.waitingSince, nextAt, error };
}
