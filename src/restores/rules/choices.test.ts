import { expect, test } from 'vitest';
import { definitions, type SettingValues, settingKeys } from '../../settings/index.ts';
import type { CarryOptions } from '../types.ts';
import { type Asked, choose, type Ground, optionsOf, uphold } from './choices.ts';

/** The whole matrix: who says what, what the settings say, when it is sent and when it is carried. */
const byDefault = Object.fromEntries(
  settingKeys.map((key) => [key, definitions[key].fallback]),
) as unknown as SettingValues;
const settings = (change: Partial<SettingValues> = {}): SettingValues => ({ ...byDefault, ...change });

const people = (value: boolean, choice: SettingValues['requests.peopleChoice']) =>
  settings({ 'requests.people': value, 'requests.peopleChoice': choice });
const enrolments = (choice: SettingValues['requests.enrolmentsChoice']) =>
  settings({ 'requests.enrolments': 'withusers', 'requests.enrolmentsChoice': choice });

const operator = { operator: true, capable: false };
const capable = { operator: false, capable: true };
const plain = { operator: false, capable: false };

test.each<[string, Partial<CarryOptions>, SettingValues, typeof plain, Ground | 'refused', unknown]>([
  ['nothing said', {}, people(false, 'nobody'), plain, 'default', false],
  ['nothing said, with people', {}, people(true, 'nobody'), plain, 'default', true],
  ['the default, said', { people: true }, people(true, 'nobody'), plain, 'default', true],
  ['otherwise, nobody', { people: true }, people(false, 'nobody'), capable, 'refused', false],
  ['otherwise, nobody, operator', { people: true }, people(false, 'nobody'), operator, 'refused', false],
  ['less than the default, nobody', { people: false }, people(true, 'nobody'), plain, 'refused', true],
  ['otherwise, capability', { people: true }, people(false, 'capability'), capable, 'capability', true],
  ['otherwise, capability, without', { people: true }, people(false, 'capability'), plain, 'refused', false],
  ['otherwise, capability, operator', { people: true }, people(false, 'capability'), operator, 'operator', true],
  ['otherwise, everybody', { people: true }, people(false, 'everybody'), plain, 'everybody', true],
])('sent: participants’ data, %s', (_, wish, values, chooser, ground, value) => {
  const { asked, refused } = choose(wish, values, chooser);
  expect(refused).toEqual(ground === 'refused' ? ['people'] : []);
  expect(asked.people).toEqual({ value, ground: ground === 'refused' ? 'default' : ground });
});

test.each<[string, Partial<CarryOptions>, SettingValues, typeof plain, string[]]>([
  ['enrolments, nobody', { enrolments: 'always' }, enrolments('nobody'), operator, ['enrolments']],
  ['enrolments, capability', { enrolments: 'always' }, enrolments('capability'), capable, []],
  ['enrolments, without it', { enrolments: 'never' }, enrolments('capability'), plain, ['enrolments']],
  ['enrolments, everybody', { enrolments: 'never' }, enrolments('everybody'), plain, []],
  ['idnumber, whoever is no operator', { keepIdnumber: true }, settings(), capable, ['keepIdnumber']],
  ['idnumber, operator', { keepIdnumber: true }, settings(), operator, []],
  ['authors, by default', { keepFileAuthors: true }, settings({ 'requests.keepFileAuthors': true }), plain, []],
  ['authors, otherwise', { keepFileAuthors: true }, settings(), plain, ['keepFileAuthors']],
])('sent: %s', (_, wish, values, chooser, expected) => {
  expect(choose(wish, values, chooser).refused).toEqual(expected);
});

const asked = (value: boolean, ground: Ground): Asked => ({
  ...choose({}, settings(), plain).asked,
  people: { value, ground },
});

test.each<[string, Asked, SettingValues, typeof plain, boolean, 'kept' | 'changed' | 'withdrawn']>([
  ['as before', asked(true, 'everybody'), people(false, 'everybody'), plain, true, 'kept'],
  ['the default since', asked(true, 'everybody'), people(true, 'nobody'), plain, true, 'kept'],
  ['the option gone', asked(true, 'everybody'), people(false, 'nobody'), plain, false, 'changed'],
  ['a capability since', asked(true, 'everybody'), people(false, 'capability'), plain, false, 'changed'],
  ['a capability that is held', asked(true, 'everybody'), people(false, 'capability'), capable, true, 'kept'],
  ['the capability gone', asked(true, 'capability'), people(false, 'capability'), plain, false, 'withdrawn'],
  ['the capability no matter any more', asked(true, 'capability'), people(false, 'nobody'), capable, false, 'changed'],
  ['the default gone', asked(true, 'default'), people(false, 'capability'), plain, false, 'changed'],
  ['an operator’s', asked(true, 'operator'), people(false, 'capability'), operator, true, 'kept'],
  ['an operator’s, nobody’s since', asked(true, 'operator'), people(false, 'nobody'), operator, false, 'changed'],
  ['less stays less', asked(false, 'default'), people(true, 'nobody'), plain, false, 'kept'],
])('carried: participants’ data, %s', (_, before, values, chooser, expected, how) => {
  const { options, withdrawn, lines } = uphold(before, optionsOf(before), values, chooser);
  expect(options.people).toBe(expected);
  expect(withdrawn).toEqual(how === 'withdrawn' ? ['people'] : []);
  expect(lines.map(({ code }) => code)).toEqual(how === 'changed' ? ['people-not-chosen'] : []);
});
