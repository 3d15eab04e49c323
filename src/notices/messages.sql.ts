import { randomBytes } from 'node:crypto';
import type { Queryable } from '../store/index.ts';
import type {
  EndedFacts,
  MessageState,
  NoticeFacts,
  NoticeKind,
  NoticeWay,
  Recipient,
  SiteFacts,
  Stream,
} from './types.ts';

export interface MessageRow {
  id: number;
  key: string;
  way: NoticeWay;
  recipient: Recipient;
  stream: Stream;
  state: MessageState;
  createdAt: Date;
  nextAt: Date;
  /** From then on it is the same message, whenever it goes out. */
  closedAt: Date | null;
  endedAt: Date | null;
  tries: number;
  error: { code: string; message: string } | null;
  insteadAt: Date | null;
  fence: number;
  /** Since it was closed, or written. */
  ageMs: number;
}

type Row = Omit<MessageRow, 'recipient'> & { recipient: Recipient['kind']; siteId: number | null; name: string };

const columns = `m.id, m.key, m.way, m.recipient, m.site_id as "siteId", m.name, m.stream, m.state,
  m.created_at as "createdAt", m.next_at as "nextAt", m.closed_at as "closedAt", m.ended_at as "endedAt", m.tries,
  m.error, m.instead_at as "insteadAt", m.fence,
  (extract(epoch from clock_timestamp() - coalesce(m.closed_at, m.created_at)) * 1000)::float8 as "ageMs"`;

function fromRow({ recipient, siteId, name, ...row }: Row): MessageRow {
  return { ...row, recipient: { kind: recipient, siteId, name } as Recipient };
}

const open = `state = 'waiting' and closed_at is null`;
const sameRecipient = `way = $1 and recipient = $2 and coalesce(site_id, 0) = coalesce($3::bigint, 0) and name = $4
  and stream = $5`;

export interface Line {
  way: NoticeWay;
  recipient: Recipient;
  stream: Stream;
}

const keysOf = ({ way, recipient, stream }: Line) => [way, recipient.kind, recipient.siteId, recipient.name, stream];

/** Milliseconds since the last message of this line went out, or began to; null: none did. */
export async function lastSentAgoMs(tx: Queryable, line: Line): Promise<number | null> {
  const { rows } = await tx.query<{ ms: number | null }>(
    `select (extract(epoch from clock_timestamp() - max(closed_at)) * 1000)::float8 as ms from notice_messages
     where ${sameRecipient} and closed_at is not null and state in ('waiting', 'sent')`,
    keysOf(line),
  );
  return rows[0]!.ms;
}

/**
 * Puts a notice into the message of this line that is still open, or into a new one. It goes out after `holdMs`, or
 * when what is in it already says: whatever is sooner. Two that do this at once wait for each other.
 */
export async function enqueue(tx: Queryable, line: Line, notice: number, holdMs: number): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(
    `insert into notice_messages (way, recipient, site_id, name, stream, key, next_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 ms')
     on conflict (way, recipient, coalesce(site_id, 0), name, stream) where ${open}
       do update set next_at = least(notice_messages.next_at, excluded.next_at), stamped_at = clock_timestamp()
     returning id`,
    [...keysOf(line), randomBytes(12).toString('hex'), holdMs],
  );
  await tx.query('insert into notice_message_items (message_id, notice_id) values ($1, $2) on conflict do nothing', [
    rows[0]!.id,
    notice,
  ]);
}

/** What is held for others under way goes out after `holdMs` at the latest: there are no others any more. */
export async function release(tx: Queryable, line: Line, holdMs: number): Promise<void> {
  await tx.query(
    `update notice_messages set next_at = least(next_at, clock_timestamp() + $6 * interval '1 ms'),
       stamped_at = clock_timestamp() where ${sameRecipient} and ${open}`,
    [...keysOf(line), holdMs],
  );
}

/** A clock that was set back by more than this is noticed. */
const clockSlack = `interval '1 minute'`;

