import type { Queryable } from '../../store/index.ts';

export type Side = 'source' | 'target';

export interface Turn {
  requestId: string;
  side: Side | 'between' | 'after';
  sourceId: number;
  targetId: number;
  person: string;
  turn: number | null;
  granted: boolean;
}

const columns = `t.request_id as "requestId", t.side, t.source_id as "sourceId", t.target_id as "targetId", t.person,
  t.turn, t.granted_at is not null as granted`;

/** Whose turn it is is decided by one at a time, everywhere; it takes a moment. */
export async function lockTurns(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('restore turns', 0))`);
}

export async function tryLockTurns(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('restore turns', 0)) as locked`,
  );
  return rows[0]!.locked;
}

export async function selectTurn(db: Queryable, requestId: string): Promise<Turn | undefined> {
  const { rows } = await db.query<Turn>(`select ${columns} from restore_turns t where t.request_id = $1`, [requestId]);
  return rows[0];
}

/** Rows of the same person that wait for the same: of a target, whatever source they came from. */
const samePerson = (a: string, b: string): string =>
  `${a}.side = ${b}.side and ${a}.target_id = ${b}.target_id and ${a}.person = ${b}.person
   and (${a}.side = 'target' or ${a}.source_id = ${b}.source_id)`;

/** How long it is on the part of the way that it is on. */
const sincePart = `extract(epoch from clock_timestamp() - restore_turns.part_at) * 1000`;

/** It waits for a turn of its source, last of all that ask for one now. */
export async function askSource(tx: Queryable, requestId: string, sizeBytes: number | null): Promise<void> {
  await tx.query(
    `insert into restore_turns (request_id, side, source_id, target_id, person, size_bytes)
     select id, 'source', source_id, target_id, coalesce(person, ''), $2 from restore_requests where id = $1
     on conflict (request_id) do update set side = 'source', asked = nextval('restore_turn_order'), turn = null,
       since = clock_timestamp(), granted_at = null, part_at = null, source_ms = null, between_ms = null, target_ms = null,
       size_bytes = coalesce(excluded.size_bytes, restore_turns.size_bytes)`,
    [requestId, sizeBytes],
  );
  await standBehind(tx, requestId);
}

/** It waits for a turn of its target; among those of its person in the order in which they were asked for. */
export async function askTarget(tx: Queryable, requestId: string): Promise<void> {
  await tx.query(
    `insert into restore_turns (request_id, side, source_id, target_id, person)
     select id, 'target', source_id, target_id, coalesce(person, '') from restore_requests where id = $1
     on conflict (request_id) do update set side = 'target', turn = null, since = clock_timestamp(), granted_at = null,
       between_ms = ${sincePart}`,
    [requestId],
  );
  await standBehind(tx, requestId);
}

/** Behind the one of its person that waits already; without one, behind everybody. */
async function standBehind(tx: Queryable, requestId: string): Promise<void> {
  await tx.query(
    `update restore_turns t set turn = nextval('restore_turn_order') where t.request_id = $1 and not exists
       (select from restore_turns o where ${samePerson('o', 't')} and o.granted_at is null and o.turn is not null)`,
    [requestId],
  );
}

/** Its person's next one goes to the end, and so do those of that person that wait for other sources of this target. */
export async function grantTurn(tx: Queryable, { requestId, side, targetId, person, sourceId }: Turn): Promise<void> {
  await tx.query(
    'update restore_turns set granted_at = clock_timestamp(), part_at = clock_timestamp() where request_id = $1',
    [requestId],
  );
  await tx.query(
    `update restore_turns set turn = nextval('restore_turn_order')
     where side = $1 and target_id = $2 and person = $3 and granted_at is null and (turn is not null or request_id =
       (select n.request_id from restore_turns n where n.side = $1 and n.target_id = $2 and n.person = $3
          and ($1 = 'target' or n.source_id = $4) and n.granted_at is null and n.turn is null
        order by n.asked limit 1))`,
    [side, targetId, person, sourceId],
  );
}

/** Gives back a turn that it did not use: it is the next of its person again, where that person stood. */
export async function returnTurn(tx: Queryable, requestId: string): Promise<void> {
  await tx.query(
    `update restore_turns o set turn = null from restore_turns t
     where t.request_id = $1 and t.granted_at is not null and ${samePerson('o', 't')} and o.granted_at is null`,
    [requestId],
  );
  await tx.query('update restore_turns set granted_at = null where request_id = $1 and turn is not null', [requestId]);
}

