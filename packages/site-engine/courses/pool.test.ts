import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../../src/store/testing.ts';
import { type Database, openDatabase } from '../database.ts';
import { createPool, type Hold, type Pool } from './pool.ts';
import { contentsIn } from './testing.ts';

let close: () => Promise<void>;
let database: Database;
let pool: Pool;
let directory: string;

beforeEach(async () => {
  const made = await testDatabase();
  database = await openDatabase({ url: made.url, log: () => {} });
  directory = await mkdtemp(join(tmpdir(), 'pool-'));
  pool = createPool(database, directory);
  close = async () => {
    await database.close();
    await made.drop();
    await rm(directory, { recursive: true });
  };
});
afterEach(() => close());

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
async function* body(text: string) {
  yield Buffer.from(text);
}
const add = (hold: Hold, text: string) => hold.add(sha1(text), body(text));

/** A course to refer from, with as little else as its keys ask for. */
async function course(): Promise<{ siteId: number; courseId: number }> {
  return database.withoutSite(async (tx) => {
    const name = `s${Math.random()}`;
    const site = await tx.row<{ id: number }>(
      `insert into sites (name, host, url, fullname, language, timezone, release, branch, identifier)
       values ($1, $1, '', '', 'fr', '', '', 405, $1) returning id`,
      [name],
    );
    await tx.run(`select set_config('app.site_id', $1, true)`, [String(site!.id)]);
    const category = await tx.row<{ id: number }>(`insert into categories (name) values ('c') returning id`);
    const made = await tx.row<{ id: number }>(
      `insert into courses (category_id, shortname, fullname) values ($1, 'x', 'x') returning id`,
      [category!.id],
    );
    return { siteId: site!.id, courseId: made!.id };
  });
}

const refer = ({ siteId, courseId }: { siteId: number; courseId: number }, hold: Hold, texts: string[]) =>
  database.withSite(siteId, (tx) => pool.refer(tx, siteId, courseId, hold, texts.map(sha1)));
const forget = ({ siteId, courseId }: { siteId: number; courseId: number }) =>
  database.withoutSite((tx) =>
    tx.run('delete from content_references where site_id = $1 and course_id = $2', [siteId, courseId]),
  );

test('a content stays until the last reference goes', async () => {
  const [one, two] = [await course(), await course()];
  for (const each of [one, two]) {
    const hold = pool.hold();
    await add(hold, 'shared');
    await refer(each, hold, ['shared']);
    await hold.release();
  }
  await forget(one);
  await pool.collect([sha1('shared')]);
  expect(await contentsIn(directory)).toEqual([sha1('shared')]);
  await forget(two);
  await pool.collect([sha1('shared')]);
  expect(await contentsIn(directory)).toEqual([]);
});

test('what nothing refers to goes when it is released, and not before', async () => {
  const [first, second] = [pool.hold(), pool.hold()];
  await add(first, 'held');
  await add(second, 'held');
  await first.release();
  expect(await contentsIn(directory)).toEqual([sha1('held')]);
  await pool.collect([sha1('held')]);
  expect(await contentsIn(directory)).toEqual([sha1('held')]);
  await second.release();
  expect(await contentsIn(directory)).toEqual([]);
});

test('added and removed at once by many, a content that is referred to is there', async () => {
  const texts = ['a', 'b', 'c'];
  await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const own = await course();
      for (let round = 0; round < 5; round++) {
        const hold = pool.hold();
        for (const text of texts) await add(hold, text);
        await refer(own, hold, texts);
        await hold.release();
        expect((await contentsIn(directory)).sort()).toEqual(texts.map(sha1).sort());
        if (round < 4 || index > 0) {
          await forget(own);
          await pool.collect(texts.map(sha1));
        }
      }
    }),
  );
  expect((await contentsIn(directory)).sort()).toEqual(texts.map(sha1).sort());
});

test('other contents than the name says are refused and leave nothing', async () => {
  const hold = pool.hold();
  await expect(hold.add(sha1('x'), body('y'))).rejects.toMatchObject({ code: 'invalid-parameter' });
  await hold.release();
  expect(await contentsIn(directory)).toEqual([]);
  expect(await readdir(join(directory, 'incoming'))).toEqual([]);
});

test('what did not come with the archive cannot be referred to', async () => {
  const [one, two] = [await course(), await course()];
  const hold = pool.hold();
  await add(hold, 'secret');
  await refer(one, hold, ['secret']);
  await hold.release();
  await expect(refer(two, pool.hold(), ['secret'])).rejects.toMatchObject({ code: 'site-error' });
});

test('sweeping removes what a killed engine left, and nothing that is referred to', async () => {
  const own = await course();
  const hold = pool.hold();
  for (const text of ['kept', 'left']) await add(hold, text);
  await refer(own, hold, ['kept']);
  // Another process: it knows nothing of the holds of the one before.
  await createPool(database, directory).sweep();
  expect(await contentsIn(directory)).toEqual([sha1('kept')]);
});

test('nobody else on the machine reads or lists contents', async () => {
  const hold = pool.hold();
  await add(hold, 'private');
  for (const name of await readdir(directory, { recursive: true }))
    expect((await stat(join(directory, name))).mode & 0o077).toBe(0);
  await hold.release();
});
