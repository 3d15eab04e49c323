import type { Received } from '@jouvence/contract';
import { type Actor, sitesOf } from '../accounts/index.ts';
import { nameOf } from '../audit/index.ts';
import { AppError } from '../errors.ts';
import {
  asUsername,
  type BulkAction,
  type CategoryWish,
  type RequestFilter,
  type Restores,
} from '../restores/index.ts';
import type { Handlers } from './routing.ts';
import { ownRequest, refuseOthers } from './scope.ts';

type RequestOperation =
  | 'requests.send'
  | 'requests.check'
  | 'requests.enrol'
  | 'requests.register'
  | 'requests.list'
  | 'requests.counts'
  | 'requests.show'
  | 'requests.cancel'
  | 'requests.retry'
  | 'requests.report'
  | 'requests.deal'
  | 'requests.category'
  | 'requests.delete'
  | 'requests.bulk';

/** For operators the requests to their sites; for somebody who entered from a site, that person's to that site. */
export function requestHandlers(restores: Restores): Handlers<RequestOperation> {
  /** @throws AppError `not-found` for somebody else's too: that it exists is nobody's business */
  const find = async (actor: Actor, id: string) => ownRequest(actor, await restores.get(id));
  return {
    // Who may ask for whom, and for what, the rules decide: for everybody in one place.
    'requests.send': async ({ actor, body }) => ({ requests: await restores.send(actor, body) }),
    'requests.check': ({ actor, body, signal }) => restores.check(actor, body, signal),
    'requests.enrol': ({ actor, params, body }) => restores.enrol(actor, params.id, body.person),
    'requests.register': async ({ actor, body }) => ({ courses: await restores.register(actor, body) }),
    async 'requests.list'({ actor, query }) {
      const { limit, after, before, ...filter } = query;
      return restores.list(ownFilter(actor, filter), { limit, after, before });
    },
    'requests.counts': async ({ actor }) => ({ counts: await restores.counts(sitesOf(actor)) }),
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

/**
 * What somebody asks to see, cut to what is theirs: what is for them, or what they asked for others.
 * @throws AppError `not-allowed` when a person asks for another's
 */
export function ownFilter(
  actor: Actor,
  { forOthers, ...filter }: RequestFilter & { forOthers?: 'true' | undefined },
): RequestFilter {
  const asked = { ...filter, ...(filter.person !== undefined && { person: asUsername(filter.person) }) };
  const targetIds = sitesOf(actor);
  if (actor.kind !== 'person') {
    if (forOthers) throw new AppError('invalid-parameter', 'forOthers: this is for people; say whose: actor');
    return { ...asked, targetIds };
  }
  const { target, person } = refuseOthers(actor, asked);
  if (!forOthers) return { ...asked, target, person, targetIds };
  return { ...asked, target, person: undefined, actor: nameOf(actor), exceptFor: person, targetIds };
}
