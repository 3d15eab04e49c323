import { createHash } from 'node:crypto';
import type { Received } from '@jouvence/contract';
import { type Actor, type PersonActor, sitesOf } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { BulkAction, CategoryWish, RequestFilter, Restores } from '../restores/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { ownRequest, ownSite, refuseOthers } from './scope.ts';

type RequestOperation =
  | 'requests.send'
  | 'requests.list'
  | 'requests.show'
  | 'requests.cancel'
  | 'requests.retry'
  | 'requests.report'
  | 'requests.deal'
  | 'requests.category'
  | 'requests.delete'
  | 'requests.bulk';

/** For operators the requests to their sites; for somebody who entered from a site, that person's to that site. */
export function requestHandlers(restores: Restores, sites: Sites): Handlers<RequestOperation> {
  /** @throws AppError `not-found` for somebody else's too: that it exists is nobody's business */
  const find = async (actor: Actor, id: string) => ownRequest(actor, await restores.get(id));
  return {
    async 'requests.send'({ actor, body }) {
      const wish = actor.kind === 'person' ? ownWish(actor, body) : body;
      await ownSite(sites, actor, wish.target);
      return { requests: await restores.send(actor, wish) };
    },
    async 'requests.list'({ actor, query }) {
      const { limit, after, before, ...filter } = query;
      return restores.list(ownFilter(actor, filter), { limit, after, before });
    },
    'requests.show': ({ actor, params }) => find(actor, params.id),
    'requests.cancel': async ({ actor, params }) => restores.cancel(actor, (await find(actor, params.id)).id),
    'requests.retry': async ({ actor, params }) => restores.retry(actor, (await find(actor, params.id)).id),
    async 'requests.report'({ actor, params }) {
      const { id, state, report } = await find(actor, params.id);
      return { id, state, report };
    },
    'requests.deal': async ({ actor, params, body }) =>
      restores.deal(actor, (await find(actor, params.id)).id, params.line, body.dealt),
    'requests.category': async ({ actor, params, body }) =>
      restores.setCategory(actor, (await find(actor, params.id)).id, body.category),
    async 'requests.delete'({ actor, params }) {
      await restores.remove(actor, (await find(actor, params.id)).id);
      return { deleted: true };
    },
    'requests.bulk': ({ actor, body }) => {
      const { action, category, ...wish } = body;
      return restores.many(actor, { ...wish, scope: { targetIds: sitesOf(actor) } }, actionOf(action, category));
    },
  };
}

/** @throws AppError `invalid-parameter` */
function actionOf(action: Received<'requests.bulk'>['body']['action'], category: CategoryWish | undefined): BulkAction {
  if ((action === 'category') !== (category !== undefined))
    throw new AppError('invalid-parameter', 'body: category: is said with the action category, and only with it');
  return action === 'category' ? { do: action, category: category! } : { do: action };
}

/** What somebody asks to see, cut to what is theirs. @throws AppError `not-allowed` when a person asks for another's */
export function ownFilter(actor: Actor, filter: RequestFilter): RequestFilter {
  const own = actor.kind === 'person' ? refuseOthers(actor, filter) : {};
  return { ...filter, ...own, targetIds: sitesOf(actor) };
}

type Wish = Received<'requests.send'>['body'];

/** What a person may ask for without an operator. */
function ownWish(actor: PersonActor, wish: Wish): Wish {
  const own = refuseOthers(actor, wish);
  // Who may have what others did in a course is a question of rights that are not asked for here yet.
  if (wish.items.some(({ people, keepFileAuthors }) => people || keepFileAuthors))
    throw new AppError('not-allowed', 'courses with what people did in them are asked for by an operator');
  if (wish.key === undefined) return { ...wish, ...own };
  // Keys are one space for all: with somebody else's, that person's requests would be the answer.
  const space = createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 24);
  return { ...wish, ...own, key: `${space}.${wish.key}` };
}
