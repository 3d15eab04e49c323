import type { Actor } from '../accounts/index.ts';
import { nameOf } from '../audit/index.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Log } from '../log.ts';
import type { EndedFacts, Notices } from '../notices/index.ts';
import type { Queryable, Transaction } from '../store/index.ts';
import type { StandingChange } from './queue/standing.ts';
import { selectRequests } from './requests.sql.ts';
import { showRequest } from './show.ts';

type Who = EndedFacts['requester'];

/** More than this is in the report, and nobody reads it in a mail. */
const mostLines = 40;

/**
 * Writes down, in the transaction that ends a request, what is to be told of it. A notice that cannot be written is no
 * reason why a course should not have arrived: then the transaction goes on without it, and the log has why.
 */
export async function tellEnded(
  { notices, jobs, log }: { notices: Notices; jobs: Jobs; log: Log },
  tx: Transaction,
  kind: string,
  { subject, outcome }: { subject: string; outcome: EndedFacts['outcome'] },
): Promise<void> {
  await tx.query('savepoint telling');
  try {
    const facts = await factsOf(tx, jobs, kind, subject, outcome);
    if (facts) await notices.tell(tx, facts);
    await tx.query('release savepoint telling');
  } catch (error) {
    await tx.query('rollback to savepoint telling');
    log.error({ err: error, request: subject }, 'nobody is told how a request ended');
  }
}

/** The same of a site that has begun to fail, or has come back. */
export async function tellStanding(
  { notices, log }: { notices: Notices; log: Log },
  tx: Transaction,
  { site, now, since, error }: StandingChange,
): Promise<void> {
  await tx.query('savepoint telling');
  try {
    const { rows } = await tx.query<{ waiting: number }>(
      'select count(*) as waiting from restore_turns where source_id = $1 or target_id = $1',
      [site.id],
    );
    const { waiting } = rows[0]!;
    await notices.tell(tx, { kind: 'site', site, state: now, since: since.toISOString(), waiting, error });
    await tx.query('release savepoint telling');
  } catch (failure) {
    await tx.query('rollback to savepoint telling');
    log.error({ err: failure, site: site.name }, 'nobody is told how a site stands');
  }
}

interface Asked {
  sender: { kind: string; username?: string };
  cancelledBy: Who | null;
  sentAt: string;
  sent: number;
}

async function factsOf(
  tx: Queryable,
  jobs: Jobs,
  kind: string,
  id: string,
  outcome: EndedFacts['outcome'],
): Promise<EndedFacts | undefined> {
  const [[row], found] = [await selectRequests(tx, [id]), await jobs.get(tx, kind, [id])];
  const job = found.get(id);
  if (!row || !job) return undefined;
  const { rows } = await tx.query<Asked>(
    `select r.sender, r.cancelled_by as "cancelledBy", to_char(r.created_at, 'YYYYMMDDHH24MISSUS') as "sentAt",
       (select count(*)::int from restore_requests o where o.send_digest = r.send_digest and o.created_at = r.created_at) as sent
     from restore_requests r where r.id = $1`,
    [id],
  );
  const { sender, cancelledBy, sentAt, sent } = rows[0]!;
  const { report, error, newCourse } = showRequest(row, job, 0);
  return {
    kind: 'ended',
    request: id,
    outcome,
    target: { id: row.targetId, name: row.target },
    source: { id: row.sourceId, name: row.source },
    course: { id: row.courseid, name: row.courseName },
    person: row.person,
    requester: requesterOf(row, sender),
    cancelledBy: outcome === 'cancelled' ? cancelledBy : null,
    newCourse: newCourse && { url: newCourse.url, name: newCourse.fullname, category: newCourse.category },
    error: error && { code: error.code, message: error.message, said: error.said },
    report: report
      .filter(({ severity }) => severity !== 'info')
      .slice(0, mostLines)
      .map(({ severity, code, what, why, todo, values }) => ({
        severity,
        code,
        what,
        why,
        todo,
        ...(values && { values }),
      })),
    batch: sent > 1 ? { id: `${row.sendDigest.slice(0, 24)}.${sentAt}`, size: sent } : null,
  };
}

/** A person is known by its username; anybody else by the name that the audit has. */
function requesterOf(row: { actor: string; person: string | null; target: string }, sender: Asked['sender']): Who {
  if (sender.kind === 'person' && sender.username !== undefined) return { kind: 'person', username: sender.username };
  if (row.person !== null && row.actor === `${row.person} (${row.target})`)
    return { kind: 'person', username: row.person };
  return { kind: 'operator', name: row.actor };
}

/** So that who cancels is not told of it, and everybody else by whom. */
export async function noteCancelled(tx: Queryable, ids: readonly string[], actor: Actor): Promise<void> {
  const who: Who =
    actor.kind === 'person' ? { kind: 'person', username: actor.username } : { kind: 'operator', name: nameOf(actor) };
  await tx.query('update restore_requests set cancelled_by = $2 where id = any($1)', [ids, JSON.stringify(who)]);
}
