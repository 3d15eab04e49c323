import { afterEach, beforeEach, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { migrations as auditMigrations } from '../audit/index.ts';
import { migrations as sitesMigrations } from '../sites/index.ts';
import { testStore } from '../store/testing.ts';
import {
  createSettings,
  definitions,
  type FixedSetting,
  migrations,
  readSettingText,
  type SettingKey,
  settingKeys,
  writeSettingText,
} from './index.ts';

let store: Awaited<ReturnType<typeof testStore>>;
let [target, source, other]: number[] = [];
beforeEach(async () => {
  store = await testStore([...auditMigrations, ...sitesMigrations, ...migrations]);
  const { rows } = await store.query<{ id: number }>(
    `insert into sites (name, title, url, kind, release, branch, identifier, timezone)
     select n, n, 'http://' || n, 'embedded', '4.5', 405, n, 'UTC' from unnest(array['new', 'old', 'other']) n returning id`,
  );
  [target, source, other] = rows.map(({ id }) => id);
});
afterEach(() => store.close());

const open = (fixed?: [SettingKey, FixedSetting][]) => createSettings({ store, fixed: new Map(fixed) });

test('the narrowest that is set wins, and each says where it comes from', async () => {
  const settings = open();
  const at = async (place: Parameters<typeof settings.at>[0]) => {
    const state = (await settings.list(place)).find(({ key }) => key === 'requests.oneInstance')!;
    expect((await settings.at(place))['requests.oneInstance']).toBe(state.value);
    return [state.value, state.origin];
  };
  expect(await at({ target, source })).toEqual([true, 'default']);
  await settings.set(localOperator, 'requests.oneInstance', false);
  await settings.set(localOperator, 'requests.oneInstance', true, { target });
  await settings.set(localOperator, 'requests.oneInstance', false, { target, source });
  expect(await at({ target, source })).toEqual([false, 'pair']);
  expect(await at({ target, source: other })).toEqual([true, 'target']);
  expect(await at({ target: other, source })).toEqual([false, 'fleet']);
  await settings.unset(localOperator, 'requests.oneInstance', { target, source });
  await settings.unset(localOperator, 'requests.oneInstance', { target, source });
  expect(await at({ target, source })).toEqual([true, 'target']);
  await settings.unset(localOperator, 'requests.oneInstance', { target });
  await settings.unset(localOperator, 'requests.oneInstance');
  expect(await at({ target, source })).toEqual([true, 'default']);
});

test("what a source gives is set for that source, whatever the target's is", async () => {
  const settings = open();
  await settings.set(localOperator, 'queue.backups', 5, { source });
  expect((await settings.at({ target, source }))['queue.backups']).toBe(5);
  expect((await settings.at({ target: source, source: other }))['queue.backups']).toBe(2);
  await expect(settings.set(localOperator, 'queue.backups', 5, { target })).rejects.toThrow('the fleet or a source');
  await expect(settings.set(localOperator, 'queue.restores', 5, { source })).rejects.toThrow('the fleet or a target');
  await expect(settings.set(localOperator, 'retention.auditDays', 50, { target })).rejects.toThrow('whole fleet');
  await expect(settings.set(localOperator, 'rights.more', [], { target, source })).rejects.toMatchObject({
    code: 'invalid-parameter',
  });
});

test('a wrong key or value is refused, and nothing is changed', async () => {
  const settings = open();
  for (const [key, value] of [
    ['requests.oneInstanc', true],
    ['constructor', true],
    ['requests.oneInstance', 'yes'],
    ['queue.backups', 0],
    ['rights.more', ['course:create']],
    ['category.field', 'idnumber; drop table settings'],
    ['notices.administrators', ['nobody']],
  ] as const)
    await expect(settings.set(localOperator, key, value), key).rejects.toMatchObject({ code: 'invalid-parameter' });
  expect((await store.query('select 1 from settings')).rows).toEqual([]);
  expect((await store.query('select 1 from audit')).rows).toEqual([]);
});

test('what the file or the environment says holds everywhere, and cannot be changed', async () => {
  await open().set(localOperator, 'requests.oneInstance', true, { target });
  const settings = open([['requests.oneInstance', { value: false, origin: 'environment' }]]);
  const state = (await settings.list({ target, source })).find(({ key }) => key === 'requests.oneInstance');
  expect(state).toMatchObject({ value: false, origin: 'environment', locked: true });
  await expect(settings.set(localOperator, 'requests.oneInstance', true)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('environment'),
  });
});

