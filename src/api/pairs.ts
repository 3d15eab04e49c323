import type { Pair as PairAnswer } from '@jouvence/contract';
import { type Actor, hasSite } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { Pair, Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { ownSite } from './scope.ts';

/** Who has to do with one of the two sites sees a pair; who has to do with both may change it. */
export function pairHandlers(sites: Sites): Handlers<'pairs.list' | 'pairs.add' | 'pairs.remove'> {
  const { pairs } = sites;
  return {
    'pairs.list': async ({ actor, query }) => ({
      pairs: (await pairs.list())
        .filter(({ source, target }) => hasSite(actor, source.id) || hasSite(actor, target.id))
        .filter(({ source }) => query.source === undefined || source.name === query.source)
        .filter(({ target }) => query.target === undefined || target.name === query.target)
        .map(byNames),
    }),
    'pairs.add': async ({ actor, body }) => {
      for (const name of [body.source, body.target]) await ownSite(sites, actor, name);
      return byNames(await pairs.add(actor, body));
    },
    'pairs.remove': async ({ actor, params, query }) => {
      mayChange(actor, await pairs.get(params.source, params.target), params);
      await pairs.remove(actor, params.source, params.target, query.seen);
      return { removed: true };
    },
  };
}

function mayChange(actor: Actor, { source, target }: Pair, named: { source: string; target: string }): void {
  const own = [source, target].filter(({ id }) => hasSite(actor, id));
  if (own.length === 2) return;
  if (own.length === 0) throw new AppError('not-found', `there is no site ${named.source}`);
  throw new AppError(
    'not-allowed',
    `${own[0]!.name} is yours, and the other site is not: who has both may change the pair`,
  );
}

function byNames({ source, target, ...rules }: Pair): PairAnswer {
  return { source: source.name, target: target.name, ...rules };
}
