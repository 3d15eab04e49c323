import { notify, type Queryable } from '../store/index.ts';
import type { Ending, Job, JobError, Outcome } from './types.ts';

/** A job together with what only its worker needs. */
export interface ClaimedJob extends Job {
  id: number;
  fence: number;
  tries: number;
  host: string | null;
}

export const channel = 'jobs';

/** What travels in a notification: who is told looks at the rows, so that a lost one does no harm. */
export interface JobNotice {
  kind: string;
  subject: string;
  /** It may be claimed, or its worker must look at it. */
  due: boolean;
}

const columns = `j.id, j.kind, j.subject, j.step, j.attempt, j.ending, j.outcome, j.cancel_asked as "cancelAsked",
  j.waiting_for as "waitingFor", j.waiting_since as "waitingSince", j.next_at as "nextAt", j.tries, j.error, j.progress, j.bytes_done as "bytesDone",
  j.bytes_total as "bytesTotal", j.host, j.fence, j.revision, j.created_at as "createdAt", j.updated_at as "updatedAt",
  coalesce((select json_agg(json_build_object('step', s.step, 'attempt', s.attempt, 'startedAt', s.started_at,
    'endedAt', s.ended_at) order by s.started_at, s.attempt) from job_steps s where s.job_id = j.id), '[]') as steps`;

type Row = Omit<ClaimedJob, 'steps'> & {
  steps: { step: string; attempt: number; startedAt: string; endedAt: string | null }[];
};

export async function selectJobs(db: Queryable, kind: string, subjects: readonly string[]): Promise<ClaimedJob[]> {
  const { rows } = await db.query<Row>(`select ${columns} from jobs j where j.kind = $1 and j.subject = any($2)`, [
    kind,
    subjects,
  ]);
  return rows.map(fromRow);
}

export async function insertJob(tx: Queryable, job: { kind: string; subject: string; step: string }): Promise<void> {
  await tx.query('insert into jobs (kind, subject, step) values ($1, $2, $3)', [job.kind, job.subject, job.step]);
  await tell(tx, { kind: job.kind, subject: job.subject, due: true });
}

/** One that is over already, so that it can be shown and retried like any other. */
export async function insertEnded(
  tx: Queryable,
  job: { kind: string; subject: string; step: string; outcome: Outcome; error: JobError | null },
): Promise<void> {
  await tx.query('insert into jobs (kind, subject, step, outcome, error) values ($1, $2, $3, $4, $5)', [
    job.kind,
    job.subject,
    job.step,
    job.outcome,
    job.error,
  ]);
  await tell(tx, { kind: job.kind, subject: job.subject, due: false });
}

function tell(tx: Queryable, notice: JobNotice): Promise<void> {
  return notify(tx, channel, JSON.stringify(notice));
}

/** Null after a lost connection: anything may have happened meanwhile. */
export const readNotice = (payload: string): JobNotice | null => (payload === '' ? null : JSON.parse(payload));

/**
 * The next one due that nobody holds. Work that is bound to a host goes to another one only when that host has been
 * silent for `hostGoneMs`.
 */
export async function claimJob(
  tx: Queryable,
  claim: {
    kinds: readonly string[];
    host: string;
    worker: string;
    leaseMs: number;
    hostGoneMs: number;
    /** As `schemaVersion` said when the worker started: once the schema has moved on, it finds nothing to claim. */
    schema: number;
  },
): Promise<ClaimedJob | undefined> {
  const { rows } = await tx.query<Row>(
    `update jobs j set fence = fence + 1, worker = $3, lease_until = clock_timestamp() + $4 * interval '1 ms',
       waiting_for = null, revision = revision + 1, updated_at = clock_timestamp()
     where j.id = (
       select due.id from jobs due
       where (select count(*) from schema_migrations) = $6
         and due.outcome is null and due.kind = any($1) and due.next_at <= clock_timestamp()
         and (due.lease_until is null or due.lease_until <= clock_timestamp())
         and (due.host is null or due.host = $2 or not exists (
           select from job_hosts h where h.host = due.host and h.seen_at > clock_timestamp() - $5 * interval '1 ms'))
       order by due.next_at, due.id limit 1 for update skip locked)
     returning ${columns}`,
    [claim.kinds, claim.host, claim.worker, claim.leaseMs, claim.hostGoneMs, claim.schema],
  );
  if (rows.length === 0) return undefined;
  const job = fromRow(rows[0]!);
  await tell(tx, { kind: job.kind, subject: job.subject, due: false });
  return job;
}