/** It waits for no turn, and has none; what it had waited for is its person's next one's. */
export async function leaveTurn(tx: Queryable, requestId: string): Promise<Turn | undefined> {
  const { rows } = await tx.query<Turn>(`delete from restore_turns t where t.request_id = $1 returning ${columns}`, [
    requestId,
  ]);
  const left = rows[0];
  if (!left || left.granted || left.turn === null) return left;
  await tx.query(
    `update restore_turns set turn = $5 where request_id =
       (select n.request_id from restore_turns n where n.side = $1 and n.target_id = $2 and n.person = $3
          and ($1 = 'target' or n.source_id = $4) and n.granted_at is null order by n.asked limit 1)`,
    [left.side, left.targetId, left.person, left.sourceId, left.turn],
  );
  return left;
}

/** One that comes back from its target's turn tells nothing of how long courses take. */
export async function standBetween(tx: Queryable, requestId: string): Promise<void> {
  await tx.query(
    `update restore_turns set side = 'between', turn = null, granted_at = null,
       source_ms = case when side = 'source' then ${sincePart} end,
       part_at = clock_timestamp() where request_id = $1`,
    [requestId],
  );
}

/** It has had both its turns. */
export async function standAfter(tx: Queryable, requestId: string): Promise<void> {
  await tx.query(
    `update restore_turns set side = 'after', turn = null, granted_at = null, target_ms = ${sincePart},
       part_at = clock_timestamp() where request_id = $1`,
    [requestId],
  );
}

/** Where requests were deleted with their rows, the next of their persons stand first. */
export async function mendTurns(tx: Queryable): Promise<void> {
  await tx.query(
    `update restore_turns set turn = nextval('restore_turn_order') where request_id in (
       select distinct on (side, target_id, person, case side when 'source' then source_id end) request_id
       from restore_turns t where granted_at is null and side in ('source', 'target') and not exists
         (select from restore_turns o where ${samePerson('o', 't')} and o.granted_at is null and o.turn is not null)
       order by side, target_id, person, case side when 'source' then source_id end, asked)`,
  );
}

export interface Standings {
  /** By the database's clock, which is everybody's. */
  nowMs: number;
  /** Sources with courses that wait to be begun, and for which targets. */
  lanes: { sourceId: number; targetId: number }[];
  /** Targets with courses at their door. */
  doors: number[];
  /** How many have a turn of that source. */
  atSource: Map<number, number>;
  atTarget: Map<number, number>;
  /** How many are fetched and have not yet a turn of that target, those left out that cannot have it for now. */
  before: Map<number, number>;
  failing: Set<number>;
}

/** All that decides who is next, besides settings; by indexes, whatever number waits. */
export async function selectStandings(db: Queryable): Promise<Standings> {
  const { rows } = await db.query<{ what: string; a: number; b: number; count: number }>(
    `with recursive lane as (
       (select source_id, target_id from restore_turns
        where side = 'source' and granted_at is null and turn is not null order by source_id, target_id limit 1)
       union all
       select n.source_id, n.target_id from lane l cross join lateral
         (select source_id, target_id from restore_turns
          where side = 'source' and granted_at is null and turn is not null
            and (source_id, target_id) > (l.source_id, l.target_id)
          order by source_id, target_id limit 1) n)
     select 'lane' as what, source_id as a, target_id as b, 0 as count from lane
     union all
     select side, case side when 'source' then source_id else target_id end, 0, count(*) from restore_turns
       where granted_at is not null group by 1, 2
     union all
     select case when side = 'target' then 'door' else 'between' end, target_id, 0, count(*) from restore_turns t
       where side in ('between', 'target') and granted_at is null and (side = 'target' or not exists
         (select from restore_standing s where s.site_id = t.source_id and s.since is not null)) group by 1, 2
     union all select 'failing', site_id, 0, 0 from restore_standing where since is not null
     union all select 'now', (extract(epoch from clock_timestamp()) * 1000)::bigint, 0, 0`,
  );
  const of = (what: string) => rows.filter((row) => row.what === what);
  const counts = (what: string) => new Map(of(what).map(({ a, count }) => [a, count]));
  const [door, between] = [counts('door'), counts('between')];
  return {
    nowMs: of('now')[0]!.a,
    lanes: of('lane').map(({ a, b }) => ({ sourceId: a, targetId: b })),
    doors: [...door.keys()],
    atSource: counts('source'),
    atTarget: counts('target'),
    before: new Map(
      [...door.keys(), ...between.keys()].map((id) => [id, (door.get(id) ?? 0) + (between.get(id) ?? 0)]),
    ),
    failing: new Set(of('failing').map(({ a }) => a)),
  };
}

