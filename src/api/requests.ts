import { endStates, type RequestState, requestStates } from '@jouvence/contract';
import type { Restores } from '../restores/index.ts';
import type { Handlers } from './routing.ts';

type RequestOperation =
  | 'requests.send'
  | 'requests.list'
  | 'requests.show'
  | 'requests.cancel'
  | 'requests.retry'
  | 'requests.report';

export function requestHandlers(restores: Restores): Handlers<RequestOperation> {
  return {
    'requests.send': async ({ actor, body }) => ({ requests: await restores.send(actor, body) }),
    async 'requests.list'({ query }) {
      const { state, open, limit, after, ...filter } = query;
      const states = statesOf(state, open);
      // A state that is not open, among the open ones: nothing, without asking.
      if (states?.length === 0) return { requests: [], next: null };
      return restores.list({ ...filter, ...(states && { state: states }) }, { limit, after });
    },
    'requests.show': ({ params }) => restores.get(params.id),
    'requests.cancel': ({ actor, params }) => restores.cancel(actor, params.id),
    'requests.retry': ({ actor, params }) => restores.retry(actor, params.id),
    async 'requests.report'({ params }) {
      const { id, state, report } = await restores.get(params.id);
      return { id, state, report };
    },
  };
}

function statesOf(state: RequestState | undefined, open: boolean | undefined): RequestState[] | undefined {
  if (state === undefined && open === undefined) return undefined;
  const isEnd = (each: RequestState) => (endStates as readonly RequestState[]).includes(each);
  return requestStates.filter(
    (each) => (state === undefined || each === state) && (open === undefined || open !== isEnd(each)),
  );
}
