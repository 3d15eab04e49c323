import type { Person } from '@jouvence/protocol';
import { AppError } from '../errors.ts';
import type { IdentityField, Site, Sites } from '../sites/index.ts';
import type { PersonRef } from './catalogue.ts';

/** Several accounts have what should name one. */
export class AmbiguousPerson extends Error {
  constructor(site: string, { field, value }: PersonRef, people: Person[]) {
    const names = people.map(({ username, fullname }) => `${username} (${fullname})`).join(', ');
    super(
      `${site}: ${people.length} accounts have the ${field} ${value}: ${names}. Which one is meant must be made clear there`,
    );
    this.name = 'AmbiguousPerson';
  }
}

interface Asking {
  sites: Sites;
  signal?: AbortSignal;
}

/** @throws AppError `not-found`, `conflict` */
export async function findOnTarget(target: Site, ref: PersonRef, { sites, signal }: Asking): Promise<Person> {
  const client = await sites.client(target.id, 'target');
  const { people } = await client.call('find_people', ref, { signal });
  const [person] = people;
  if (!person) throw new AppError('not-found', `nobody on ${target.name} has the ${ref.field} ${ref.value}`);
  if (people.length > 1) throw new AppError('conflict', new AmbiguousPerson(target.name, ref, people).message);
  return person;
}

/** Undefined: unknown there. @throws AmbiguousPerson */
export async function findOnSource(
  source: Site,
  person: Person,
  identity: IdentityField,
  { sites, signal }: Asking,
): Promise<Person | undefined> {
  const value = person[identity];
  // Many accounts have no idnumber: nothing is not something that two people share.
  if (value.trim() === '') return undefined;
  const client = await sites.client(source.id, 'source');
  const ref = { field: identity, value };
  const { people } = await client.call('find_people', ref, { signal });
  if (people.length > 1) throw new AmbiguousPerson(source.name, ref, people);
  return people[0];
}
