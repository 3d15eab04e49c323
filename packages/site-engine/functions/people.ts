import { findPeople, matchPeople, toWire } from '../people.ts';
import type { Implementations } from './call.ts';

export const peopleFunctions: Implementations<'find_people' | 'match_people'> = {
  async find_people({ site, database }, { field, value }) {
    const people = await database.withSite(site.id, (tx) => findPeople(tx, field, value));
    return { people: people.map(toWire) };
  },

  async match_people({ site, database }, { people }) {
    return { people: await database.withSite(site.id, (tx) => matchPeople(tx, people)) };
  },
};
