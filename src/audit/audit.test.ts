import { afterEach, beforeEach, expect, test } from 'vitest';
import { testStore } from '../store/testing.ts';
import { audit, migrations } from './index.ts';

let store: Awaited<ReturnType<typeof testStore>>;
beforeEach(async () => {
  store = await testStore(migrations);
});
afterEach(() => store.close());

test('a line says who did what to what, as it was and as it is', async () => {
  await store.transaction((tx) =>
    audit.write(tx, {
      actor: { kind: 'operator', name: 'nightly', role: 'operator', siteIds: null, tokenId: 7 },
      action: 'sites.pause',
      object: 'site campus-2023',
      site: 'campus-2023',
      before: { paused: false },
      after: { paused: true, why: '“<script>” \u{1F393}' },
    }),
  );
  await store.transaction((tx) => audit.write(tx, { actor: { kind: 'system' }, action: 'sites.setUrl', object: 'c' }));
  const { rows } = await store.query('select * from audit order by id');
  expect(rows).toMatchObject([
    {
      actor_kind: 'operator',
      actor_name: 'nightly',
      token_id: 7,
      action: 'sites.pause',
      object: 'site campus-2023',
      site: 'campus-2023',
      before: { paused: false },
      after: { paused: true, why: '“<script>” \u{1F393}' },
    },
    { actor_kind: 'system', actor_name: 'jouvence', token_id: null, before: null, after: null },
  ]);
});

test('who did something is found in whatever case the name is typed', async () => {
  await store.transaction(async (tx) => {
    for (const name of ['Ève.Martin', 'ève', 'root'])
      await audit.write(tx, {
        actor: { kind: 'operator', name, role: 'operator', siteIds: null },
        action: 'sites.setUrl',
        object: name,
      });
  });
  const found = async (actor: string) =>
    (await audit.list(store, { actor }, { limit: 9, before: null })).map(({ object }) => object);
  expect(await found('ÈVE.martin')).toEqual(['Ève.Martin']);
  expect(await found('ROOT')).toEqual(['root']);
  expect(await found('Ève')).toEqual(['ève']);
});

test('what is rolled back leaves no line', async () => {
  const failing = store.transaction(async (tx) => {
    await audit.write(tx, { actor: { kind: 'system' }, action: 'sites.setUrl', object: 'c' });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await store.query('select 1 from audit')).rows).toEqual([]);
});
