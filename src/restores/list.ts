import { AppError } from '../errors.ts';
import type { Jobs } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import { countListed, type ListedRow, selectListed } from './list.sql.ts';
import type { Pictures } from './queue/picture.ts';
import { restoreKind } from './queue/queue.ts';
import { selectLight } from './requests.sql.ts';
import { showListed } from './show.ts';
import { finalStates, type ListedRequest, type RequestFilter, type RequestPage, type RequestState } from './types.ts';
import { isNamed, requestIdIn } from './words.ts';

export const mostListed = 200;
/** Beyond it a count says no more to a person than "many", and takes as long as there are rows. */
const mostCounted = 10_000;

export interface Paging {
  limit?: number;
  /** Of another page its `next`: what is older. */
  after?: string;
  /** Of another page its `previous`: what is newer. */
  before?: string;
}

interface Modules {
  store: Store;
  jobs: Jobs;
  clock: { nowMs(): number };
  pictures: Pictures;
}

/**
 * By keys, not by counting: rows that come or go meanwhile move nothing, so that no page repeats or misses a row that
 * stayed as it was. @throws AppError `invalid-parameter`
 */
export async function listRequests(modules: Modules, filter: RequestFilter, paging: Paging): Promise<RequestPage> {
  const { store } = modules;
  const { limit = 50, after, before } = paging;
  if (after !== undefined && before !== undefined)
    throw new AppError('invalid-parameter', 'a page lies after or before another one, not both');
  const most = Math.min(Math.max(1, limit), mostListed);
  const [below, above] = [numberOf(after), numberOf(before)];
  // One more says whether there is another page.
  const [found, counted] = await Promise.all([
    selectListed(store, filter, { limit: most + 1, below, above }),
    countListed(store, filter, mostCounted + 1),
  ]);
  const more = found.length > most;
  const rows = above === null ? found.slice(0, most) : found.slice(-most);
  const first = rows.at(0)?.number;
  const last = rows.at(-1)?.number;
  return {
    requests: await showRows(modules, rows),
    total: { count: Math.min(counted, mostCounted), exact: counted <= mostCounted },
    next: above === null ? asKey(more ? last : undefined) : asKey(last ?? above + 1),
    here: above === null ? (after ?? null) : more && first !== undefined ? asKey(first + 1) : null,
    previous: above === null ? (below === null ? null : asKey(first ?? below - 1)) : asKey(more ? first : undefined),
  };
}

const asKey = (number: number | undefined): string | null => (number === undefined ? null : String(number));

/** @throws AppError `invalid-parameter` */
export function numberOf(key: string | undefined): number | null {
  if (key === undefined) return null;
  if (/^\d{1,15}$/.test(key)) return Number(key);
  throw new AppError('invalid-parameter', `"${key}" is not what another page gave as next or previous`);
}

/** In their order; one that has gone meanwhile is left out. */
export async function showRows(
  { store, jobs, clock, pictures }: Modules,
  listed: readonly ListedRow[],
): Promise<ListedRequest[]> {
  if (listed.length === 0) return [];
  const ids = listed.map(({ id }) => id);
  const [light, found] = await Promise.all([selectLight(store, ids), jobs.get(store, restoreKind, ids)]);
  const byId = new Map(light.map((row) => [row.id, row]));
  const known = listed.flatMap((listing) => {
    const [row, job] = [byId.get(listing.id), found.get(listing.id)];
    return row && job ? [{ row, job, listing }] : [];
  });
  const pictured = await pictures.of(store, known);
  return known.map(({ row, job, listing }) => showListed(row, job, listing, clock.nowMs(), pictured.get(row.id)));
}

const isFinal = (state: RequestState): boolean => (finalStates as readonly RequestState[]).includes(state);

/** The same as the conditions of `list.sql.ts`, of a row at hand; a test holds the two against each other. */
export function matches(row: ListedRequest, filter: RequestFilter): boolean {
  const { ids, targetIds, state, open, since, until, undealt, course, nobody } = filter;
  const says = (wanted: unknown, is: unknown) => wanted === undefined || wanted === null || wanted === is;
  return (
    (!ids || ids.includes(row.id)) &&
    (!targetIds || targetIds.includes(row.targetId)) &&
    says(filter.target, row.target) &&
    says(filter.source, row.source) &&
    says(filter.person, row.person) &&
    (nobody === undefined || nobody === (row.person === null)) &&
    (filter.exceptFor === undefined || filter.exceptFor !== row.person) &&
    says(filter.actor, row.actor) &&
    says(filter.error, row.error?.code) &&
    (!since || row.createdAt >= since) &&
    (!until || row.createdAt < until) &&
    (open === undefined || open !== isFinal(row.state)) &&
    (!state || state.includes(row.state)) &&
    (undealt === undefined || undealt === row.lines.undealt > 0) &&
    (course === undefined || isNamed(row, course) || row.id === requestIdIn(course))
  );
}
