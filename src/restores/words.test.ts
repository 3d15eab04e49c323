import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testStore } from '../store/testing.ts';
import { isNamed, lexemesOf, queryOf } from './words.ts';

test('whichever apostrophe and dash a name has, any finds it', () => {
  const named = (courseName: string) => ({ courseName, shortname: 'x', courseid: 1 });
  for (const name of ["L'art - 1900", 'L’art – 1900', 'Lʼart — 1900', '‘art ‑ 1900']) {
    for (const search of ["'art - 1900", '’art – 1900']) expect(isNamed(named(name), search), name).toBe(true);
    expect(lexemesOf(named(name))).toEqual(expect.arrayContaining(["'art", '-', '1900']));
  }
  expect(queryOf('l’art')).toBe(queryOf("l'art"));
});

test('names that are in the list already are found so too', async () => {
  const store = await testStore();
  onTestFinished(() => store.close());
  await store.query('create table restore_list (id int, words tsvector not null)');
  const before = ['l’art', '’art', 'art', 'rt', '1900–1950', '=7', 'c’est\\là'];
  await store.query('insert into restore_list values (1, array_to_tsvector($1::text[])), (2, array_to_tsvector($2))', [
    before,
    ["d'or"],
  ]);
  await store.query(readFileSync(join(import.meta.dirname, 'migrations/0060-restores-list-apostrophes.sql'), 'utf8'));
  const { rows } = await store.query<{ words: string[] }>(
    'select tsvector_to_array(words) as words from restore_list order by id',
  );
  expect(rows.map(({ words }) => words.toSorted())).toEqual([
    ["l'art", "'art", 'art', 'rt', '1900-1950', '=7', "c'est\\là"].toSorted(),
    ["d'or"],
  ]);
});
