import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../scripts/gen.ts';
import { holdings } from '../src/upkeep/index.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test.each(Object.keys(pages))('docs/reference/%s says what the code says', (name) => {
  expect(read(`docs/reference/${name}`), 'run: npm run gen').toBe(pages[name]!());
});

test('every row of the plan is in docs/features.md with its state', () => {
  const rows = [...read('docs/features.md').matchAll(/^\| ([ABC]\d+(?:[–,] ?[ABC]?\d+)*) \| [^|]+ \| ([^|]+) \|/gm)];
  const named = rows.flatMap(([, range]) => {
    const [first, last] = range!.split(/[–,] ?/);
    const letter = first![0]!;
    const [from, to] = [first, last ?? first].map((row) => Number(row!.slice(1)));
    return Array.from({ length: to! - from! + 1 }, (_, index) => `${letter}${from! + index}`);
  });
  const expected = [
    ['A', 25],
    ['B', 24],
    ['C', 7],
  ] as const;
  expect(named).toEqual(
    expected.flatMap(([letter, count]) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)),
  );
  for (const [, range, state] of rows) expect(state!.trim(), range).not.toBe('');
});

test('every table says what it holds, why, and for how long', () => {
  const tables = globSync('src/*/migrations/*.sql', { cwd: root }).flatMap((path) =>
    [...read(String(path)).matchAll(/^create (?:unlogged )?table (?:if not exists )?(\w+)/gm)].map(([, name]) => name!),
  );
  expect(tables.length).toBeGreaterThan(20);
  const missing = tables.filter((name) => !Object.hasOwn(holdings, name));
  expect(missing, 'add a line for each to src/upkeep/holdings.ts').toEqual([]);
});

test('every link between the pages leads somewhere', () => {
  const broken = globSync('{*.md,docs/**/*.md}', { cwd: root }).flatMap((page) =>
    [...read(String(page)).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !existsSync(join(root, dirname(String(page)), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});
