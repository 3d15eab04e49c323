import type { Job } from '../jobs/index.ts';
import type { RequestRow } from './requests.sql.ts';
import {
  type ReportLine,
  type RequestState,
  type RequestStep,
  type RestoreRequest,
  requestSteps,
  type WaitingFor,
} from './types.ts';

/** The request as it is told to people: what was asked, and how far its job is. */
export function showRequest(row: RequestRow, job: Job, nowMs: number): RestoreRequest {
  const ended = job.outcome !== null;
  const archive = row.prepared ?? row.archive;
  return {
    id: row.id,
    target: row.target,
    targetId: row.targetId,
    source: row.source,
    courseid: row.courseid,
    courseName: row.courseName,
    person: row.person,
    actor: row.actor,
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
    waitingFor: ended ? null : (job.waitingFor as WaitingFor | null),
    waitingSince: ended || job.waitingFor === null ? null : job.waitingSince,
    nextAt: ended || job.waitingFor === null ? null : job.nextAt,
    error: job.error && { ...job.error, step: job.error.step as RequestStep },
    proof: row.proof,
    counts: { before: row.before, after: row.after },
    newCourse: row.newCourse,
    report: reportOf(row.report),
    createdAt: row.createdAt,
    updatedAt: job.updatedAt,
    revision: job.revision,
  };
}

/** What was foreseen by another code than it is told by the target, which knows what came of it. */
const toldAs: Record<string, string> = { 'scale-site': 'scale-local', 'outcome-site': 'outcome-local' };

/** In the order of the steps. What was foreseen from the archive gives way to what the target then said of it. */
function reportOf(report: RequestRow['report']): ReportLine[] {
  const happened = new Set(report.restoring?.map(({ code }) => code));
  return requestSteps.flatMap((step) => {
    const lines = report[step] ?? [];
    if (step !== 'checking') return lines;
    return lines.filter(({ code }) => !happened.has(code) && !happened.has(toldAs[code] ?? code));
  });
}

/** The same as `stateOfJob` in `requests.sql.ts`, which filters by it. */
function stateOf({ outcome, ending, cancelAsked, step }: Job): RequestState {
  if (outcome) return outcome;
  if (ending === 'cancelled' || cancelAsked) return 'cancelling';
  if (ending) return 'cleaning';
  return step as RequestStep;
}
