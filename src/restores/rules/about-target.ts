import type { Category, Person } from '@jouvence/protocol';
import { withKey } from '../../catalogue/index.ts';
import { type AppError, toAppError } from '../../errors.ts';
import type { Site, Sites } from '../../sites/index.ts';
import { keyOf } from './category.ts';
import { findPerson, mustSpeakFor } from './people.ts';
import { rolesToGive } from './rights.ts';
import type { Asking, Making, Tools } from './ruling.ts';

/** What the target says that is the same for all of them. */
export interface AboutTarget {
  person: Person | null | AppError;
  /** By the key that categories are asked with ('' for none). */
  categories: Map<string, { categories: Category[]; keyRefused: string | null } | AppError>;
  siteDefaultId: number | null;
  /** That may be given in courses; null: nobody is to be enrolled, or it cannot be known. */
  roles: Set<string> | null | AppError;
}

/** What cannot be asked stands in the place of its answer. */
export async function askTarget(
  { sites }: Pick<Tools, 'sites'>,
  { target, person: username, sender }: Asking,
  makings: readonly Making[],
  signal?: AbortSignal,
): Promise<AboutTarget> {
  const keys = new Set(makings.flatMap(({ ruling }) => (ruling.values ? [keyOf(ruling.values) ?? ''] : [])));
  const askPerson = async (): Promise<Person | null> => {
    const [person] = await Promise.all([
      username === null ? null : findPerson(sites, target, username, signal),
      mustSpeakFor(sites, target, sender, username, signal),
    ]);
    return person;
  };
  const askCategories = async (key: string) => {
    const client = await sites.client(target.id, 'target');
    const { answer, keyRefused } = await withKey(key || undefined, (keyed) =>
      client.call('list_categories', keyed, { signal }),
    );
    return { categories: answer.categories, keyRefused };
  };
  const enrols = username !== null && makings.some(({ ruling }) => ruling.values?.['enrol.requester']);
  const [person, roles, ...listed] = await Promise.all([
    askPerson().catch(toAppError),
    enrols ? rolesToGive(sites, target, signal).catch(toAppError) : null,
    ...[...keys].map(async (key) => [key, await askCategories(key).catch(toAppError)] as const),
  ]);
  const categories: AboutTarget['categories'] = new Map(listed);
  return { person, roles, categories, siteDefaultId: await defaultOf(sites, target, makings, categories, signal) };
}

/** The one that was the default when the site was added may have been deleted since. */
async function defaultOf(
  sites: Sites,
  target: Site,
  makings: readonly Making[],
  listed: AboutTarget['categories'],
  signal?: AbortSignal,
): Promise<number | null> {
  const registered = target.defaultCategoryId;
  const lists = [...listed.values()].flatMap((each) => (each instanceof Error ? [] : [each.categories]));
  const isThere = lists.some((categories) => categories.some(({ id }) => id === registered));
  const isNeeded = makings.some(({ ruling }) => ruling.values?.['category.default'] === null);
  if (isThere || !isNeeded || lists.length === 0) return registered;
  const client = await sites.client(target.id, 'target');
  const facts = await client.call('get_site', {}, { signal }).catch(() => null);
  return facts?.defaultcategoryid ?? registered;
}
