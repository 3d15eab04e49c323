import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHours } from '../../settings/index.ts';
import { afterOpenTime, changesAfter, isOpen, nextOpening } from './calendar.ts';

const paris = 'Europe/Paris';
const at = (iso: string): number => Date.parse(iso);
const opens = (text: string, iso: string, zone = paris) => isOpen(readHours(text), zone, at(iso));
const changes = (text: string, from: string, until: string, zone = paris) =>
  changesAfter(readHours(text), zone, at(from))
    .filter(({ atMs }) => atMs <= at(until))
    .map(({ atMs, open }) => `${new Date(atMs).toISOString()} ${open ? 'opens' : 'closes'}`);

test('half-open, to the millisecond, across midnight and across the end of the week', () => {
  expect(opens('mon-fri 20:00-06:00', '2026-01-05T19:59:59.999+01:00')).toBe(false);
  expect(opens('mon-fri 20:00-06:00', '2026-01-05T20:00:00+01:00')).toBe(true);
  expect(opens('mon-fri 20:00-06:00', '2026-01-06T05:59:59.999+01:00')).toBe(true);
  expect(opens('mon-fri 20:00-06:00', '2026-01-06T06:00:00+01:00')).toBe(false);
  // Friday's window ends on Saturday; Sunday's would begin on Sunday.
  expect(opens('mon-fri 20:00-06:00', '2026-01-10T05:00:00+01:00')).toBe(true);
  expect(opens('mon-fri 20:00-06:00', '2026-01-12T05:00:00+01:00')).toBe(false);
  expect(opens('sun 22:00-02:00', '2026-01-12T01:59:00+01:00')).toBe(true);
  expect(opens('sun 22:00-02:00', '2026-01-12T02:00:00+01:00')).toBe(false);
  expect(opens('', '2026-01-12T02:00:00+01:00')).toBe(true);
});

test('the zone decides', () => {
  expect(opens('mon 08:00-09:00', '2026-01-05T08:30:00Z', 'UTC')).toBe(true);
  expect(opens('mon 08:00-09:00', '2026-01-05T08:30:00Z', 'America/New_York')).toBe(false);
  expect(opens('mon 08:00-09:00', '2026-01-05T02:45:00Z', 'Asia/Kathmandu')).toBe(true);
});

test('the night of the missing hour', () => {
  // 29 March 2026: 02:00 becomes 03:00, at 01:00 UTC.
  const night = ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'] as const;
  expect(changes('sat 20:00-06:00', ...night)).toEqual([
    '2026-03-28T19:00:00.000Z opens',
    '2026-03-29T04:00:00.000Z closes',
  ]);
  // Begins or ends within what does not come: when the clock jumps.
  expect(changes('sun 02:30-04:00', ...night)).toEqual([
    '2026-03-29T01:00:00.000Z opens',
    '2026-03-29T02:00:00.000Z closes',
  ]);
  expect(changes('sun 01:00-02:30', ...night)).toEqual([
    '2026-03-29T00:00:00.000Z opens',
    '2026-03-29T01:00:00.000Z closes',
  ]);
  expect(changes('sun 02:00-03:00', ...night)).toEqual([]);
});

test('the night of the doubled hour', () => {
  // 25 October 2026: 03:00 becomes 02:00, at 01:00 UTC.
  const night = ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'] as const;
  expect(changes('sat 20:00-06:00', ...night)).toEqual([
    '2026-10-24T18:00:00.000Z opens',
    '2026-10-25T05:00:00.000Z closes',
  ]);
  expect(changes('sun 02:00-03:00', ...night)).toEqual([
    '2026-10-25T00:00:00.000Z opens',
    '2026-10-25T02:00:00.000Z closes',
  ]);
  expect(changes('sun 01:00-02:30', ...night)).toEqual([
    '2026-10-24T23:00:00.000Z opens',
    '2026-10-25T00:30:00.000Z closes',
    '2026-10-25T01:00:00.000Z opens',
    '2026-10-25T01:30:00.000Z closes',
  ]);
});

test('time that is open adds up across nights, and the last of it may end anywhere', () => {
  const hours = readHours('mon-fri 20:00-06:00');
  const monday = at('2026-01-05T12:00:00+01:00');
  expect(nextOpening(hours, paris, monday)).toBe(at('2026-01-05T20:00:00+01:00'));
  expect(afterOpenTime(hours, paris, monday, 0)).toBe(at('2026-01-05T20:00:00+01:00'));
  expect(afterOpenTime(hours, paris, monday, 11 * 3_600_000)).toBe(at('2026-01-06T21:00:00+01:00'));
  expect(afterOpenTime(readHours(''), paris, monday, 1000)).toBe(monday + 1000);
});

/** Minute by minute through both changes of clocks, for windows at random: nothing opens or closes unannounced. */
test('what is announced is what happens', () => {
  const time = fc
    .integer({ min: 0, max: 23 * 4 + 3 })
    .map((quarter) => `${Math.floor(quarter / 4)}:${String((quarter % 4) * 15).padStart(2, '0')}`);
  const window = fc
    .tuple(fc.constantFrom('mon', 'fri', 'sat', 'sun', 'sat-mon'), time, time)
    .filter(([, from, to]) => from !== to)
    .map(([days, from, to]) => `${days} ${from}-${to}`);
  const start = fc.constantFrom(at('2026-03-28T10:00:00Z'), at('2026-10-24T10:07:00Z'), at('2026-06-06T00:00:00Z'));
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 4 }),
      start,
      fc.constantFrom(paris, 'UTC', 'America/St_Johns'),
      (texts, fromMs, zone) => {
        const hours = readHours(texts.join('; '));
        const announced = changesAfter(hours, zone, fromMs);
        let open = isOpen(hours, zone, fromMs);
        for (let minute = 1; minute < 3 * 24 * 60; minute++) {
          const atMs = fromMs + minute * 60_000;
          if (announced[0]?.atMs !== undefined && announced[0].atMs <= atMs) open = announced.shift()!.open;
          expect(isOpen(hours, zone, atMs), new Date(atMs).toISOString()).toBe(open);
        }
      },
    ),
    { numRuns: 20 },
  );
});
