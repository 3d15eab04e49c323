import { type ApiClient, type Input, type ListedRequest, live, type RequestPage } from '@jouvence/contract';

export type LiveQuery = NonNullable<Input<'live.requests'>['query']>;
/** What a page shows, and how its news come. */
export interface LiveState {
  page: RequestPage | null;
  way: 'live' | 'polling' | 'lost' | 'beginning';
  /** The server will say nothing more: nobody is signed in (401), or may not see it. */
  refused: { code: string; message: string; status: number } | null;
}

export const beginning: LiveState = { page: null, way: 'beginning', refused: null };

/**
 * A page of requests as it changes, told to `tell` until the signal says otherwise. News that come together are told
 * together: a burst of them is one drawing.
 */
export async function follow(
  client: ApiClient,
  query: LiveQuery,
  tell: (state: LiveState) => void,
  signal: AbortSignal,
): Promise<void> {
  let state = beginning;
  let isTold = true;
  const change = (next: Partial<LiveState>): void => {
    state = { ...state, ...next };
    if (!isTold) return;
    isTold = false;
    setTimeout(() => {
      isTold = true;
      if (!signal.aborted) tell(state);
    }, 50);
  };
  try {
    for await (const event of live(client, query, { signal, onState: (way) => change({ way }) })) {
      if (event.event === 'page') change({ page: event.data });
      else if (event.event === 'request') change({ page: withRequest(state.page, event.data) });
      else change({ page: without(state.page, event.data.id) });
    }
  } catch (error) {
    if (signal.aborted) return;
    const {
      code = 'internal',
      message = '',
      status = 500,
    } = error as { code?: string; message?: string; status?: number };
    change({ refused: { code, message, status } });
  }
}

/** In its place, unless what is there is newer. */
function withRequest(page: RequestPage | null, request: ListedRequest): RequestPage | null {
  if (!page) return null;
  const known = page.requests.find(({ id }) => id === request.id);
  if (known && known.revision > request.revision) return page;
  const others = page.requests.filter(({ id }) => id !== request.id);
  const total = known ? page.total : { ...page.total, count: page.total.count + 1 };
  return { ...page, total, requests: [...others, request].sort((a, b) => b.number - a.number) };
}

function without(page: RequestPage | null, id: string): RequestPage | null {
  if (!page?.requests.some((request) => request.id === id)) return page;
  return {
    ...page,
    total: { ...page.total, count: Math.max(0, page.total.count - 1) },
    requests: page.requests.filter((request) => request.id !== id),
  };
}
