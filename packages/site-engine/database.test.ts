import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../src/store/testing.ts';
import { createCategory, deleteCategory, listCategories } from './categories.ts';
import { createContext } from './contexts.ts';
import { insertCourse } from './course-rows.ts';
import { type Database, openDatabase, type Tx } from './database.ts';
import { findPeople, savePeople } from './people.ts';
import { openSites, type Site, type Sites } from './sites.ts';

let raw: TestDatabase;
let database: Database;
let sites: Sites;
const log = () => {};

beforeAll(async () => {
  raw = await testDatabase();
  database = await openDatabase({ url: raw.url, log });
  sites = await openSites(database);
});
afterAll(async () => {
  await database?.close();
  await raw?.drop();
});

let made = 0;
function newSite(): Promise<Site> {
  const name = `site-${++made}`;
  return sites.create({
    name,
    host: `${name}.localhost`,
    url: `http://${name}.localhost:8080/`,
    fullname: name,
    language: 'fr',
    timezone: 'Europe/Paris',
    release: '4.5 (Build: 20241007)',
    branch: 405,
    demo: false,
  });
}

const person = (username: string) => ({
  username,
  email: `${username}@example.org`,
  firstname: 'A',
  lastname: 'B',
  idnumber: '',
  language: 'fr',
  auth: 'manual',
});

/** No site's data: the register, the migrators', and what the pool and the queue of tasks must see across sites. */
const shared = ['contents', 'content_references', 'engine_migrations', 'schema_migrations', 'sites', 'tasks_under_way'];

