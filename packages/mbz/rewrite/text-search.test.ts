import { expect, test } from 'vitest';
import { TextSearch } from './text-search.ts';

/** Numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

/** What is found, the slow way. */
function naive(texts: readonly string[], s: string): string[] {
  const found: string[] = [];
  const isPart = (letter: string | undefined) => letter !== undefined && /[\p{L}\p{N}_]/u.test(letter);
  for (const text of texts)
    for (let at = s.toLowerCase().indexOf(text); at >= 0; at = s.toLowerCase().indexOf(text, at + 1)) {
      const end = at + text.length;
      if (!(isPart(s[at]) && isPart(s[at - 1])) && !(isPart(s[end - 1]) && isPart(s[end]))) found.push(text);
    }
  return found.sort();
}

function search(texts: readonly string[], s: string): string[] {
  const found: string[] = [];
  new TextSearch(texts).search(s, 0, true, (index) => found.push(texts[index]!));
  return found.sort();
}

test('finds what looking for each one finds, in texts made at random', () => {
  const number = numbers(7);
  const word = (letters: string, most: number) =>
    Array.from({ length: 1 + number(most) }, () => letters[number(letters.length)]).join('');
  for (let round = 0; round < 300; round++) {
    // Few letters, so that texts overlap, begin and end each other.
    const texts = [...new Set(Array.from({ length: 1 + number(40) }, () => word('ab. @é', 7).trim()))].filter(Boolean);
    const s = word('aAbB. @éÉ', 400);
    expect(search(texts, s)).toEqual(naive(texts, s));
  }
});

test('finds names in scripts that write no blanks, and many thousands of them', () => {
  expect(search(['田中美咲'], '提出者は田中美咲です')).toEqual(['田中美咲']);
  const texts = Array.from({ length: 20_000 }, (_, index) => `student${index}@example.org`);
  expect(search(texts, 'from student19999@example.org, to STUDENT7@EXAMPLE.ORG; not student20000@example.org')).toEqual(
    ['student19999@example.org', 'student7@example.org'],
  );
});

test('takes no longer for texts made to be slow', () => {
  const texts = Array.from({ length: 2000 }, (_, index) => `${'a '.repeat(100)}${index}`);
  const started = performance.now();
  new TextSearch(texts).search('a '.repeat(1_000_000), 0, true, () => {});
  // Every position against every text would be 4 billion comparisons.
  expect(performance.now() - started).toBeLessThan(5000);
});
