import type { Pair as PairAnswer } from '@jouvence/contract';
import type { Pair, Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';

export function pairHandlers({ pairs }: Sites): Handlers<'pairs.list' | 'pairs.add' | 'pairs.remove'> {
  return {
    'pairs.list': async ({ query }) => ({
      pairs: (await pairs.list())
        .filter(({ source }) => query.source === undefined || source.name === query.source)
        .filter(({ target }) => query.target === undefined || target.name === query.target)
        .map(byNames),
    }),
    'pairs.add': async ({ actor, body }) => byNames(await pairs.add(actor, body)),
    'pairs.remove': async ({ actor, params }) => {
      await pairs.remove(actor, params.source, params.target);
      return { removed: true };
    },
  };
}

function byNames({ source, target, ...rules }: Pair): PairAnswer {
  return { source: source.name, target: target.name, ...rules };
}
