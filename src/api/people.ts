import type { People } from '../people/index.ts';
import type { Handlers } from './routing.ts';

export function peopleHandlers(people: People): Handlers<'people.export' | 'people.erase'> {
  return {
    'people.export': async ({ actor, params }) => ({
      ...(await people.export(actor, params)),
      person: { ...params },
    }),
    'people.erase': ({ actor, params, body }) => people.erase(actor, { ...params, ...body }),
  };
}