test('every table of the sites is under forced row-level security, keyed by site first', async () => {
  const tables = await database.withoutSite((tx) =>
    tx.rows<{ name: string; forced: boolean; key: string | null }>(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
          where i.indrelid = c.oid and i.indisprimary) as key
       from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not c.relname = any($1)`,
      [shared],
    ),
  );
  expect(tables.length).toBeGreaterThan(10);
  expect(tables.filter((table) => !table.forced || table.key !== 'site_id')).toEqual([]);
});

test('without a site nothing of any site is seen, and nothing is written', async () => {
  const site = await newSite();
  await database.withSite(site.id, (tx) => savePeople(tx, [person('hidden')]));
  expect(await database.withoutSite((tx) => tx.rows('select * from people'))).toEqual([]);
  await expect(database.withoutSite((tx) => savePeople(tx, [person('nobody')]))).rejects.toThrow(
    /row-level security|null value/,
  );
});

test('a site’s code reaches no other site’s rows, even when its condition names them', async () => {
  const [a, b] = [await newSite(), await newSite()];
  const [id] = await database.withSite(a.id, (tx) => savePeople(tx, [person('same')]));
  await database.withSite(b.id, async (tx) => {
    expect(await tx.rows('select * from people where site_id = $1', [a.id])).toEqual([]);
    expect(await tx.rows('select * from people where id = $1 or true', [id])).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    expect(await tx.run('update people set email = $1 where site_id = $2', ['stolen@example.org', a.id])).toBe(0);
    expect(await tx.run('delete from people where id = $1', [id])).toBe(0);
    expect(await findPeople(tx, 'username', 'same')).toEqual([]);
  });
  await expect(
    database.withSite(b.id, (tx) =>
      tx.run(
        `insert into people (site_id, username, email, firstname, lastname, language) values ($1, 'x', '', '', '', 'fr')`,
        [a.id],
      ),
    ),
  ).rejects.toThrow(/row-level security/);
  // A reference into the other site is refused as well: keys carry the site.
  const category = await database.withSite(a.id, (tx) =>
    createCategory(tx, { name: 'A', idnumber: '', parentId: null }),
  );
  await expect(
    database.withSite(b.id, (tx) =>
      tx.run('insert into courses (category_id, shortname, fullname) values ($1, $2, $2)', [category, 'x']),
    ),
  ).rejects.toThrow(/foreign key/);
});

test('the site of one transaction does not stay for the next on that connection', async () => {
  const one = await openDatabase({ url: raw.url, log, maxConnections: 1 });
  const site = await newSite();
  await one.withSite(site.id, (tx) => savePeople(tx, [person('first')]));
  await expect(one.withSite(site.id, (tx) => tx.run('select 1/0'))).rejects.toThrow(/division/);
  expect(await one.withoutSite((tx) => tx.rows('select * from people'))).toEqual([]);
  await one.close();
});

test('a failed transaction leaves nothing', async () => {
  const site = await newSite();
  const work = database.withSite(site.id, async (tx) => {
    await savePeople(tx, [person('gone')]);
    throw new Error('on purpose');
  });
  await expect(work).rejects.toThrow('on purpose');
  expect(await database.withSite(site.id, (tx) => findPeople(tx, 'username', 'gone'))).toEqual([]);
});

test('a connection that the server ends costs one call, not the engine', async () => {
  const victim = await openDatabase({ url: raw.url, log, maxConnections: 1 });
  const pid = await victim.withoutSite(
    async (tx) => (await tx.row<{ pid: number }>('select pg_backend_pid() as pid'))!.pid,
  );
  await database.withoutSite((tx) => tx.run('select pg_terminate_backend($1)', [pid]));
  await victim.withoutSite((tx) => tx.run('select 1')).catch(() => {});
  expect(await victim.withoutSite((tx) => tx.row('select 1 as one'))).toEqual({ one: 1 });
  await victim.close();
});

test('deleting a site takes all its rows and no other’s', async () => {
  const [gone, stays] = [await newSite(), await newSite()];
  for (const site of [gone, stays])
    await database.withSite(site.id, async (tx) => {
      await savePeople(tx, [person('prof')]);
      const parent = await createCategory(tx, { name: 'Top', idnumber: 'TOP', parentId: null });
      const child = await createCategory(tx, { name: 'Below', idnumber: 'LOW', parentId: parent });
      await insertCourse(tx, { categoryId: child, shortname: 'C', fullname: 'C' });
    });
  await sites.delete(gone.name);
  expect(sites.byHost(gone.host)).toBeUndefined();
  const left = await database.withSite(gone.id, async (tx) => {
    const tables = await tx.rows<{ name: string }>(
      `select table_name as name from information_schema.columns where column_name = 'site_id' and table_schema = 'public'`,
    );
    const counts = [];
    for (const { name } of tables)
      counts.push(await tx.row<{ n: number }>(`select count(*) as n from ${name} where site_id = $1`, [gone.id]));
    return counts;
  });
  expect(left.every((count) => count!.n === 0)).toBe(true);
  expect(await database.withSite(stays.id, listCategories)).toHaveLength(2);
});

test('a category into which a course is being put is not deleted, nor is one put into a category being deleted', async () => {
  const site = await newSite();
  const within = <T>(work: (tx: Tx) => Promise<T>) => database.withSite(site.id, work);
  const category = () => within((tx) => createCategory(tx, { name: 'A', idnumber: '', parentId: null }));
  const add = (categoryId: number) => (tx: Tx) =>
    insertCourse(tx, { categoryId, shortname: `C${categoryId}`, fullname: 'C' });

  const kept = await category();
  let deleting: Promise<void> | undefined;
  await within(async (tx) => {
    await add(kept)(tx);
    deleting = within((other) => deleteCategory(other, kept));
    deleting.catch(() => {});
    await blocked(tx);
  });
  await expect(deleting).rejects.toMatchObject({ code: 'conflict' });

  const gone = await category();
  let adding: Promise<number> | undefined;
  await within(async (tx) => {
    await deleteCategory(tx, gone);
    adding = within(add(gone));
    adding.catch(() => {});
    await blocked(tx);
  });
  await expect(adding).rejects.toMatchObject({ code: 'not-found' });
});

/** Until another connection waits for this transaction. */
async function blocked(tx: Tx): Promise<void> {
  const waiting =
    'select count(*) as n from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))';
  await expect.poll(async () => (await tx.row<{ n: number }>(waiting))!.n).toBe(1);
}

test('one database is migrated once by two engines that open it together, and a changed migration is refused', async () => {
  const fresh = await testDatabase();
  const both = await Promise.all([openDatabase({ url: fresh.url, log }), openDatabase({ url: fresh.url, log })]);
  await both[0].withoutSite((tx) => tx.run(`update engine_migrations set sha256 = 'other' where name like '0001%'`));
  await expect(openDatabase({ url: fresh.url, log })).rejects.toMatchObject({
    code: 'configuration',
    message: /0001-sites.sql was changed/,
  });
  await both[0].withoutSite((tx) =>
    tx.run(`insert into engine_migrations (name, sha256) values ('9999-later.sql', 'x')`),
  );
  await expect(openDatabase({ url: fresh.url, log })).rejects.toMatchObject({ code: 'configuration' });
  await Promise.all(both.map((one) => one.close()));
  await fresh.drop();
});

test('names of any kind survive', async () => {
  const site = await newSite();
  const names = [
    `O'Brien "x"`,
    '<script>alert(1)</script>',
    '🎓👩‍🏫',
    'é'.repeat(255),
    'محمد بن سلمان',
    '\u202eabc',
    'a\\b%_',
  ];
  await database.withSite(site.id, async (tx) => {
    for (const [index, name] of names.entries()) {
      await savePeople(tx, [{ ...person(`p${index}`), firstname: name, idnumber: name }]);
      expect((await findPeople(tx, 'idnumber', name))[0]?.firstname).toBe(name);
      await createCategory(tx, { name, idnumber: name, parentId: null });
    }
    expect((await listCategories(tx)).map((category) => category.name)).toEqual(names);
  });
});

test('contexts of two levels with one instance are two', async () => {
  const site = await newSite();
  await database.withSite(site.id, async (tx) => {
    const a = await createContext(tx, 'category', 999_999_999);
    const b = await createContext(tx, 'course', 999_999_999, a);
    expect(b.path).toEqual([a.id, b.id]);
  });
});
