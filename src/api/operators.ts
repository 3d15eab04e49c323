import type { Operator as OperatorAnswer } from '@jouvence/contract';
import type { Accounts, Actor, Invitation, Operator } from '../accounts/index.ts';
import { sitesOf } from '../accounts/index.ts';
import { AppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { namesOf, ownSiteIds, siteNames } from './scope.ts';

type OperatorOperation =
  | 'operators.list'
  | 'operators.add'
  | 'operators.show'
  | 'operators.change'
  | 'operators.disable'
  | 'operators.enable'
  | 'operators.remove'
  | 'operators.invite'
  | 'operators.password';

/** `origin`: where links lead. */
export function operatorHandlers(
  { operators }: Accounts,
  sites: Sites,
  origin: () => string,
): Handlers<OperatorOperation> {
  const answer = async (operator: Operator): Promise<OperatorAnswer> => inNames(operator, await siteNames(sites));
  const link = ({ key, expiresAt }: Invitation) => ({ link: `${origin()}/invitation/${key}`, expiresAt });
  const idsOf = async (actor: Actor, names: readonly string[] | null) =>
    names === null ? null : ((await ownSiteIds(sites, actor, names)) ?? null);
  return {
    async 'operators.list'({ actor }) {
      const names = await siteNames(sites);
      const all = await operators.list();
      return { operators: all.filter((each) => maySee(actor, each)).map((each) => inNames(each, names)) };
    },
    async 'operators.show'({ actor, params }) {
      const operator = await operators.get(params.username);
      if (!maySee(actor, operator)) throw new AppError('not-found', `there is no operator ${params.username}`);
      return answer(operator);
    },
    async 'operators.add'({ actor, body }) {
      const { sites: names, invite, ...input } = body;
      const operator = await operators.add(actor, { ...input, siteIds: await idsOf(actor, names) });
      const invitation = invite ? link(await operators.invite(actor, operator.username)) : null;
      return { operator: await answer(await operators.get(operator.username)), invitation };
    },
    async 'operators.change'({ actor, params, body }) {
      const { sites: names, ...change } = body;
      const siteIds = names === undefined ? {} : { siteIds: await idsOf(actor, names) };
      return answer(await operators.change(actor, params.username, { ...change, ...siteIds }));
    },
    'operators.disable': async ({ actor, params }) => answer(await operators.disable(actor, params.username)),
    'operators.enable': async ({ actor, params }) => answer(await operators.enable(actor, params.username)),
    async 'operators.remove'({ actor, params }) {
      await operators.remove(actor, params.username);
      return { removed: true };
    },
    'operators.invite': async ({ actor, params }) => link(await operators.invite(actor, params.username)),
    'operators.password': async ({ actor, params, body }) =>
      answer(await operators.setPassword(actor, params.username, body.password)),
  };
}

/** Who is limited to some sites knows of themselves. */
function maySee(actor: Actor, { id }: Operator): boolean {
  return sitesOf(actor) === null || (actor.kind === 'operator' && actor.operatorId === id);
}

function inNames({ id: _, siteIds, ...operator }: Operator, names: ReadonlyMap<number, string>): OperatorAnswer {
  return { ...operator, sites: namesOf(siteIds, names) };
}
