import { expect, test } from 'vitest';
import { planStrasbourg, readStrasbourgListing } from './index.ts';

const published = {
  autoenrol_requester: '0',
  categorytable: 'local_categories',
  categorytable_categoryfield: 'code',
  categorytable_foreignkey: 'categoryid',
  checkrequestercapascoursecreate: '1',
  defaultcategory: '12',
  defaultcategorychecked: '0',
  enrollbutton: '1',
  enrollrole: '3',
  external_moodles: 'https://old.example.org,0123456789abcdef;\nhttps://older.example.org/moodle/, fedcba9876543210;',
  includeexternalurlinmail: '1',
  moodle_role: '0',
  onlyoneremoteinstance: '0',
  restorecourseinoriginalcategory: '1',
  search_roles: "'editingteacher', 'teacher'",
  version: '2025073000',
  warningstoowner: '0',
};

const changesOf = (text: string) =>
  Object.fromEntries(planStrasbourg(readStrasbourgListing(text)).changes.map(({ key, value }) => [key, value]));

const expected = {
  'requests.oneInstance': false,
  'category.default': 12,
  'category.original': true,
  'category.preferOriginal': false,
  'category.table': 'local_categories',
  'category.foreignKey': 'categoryid',
  'category.field': 'code',
  'rights.courseCreate': true,
  'enrol.requester': false,
  'enrol.colleagues': true,
  'notices.sourceAddress': true,
  'notices.warnings': false,
};

test('what cfg.php prints, in each of its forms, means the same', () => {
  const lines = Object.entries(published).map(([name, value]) => [name, value.replaceAll('\n', '')] as const);
  expect(changesOf(JSON.stringify(published))).toEqual(expected);
  expect(changesOf(lines.map(([name, value]) => `${name}\t${value}`).join('\n'))).toEqual(expected);
  expect(changesOf(lines.map(([name, value]) => `${name}\t'${value}'`).join('\r\n'))).toEqual(expected);
  const component = 'block_my_external_backup_restore_courses';
  const commands = lines.map(
    ([name, value]) => `php admin/cli/cfg.php --component=${component} --name=${name} --set='${value}'`,
  );
  expect(changesOf(commands.join('\n'))).toEqual(expected);
});

test('roles lose quotes and spaces that made theirs match nobody; addresses lose their tokens', () => {
  const plan = planStrasbourg(readStrasbourgListing(JSON.stringify(published)));
  expect(plan.roles).toEqual(['editingteacher', 'teacher']);
  expect(plan.enrolRole).toBe('3');
  expect(plan.sources).toEqual(['https://old.example.org', 'https://older.example.org/moodle']);
  expect(JSON.stringify(plan)).not.toMatch(/0123456789abcdef|fedcba9876543210/);
});

test('the hours of its first versions, also across midnight; equal ends stopped it and limit nothing here', () => {
  const limits = { limitstart_hour: '8', limitstart_minute: '5', limitend_hour: '18', limitend_minute: '0' };
  expect(changesOf(JSON.stringify({ timelimitedmod: '1', ...limits }))).toEqual({
    'queue.hours': 'mon-sun 08:05-18:00',
  });
  expect(changesOf(JSON.stringify({ timelimitedmod: '1' }))).toEqual({ 'queue.hours': 'mon-sun 20:00-06:00' });
  expect(changesOf(JSON.stringify({ timelimitedmod: '0', ...limits }))).toEqual({});
  const same = planStrasbourg(
    new Map([
      ['timelimitedmod', '1'],
      ['limitstart_hour', '6'],
      ['limitend_hour', '6'],
    ]),
  );
  expect(same.remarks).toEqual([{ name: 'timelimitedmod', code: 'same-hours', values: { time: '06:00' } }]);
});

test('hours that later blocks keep and do not look at are none here; who does not say its version is known by its lines', () => {
  const remarksOf = (lines: Record<string, string>) => planStrasbourg(new Map(Object.entries(lines))).remarks;
  const laterLines: Record<string, string>[] = [
    { version: '2025073000' },
    { version: '2024021600' },
    { moodle_role: '0' },
  ];
  for (const later of laterLines) {
    const lines = { timelimitedmod: '1', limitstart_hour: '20', ...later };
    expect(changesOf(JSON.stringify(lines))).toEqual({});
    expect(remarksOf(lines).map(({ code }) => code)).toContain('hours-dead');
  }
  expect(changesOf(JSON.stringify({ timelimitedmod: '1', version: '2022061500', moodle_role: '0' }))).toEqual({
    'queue.hours': 'mon-sun 20:00-06:00',
  });
});

test('a branch had the opposite of a later line, which decides where it is there', () => {
  expect(changesOf('noneedcoursecreate = 1')).toEqual({ 'rights.courseCreate': false });
  expect(changesOf('noneedcoursecreate = 0')).toEqual({ 'rights.courseCreate': true });
  const both = 'noneedcoursecreate = 1\ncheckrequestercapascoursecreate = 1';
  expect(changesOf(both)).toEqual({ 'rights.courseCreate': true });
  expect(planStrasbourg(readStrasbourgListing(both)).remarks).toEqual([
    { name: 'noneedcoursecreate', code: 'decided-by', values: { other: 'checkrequestercapascoursecreate' } },
  ]);
});

test('what cannot be used is said, and the rest is taken', () => {
  const { changes, remarks } = planStrasbourg(
    readStrasbourgListing(
      'onlyoneremoteinstance = 1\ndefaultcategory = IMPORT\nsearch_roles = \nnew_key = 5\nrepositorytypestorestore\tpod\nnoneedcoursecreate\tperhaps',
    ),
  );
  expect(changes).toEqual([{ key: 'requests.oneInstance', value: true, from: 'onlyoneremoteinstance' }]);
  expect(remarks.map(({ name, code }) => `${name} ${code}`)).toEqual([
    'defaultcategory unusable',
    'search_roles roles-empty',
    'new_key unknown',
    'repositorytypestorestore repositories',
    'noneedcoursecreate unusable',
  ]);
});

test.each(['', 'rubbish', '{"a":', '[1]', '{"a":{"b":1}}', '<html>'])('no listing: %s', (text) => {
  expect(readStrasbourgListing(text).size).toBe(0);
});
