import { expect, test } from 'vitest';
import { definitions, readHours, writeHours } from './index.ts';

const day = 24 * 60;

test('weekly windows are read as a person writes them', () => {
  expect(readHours('')).toEqual({ windows: [] });
  expect(readHours('mon 08:00-12:00').windows).toEqual([{ from: 480, to: 720 }]);
  expect(readHours('tue 20:00-06:00').windows).toEqual([{ from: day + 1200, to: 2 * day + 360 }]);
  // Across the week's end, and several at once.
  expect(readHours('sun 22:00-02:00; wed 00:00-24:00').windows).toEqual([
    { from: 2 * day, to: 3 * day },
    { from: 6 * day + 1320, to: 7 * day + 120 },
  ]);
  expect(readHours('fri-mon 1:00-2:00').windows.map(({ from }) => from)).toEqual([
    60,
    4 * day + 60,
    5 * day + 60,
    6 * day + 60,
  ]);
  expect(readHours('12:00-14:00').windows).toHaveLength(7);
  expect(readHours('mon 08:00-10:00, 14:00-16:00').windows).toHaveLength(2);
  expect(readHours('Lundi-Ven 08:00-10:00')).toEqual(readHours('mon-fri 08:00-10:00'));
  expect(readHours('mar 08:00-10:00')).toEqual(readHours('tuesday 08:00-10:00'));
});

test('windows that meet are one, whole days too', () => {
  expect(readHours('mon 08:00-12:00, 11:00-13:00').windows).toEqual([{ from: 480, to: 780 }]);
  expect(readHours('sat,sun 00:00-24:00').windows).toEqual([{ from: 5 * day, to: 7 * day }]);
});

test.each([
  'mon-fri 20:00-06:00; sat,sun 00:00-24:00',
  'mon-fri 12:00-14:00',
  'mon,wed-fri 08:00-10:00; sun 22:00-02:00',
  'mon-sun 22:30-05:15',
])('%s is written as it was read', (text) => {
  expect(readHours(writeHours(readHours(text)))).toEqual(readHours(text));
});

test.each([
  ['mon-fri', 'it has no times'],
  ['mon 8-10', 'is not two times such as 20:00-06:00'],
  ['foo 08:00-10:00', '"foo" is no day'],
  ['mon 25:00-26:00', '25:00 is no time of a day'],
  ['mon 08:60-10:00', '08:60 is no time of a day'],
  ['mon 08:00-08:00', 'a whole day is 00:00-24:00'],
  ['mon 24:00-06:00', 'nothing begins at 24:00'],
  ['mon-tue-wed 08:00-09:00', 'is no range of days'],
])('%s is refused, and it says why', (text, why) => {
  expect(() => readHours(`tue 01:00-02:00; ${text}`)).toThrow(why);
  expect(() => readHours(text)).toThrow('mon-fri 20:00-06:00; sat,sun 00:00-24:00');
});

test('the settings take hours and zones that can be used, and no others', () => {
  const hours = definitions['queue.hours'].schema;
  expect(hours.parse('Sam 8:00-10:00')).toBe('sat 08:00-10:00');
  expect(hours.safeParse('at night').error?.issues[0]?.message).toContain('it has no times');
  const zone = definitions['queue.zone'].schema;
  for (const name of ['', 'Europe/Paris', 'UTC']) expect(zone.safeParse(name).success).toBe(true);
  for (const name of ['Europe/Strasbourg', '+02:00', 'noon']) expect(zone.safeParse(name).success).toBe(false);
});
