import type { Restores } from '../restores/index.ts';
import { ownFilter } from './requests.ts';
import type { Handlers, Streams } from './routing.ts';

/** Without a stream: the page as it is, for who cannot have one and asks again. */
export function liveHandlers(restores: Restores): Handlers<'live.requests'> {
  return {
    'live.requests': ({ actor, query: { limit, after, ...filter } }) =>
      restores.list(ownFilter(actor, filter), { limit, after }),
  };
}

export function liveStreams(restores: Restores): Streams<'live.requests'> {
  return {
    'live.requests': ({ actor, query: { limit, after, ...filter }, signal }) =>
      restores.follow(ownFilter(actor, filter), { limit, after }, signal),
  };
}
