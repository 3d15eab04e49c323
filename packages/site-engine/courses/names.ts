import type { Tx } from '../database.ts';

/** Moodle's language string `copyasnoun`. */
const copyWord = (language: string): string => (language === 'en' ? 'copy' : 'copie');

/**
 * Moodle's `restore_dbops::calculate_course_names`: while a course has the full name or the short name, both get the
 * next number. Characters are counted as Moodle does, room for the suffix in bytes.
 */
export async function courseNames(
  tx: Tx,
  language: string,
  fullname: string,
  shortname: string,
): Promise<{ fullname: string; shortname: string }> {
  for (let counter = 0; ; counter++) {
    const suffixFull = counter === 0 ? '' : ` ${copyWord(language)} ${counter}`;
    const suffixShort = counter === 0 ? '' : `_${counter}`;
    const names = {
      fullname: cut(fullname, 254 - Buffer.byteLength(suffixFull)) + suffixFull,
      shortname: cut(shortname, 100 - Buffer.byteLength(suffixShort)) + suffixShort,
    };
    const taken = await tx.row('select 1 from courses where fullname = $1 or shortname = $2 limit 1', [
      names.fullname,
      names.shortname,
    ]);
    if (!taken) return names;
  }
}

/** The first characters, never half of one. */
const cut = (text: string, characters: number): string => [...text].slice(0, characters).join('');

/** Two restores at once must not find the same name free. Held until the transaction ends. */
export async function lockNames(tx: Tx, siteId: number): Promise<void> {
  await tx.run(`select pg_advisory_xact_lock(hashtextextended('course-names', $1))`, [siteId]);
}