/** When something may next be claimed here, in milliseconds from now; null: nothing is in sight. */
export async function nextDueInMs(db: Queryable, kinds: readonly string[], host: string): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select (extract(epoch from min(greatest(next_at, lease_until)) - clock_timestamp()) * 1000)::float8 as ms
     from jobs where outcome is null and kind = any($1) and (host is null or host = $2)`,
    [kinds, host],
  );
  return rows[0]!.ms;
}

/**
 * Renews the lease; says whether someone asked to cancel. Undefined: another worker has it, or it was let go of: a
 * renewal that was overtaken by the release must not lock everybody out.
 */
export async function renewLease(
  db: Queryable,
  job: ClaimedJob,
  leaseMs: number,
): Promise<{ cancelAsked: boolean } | undefined> {
  const { rows } = await db.query<{ cancelAsked: boolean }>(
    `update jobs set lease_until = clock_timestamp() + $3 * interval '1 ms'
     where id = $1 and fence = $2 and outcome is null and lease_until is not null
     returning cancel_asked as "cancelAsked"`,
    [job.id, job.fence, leaseMs],
  );
  return rows[0];
}

/** What a worker may change of the job that it holds. */
export interface JobChange {
  step?: string;
  attempt?: number;
  ending?: Ending | null;
  outcome?: Outcome;
  cancel_asked?: boolean;
  /** Null: it waits for nothing any more. The same wait, looked at again in between, began when it first began. */
  waiting_for?: string | null;
  /** It had got on before it began to wait, or waits for another reason. */
  waits_anew?: boolean;
  tries?: number;
  error?: JobError | null;
  progress?: number;
  bytes_done?: number;
  bytes_total?: number | null;
  host?: string | null;
  lease_until?: null;
  worker?: null;
}

/** Writes as long as the fence is ours; false when it is not. `nextInMs`: claimable again only then. */
export async function changeJob(
  tx: Queryable,
  job: ClaimedJob,
  change: JobChange,
  nextInMs?: number,
): Promise<boolean> {
  const { waits_anew, ...columnsChanged } = change;
  const names = Object.keys(columnsChanged) as (keyof typeof columnsChanged)[];
  const values = names.map((name) => columnsChanged[name] ?? null);
  const assignments = names.map((name, index) => `, ${name} = $${index + 4}`).join('') + sinceWhen(change);
  const { rowCount } = await tx.query(
    `update jobs set revision = revision + 1, updated_at = clock_timestamp(),
       next_at = case when $3::float8 is null then next_at else clock_timestamp() + $3 * interval '1 ms' end${assignments}
     where id = $1 and fence = $2 and outcome is null`,
    [job.id, job.fence, nextInMs ?? null, ...values],
  );
  if (rowCount !== 1) return false;
  await tell(tx, { kind: job.kind, subject: job.subject, due: change.lease_until === null });
  return true;
}

/** A claim in between takes `waiting_for` away, not `waiting_since`: only what gets on does. */
function sinceWhen({ waiting_for, waits_anew }: JobChange): string {
  if (waiting_for === undefined) return '';
  if (waiting_for === null) return ', waiting_since = null';
  return `, waiting_since = ${waits_anew ? 'clock_timestamp()' : 'coalesce(waiting_since, clock_timestamp())'}`;
}

export interface Attempt {
  step: string;
  attempt: number;
  finished: boolean;
}

/** Attempts that may have left something, last begun first. */
export async function selectLeft(db: Queryable, jobId: number, steps?: readonly string[]): Promise<Attempt[]> {
  const { rows } = await db.query<Attempt>(
    `select step, attempt, finished from job_steps
     where job_id = $1 and undone_at is null and ($2::text[] is null or step = any($2))
     order by started_at desc, attempt desc`,
    [jobId, steps ?? null],
  );
  return rows;
}

export async function insertAttempt(tx: Queryable, jobId: number, step: string): Promise<number> {
  const { rows } = await tx.query<{ attempt: number }>(
    `insert into job_steps (job_id, step, attempt)
     select $1, $2, coalesce(max(attempt), 0) + 1 from job_steps where job_id = $1 and step = $2 returning attempt`,
    [jobId, step],
  );
  return rows[0]!.attempt;
}

export async function endAttempt(tx: Queryable, jobId: number, step: string, attempt: number, finished: boolean) {
  await tx.query(
    `update job_steps set ended_at = clock_timestamp(), finished = $4
     where job_id = $1 and step = $2 and attempt = $3 and ended_at is null`,
    [jobId, step, attempt, finished],
  );
}

export async function markUndone(tx: Queryable, jobId: number, { step, attempt }: Attempt): Promise<void> {
  await tx.query(
    'update job_steps set undone_at = clock_timestamp() where job_id = $1 and step = $2 and attempt = $3',
    [jobId, step, attempt],
  );
}

/** Asks whoever holds it, or will, to end it; false when it is over or ending already. */
export async function askCancel(tx: Queryable, kind: string, subject: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update jobs set cancel_asked = true, next_at = least(next_at, clock_timestamp()), revision = revision + 1,
       updated_at = clock_timestamp()
     where kind = $1 and subject = $2 and outcome is null and ending is null`,
    [kind, subject],
  );
  if (rowCount === 1) await tell(tx, { kind, subject, due: true });
  return rowCount === 1;
}

