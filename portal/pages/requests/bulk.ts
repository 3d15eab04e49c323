import type { Answer, RequestState } from '@jouvence/contract';
import { requestStates } from '@jouvence/contract';
import { client } from '../../api.ts';
import type { CategoryWish } from './category-chooser.tsx';
import { filterOf, type RequestsSearch } from './search.ts';
import type { Ticked } from './use-selection.ts';

export type BulkAction = 'retry' | 'cancel' | 'category' | 'delete';
/** The ticked ones, or all that a filter finds. */
export type BulkWish = { kind: 'ticked'; ticked: Ticked } | { kind: 'filter'; search: RequestsSearch };
export type BulkResults = Answer<'requests.bulk'>['results'];

/** In which states each can be done; of the others nothing is asked. */
const able: Record<BulkAction, readonly RequestState[]> = {
  retry: ['failed', 'cancelled'],
  cancel: requestStates.filter(
    (state) => !['done', 'failed', 'refused', 'cancelled', 'cancelling', 'cleaning'].includes(state),
  ),
  category: ['queued', 'backing-up', 'fetching', 'checking', 'preparing', 'failed', 'cancelled'],
  delete: ['done', 'failed', 'refused', 'cancelled'],
};

/** Few enough that one sees it getting on, and can stop it. */
const atOnce = 20;
const mostAsked = 200;

/** What would be done, as it was counted: no more than that is touched. */
export interface Preview {
  /** All that were meant, and those of them with which it can be done. */
  meant: number;
  able: number;
  /** More were meant than are counted. */
  isExact: boolean;
  /** Of the ticked ones, these. */
  ids: string[] | null;
  /** The only target of all of them; null: there are several, or nobody knows. */
  target: string | null;
}

export const statesOf = (action: BulkAction, search: RequestsSearch): RequestState[] => {
  const said = search.state?.split(',');
  return able[action].filter((state) => said === undefined || said.includes(state));
};

export async function previewOf(action: BulkAction, wish: BulkWish): Promise<Preview> {
  if (wish.kind === 'ticked') {
    const targets = new Set([...wish.ticked.values()].map(({ target }) => target));
    const ids: string[] = [];
    for (const some of parts([...wish.ticked.keys()], mostAsked)) {
      const query = { ids: some, state: [...able[action]], limit: mostAsked };
      ids.push(...(await client.call('requests.list', { query })).requests.map(({ id }) => id));
    }
    const target = targets.size === 1 ? [...targets][0]! : null;
    return { meant: wish.ticked.size, able: ids.length, isExact: true, ids, target };
  }
  const { search } = wish;
  const { total } = await client.call('requests.list', { query: { ...filterOf(search), limit: 1 } });
  const state = statesOf(action, search);
  const target = search.target ?? null;
  if (state.length === 0) return { meant: total.count, able: 0, isExact: total.exact, ids: null, target };
  const { count } = await client.call('requests.bulk', { body: bodyOf(action, { ...filterOf(search), state }) });
  return { meant: Math.max(total.count, count), able: count, isExact: total.exact, ids: null, target };
}

/** In parts, told as they come, until all is done or the signal says stop. What has been done stays done. */
export async function* carryOut(
  action: BulkAction,
  wish: BulkWish,
  { able: count, ids }: Preview,
  category: CategoryWish | null,
  signal: AbortSignal,
): AsyncGenerator<BulkResults> {
  if (ids !== null) {
    for (const some of parts(ids, atOnce)) {
      if (signal.aborted) return;
      yield (await client.call('requests.bulk', { body: { ...bodyOf(action, undefined, category), ids: some } }))
        .results;
    }
    return;
  }
  if (wish.kind !== 'filter') return;
  const filter = { ...filterOf(wish.search), state: statesOf(action, wish.search) };
  for (let after: string | undefined; !signal.aborted; ) {
    const answer = await client.call('requests.bulk', { body: { ...bodyOf(action, filter, category), count, after } });
    yield answer.results;
    if (answer.next === null) return;
    after = answer.next;
  }
}

function bodyOf(
  action: BulkAction,
  filter: ReturnType<typeof filterOf> | undefined,
  category: CategoryWish | null = null,
) {
  // An action says its category even when things are only counted.
  const wished = action === 'category' ? { category: category ?? ({ kind: 'default' } as const) } : {};
  return { action, ...wished, ...(filter && { filter }) };
}

function* parts<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
