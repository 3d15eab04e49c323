import { expect, test } from 'vitest';
import { decodeBrackets, encodeBrackets, type FunctionName, functions, profiles } from './index.ts';

test('parameters mean the same as JSON and in bracket notation', () => {
  const params = { key: 'abc.backing-up.1', courseid: 3, people: false };
  const over = decodeBrackets(encodeBrackets(params));
  expect(functions.start_backup.params.parse(over)).toEqual(params);
  expect(functions.start_backup.params.parse(params)).toEqual(params);
});

test('a long list travels as one JSON text', () => {
  const people = [{ username: 'é"<', email: '', idnumber: '' }];
  expect(functions.match_people.params.parse({ people: JSON.stringify(people) })).toEqual({ people });
  expect(functions.match_people.params.safeParse({ people: '[{' }).success).toBe(false);
});

test.each([
  ['an id that Moodle would cut', 'get_course', { courseid: '12abc' }],
  ['an id of nothing', 'get_course', { courseid: 0 }],
  ['a truth that is none', 'start_backup', { key: 'a.b.1', courseid: 1, people: 'yes' }],
  ['a parameter that is not known', 'get_site', { verbose: '1' }],
  ['a key that could leave a directory', 'get_job', { key: '../../etc' }],
  ['NUL', 'find_people', { field: 'username', value: 'a\0b' }],
  ['no roles at all', 'list_courses', { userid: 1, roles: [] }],
] as [string, FunctionName, object][])('%s is refused', (_, name, params) => {
  expect(functions[name].params.safeParse(params).success).toBe(false);
});

test('results are read tolerantly', () => {
  const result = functions.grant_download.result.parse({
    grant: 'g',
    filename: 'f',
    sizebytes: '5',
    sha256: 'a'.repeat(64),
    expires: 1,
    newer: true,
  });
  expect(result).toEqual({ grant: 'g', filename: 'f', sizebytes: 5, sha256: 'a'.repeat(64), expires: 1 });
});

test('a source grants nothing that changes a course', () => {
  const changing = profiles.source.filter((name) => !functions[name].reads);
  expect(changing.toSorted()).toEqual(['discard_job', 'grant_download', 'rotate_token', 'start_backup']);
});