/** Lets an ended job begin again at a step; false unless it ended in one of these ways. */
export async function reopenJob(
  tx: Queryable,
  job: { kind: string; subject: string; step: string },
  from: readonly Outcome[],
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update jobs set outcome = null, ending = null, cancel_asked = false, step = $3, attempt = 0, tries = 0,
       error = null, progress = 0, bytes_done = 0, host = null, waiting_for = null, waiting_since = null, next_at = clock_timestamp(),
       lease_until = null, fence = fence + 1, revision = revision + 1, updated_at = clock_timestamp()
     where kind = $1 and subject = $2 and outcome = any($4)`,
    [job.kind, job.subject, job.step, from],
  );
  if (rowCount === 1) await tell(tx, { kind: job.kind, subject: job.subject, due: true });
  return rowCount === 1;
}

/** How many migrations the database has had. */
export async function schemaVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>('select count(*) as count from schema_migrations');
  return rows[0]!.count;
}

export async function touchHost(db: Queryable, host: string): Promise<void> {
  await db.query(
    `insert into job_hosts (host, seen_at) values ($1, clock_timestamp())
     on conflict (host) do update set seen_at = excluded.seen_at`,
    [host],
  );
}

export async function seenWorker(db: Queryable, withinMs: number): Promise<boolean> {
  const { rows } = await db.query(
    `select from job_hosts where seen_at > clock_timestamp() - $1 * interval '1 ms' limit 1`,
    [withinMs],
  );
  return rows.length > 0;
}

export async function deleteJobs(tx: Queryable, kind: string, subjects: readonly string[]): Promise<void> {
  await tx.query(
    `with gone as (delete from jobs where kind = $1 and subject = any($2) returning subject)
     select pg_notify($3, json_build_object('kind', $1::text, 'subject', subject, 'due', false)::text) from gone`,
    [kind, subjects, channel],
  );
}

/** False when there is none, or it has not ended. */
export async function deleteEnded(tx: Queryable, kind: string, subject: string): Promise<boolean> {
  const { rowCount } = await tx.query('delete from jobs where kind = $1 and subject = $2 and outcome is not null', [
    kind,
    subject,
  ]);
  if (rowCount === 1) await tell(tx, { kind, subject, due: false });
  return rowCount === 1;
}

/** Nobody changes it until the transaction ends. */
export async function lockJob(tx: Queryable, kind: string, subject: string): Promise<ClaimedJob | undefined> {
  await tx.query('select from jobs where kind = $1 and subject = $2 for update', [kind, subject]);
  return (await selectJobs(tx, kind, [subject]))[0];
}

/** What its giver keeps beside it has changed: those who watch it look again. */
export async function touchJob(tx: Queryable, kind: string, subject: string): Promise<void> {
  await tx.query(
    `update jobs set revision = revision + 1, updated_at = clock_timestamp() where kind = $1 and subject = $2`,
    [kind, subject],
  );
  await tell(tx, { kind, subject, due: false });
}

function fromRow(row: Row): ClaimedJob {
  return {
    ...row,
    steps: row.steps.map(({ step, attempt, startedAt, endedAt }) => ({
      step,
      attempt,
      startedAt: new Date(startedAt),
      endedAt: endedAt === null ? null : new Date(endedAt),
    })),
  };
}
