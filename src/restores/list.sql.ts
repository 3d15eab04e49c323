import type { Queryable } from '../store/index.ts';
import { type Dealt, isUndealt, type KeptReport, reportOf } from './report.ts';
import { finalStates, type RequestFilter, type RequestId } from './types.ts';
import { lexemesOf, type Named, queryOf, requestIdIn } from './words.ts';

/** A row of the list, and what filters look at. */
export interface ListedRow {
  id: RequestId;
  number: number;
  lines: number;
  undealt: number;
}

const columns = 'l.request_id as id, l.number, l.lines, l.undealt';

/** Beside the request itself, which is there already; its job sets the state. */
export async function insertListed(tx: Queryable, request: { id: string } & Named): Promise<void> {
  await tx.query(
    `insert into restore_list (number, request_id, target_id, target, source, courseid, person, actor, created_at, words)
     select number, id, target_id, target, source, courseid, person, actor, created_at, array_to_tsvector($2::text[])
     from restore_requests where id = $1`,
    [request.id, lexemesOf(request)],
  );
  await recountLines(tx, request.id);
}

/** After each change of the report or of its marks. Marks of lines that it no longer has go. */
export async function recountLines(tx: Queryable, id: string): Promise<void> {
  const { rows } = await tx.query<{ report: KeptReport; dealt: Dealt | null }>(
    `select report, (select json_object_agg(line, json_build_object('by', dealt_by, 'at', dealt_at))
       from restore_dealt where request_id = id) as dealt from restore_requests where id = $1`,
    [id],
  );
  if (!rows[0]) return;
  const lines = reportOf(rows[0].report, rows[0].dealt);
  await tx.query(
    `update restore_list set lines = $2, undealt = $3 where request_id = $1 and (lines, undealt) is distinct from ($2, $3)`,
    [id, lines.length, lines.filter(isUndealt).length],
  );
}

/** Newest first; between these numbers, without them. With only `above`: those just above it. */
export async function selectListed(
  db: Queryable,
  filter: RequestFilter,
  page: { limit: number; below?: number | null; above?: number | null },
): Promise<ListedRow[]> {
  const { below = null, above = null, limit } = page;
  const { where, values } = conditionsOf(filter);
  if (below !== null) where.push(`l.number < $${values.push(below)}`);
  if (above !== null) where.push(`l.number > $${values.push(above)}`);
  const upwards = above !== null && below === null;
  const { rows } = await db.query<ListedRow>(
    `select ${columns} from restore_list l ${whereOf(where)} order by l.number ${upwards ? 'asc' : 'desc'} limit $${values.push(limit)}`,
    values,
  );
  return upwards ? rows.reverse() : rows;
}

/** How many there are, counted up to `most`. */
export async function countListed(db: Queryable, filter: RequestFilter, most: number): Promise<number> {
  const { where, values } = conditionsOf(filter);
  const { rows } = await db.query<{ count: number }>(
    `select count(*) from (select from restore_list l ${whereOf(where)} limit $${values.push(most)}) found`,
    values,
  );
  return rows[0]!.count;
}

export interface PairCount {
  source: string;
  target: string;
  /** Not begun. */
  queued: number;
  begun: number;
}

/** Those that have not ended, by where they come from and go to; null: to all targets. */
export async function countOpen(db: Queryable, targetIds: readonly number[] | null): Promise<PairCount[]> {
  const { where, values } = conditionsOf({ open: true, targetIds });
  const { rows } = await db.query<PairCount>(
    `select source, target, count(*) filter (where state = 'queued') as queued, count(*) filter (where state <> 'queued') as begun
     from restore_list l ${whereOf(where)} group by source, target order by source, target`,
    values,
  );
  return rows;
}

const whereOf = (where: readonly string[]): string => (where.length > 0 ? `where ${where.join(' and ')}` : '');

const openStates = `l.state not in (${finalStates.map((state) => `'${state}'`).join(', ')})`;

/** Only what is asked for: each statement is planned for what it says. The same as `matches` in `list.ts`. */
function conditionsOf(filter: RequestFilter): { where: string[]; values: unknown[] } {
  const where: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value !== undefined && value !== null) where.push(condition(`$${values.push(value)}`));
  };
  add(filter.ids, (place) => `l.request_id = any(${place})`);
  add(filter.targetIds, (place) => `l.target_id = any(${place})`);
  add(filter.target, (place) => `l.target = ${place}`);
  add(filter.source, (place) => `l.source = ${place}`);
  add(filter.person, (place) => `l.person = ${place}`);
  if (filter.nobody !== undefined) where.push(`l.person is ${filter.nobody ? '' : 'not '}null`);
  add(filter.exceptFor, (place) => `l.person is distinct from ${place}`);
  add(filter.actor, (place) => `l.actor = ${place}`);
  add(filter.error, (place) => `l.error_code = ${place}`);
  add(filter.since, (place) => `l.created_at >= ${place}`);
  add(filter.until, (place) => `l.created_at < ${place}`);
  // Written out, because the index is of just this condition.
  if (filter.open !== undefined) where.push(filter.open ? openStates : `not (${openStates})`);
  if (filter.state?.length === 1) add(filter.state[0], (place) => `l.state = ${place}`);
  else add(filter.state, (place) => `l.state = any(${place})`);
  if (filter.undealt !== undefined) where.push(filter.undealt ? 'l.undealt > 0' : 'l.undealt = 0');
  if (filter.course !== undefined) {
    const id = requestIdIn(filter.course);
    const isIt = id === null ? '' : ` or l.request_id = $${values.push(id)}`;
    add(queryOf(filter.course), (place) => `(l.words @@ ${place}::tsquery${isIt})`);
  }
  return { where, values };
}