/** Due, and with nobody; each claim raises the fence, and closes the message. */
export async function claimMessages(
  tx: Queryable,
  claim: { way: NoticeWay; limit: number; worker: string; leaseMs: number; schema: number; notOf: readonly number[] },
): Promise<MessageRow[]> {
  const { rows } = await tx.query<Row>(
    `update notice_messages m set fence = fence + 1, worker = $3, tries = tries + 1,
       lease_until = clock_timestamp() + $4 * interval '1 ms', closed_at = coalesce(closed_at, clock_timestamp()),
       stamped_at = clock_timestamp()
     where m.id in (
       select id from notice_messages
       where way = $1 and state = 'waiting' and (select count(*) from schema_migrations) = $5
         and (site_id is null or not site_id = any($6))
         and (stamped_at > clock_timestamp() + ${clockSlack}
           or (next_at <= clock_timestamp() and (lease_until is null or lease_until <= clock_timestamp())))
       order by next_at, id limit $2 for update skip locked)
     returning ${columns}`,
    [claim.way, claim.limit, claim.worker, claim.leaseMs, claim.schema, claim.notOf],
  );
  return rows.map(fromRow);
}

/** When something is next due, in milliseconds from now; null: nothing is in sight. */
export async function nextDueInMs(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select (extract(epoch from least(
         (select min(greatest(next_at, lease_until)) from notice_messages where state = 'waiting'),
         (select min(next_at) from notice_events where addressed_at is null)) - clock_timestamp()) * 1000)::float8 as ms`,
  );
  return rows[0]!.ms;
}

export interface MessageEnd {
  state: MessageState;
  error: { code: string; message: string } | null;
  /** While it waits. */
  afterMs?: number;
}

/** False when another worker has it by now: then that one says what became of it. */
export async function settleMessage(db: Queryable, { id, fence }: MessageRow, end: MessageEnd): Promise<boolean> {
  const { rowCount } = await db.query(
    `update notice_messages set state = $3, error = $4, lease_until = null, worker = null,
       next_at = clock_timestamp() + $5 * interval '1 ms', stamped_at = clock_timestamp(),
       ended_at = case when $3 = 'waiting' then null else clock_timestamp() end
     where id = $1 and fence = $2 and state = 'waiting'`,
    [id, fence, end.state, end.error && JSON.stringify(end.error), end.afterMs ?? 0],
  );
  return rowCount === 1;
}

export async function markInstead(tx: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update notice_messages set instead_at = clock_timestamp() where id = $1 and instead_at is null',
    [id],
  );
  return rowCount === 1;
}

/** To be sent once more, now; false unless it was given up or dropped, or waits. */
export async function reopenMessage(tx: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update notice_messages set state = 'waiting', next_at = clock_timestamp(), stamped_at = clock_timestamp(),
       closed_at = clock_timestamp(), ended_at = null, tries = 0
     where id = $1 and state <> 'sent' and (lease_until is null or lease_until <= clock_timestamp())`,
    [id],
  );
  return rowCount === 1;
}

export interface Item {
  id: number;
  kind: NoticeKind;
  siteId: number | null;
  facts: NoticeFacts;
  happenedAt: Date;
}

/** Of a message: kinds that its recipient does not want any more, and, unless null, the only sites that are theirs. */
export interface Unwanted {
  kinds: readonly string[];
  sites: readonly number[] | null;
}

const itemsOf = `from notice_message_items i join notices n on n.id = i.notice_id join notice_events e on e.id = n.event_id
  where i.message_id = $1 and not n.kind = any($2) and ($3::bigint[] is null or n.site_id = any($3))`;

/** In the order in which it happened. Failures for administrators are told in groups instead. */
export async function selectItems(
  db: Queryable,
  message: number,
  { kinds, sites }: Unwanted,
  { limit, failures }: { limit: number; failures: boolean },
): Promise<Item[]> {
  const { rows } = await db.query<Item>(
    `select n.id, n.kind, n.site_id as "siteId", e.facts, e.happened_at as "happenedAt"
     ${itemsOf} and ($4 or n.kind <> 'failure') order by e.id limit $5`,
    [message, kinds, sites, failures, limit],
  );
  return rows;
}

export async function hasItems(db: Queryable, message: number, { kinds, sites }: Unwanted): Promise<boolean> {
  const { rows } = await db.query(`select 1 ${itemsOf} limit 1`, [message, kinds, sites]);
  return rows.length > 0;
}

