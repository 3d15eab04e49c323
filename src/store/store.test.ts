import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { isUniqueViolation, notify, openStore } from './index.ts';
import { testStore } from './testing.ts';

const migrations = [
  {
    name: '0001-words',
    sql: 'create table words (id bigint generated always as identity primary key, word text not null constraint words_word_key unique)',
  },
];

let store: Awaited<ReturnType<typeof testStore>>;
beforeEach(async () => {
  store = await testStore(migrations);
});
afterEach(() => store.close());

test('a transaction commits as a whole or not at all, by Kysely and by SQL', async () => {
  await store.transaction(async (tx) => {
    await tx.insertInto('words').values({ word: 'campus' }).execute();
    const { rowCount } = await tx.query('insert into words (word) values ($1), ($2)', ['course', 'site']);
    expect(rowCount).toBe(2);
  });
  const failing = store.transaction(async (tx) => {
    await tx.query("insert into words (word) values ('lost')");
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const rows = await store
    .db<{ words: { word: string } }>()
    .selectFrom('words')
    .select('word')
    .orderBy('word')
    .execute();
  expect(rows.map(({ word }) => word)).toEqual(['campus', 'course', 'site']);
});

test('int8 is a number where a number can hold it, on this pool only', async () => {
  const { rows } = await store.query('select count(*) as n, 9007199254740993::int8 as big from words');
  expect(rows).toEqual([{ n: 0, big: '9007199254740993' }]);
  expect((await store.pool.query('select 5::int8 as n')).rows).toEqual([{ n: 5 }]);
});

test('a row that is there already is known by the constraint that refused it', async () => {
  await store.query("insert into words (word) values ('twice')");
  const error = await store.query("insert into words (word) values ('twice')").catch((each: unknown) => each);
  expect(isUniqueViolation(error)).toBe(true);
  expect(isUniqueViolation(error, 'words_word_key')).toBe(true);
  expect(isUniqueViolation(error, 'another_key')).toBe(false);
});

test('a listener hears what is committed, and nothing that is rolled back', async () => {
  const heard: string[] = [];
  const second = Promise.withResolvers<void>();
  const stop = await store.listen('words', (payload) => {
    heard.push(payload);
    if (payload === 'second') second.resolve();
  });
  await store.transaction((tx) => notify(tx, 'words', 'first'));
  await store
    .transaction(async (tx) => {
      await notify(tx, 'words', 'never');
      throw new Error('no');
    })
    .catch(() => {});
  await store.transaction((tx) => notify(tx, 'words', 'second'));
  await second.promise;
  expect(heard).toEqual(['first', 'second']);
  await stop();
});

test('a listener whose connection is cut is told that something may have been missed, and hears again', async () => {
  const heard: string[] = [];
  let next = Promise.withResolvers<string>();
  await store.listen('words', (payload) => {
    heard.push(payload);
    next.resolve(payload);
  });
  const cut = next.promise;
  await store.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'`,
  );
  expect(await cut).toBe('');
  next = Promise.withResolvers();
  await store.transaction((tx) => notify(tx, 'words', 'again'));
  expect(await next.promise).toBe('again');
});

test('a connection that the server ends costs its statement, and the next one works', async () => {
  const suicide = store.query('select pg_terminate_backend(pg_backend_pid())');
  await expect(suicide).rejects.toMatchObject({ code: 'database-unavailable' });
  expect(await sql`select 1 as one`.execute(store.db())).toMatchObject({ rows: [{ one: 1 }] });
});

test('a database of one own that is not there is said to be so', async () => {
  const opening = openStore({ dataDir: '', databaseUrl: 'postgres://nobody@127.0.0.1:1/none', log: silentLog });
  await expect(opening).rejects.toMatchObject({ code: 'database-unavailable' });
});

test('with a database of its own, the sites need another one', () => {
  expect(store.databaseUrlFor('jouvence')).toBe(store.databaseUrl);
  expect(() => store.databaseUrlFor('sites')).toThrow('JOUVENCE_SITES_DATABASE_URL');
});