test('a change is audited with what was before; a site takes its settings with it', async () => {
  const settings = open();
  await settings.set(localOperator, 'enrol.role', 'teacher', { target });
  const { rows } = await store.query('select action, object, before, after from audit');
  expect(rows).toEqual([
    {
      action: 'settings.set',
      object: 'setting enrol.role',
      before: { value: 'editingteacher', origin: 'default' },
      after: { value: 'teacher', origin: 'target', target },
    },
  ]);
  await store.query('delete from sites where id = $1', [target]);
  expect((await store.query('select 1 from settings')).rows).toEqual([]);
});

test('what somebody else changed meanwhile is not overwritten unseen', async () => {
  const settings = open();
  const here = async () => (await settings.list({ target })).find(({ key }) => key === 'enrol.role')!;
  expect((await here()).changed).toBeNull();
  const first = await settings.set(localOperator, 'enrol.role', 'teacher', { target }, 'never');
  expect(first.changed).toMatchObject({ by: expect.any(String) });
  const late = settings.set(localOperator, 'enrol.role', 'manager', { target }, 'never');
  await expect(late).rejects.toMatchObject({ code: 'conflict', details: { reason: 'setting-changed' } });
  await expect(settings.unset(localOperator, 'enrol.role', { target }, 'never')).rejects.toThrow('"teacher" now');
  expect((await here()).value).toBe('teacher');
  // Of several at once that saw the same, one is written.
  const { at } = first.changed!;
  const both = await Promise.allSettled(
    ['manager', 'editingteacher'].map((role) => settings.set(localOperator, 'enrol.role', role, { target }, at)),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  // What is set more widely is what was seen, until something is set here.
  await settings.unset(localOperator, 'enrol.role', { target }, (await here()).changed!.at);
  await settings.set(localOperator, 'enrol.role', 'teacher');
  await settings.set(localOperator, 'enrol.role', 'manager', { target }, (await here()).changed!.at);
  await settings.set(localOperator, 'queue.backups', 3, { source });
  expect((await settings.places()).map(({ at, by, ...place }) => place)).toEqual([
    { key: 'enrol.role', value: 'teacher' },
    { key: 'enrol.role', value: 'manager', target },
    { key: 'queue.backups', value: 3, source },
  ]);
});

test('each says what it takes', async () => {
  const forms = new Map((await open().list()).map(({ key, form }) => [key, form]));
  expect(forms.get('requests.people')).toEqual({ kind: 'yes' });
  expect(forms.get('queue.backups')).toEqual({ kind: 'number', min: 1, max: 64 });
  expect(forms.get('notices.language')).toEqual({ kind: 'choice', choices: ['en', 'fr'] });
  expect(forms.get('rights.more')).toEqual({ kind: 'list', most: 20 });
  expect(forms.get('queue.hours')).toEqual({ kind: 'hours' });
  expect(forms.get('category.default')).toEqual({ kind: 'category' });
  expect(forms.get('enrol.role')).toEqual({ kind: 'text' });
});

test('every default is a value of its setting, and is read again as it is written', () => {
  for (const key of settingKeys) {
    const { schema, fallback } = definitions[key];
    expect(schema.parse(fallback), key).toEqual(fallback);
    expect(schema.parse(readSettingText(key, writeSettingText(fallback))), key).toEqual(fallback);
  }
  expect(readSettingText('rights.more', ' a/b:c,\n d/e:f ,')).toEqual(['a/b:c', 'd/e:f']);
  expect(readSettingText('notices.administrators', '["a@b.org", "c@d.org"]')).toEqual(['a@b.org', 'c@d.org']);
  expect(readSettingText('requests.oneInstance', ' Oui ')).toBe(true);
  expect(readSettingText('category.default', '12')).toBe(12);
  expect(readSettingText('queue.backups', 'two')).toBe('two');
});
