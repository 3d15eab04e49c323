import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { openStore, readMigrations } from './index.ts';
import { testStore } from './testing.ts';

const first = { name: '0001-sites', sql: 'create table sites (id int primary key);\ninsert into sites values (1);\n' };
const second = { name: '0002-pairs', sql: 'create table pairs (id int primary key references sites)' };

let store: Awaited<ReturnType<typeof testStore>>;
beforeEach(async () => {
  store = await testStore();
});
afterEach(() => store.close());

async function namesApplied(): Promise<string[]> {
  const { rows } = await store.query<{ name: string }>('select name from schema_migrations order by name');
  return rows.map(({ name }) => name);
}

test('each is applied once, the new ones when they come', async () => {
  await store.migrate([first]);
  await store.migrate([first, second]);
  await store.migrate([first, second]);
  expect(await namesApplied()).toEqual(['0001-sites', '0002-pairs']);
  expect((await store.query('select * from sites')).rows).toEqual([{ id: 1 }]);
});

test('of several that start at once one migrates, and the others find it done', async () => {
  const others = await Promise.all(
    [1, 2, 3].map(() => openStore({ dataDir: '', databaseUrl: store.databaseUrl, log: silentLog })),
  );
  try {
    const slow = { ...first, sql: `select pg_sleep(0.1);${first.sql}` };
    await Promise.all([store, ...others].map((each) => each.migrate([slow, second])));
    expect(await namesApplied()).toEqual(['0001-sites', '0002-pairs']);
  } finally {
    await Promise.all(others.map((each) => each.close()));
  }
});

test('a database that a newer version has migrated is refused, and unchanged', async () => {
  await store.migrate([first, second]);
  const third = { name: '0003-runs', sql: 'create table runs (id int)' };
  await expect(store.migrate([first, third])).rejects.toMatchObject({
    code: 'schema-mismatch',
    details: { unknown: ['0002-pairs'] },
  });
  expect(await namesApplied()).toEqual(['0001-sites', '0002-pairs']);
});

test('a migration whose text has changed is refused; other line ends are no change', async () => {
  await store.migrate([first]);
  await store.migrate([{ ...first, sql: first.sql.replaceAll('\n', '\r\n') }]);
  await expect(store.migrate([{ ...first, sql: `${first.sql}-- later` }, second])).rejects.toMatchObject({
    code: 'schema-mismatch',
    details: { changed: ['0001-sites'] },
  });
  expect(await namesApplied()).toEqual(['0001-sites']);
});

test('one that fails changes nothing, keeps those before it, and can be put right', async () => {
  const broken = { ...second, sql: `${second.sql}; select nothing_of_that_name` };
  await expect(store.migrate([first, broken])).rejects.toThrow(/0002-pairs failed and changed nothing: .*nothing_of/);
  expect(await namesApplied()).toEqual(['0001-sites']);
  await store.migrate([first, second]);
  expect(await namesApplied()).toEqual(['0001-sites', '0002-pairs']);
});

test('a folder is read in the order of its names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    for (const name of ['0002-b.sql', '0001-a.sql', 'readme.md']) writeFileSync(join(folder, name), `-- ${name}`);
    expect(readMigrations(pathToFileURL(folder))).toEqual([
      { name: '0001-a', sql: '-- 0001-a.sql' },
      { name: '0002-b', sql: '-- 0002-b.sql' },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
