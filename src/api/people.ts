import { AppError } from '../errors.ts';
import type { People } from '../people/index.ts';
import type { Restores } from '../restores/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Handlers } from './routing.ts';
import { ownSite, refuseOthers } from './scope.ts';

interface PeopleModules {
  people: People;
  restores: Restores;
  sites: Sites;
}

export function peopleHandlers({
  people,
  restores,
  sites,
}: PeopleModules): Handlers<'people.forOthers' | 'people.export' | 'people.erase'> {
  return {
    async 'people.forOthers'({ actor, query, signal }) {
      const said = query.target === undefined ? {} : { target: query.target };
      const target = actor.kind === 'person' ? refuseOthers(actor, said).target : query.target;
      if (target === undefined) throw new AppError('invalid-parameter', 'query: target: say of which site people are');
      await ownSite(sites, actor, target);
      const { person } = query;
      const found = person === undefined ? null : await restores.speakFor(actor, { target, person }, signal);
      return { may: await restores.maySpeak(actor, target, signal), person: found };
    },
    'people.export': async ({ actor, params }) => ({
      ...(await people.export(actor, params)),
      person: { ...params },
    }),
    'people.erase': ({ actor, params, body }) => people.erase(actor, { ...params, ...body }),
  };
}
