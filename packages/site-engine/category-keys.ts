import type { Category } from '@jouvence/protocol';
import { EngineError } from './errors.ts';

/** What an embedded site has of Moodle's table: the value itself is in the category already. */
const known: Record<string, (category: Category) => string> = {
  'course_categories:id:idnumber': ({ idnumber }) => idnumber,
  'course_categories:id:name': ({ name }) => name,
};

/**
 * A function that adds the key that was asked for; none asked: the category as it is.
 * @throws EngineError `not-allowed` for tables that this site does not have
 */
export function keyed(key: string | undefined): (category: Category) => Category {
  if (key === undefined) return (category) => category;
  const read = Object.hasOwn(known, key) ? known[key]! : undefined;
  if (!read)
    throw new EngineError(
      'not-allowed',
      `this site does not give ${key} as the key of categories: an embedded site has ${Object.keys(known).join(' and ')}, a Moodle what its administrator allowed besides (cli/setup.php --category-key)`,
    );
  return (category) => ({ ...category, key: read(category) || null });
}
