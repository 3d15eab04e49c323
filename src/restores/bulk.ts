import { AppError, toAppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/index.ts';
import { countListed, selectListed } from './list.sql.ts';
import type { RequestFilter } from './types.ts';

/** Which requests are meant: these, or all that a filter finds. */
export interface BulkWish {
  ids?: readonly string[];
  filter?: RequestFilter;
  /** What the caller may see; of anything else nothing is told. */
  scope: Pick<RequestFilter, 'targetIds' | 'target' | 'person'>;
  /** Of a filter: how many the caller knows that it finds. Left out: nothing is done, they are only counted. */
  count?: number;
  /** Goes on after an answer's `next`. */
  after?: string;
}

export interface BulkAnswer {
  /** How many the filter finds; of one that goes on, how many are left. */
  count: number;
  /** One for each request that was tried; `error`: why it was left as it was. */
  results: { id: string; error: { code: string; message: string } | null }[];
  /** There are more: hand it to the next call as `after`. */
  next: string | null;
}

/** So long that a proxy does not give up waiting for the answer. */
const mostAtOnce = 200;
const atOnce = 4;

/**
 * The same for many requests. Each is a transaction of its own, and one that cannot be done does not hold up the others.
 * From the newest to the oldest: what is asked for meanwhile is newer, and is not touched.
 * @throws AppError `invalid-parameter`, `conflict` (the filter finds more than the caller knows of)
 */
export async function actOnMany(
  { store, log }: { store: Store; log: Log },
  wish: BulkWish,
  act: (id: string) => Promise<unknown>,
): Promise<BulkAnswer> {
  if ((wish.ids === undefined) === (wish.filter === undefined))
    throw new AppError('invalid-parameter', 'which requests: their ids, or a filter, and not both');
  if (wish.ids) return actOnThese(store, log, wish.ids, wish.scope, act);
  const filter = { ...wish.filter, ...wish.scope };
  if (Object.values(wish.filter!).every((value) => value === undefined))
    throw new AppError('invalid-parameter', 'a filter that says nothing means every request there is: say which ones');
  const { below, left } = await placeOf(store, wish, filter);
  if (wish.count === undefined || left === 0) return { count: left, results: [], next: null };
  const rows = await selectListed(store, filter, { limit: Math.min(mostAtOnce, left), below });
  const results = await actOnEach(
    rows.map(({ id }) => id),
    log,
    act,
  );
  const more = rows.length === mostAtOnce && left > rows.length;
  return { count: left, results, next: more ? `${rows.at(-1)!.number}.${left - rows.length}` : null };
}

/** Where to begin, and how many may still be done. */
async function placeOf(
  store: Store,
  { after, count }: BulkWish,
  filter: RequestFilter,
): Promise<{ below: number | null; left: number }> {
  if (after !== undefined) {
    const [, below, left] = /^(\d{1,15})\.(\d{1,15})$/.exec(after) ?? [];
    if (below === undefined) throw new AppError('invalid-parameter', `"${after}" is not what an answer gave as next`);
    return { below: Number(below), left: Number(left) };
  }
  const found = await countListed(store, filter, Number.MAX_SAFE_INTEGER);
  if (count !== undefined && found > count)
    throw new AppError('conflict', `there are ${found} of them now, and not ${count}: look at them again`, {
      details: { count: found },
    });
  return { below: null, left: found };
}

async function actOnThese(
  store: Store,
  log: Log,
  ids: readonly string[],
  scope: RequestFilter,
  act: (id: string) => Promise<unknown>,
): Promise<BulkAnswer> {
  const unique = [...new Set(ids)];
  const found = await selectListed(store, { ids: unique, ...scope }, { limit: unique.length });
  const known = new Set<string>(found.map(({ id }) => id));
  const results = await actOnEach(unique, log, async (id) => {
    if (!known.has(id)) throw new AppError('not-found', `there is no request ${id}`);
    return act(id);
  });
  return { count: unique.length, results, next: null };
}

async function actOnEach(
  ids: readonly string[],
  log: Log,
  act: (id: string) => Promise<unknown>,
): Promise<BulkAnswer['results']> {
  const results: BulkAnswer['results'] = ids.map((id) => ({ id, error: null }));
  const waiting = results.values();
  const work = async (): Promise<void> => {
    for (const result of waiting) {
      try {
        await act(result.id);
      } catch (thrown) {
        const error = toAppError(thrown);
        // Nothing can be done about any of them.
        if (error.code === 'database-unavailable') throw error;
        if (error.code === 'internal') log.error({ request: result.id, error: thrown }, 'a request of many');
        result.error = { code: error.code, message: error.message };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
