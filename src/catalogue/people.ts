import type { Person } from '@jouvence/protocol';
import { AppError } from '../errors.ts';
import { type IdentityField, mayMatch, type Pair, type Site, type Sites } from '../sites/index.ts';
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
  const own = ownFirst(ref, people);
  if (own.length === 0) throw new AppError('not-found', `nobody on ${target.name} has the ${ref.field} ${ref.value}`);
  if (own.length > 1) throw new AppError('conflict', new AmbiguousPerson(target.name, ref, own).message);
  return own[0]!;
}

/** A username is unique among a site's own accounts; those of other Moodles, known by MNet, may have it too. */
function ownFirst({ field }: PersonRef, people: Person[]): Person[] {
  const own = field === 'username' ? people.filter(({ auth }) => auth !== 'mnet') : people;
  return own.length > 0 ? own : people;
}

/**
 * The same person on a source, by the rule of the pair. Whoever may choose a username or an e-mail freely could choose
 * a professor's, on either site, and be handed that one's courses: so both accounts must be of a method that the pair
 * allows.
 * @returns undefined: unknown there. @throws AmbiguousPerson, AppError `not-allowed`
 */
export async function findOnSource(pair: Pair, person: Person, { sites, signal }: Asking): Promise<Person | undefined> {
  const { source, target, identity } = pair;
  const value = person[identity];
  // Many accounts have no idnumber: nothing is not something that two people share.
  if (value.trim() === '') return undefined;
  if (!mayMatch(pair, person.auth)) throw notVouched(target, source, identity, person);
  const client = await sites.client(source.id, 'source');
  const ref = { field: identity, value };
  const { people } = await client.call('find_people', ref, { signal });
  const vouched = people.filter(({ auth }) => mayMatch(pair, auth));
  if (vouched.length > 1) throw new AmbiguousPerson(source.name, ref, vouched);
  if (vouched.length === 0 && people.length > 0) throw notVouched(source, target, identity, people[0]!);
  return vouched[0];
}

export function notVouched(
  on: Site,
  other: Site,
  identity: IdentityField,
  { username, fullname, auth }: Person,
): AppError {
  return new AppError(
    'not-allowed',
    `${on.name}: ${username} (${fullname}) signs in by “${auth}”, and by its ${identity} such an account is not taken for anybody’s on ${other.name}. If it is the same person, allow the method for this pair (jouvence pairs add), or have the account changed`,
    { details: { site: on.name } },
  );
}