/** One that has a turn: for how long, and whether it stands waiting meanwhile, for a site for instance. */
export interface Holder {
  side: Side;
  siteId: number;
  heldMs: number;
  waits: boolean;
}

export async function selectHolders(db: Queryable, kind: string): Promise<Holder[]> {
  const { rows } = await db.query<Holder>(
    `select t.side, case t.side when 'source' then t.source_id else t.target_id end as "siteId",
       (extract(epoch from clock_timestamp() - t.part_at) * 1000)::float8 as "heldMs",
       coalesce(j.waiting_for is not null, false) as waits
     from restore_turns t left join jobs j on j.kind = $1 and j.subject = t.request_id
     where t.granted_at is not null and t.side in ('source', 'target')`,
    [kind],
  );
  return rows;
}

/** The next that would be begun there, for one of these targets. */
export async function nextOfSource(
  tx: Queryable,
  sourceId: number,
  targetIds: readonly number[],
): Promise<Turn | undefined> {
  const { rows } = await tx.query<Turn>(
    `select n.* from unnest($2::bigint[]) as open(target_id) cross join lateral
       (select ${columns} from restore_turns t where t.side = 'source' and t.source_id = $1
          and t.target_id = open.target_id and t.granted_at is null and t.turn is not null order by t.turn limit 1) n
     order by n.turn limit 1`,
    [sourceId, targetIds],
  );
  return rows[0];
}

export async function nextOfTarget(tx: Queryable, targetId: number): Promise<Turn | undefined> {
  const { rows } = await tx.query<Turn>(
    `select ${columns} from restore_turns t where t.side = 'target' and t.target_id = $1 and t.granted_at is null
       and t.turn is not null order by t.turn limit 1`,
    [targetId],
  );
  return rows[0];
}

/** Those that have a turn. */
export async function selectGranted(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select request_id as id from restore_turns where granted_at is not null',
  );
  return rows.map(({ id }) => id);
}

export interface Placed extends Turn {
  since: Date;
  /** On the part of the way that it is on. */
  partMs: number | null;
  sizeBytes: number | null;
  /** Of one that waits: the first is 1. Among those of its source, or its target; among all to its target; among all. */
  place: number;
  placeToTarget: number;
  placeOfAll: number;
}

/**
 * Where requests stand, if they have or wait for a turn. Turns go round: the first of each person in the order of their
 * persons, then the second of each.
 */
export async function selectPlaces(db: Queryable, ids: readonly string[]): Promise<Map<string, Placed>> {
  const { rows } = await db.query<Placed>(
    `select ${columns}, t.since, (extract(epoch from clock_timestamp() - t.part_at) * 1000)::float8 as "partMs",
       t.size_bytes as "sizeBytes", 0 as place, 0 as "placeToTarget", 0 as "placeOfAll"
     from restore_turns t where t.request_id = any($1)`,
    [ids],
  );
  const placed = new Map(rows.map((row) => [row.requestId, row]));
  const waiting = rows.filter(({ granted, side }) => !granted && (side === 'source' || side === 'target'));
  if (waiting.length === 0) return placed;
  const { rows: places } = await db.query<Pick<Placed, 'requestId' | 'place' | 'placeToTarget' | 'placeOfAll'>>(
    `with waiting as (
       select request_id, side, source_id, target_id,
         max(turn) over person as head, row_number() over (person order by asked) as round
       from restore_turns where granted_at is null and side = any($2)
       window person as (partition by side, target_id, person, case side when 'source' then source_id end)),
     placed as (
       select request_id,
         row_number() over (partition by side, case side when 'source' then source_id else target_id end
           order by round, head) as place,
         row_number() over (partition by side, target_id order by round, head) as to_target,
         row_number() over (partition by side order by round, head) as of_all
       from waiting)
     select request_id as "requestId", place, to_target as "placeToTarget", of_all as "placeOfAll"
     from placed where request_id = any($1)`,
    [waiting.map(({ requestId }) => requestId), [...new Set(waiting.map(({ side }) => side))]],
  );
  for (const { requestId, ...place } of places) Object.assign(placed.get(requestId)!, place);
  return placed;
}
