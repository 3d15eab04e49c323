import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openEngine } from '@jouvence/site-engine';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { allMigrations } from '../compose.ts';
import { readConfig } from '../config.ts';
import { silentLog } from '../log.ts';
import { partsFor, settleJobs } from '../safekeeping.ts';
import { openStore } from '../store/index.ts';
import { type TestDatabase, testDatabase } from '../store/testing.ts';
import { type Part, restoreBackup, verifyBackup, writeBackup } from './index.ts';
import { hasPostgres15, startPostgres15 } from './test/postgres-15.ts';

/** The real schemas of both databases, with rows that text has trouble with. */
interface Place {
  control: Part;
  sites: { part: Part; poolDir: string };
  query(part: 'control' | 'sites', sql: string, values?: unknown[]): Promise<pg.QueryResult>;
}

// Two databases are made for each, and read whole.
vi.setConfig({ testTimeout: 120_000 });

let dir: string;
let databases: TestDatabase[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'jv-backup-'));
  databases = [];
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  for (const each of databases) await each.drop();
});

async function newPlace(urls?: { control: string; sites: string }): Promise<Place> {
  const own = urls ?? { control: await newDatabase(), sites: await newDatabase() };
  const { control, sites } = await partsFor(own.control, own.sites);
  const poolDir = mkdtempSync(join(dir, 'pool-'));
  return {
    control,
    sites: { part: sites!, poolDir },
    async query(part, sql, values) {
      const client = new pg.Client({ connectionString: own[part] });
      await client.connect();
      return client.query(sql, values).finally(() => client.end());
    },
  };
}

async function newDatabase(): Promise<string> {
  const database = await testDatabase();
  databases.push(database);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // The template of no migrations has the table that counts them.
  await client.query('drop table schema_migrations').finally(() => client.end());
  return database.url;
}

/** With the schema of this version in both. */
async function migrated(place: Place): Promise<Place> {
  const store = await openStore({ dataDir: dir, databaseUrl: place.control.url, log: silentLog });
  await store.migrate(allMigrations);
  await store.close();
  const engine = await openEngine({
    databaseUrl: place.sites.part.url,
    poolDir: place.sites.poolDir,
    doorKey: 'x'.repeat(43),
    log: () => {},
  });
  await engine.close();
  return place;
}

const nasty = 'tab\t back\\slash \\N newline\n quote\' "é 日本 👩🏽‍🏫 \u0001';

async function filled(): Promise<Place> {
  const place = await migrated(await newPlace());
  await place.query(
    'control',
    `insert into restore_requests (id, send_item, send_digest, actor, target_id, target, source_id, source, courseid,
       course_name, shortname, person, people, enrolments, category, report)
     select 'r' || n, 0, 'd', 'a', 1, 'new', 2, 'old', n, $1, 's', 'p', n % 2 = 0, 'never', '{"kind":"default"}',
       jsonb_build_object('queued', $1::text) from generate_series(1, 3000) n`,
    [nasty],
  );
  await place.query(
    'control',
    `insert into jobs (kind, subject, step, lease_until, worker, host, fence)
     select 'restore', 'r' || n, 'fetching', now() + interval '1 hour', 'w', 'gone', 5 from generate_series(1, 3000) n`,
  );
  await place.query('control', "insert into restore_spool (host, request_id, size_bytes) values ('gone', 'r1', 5)");
  await place.query('control', 'delete from restore_requests where id = $1', ['r3000']);
  for (const name of ['one', 'two']) {
    await place.query(
      'sites',
      `insert into sites (name, host, url, fullname, release, branch, identifier, timezone, language)
       values ($1, $1 || '.localhost', 'http://' || $1, $2, '4.5', 405, $1, 'UTC', 'en')`,
      [name, nasty],
    );
    // Rows that row-level security hides from whoever does not name the site.
    await place.query(
      'sites',
      `do $$ begin
         perform set_config('app.site_id', (select id::text from sites where name = '${name}'), true);
         insert into plugins (type, name, version) select 'mod', 'm' || n, n from generate_series(1, 20) n;
       end $$`,
    );
  }
  const content = randomBytes(3_000_000);
  const sha1 = createHash('sha1').update(content).digest('hex');
  const path = join(place.sites.poolDir, sha1.slice(0, 2), sha1.slice(2, 4), sha1);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  await place.query('sites', 'insert into contents (sha1, size_bytes) values ($1, $2)', [sha1, content.length]);
  return place;
}

const save = (place: Place, file = join(dir, 'one.tar')) =>
  writeBackup(file, { control: place.control, sites: place.sites, version: '1.0.0', keys: ['abcd1234'] });

const restore = (file: string, place: Place, options: { replace?: boolean; withoutSites?: boolean } = {}) =>
  restoreBackup(file, {
    control: place.control,
    sites: place.sites,
    withoutSites: false,
    replace: false,
    settle: (tx) => settleJobs(tx, false),
    ...options,
  });

