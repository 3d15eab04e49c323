import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBrackets, encodeBrackets } from './index.ts';

const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
}));

test('what is written is what is read', () => {
  fc.assert(
    fc.property(fc.dictionary(key, tree, { noNullPrototype: true, maxKeys: 4 }), (parameters) => {
      const pairs = encodeBrackets(parameters);
      fc.pre(pairs.every(([name]) => name.split('[').length <= 8));
      // Null prototypes on one side only: what they hold is compared.
      expect(JSON.parse(JSON.stringify(decodeBrackets(pairs)))).toEqual(parameters);
    }),
  );
});

test('as Moodle writes it', () => {
  expect(
    encodeBrackets({
      people: true,
      checks: [{ capability: 'moodle/course:create', instanceid: 3 }],
      absent: undefined,
    }),
  ).toEqual([
    ['people', '1'],
    ['checks[0][capability]', 'moodle/course:create'],
    ['checks[0][instanceid]', '3'],
  ]);
});

test.each([
  [[['a[', '1']], 'is not a parameter name'],
  [[['a]', '1']], 'is not a parameter name'],
  [[['a[b c]', '1']], 'is not a parameter name'],
  [[['0a', '1']], 'is not a parameter name'],
  [
    [
      ['a', '1'],
      ['a', '2'],
    ],
    'is given twice',
  ],
  [
    [
      ['a', '1'],
      ['a[b]', '2'],
    ],
    'both a value and a list',
  ],
  [
    [
      ['a[b]', '1'],
      ['a', '2'],
    ],
    'is given twice',
  ],
  [[[`a${'[b]'.repeat(9)}`, '1']], 'nests deeper than 8'],
] as [[string, string][], string][])('%j %s', (pairs, message) => {
  expect(() => decodeBrackets(pairs)).toThrow(message);
});

test('a key called __proto__ is a key', () => {
  const decoded = decodeBrackets([['a[__proto__][polluted]', '1']]) as { a: Record<string, unknown> };
  expect(Object.keys(decoded.a)).toEqual(['__proto__']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