export async function selectCounts(
  db: Queryable,
  message: number,
  { kinds, sites }: Unwanted,
): Promise<Partial<Record<NoticeKind, number>>> {
  const { rows } = await db.query<{ kind: NoticeKind; count: number }>(
    `select n.kind, count(*)::int as count ${itemsOf} group by n.kind`,
    [message, kinds, sites],
  );
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
}

/** Failed requests by source, target and reason, the most frequent first, each with the first five. */
export async function selectFailureGroups(
  db: Queryable,
  message: number,
  { kinds, sites }: Unwanted,
  limit: number,
): Promise<{ source: SiteFacts; target: SiteFacts; code: string; count: number; first: EndedFacts[] }[]> {
  const { rows } = await db.query<{ code: string; count: number; first: EndedFacts[] }>(
    `select coalesce(e.facts #>> '{error,code}', 'internal') as code, count(*)::int as count,
       (array_agg(e.facts order by e.id))[1:5] as first
     ${itemsOf} and n.kind = 'failure'
     group by e.facts #>> '{source,id}', e.facts #>> '{target,id}', 1 order by count desc, min(e.id) limit $4`,
    [message, kinds, sites, limit],
  );
  return rows.map(({ code, count, first }) => ({
    source: first[0]!.source,
    target: first[0]!.target,
    code,
    count,
    first,
  }));
}

/** The sites that a message speaks of. */
export async function selectSites(db: Queryable, message: number): Promise<(number | null)[]> {
  const { rows } = await db.query<{ siteId: number | null }>(
    `select distinct n.site_id as "siteId" from notice_message_items i join notices n on n.id = i.notice_id
     where i.message_id = $1`,
    [message],
  );
  return rows.map(({ siteId }) => siteId);
}

/** A person's message is of their site; any other of all the sites that it speaks of, and only theirs who have all. */
const ofSites = `left join lateral (
  select count(*)::int as notices, array_agg(distinct n.kind) as kinds,
    bool_and(n.site_id is not null and n.site_id = any($1)) as own
  from notice_message_items mi join notices n on n.id = mi.notice_id where mi.message_id = m.id) i on true`;
const isOfSites = `(m.recipient = 'person' and m.site_id = any($1)) or (m.recipient <> 'person' and i.own)`;

export async function selectMessages(
  db: Queryable,
  filter: { state?: MessageState[]; failing?: boolean; sites: readonly number[] | null },
  page: { limit: number; before: number | null },
): Promise<(MessageRow & { notices: number; kinds: NoticeKind[] })[]> {
  const { rows } = await db.query<Row & { notices: number; kinds: NoticeKind[] }>(
    `select ${columns}, i.notices, coalesce(i.kinds, '{}') as kinds from notice_messages m ${ofSites}
     where ($1::bigint[] is null or ${isOfSites}) and ($2::text[] is null or m.state = any($2))
       and ($3::boolean is not true or m.error is not null) and ($4::bigint is null or m.id < $4)
     order by m.id desc limit $5`,
    [filter.sites, filter.state ?? null, filter.failing ?? null, page.before, page.limit],
  );
  return rows.map(({ notices, kinds, ...row }) => ({ ...fromRow(row as Row), notices, kinds }));
}

/** In all, or of those that speak of these sites. */
export async function countMessages(
  db: Queryable,
  sites: readonly number[] | null,
): Promise<Record<MessageState | 'failing' | 'unaddressed', number>> {
  const { rows } = await db.query<Record<string, number>>(
    `select count(*) filter (where state = 'waiting')::int as waiting,
       count(*) filter (where state = 'sent')::int as sent,
       count(*) filter (where state = 'given-up')::int as "given-up",
       count(*) filter (where state = 'dropped')::int as dropped,
       count(*) filter (where state = 'waiting' and error is not null)::int as failing,
       (select count(*)::int from notice_events
        where addressed_at is null and ($1::bigint[] is null or site_id = any($1))) as unaddressed
     from notice_messages m ${ofSites} where ($1::bigint[] is null or ${isOfSites})`,
    [sites],
  );
  return rows[0] as Record<MessageState | 'failing' | 'unaddressed', number>;
}