/** All rows of all tables, of all sites, in one order. */
async function everything(place: Place, part: 'control' | 'sites'): Promise<Record<string, unknown[]>> {
  const { rows } = await place.query(
    part,
    `select relname as name, relforcerowsecurity as forced from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name, forced } of rows as { name: string; forced: boolean }[]) {
    const sites = forced ? (await place.query(part, 'select id from sites order by id')).rows : [{ id: 0 }];
    found[name] = [];
    for (const { id } of sites) {
      const named = `set app.site_id = '${id}'; select t::text as row from "${name}" t order by 1`;
      const results = (await place.query(part, named)) as unknown as pg.QueryResult[];
      found[name].push(...results[1]!.rows);
    }
  }
  return found;
}

test('what was saved is what is there again, in both databases and the pool; jobs are free, and ids go on', async () => {
  const from = await filled();
  const { rows, files, bytes } = await save(from);
  expect(files).toBe(1);
  expect(bytes).toBe(readFileSync(join(dir, 'one.tar')).length);
  const to = await newPlace();
  const done = await restore(join(dir, 'one.tar'), to);
  expect(done).toMatchObject({ rows, files: 1, header: { keys: ['abcd1234'] } });
  const theirs = await everything(to, 'sites');
  expect(theirs.plugins).toHaveLength(40);
  expect(theirs).toEqual(await everything(from, 'sites'));
  const [before, after] = [await everything(from, 'control'), await everything(to, 'control')];
  for (const changed of ['jobs', 'restore_spool', 'process_metrics']) {
    delete before[changed];
    delete after[changed];
  }
  expect(after).toEqual(before);
  const { rows: held } = await to.query('control', 'select distinct lease_until, worker, host, fence from jobs');
  expect(held).toEqual([{ lease_until: null, worker: null, host: null, fence: '6' }]);
  expect((await to.query('control', 'select from restore_spool')).rowCount).toBe(0);
  // Of a row that has gone the number is not given again.
  const { rows: next } = await to.query(
    'control',
    "select nextval(pg_get_serial_sequence('restore_requests', 'number')) as n",
  );
  expect(next[0].n).toBe('3001');
  const { rows: contents } = await to.query('sites', 'select sha1 from contents');
  const sha1 = contents[0].sha1 as string;
  const kept = readFileSync(join(to.sites.poolDir, sha1.slice(0, 2), sha1.slice(2, 4), sha1));
  expect(createHash('sha1').update(kept).digest('hex')).toBe(sha1);
  // Row-level security holds again, for the owner too.
  const { rows: secured } = await to.query(
    'sites',
    "select relforcerowsecurity as forced from pg_class where relname = 'people'",
  );
  expect(secured).toEqual([{ forced: true }]);
  const { rows: triggers } = await to.query(
    'control',
    "select from pg_trigger where not tgisinternal and tgenabled = 'D'",
  );
  expect(triggers).toEqual([]);
});

test('it is of one moment, whatever is written meanwhile', async () => {
  const from = await filled();
  let going = true;
  // Pairs of rows, always both: a snapshot never has one alone.
  const writing = (async () => {
    for (let n = 0; going; n++)
      await from.query(
        'control',
        `with a as (insert into job_hosts (host, seen_at) values ('h' || $1::int, now()))
         insert into used_tickets (site_id, jti, until) values (1, 'h' || $1::int, now())`,
        [n],
      );
  })();
  await expect
    .poll(async () => (await from.query('control', 'select from job_hosts')).rowCount, { timeout: 20_000 })
    .toBeGreaterThan(3);
  await save(from);
  going = false;
  await writing;
  const to = await newPlace();
  await restoreBackup(join(dir, 'one.tar'), {
    ...{ control: to.control, sites: to.sites, withoutSites: true, replace: false },
    settle: async () => {},
  });
  const { rows } = await to.query(
    'control',
    'select (select count(*) from job_hosts) as a, (select count(*) from used_tickets) as b',
  );
  expect(rows[0].a).toBe(rows[0].b);
});

test('cut, altered, foreign or missing: refused before anything is changed', async () => {
  const from = await filled();
  const file = join(dir, 'one.tar');
  await save(from, file);
  const whole = readFileSync(file);
  const to = await newPlace();
  const bad = join(dir, 'bad.tar');
  const refused = async (why: RegExp) => {
    await expect(restore(bad, to, { replace: true })).rejects.toMatchObject({
      code: 'backup-invalid',
      message: expect.stringMatching(why),
    });
    expect(
      (await to.query('control', "select from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"))
        .rowCount,
    ).toBe(0);
  };
  // At every place: in the middle of the header, of rows, of a file, of the manifest, of the last block.
  for (let at = 700; at < whole.length; at += Math.floor(whole.length / 17)) {
    const altered = Buffer.from(whole);
    altered[at] = altered[at]! ^ 0x41;
    writeFileSync(bad, altered);
    await refused(/Nothing was changed/);
    writeFileSync(bad, whole.subarray(0, at));
    await refused(/Nothing was changed/);
  }
  writeFileSync(bad, whole);
  appendFileSync(bad, Buffer.alloc(512));
  await refused(/end is not where it should be/);
  truncateSync(bad, whole.length - 512);
  await refused(/cut off|end is not/);
  writeFileSync(bad, 'hello');
  await refused(/cut off/);
  writeFileSync(bad, randomBytes(100_000));
  await refused(/not a tar file/);
  await expect(restore(join(dir, 'none.tar'), to)).rejects.toMatchObject({ code: 'not-found' });
  await expect(verifyBackup(dir)).rejects.toMatchObject({ code: 'backup-invalid' });
}, 60_000);

test('one that is not empty is replaced only when that is said; one that is not ours never', async () => {
  const from = await filled();
  const file = join(dir, 'one.tar');
  await save(from, file);
  const to = await migrated(await newPlace());
  // Just started, and nobody has done anything: as good as empty.
  await to.query('control', "insert into job_hosts (host, seen_at) values ('h', now())");
  await restore(file, to);
  await to.query('control', "update restore_requests set course_name = 'changed' where id = 'r1'");
  await expect(restore(file, to)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('--replace'),
  });
  const names = "select course_name as name from restore_requests where id = 'r1'";
  expect((await to.query('control', names)).rows).toEqual([{ name: 'changed' }]);
  await restore(file, to, { replace: true });
  expect((await to.query('control', names)).rows).toEqual([{ name: nasty }]);
  const foreign = await newPlace();
  await foreign.query('control', 'create table wp_posts (id int)');
  await expect(restore(file, foreign, { replace: true })).rejects.toMatchObject({
    code: 'database-unusable',
    message: expect.stringContaining('wp_posts'),
  });
});

test('a newer one is refused; an older one is restored, and then brought up to date', async () => {
  const from = await newPlace();
  const older = allMigrations.filter(({ name }) => !name.includes('process-metrics'));
  const store = await openStore({ dataDir: dir, databaseUrl: from.control.url, log: silentLog });
  await store.migrate(older);
  await store.query("insert into used_tickets (site_id, jti, until) values (1, 'old', now())");
  await store.close();
  const file = join(dir, 'old.tar');
  await writeBackup(file, { control: from.control, sites: null, version: '0.9.0', keys: [] });
  const to = await newPlace();
  await restore(file, to);
  const again = await openStore({ dataDir: dir, databaseUrl: to.control.url, log: silentLog });
  await again.migrate(allMigrations);
  await again.checkSchema(allMigrations);
  expect((await again.query('select jti from used_tickets')).rows).toEqual([{ jti: 'old' }]);
  await again.close();
  const past = { ...to.control, migrations: to.control.migrations.slice(0, 3) };
  await expect(restore(file, { ...to, control: past }, { replace: true })).rejects.toMatchObject({
    code: 'schema-mismatch',
  });
});

test.skipIf(!hasPostgres15)(
  'from PostgreSQL 18 to 15, and back',
  async () => {
    const from = await filled();
    await save(from, join(dir, 'eighteen.tar'));
    using server = startPostgres15();
    const old = await newPlace({ control: await server.database('control'), sites: await server.database('sites') });
    await restore(join(dir, 'eighteen.tar'), old);
    await save(old, join(dir, 'fifteen.tar'));
    const { header } = await verifyBackup(join(dir, 'fifteen.tar'));
    expect(header.control.postgres).toMatch(/^15/);
    const back = await newPlace();
    await restore(join(dir, 'fifteen.tar'), back);
    const [before, after] = [await everything(from, 'control'), await everything(back, 'control')];
    for (const changed of ['jobs', 'restore_spool', 'process_metrics']) {
      delete before[changed];
      delete after[changed];
    }
    expect(after).toEqual(before);
    expect(await everything(back, 'sites')).toEqual(await everything(from, 'sites'));
  },
  60_000,
);

test('before a database in use is migrated it is backed up, and so many are kept; one that is new is not', async () => {
  const { migrateSafely } = await import('../safekeeping.ts');
  const from = await newPlace();
  const config = readConfig({
    dataDir: join(dir, 'data'),
    env: {},
    options: { 'database.url': from.control.url, 'backup.keep': 1 },
  });
  const store = await openStore({ dataDir: dir, databaseUrl: from.control.url, log: silentLog });
  await migrateSafely(config, store, silentLog);
  const backups = join(dir, 'data', 'backups');
  expect(existsSync(backups)).toBe(false);
  const undo = () =>
    store.query("drop table process_metrics; delete from schema_migrations where name like '%process-metrics'");
  const { readdirSync } = await import('node:fs');
  const seen = new Set<string>();
  for (let times = 0; times < 2; times++) {
    await undo();
    await migrateSafely(config, store, silentLog);
    const names = readdirSync(backups);
    expect(names).toHaveLength(1);
    const { header } = await verifyBackup(join(backups, names[0]!));
    expect(header.control.migrations.map(({ name }) => name)).not.toContain('0001-process-metrics');
    expect(header.sites).toBeNull();
    seen.add(names[0]!);
    // The name says the second.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  expect(seen.size).toBe(2);
  await store.close();
});
