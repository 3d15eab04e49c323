import { expect, test } from 'vitest';
import { isNamed, lexemesOf, queryOf } from './words.ts';

test('whichever apostrophe and dash a name has, any finds it', () => {
  const named = (courseName: string) => ({ courseName, shortname: 'x', courseid: 1 });
  for (const name of ["L'art - 1900", 'L’art – 1900', 'Lʼart — 1900', '‘art ‑ 1900']) {
    for (const search of ["'art - 1900", '’art – 1900']) expect(isNamed(named(name), search), name).toBe(true);
    expect(lexemesOf(named(name))).toEqual(expect.arrayContaining(["'art", '-', '1900']));
  }
  expect(queryOf('l’art')).toBe(queryOf("l'art"));
});
