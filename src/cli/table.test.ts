import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';
import { renderFields, renderTable } from './table.ts';
import { cutTo, harmless, widthOf } from './terminal-text.ts';

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本語', 6],
  ['한국', 4],
  ['👩🏽‍🏫', 2],
  ['🇫🇷', 2],
  ['❤️', 2],
  ['مقدمة', 5],
  ['', 0],
])('%s takes %i columns', (given, width) => {
  expect(widthOf(given)).toBe(width);
});

test('columns are aligned whatever is in them', () => {
  const names = ['abc', '日本語', '👩🏽‍🏫 x', 'e\u0301té'];
  const rows = renderTable(
    [{ title: 'NAME' }, { title: 'N', align: 'right' }, { title: 'END' }],
    names.map((name, index) => [name, String(10 ** index), 'end']),
  ).split('\n');
  const ends = rows.slice(1).map((row) => widthOf(row));
  expect(new Set(ends).size).toBe(1);
  expect(rows[0]!.trimEnd().endsWith('END')).toBe(true);
});

test('a cell stays in its line and obeys nobody', () => {
  const table = renderTable([{ title: 'A' }], [['a\nb'], ['\u001b[2J\u0007'], ['\u202eevil'], ['\u009b31m']]);
  expect(table.split('\n')).toEqual(['A', 'a␊b', '␛[2J␇', '�evil', '�31m']);
});

test('right-to-left text is isolated, so that the next cell stays where it is', () => {
  expect(renderTable([{ title: 'A' }, { title: 'B' }], [['مقدمة', '2']]).split('\n')[1]).toBe('\u2068مقدمة\u2069  2');
});

test('a narrow terminal cuts what may be cut, never ids, never half a letter', () => {
  const rows = [['campus-2024:12', '日'.repeat(60)]];
  const [, line] = renderTable([{ title: 'ID' }, { title: 'NAME', flexible: true }], rows, 40).split('\n');
  expect(widthOf(line!)).toBeLessThanOrEqual(40);
  expect(line).toMatch(/^campus-2024:12 {2}日+…$/);
  expect(renderTable([{ title: 'ID' }, { title: 'NAME', flexible: true }], rows)).toContain('日'.repeat(60));
  expect(cutTo('👩🏽‍🏫👩🏽‍🏫', 3)).toBe('👩🏽‍🏫…');
});

test('fields stand under each other', () => {
  expect(
    renderFields([
      ['État', 'é'],
      ['Nom', 'a\nb'],
    ]),
  ).toBe('État  é\nNom   a␊b');
});

test('letters of every script stay as they are', () => {
  for (const name of ['Éléments 日本語', 'مقدمة', 'नमस्ते', '👩🏽‍🏫🇫🇷', `"'<b>&`]) expect(harmless(name)).toBe(name);
});

test.each([
  ['site', 'sites'],
  ['reqests', 'requests'],
  ['tokesn', 'tokens'],
  ['Courses', 'courses'],
  ['xyz', undefined],
  ['', undefined],
])('%s: probably %s', (given, meant) => {
  expect(nearest(given, ['sites', 'pairs', 'tokens', 'courses', 'requests'])).toBe(meant);
});
