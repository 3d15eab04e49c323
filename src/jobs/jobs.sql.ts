import { notify, type Queryable } from '../store/index.ts';
import type { Ending, Job, JobError, Outcome } from './types.ts';

/** A job together with what only its worker needs. */
export interface ClaimedJob extends Job {
  id: number;
  fence: number;
  tries: number;
  host: string | null;
  /** How long it had waited when it was claimed. */
  waitedMs: number | null;
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
  j.waiting_for as "waitingFor", j.waiting_since as "waitingSince", j.parked,
  (extract(epoch from clock_timestamp() - j.waiting_since) * 1000)::float8 as "waitedMs", j.next_at as "nextAt", j.tries, j.error, j.progress, j.bytes_done as "bytesDone",
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

export async function insertJob(
  tx: Queryable,
  { kind, subject, step, park }: { kind: string; subject: string; step: string; park?: string },
): Promise<void> {
  await tx.query(
    `insert into jobs (kind, subject, step, parked, waiting_for, waiting_since)
     values ($1, $2, $3, $4::text is not null, $4, case when $4 is not null then clock_timestamp() end)`,
    [kind, subject, step, park ?? null],
  );
  await tell(tx, { kind, subject, due: park === undefined });
}

/** Those of them that were parked are due now. */
export async function callJobs(tx: Queryable, kind: string, subjects: readonly string[]): Promise<void> {
  // A wait before the attempt began is none of the attempt's.
  const { rows } = await tx.query<{ subject: string }>(
    `update jobs set parked = false, waiting_for = null,
       waiting_since = case when attempt > 0 then waiting_since end, next_at = clock_timestamp(),
       revision = revision + 1, updated_at = clock_timestamp()
     where id in (select id from jobs where kind = $1 and subject = any($2) and parked and outcome is null
       order by id for update)
     returning subject`,
    [kind, subjects],
  );
  for (const { subject } of rows) await tell(tx, { kind, subject, due: true });
}

/** Parked for that, and since when. */
export async function selectParked(
  db: Queryable,
  kind: string,
  reasons: readonly string[],
): Promise<{ subject: string; waitingFor: string; waitedMs: number }[]> {
  const { rows } = await db.query(
    `select subject, waiting_for as "waitingFor",
       (extract(epoch from clock_timestamp() - waiting_since) * 1000)::float8 as "waitedMs"
     from jobs where kind = $1 and waiting_for = any($2) and parked and outcome is null`,
    [kind, reasons],
  );
  return rows;
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
         and due.outcome is null and not due.parked and due.kind = any($1) and due.next_at <= clock_timestamp()
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
     from jobs where outcome is null and not parked and kind = any($1) and (host is null or host = $2)`,
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
  /** Unless somebody has asked to cancel it meanwhile. */
  parked?: true;
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
  const { waits_anew, parked, ...columnsChanged } = change;
  const names = Object.keys(columnsChanged) as (keyof typeof columnsChanged)[];
  const values = names.map((name) => columnsChanged[name] ?? null);
  const assignments =
    names.map((name, index) => `, ${name} = $${index + 4}`).join('') +
    (parked ? ', parked = not cancel_asked' : '') +
    sinceWhen(change);
  const { rowCount } = await tx.query(
    `update jobs set revision = revision + 1, updated_at = clock_timestamp(),
       next_at = case when $3::float8 is null then next_at else clock_timestamp() + $3 * interval '1 ms' end${assignments}
     where id = $1 and fence = $2 and outcome is null`,
    [job.id, job.fence, nextInMs ?? null, ...values],
  );
  if (rowCount !== 1) return false;
  await tell(tx, { kind: job.kind, subject: job.subject, due: change.lease_until === null && !parked });
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

/**
 * Asks whoever holds it, or will, to end it; one that has done nothing yet is over at once. Undefined when it is over or
 * ending already.
 */
export async function askCancel(tx: Queryable, kind: string, subject: string): Promise<{ ended: boolean } | undefined> {
  const nothingDone = `lease_until is null and not exists
    (select from job_steps s where s.job_id = jobs.id and s.undone_at is null)`;
  const { rows } = await tx.query<{ ended: boolean }>(
    `update jobs set cancel_asked = true, parked = false, next_at = least(next_at, clock_timestamp()),
       outcome = case when ${nothingDone} then 'cancelled' end,
       waiting_for = case when ${nothingDone} then null else waiting_for end,
       revision = revision + 1, updated_at = clock_timestamp()
     where kind = $1 and subject = $2 and outcome is null and ending is null
     returning outcome is not null as ended`,
    [kind, subject],
  );
  if (rows[0]) await tell(tx, { kind, subject, due: !rows[0].ended });
  return rows[0];
}

/** Lets an ended job begin again at a step; false unless it ended in one of these ways. */
export async function reopenJob(
  tx: Queryable,
  job: { kind: string; subject: string; step: string; park?: string },
  from: readonly Outcome[],
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update jobs set outcome = null, ending = null, cancel_asked = false, step = $3, attempt = 0, tries = 0,
       error = null, progress = 0, bytes_done = 0, host = null, next_at = clock_timestamp(),
       parked = $5::text is not null, waiting_for = $5,
       waiting_since = case when $5 is not null then clock_timestamp() end,
       lease_until = null, fence = fence + 1, revision = revision + 1, updated_at = clock_timestamp()
     where kind = $1 and subject = $2 and outcome = any($4)`,
    [job.kind, job.subject, job.step, from, job.park ?? null],
  );
  if (rowCount === 1) await tell(tx, { kind: job.kind, subject: job.subject, due: job.park === undefined });
  return rowCount === 1;
}

/** How many migrations the database has had. */
export async function schemaVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>('select count(*) as count from schema_migrations');
  return rows[0]!.count;
}

export async function touchHost(db: Queryable, host: string, places: number): Promise<void> {
  await db.query(
    `insert into job_hosts (host, seen_at, places) values ($1, clock_timestamp(), $2)
     on conflict (host) do update set seen_at = excluded.seen_at, places = excluded.places`,
    [host, places],
  );
}

/** Of all workers that were seen lately. */
export async function countPlaces(db: Queryable, withinMs: number): Promise<number> {
  const { rows } = await db.query<{ places: number }>(
    `select coalesce(sum(places), 0) as places from job_hosts where seen_at > clock_timestamp() - $1 * interval '1 ms'`,
    [withinMs],
  );
  return rows[0]!.places;
}

/** Hosts that were last seen before then, and to which no work is bound. */
export async function pruneHosts(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    'delete from job_hosts h where seen_at < $1 and not exists (select from jobs j where j.host = h.host and j.outcome is null)',
    [before],
  );
  return rowCount;
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
