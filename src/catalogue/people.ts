import type { Person } from '@jouvence/protocol';
import { type AppError, failure } from '../errors.ts';
import { type IdentityField, mayMatch, type Pair, type Site, type Sites } from '../sites/index.ts';
import type { PersonRef } from './catalogue.ts';

/** Several accounts have what should name one. */
export class AmbiguousPerson extends Error {
  /** As it is told. */
  readonly error: AppError;

  constructor(site: string, { field, value }: PersonRef, people: Person[]) {
    const names = people.map(({ username, fullname }) => `${username} (${fullname})`).join(', ');
    const error = failure('conflict', {
      reason: 'person-several',
      values: { site, count: people.length, field, value, names },
    });
    super(error.message);
    this.name = 'AmbiguousPerson';
    this.error = error;
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
  if (own.length === 0) {
    const { field, value } = ref;
    throw failure('not-found', { reason: 'person-unknown', values: { site: target.name, field, value } });
  }
  if (own.length > 1) throw new AmbiguousPerson(target.name, ref, own).error;
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
  const values = { site: on.name, person: `${username} (${fullname})`, auth, identity, other: other.name };
  return failure('not-allowed', { reason: 'person-method', values }, { details: { site: on.name } });
}
