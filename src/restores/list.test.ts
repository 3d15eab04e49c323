import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import type { ListedRequest, RequestFilter, Restores } from './index.ts';
import { matches } from './list.ts';
import { allMigrations } from './test/campus.ts';
import { fillRequests } from './test/fill.ts';
import { openModules } from './test/modules.ts';

let store: Store;
let restores: Restores;
let everything: ListedRequest[];

beforeAll(async () => {
  store = await testStore(allMigrations);
  ({ restores } = openModules(store, '/nowhere'));
  await fillRequests(store, { count: 10_000, people: 40, sources: 5, targets: [1, 1, 2], openPerMille: 300 });
  everything = await all({});
});
afterAll(() => store.close());

/** Every page of a list, from the newest. */
async function* pages(filter: RequestFilter, limit = 200) {
  let after: string | undefined;
  do {
    const page = await restores.list(filter, { limit, after });
    yield page;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

async function all(filter: RequestFilter): Promise<ListedRequest[]> {
  const rows: ListedRequest[] = [];
  for await (const page of pages(filter)) rows.push(...page.requests);
  return rows;
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

test('what has not ended is counted by where it comes from and goes to', async () => {
  const expected = new Map<string, { queued: number; begun: number }>();
  for (const { source, target, state } of everything) {
    if (['done', 'failed', 'refused', 'cancelled'].includes(state)) continue;
    const count = expected.get(`${source} ${target}`) ?? { queued: 0, begun: 0 };
    count[state === 'queued' ? 'queued' : 'begun']++;
    expected.set(`${source} ${target}`, count);
  }
  const counts = await restores.counts(null);
  expect(counts.length).toBeGreaterThan(5);
  expect(new Map(counts.map(({ source, target, ...count }) => [`${source} ${target}`, count]))).toEqual(expected);
  expect([...new Set((await restores.counts([2])).map(({ target }) => target))]).toEqual(['target-2']);
  expect(await restores.counts([])).toEqual([]);
});

const since = new Date('2025-06-01');
const until = new Date('2025-09-01');
const filters: [string, RequestFilter][] = [
  ['state', { state: ['failed'] }],
  ['states', { state: ['queued', 'cancelled'] }],
  ['open', { open: true }],
  ['ended', { open: false, state: ['queued', 'failed'] }],
  ['person', { person: 'person7' }],
  ['nobody', { nobody: true }],
  ['somebody', { nobody: false, state: ['failed'] }],
  ['actor', { actor: 'person7 (target-1)' }],
  ['for anybody else', { actor: 'person7 (target-1)', exceptFor: 'person8' }],
  ['source', { source: 'source-3' }],
  ['target', { target: 'target-2' }],
  ['sites', { targetIds: [2, 9] }],
  ['no site', { targetIds: [] }],
  ['error', { error: 'quota' }],
  ['undealt', { undealt: true }],
  ['nothing undealt', { undealt: false, state: ['done'] }],
  ['dates', { since, until }],
  ['ids', { ids: ['r00000000007', 'r00000009999', 'r77777777777'] }],
  ['part of a word, with its accents', { course: 'ÉMATIQ' }],
  ['a word without its accents, and a year', { course: 'oenolog 2021' }],
  ['a letter', { course: 'x' }],
  ['a letter that ends words', { course: 'l' }],
  ['a short name', { course: 'dro1' }],
  ['the id of a course, or a word like it', { course: '457' }],
  ['the id of a request', { course: ' r00000000007 ' }],
  ['the same in capitals', { course: 'R00000000007', open: undefined }],
  ['a quote and what a query would read', { course: "d'histoire & | ! :* \\" }],
  ['no word', { course: '   ' }],
  [
    'all together',
    { course: 'géographie', source: 'source-2', state: ['done', 'failed'], undealt: false, since, open: false },
  ],
];

test.each(filters)('%s: the database and a row at hand agree', async (_, filter) => {
  const found = await all(filter);
  expect(idsOf(found)).toEqual(idsOf(everything.filter((row) => matches(row, filter))));
  const { total } = await restores.list(filter, { limit: 1 });
  expect(total).toEqual({ count: found.length, exact: true });
});

test('the filters of that test find something, and not all', async () => {
  expect(everything).toHaveLength(10_000);
  const nothing = ['no site', 'a quote and what a query would read', 'a letter'];
  for (const [name, filter] of filters.filter(([name]) => !nothing.includes(name) && name !== 'no word')) {
    const { total } = await restores.list(filter, { limit: 1 });
    expect(total.count, name).toBeGreaterThan(0);
    expect(total.count, name).toBeLessThan(10_000);
  }
});

test('a list is read to its end and back again by the same rows', async () => {
  const down = await all({ open: true });
  const last = await (async () => {
    let page = await restores.list({ open: true }, { limit: 100 });
    expect(page.previous).toBeNull();
    while (page.next !== null) page = await restores.list({ open: true }, { limit: 100, after: page.next });
    return page;
  })();
  const up = [...last.requests];
  for (let page = last; page.previous !== null; ) {
    page = await restores.list({ open: true }, { limit: 100, before: page.previous });
    expect(page.next).not.toBeNull();
    // The same page, come to from above.
    const again = await restores.list({ open: true }, { limit: 100, after: page.here ?? undefined });
    expect(idsOf(again.requests)).toEqual(idsOf(page.requests));
    expect(again.here).toBe(page.here);
    up.unshift(...page.requests);
  }
  expect(idsOf(up)).toEqual(idsOf(down));
  await expect(restores.list({}, { after: '1', before: '2' })).rejects.toMatchObject({ code: 'invalid-parameter' });
  await expect(restores.list({}, { before: 'x' })).rejects.toMatchObject({ code: 'invalid-parameter' });
});

test('10,000 requests are read while they change: no row that stays as it is is missed or comes twice', async () => {
  const before = new Map((await all({ open: true })).map((row) => [row.id as string, row]));
  const touched = new Set<string>();
  const stop = new AbortController();
  let added = 0;
  const storm = (async () => {
    for (let round = 0; !stop.signal.aborted; round++) {
      // What workers do: a step further, progress, an end, a failure.
      const { rows } = await store.query<{ subject: string }>(
        `update jobs set step = 'delivering', progress = random(), revision = revision + 1,
           outcome = case when id % 3 = 0 then 'done' when id % 3 = 1 then 'failed' end
         where id in (select id from jobs where outcome is null and id % 7 < 3 order by id offset $1 limit 10) returning subject`,
        [(round * 37) % 300],
      );
      for (const { subject } of rows) touched.add(subject);
      if (round % 10 === 0) {
        added += 20;
        await store.query(
          `with added as (insert into restore_requests (id, send_item, send_digest, actor, target_id, target, source_id, source, courseid,
             course_name, shortname, people, enrolments, category)
             select 'new' || lpad(($1 + n)::text, 9, '0'), 0, 'x', 'admin', 1, 'target-1', 1, 'source-1', 1, 'New', 'New', false, 'never', '{"kind": "default"}'
             from generate_series(1, 20) n returning *),
           listed as (insert into restore_list (number, request_id, target_id, target, source, courseid, actor, created_at, words)
             select number, id, target_id, target, source, courseid, actor, created_at, '' from added returning request_id)
           insert into jobs (kind, subject, step, next_at) select 'restore', request_id, 'queued', 'infinity' from listed`,
          [added],
        );
      }
      await turn();
    }
  })();
  const seen: string[] = [];
  for await (const page of pages({ open: true }, 25)) seen.push(...idsOf(page.requests));
  stop.abort();
  await storm;
  expect(touched.size).toBeGreaterThan(100);
  expect(added).toBeGreaterThan(20);
  expect(new Set(seen).size).toBe(seen.length);
  const still = [...before.keys()].filter((id) => !touched.has(id));
  expect(seen.filter((id) => before.has(id) && !touched.has(id))).toEqual(still);
  // And those that were added came before where the reading began.
  expect(seen.filter((id) => id.startsWith('new')).length).toBeLessThan(added);
});
