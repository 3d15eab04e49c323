import { en, fr } from '@jouvence/i18n';
import type { Queryable } from '../store/index.ts';
import { namesIn } from './names-in.ts';

const erased = '(erased)';

/**
 * JSON in which sentences stand that may name anybody: a course that could not match somebody says whom it found, in its
 * report, in its error, and in the notices of it. These are other people's rows: here, and nowhere else, a module writes
 * into what another one keeps. Only rows of the site ($1), to it or from it: elsewhere somebody else may be called so.
 */
const sentences = [
  { table: 'restore_requests', key: 'number', column: 'report', where: 'target_id = $1 or source_id = $1' },
  {
    table: 'jobs',
    key: 'id',
    column: 'error',
    where: `kind = 'restore' and subject in (select r.id from restore_requests r where r.target_id = $1 or r.source_id = $1)`,
  },
  ...['facts', 'error'].map((column) => ({
    table: 'notice_events',
    key: 'id',
    column,
    where: `site_id = $1 or person_site_id = $1 or facts #>> '{source,id}' = $1::text`,
  })),
  { table: 'notice_messages', key: 'id', column: 'error', where: 'site_id = $1' },
] as const;

const batch = 500;

/**
 * Puts `(erased)` where one of the names stands as a word of its own in a sentence. Codes, keys and numbers stay as they
 * are, whatever somebody is called. Returns how many rows were changed.
 */
export async function takeNamesOut(tx: Queryable, siteId: number, names: readonly string[]): Promise<number> {
  // A longer one first: a full name may have the username in it.
  const wanted = names.filter((each) => each.trim() !== '').toSorted((a, b) => b.length - a.length);
  if (wanted.length === 0) return 0;
  const clean = namesIn(wanted, { erased, ordinary: ordinaryWords() });
  // As they stand within a JSON text.
  const inner = wanted.map((name) => JSON.stringify(name).slice(1, -1));
  let count = 0;
  for (const { table, key, column, where } of sentences) {
    for (let after = 0; ; ) {
      const { rows } = await tx.query<{ key: number; value: unknown }>(
        `select ${key} as key, ${column} as value from ${table}
         where (${where}) and ${key} > $2 and ${column} is not null
           and exists (select from unnest($3::text[]) n where position(lower(n) in lower(${column}::text)) > 0)
         order by ${key} limit ${batch} for update`,
        [siteId, after, inner],
      );
      for (const row of rows) {
        const value = clean(row.value);
        if (value === row.value) continue;
        await tx.query(`update ${table} set ${column} = $2 where ${key} = $1`, [row.key, JSON.stringify(value)]);
        count++;
      }
      if (rows.length < batch) break;
      after = rows.at(-1)!.key;
    }
  }
  return count;
}

let ordinary: ReadonlySet<string> | undefined;

/** Of which our own sentences are made: somebody who is called `info` or `course` is not meant by each of these. */
function ordinaryWords(): ReadonlySet<string> {
  const texts = [...Object.values(en), ...Object.values(fr)];
  ordinary ??= new Set(texts.flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}_.@-]*[\p{L}\p{N}]/gu) ?? []));
  return ordinary;
}
