import type { Queryable } from '../store/index.ts';

const erased = '(erased)';

/**
 * JSON in which sentences stand that may name anybody: a course that could not match somebody says whom it found, in its
 * report, in its error, and in the notices of it. These are other people's rows: here, and nowhere else, a module writes
 * into what another one keeps.
 */
const sentences = [
  ['restore_requests', 'report'],
  ['restore_requests', 'asked'],
  ['jobs', 'error'],
  ['notice_events', 'facts'],
  ['notice_events', 'error'],
  ['notice_messages', 'error'],
] as const;

/** Puts `(erased)` where one of the names stands as a word of its own. Returns how many rows were changed. */
export async function takeNamesOut(tx: Queryable, names: readonly string[]): Promise<number> {
  let count = 0;
  for (const name of names.filter((each) => each.trim() !== '')) {
    // As it stands within a JSON text.
    const inner = JSON.stringify(name).slice(1, -1);
    const pattern = `(?<![\\w.@-])${escapePattern(inner)}(?![\\w@-]|\\.\\w)`;
    for (const [table, column] of sentences) {
      const { rowCount } = await tx.query(
        `update ${table} set ${column} = regexp_replace(${column}::text, $1, $2, 'gi')::jsonb
         where ${column} is not null and ${column}::text ~* $1`,
        [pattern, erased],
      );
      count += rowCount;
    }
  }
  return count;
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
