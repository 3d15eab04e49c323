import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Restores } from './index.ts';
import { setReport } from './requests.sql.ts';
import { type Campus, newCampus, oldCampus, openCampus, operator } from './test/campus.ts';
import { fillRequests } from './test/fill.ts';

let campus: Campus;
let restores: Restores;
const other = { ...operator, name: 'colleague' };
const scope = { targetIds: null };

beforeAll(async () => {
  campus = await openCampus();
  ({ restores } = campus);
});
beforeEach(async () => {
  await campus.store.query('delete from restore_requests');
  await campus.store.query('delete from jobs');
});
afterAll(() => campus.close());

const fill = (count: number, openPerMille = 300) =>
  fillRequests(campus.store, { count, people: 5, sources: 1, targets: [2], openPerMille });

const count = async (filter: Parameters<Restores['list']>[0]) =>
  (await restores.list(filter, { limit: 1 })).total.count;
const audited = async (action: string) =>
  (await campus.store.query('select * from audit where action = $1 order by id', [action])).rows;

test('all that a filter finds are counted first, then done, each with its own result', async () => {
  await fill(1000);
  const failed = await count({ state: ['failed'] });
  const counted = await restores.many(operator, { filter: { state: ['failed'] }, scope }, { do: 'retry' });
  expect(counted).toEqual({ count: failed, results: [], next: null });
  expect(await count({ state: ['failed'] })).toBe(failed);
  const wish = { filter: { state: ['failed'] as const }, scope };
  await expect(restores.many(operator, { ...wish, count: failed - 1 }, { do: 'retry' })).rejects.toMatchObject({
    code: 'conflict',
    details: { count: failed },
  });
  expect(await count({ state: ['failed'] })).toBe(failed);
  const { results, next } = await restores.many(operator, { ...wish, count: failed + 5 }, { do: 'retry' });
  expect(results.map(({ error }) => error)).toEqual(Array(failed).fill(null));
  expect(next).toBeNull();
  expect(await count({ state: ['failed'] })).toBe(0);
  expect(await audited('requests.retry')).toHaveLength(failed);
});

test('a great many are done in several answers', async () => {
  await fill(900, 0);
  const ended = await count({ open: false });
  const wish = { filter: { open: false }, scope, count: ended };
  const first = await restores.many(operator, wish, { do: 'delete' });
  expect(first.results).toHaveLength(200);
  const results = [...first.results];
  for (let { next } = first; next !== null; ) {
    const answer = await restores.many(operator, { ...wish, after: next }, { do: 'delete' });
    results.push(...answer.results);
    next = answer.next;
  }
  expect(new Set(results.map(({ id }) => id)).size).toBe(ended);
  expect(results.filter(({ error }) => error !== null)).toEqual([]);
  expect(await count({})).toBe(0);
  await expect(restores.many(operator, { ...wish, after: 'x' }, { do: 'delete' })).rejects.toMatchObject({
    code: 'invalid-parameter',
  });
});

test('two operators at once: each request changes once, and who was slower is told for each', async () => {
  await fill(1000);
  const failed = await count({ state: ['failed'] });
  const { requests } = await restores.list({ state: ['failed'] }, { limit: 200 });
  const ids = requests.map(({ id }) => id);
  expect(ids.length).toBe(failed);
  const [mine, theirs] = await Promise.all([
    restores.many(operator, { ids, scope }, { do: 'retry' }),
    restores.many(other, { ids, scope }, { do: 'delete' }),
  ]);
  for (const id of ids) {
    const errors = [mine, theirs].map(({ results }) => results.find((each) => each.id === id)!.error);
    expect(errors.filter((error) => error === null)).toHaveLength(1);
    expect(['conflict', 'not-found']).toContain(errors.find((error) => error !== null)!.code);
  }
  const [retried, deleted] = [await audited('requests.retry'), await audited('requests.delete')];
  const since = (rows: { object: string; actor_name: string }[], name: string) =>
    rows.filter((row) => row.actor_name === name && ids.some((id) => row.object === `request ${id}`)).length;
  expect(await count({ ids })).toBe(mine.results.filter(({ error }) => error === null).length);
  expect(since(deleted, 'colleague')).toBe(theirs.results.filter(({ error }) => error === null).length);
  expect(since(retried, 'tester')).toBeGreaterThanOrEqual(mine.results.filter(({ error }) => error === null).length);
});

test('one that cannot does not stop the others, and foreign ones are not there', async () => {
  await fill(100);
  const [open] = (await restores.list({ open: true })).requests;
  const [done] = (await restores.list({ state: ['done'] })).requests;
  const ids = [open!.id, done!.id, 'nothingthere', done!.id];
  const { results } = await restores.many(operator, { ids, scope }, { do: 'delete' });
  expect(results.map(({ id, error }) => [id, error?.code])).toEqual([
    [open!.id, 'conflict'],
    [done!.id, undefined],
    ['nothingthere', 'not-found'],
  ]);
  const elsewhere = await restores.many(operator, { ids: [open!.id], scope: { targetIds: [1] } }, { do: 'cancel' });
  expect(elsewhere.results).toMatchObject([{ id: open!.id, error: { code: 'not-found' } }]);
  expect((await restores.get(open!.id)).state).toBe(open!.state);
  const foreign = { filter: { open: true }, scope: { targetIds: [1] }, count: 100 };
  expect(await restores.many(operator, foreign, { do: 'cancel' })).toEqual({ count: 0, results: [], next: null });
});

test('a filter of nothing is refused, and so are ids and a filter together', async () => {
  for (const wish of [
    { filter: {} },
    { filter: { open: undefined } },
    {},
    { ids: ['r00000000001'], filter: { open: true } },
  ]) {
    const many = restores.many(operator, { ...wish, scope, count: 10 } as never, { do: 'cancel' });
    await expect(many).rejects.toMatchObject({ code: 'invalid-parameter' });
  }
});

test('what is deleted is gone with its report, who watches is told, and the audit says what it was', async () => {
  await fill(50, 0);
  const { requests } = await restores.list({ undealt: true });
  const { id, courseName } = requests[0]!;
  await restores.remove(operator, id);
  await expect(restores.get(id)).rejects.toMatchObject({ code: 'not-found' });
  await expect(restores.remove(operator, id)).rejects.toMatchObject({ code: 'not-found' });
  expect((await audited('requests.delete')).at(-1)).toMatchObject({ object: `request ${id}`, before: { courseName } });
  expect(await count({ ids: [id] })).toBe(0);
});

test('a line of a report is dealt with: by whom, once, and undone again; a step that says the same keeps it', async () => {
  await fill(50, 0);
  const { requests } = await restores.list({ undealt: true });
  const { id } = requests[0]!;
  const before = await restores.get(id);
  expect(before.report.map(({ what }) => what)).toEqual(['chat', 'survey']);
  const [chat, survey] = before.report.map(({ key }) => key);
  const after = await restores.deal(operator, id, chat!, true);
  expect(after.report[0]!.dealt).toMatchObject({ by: 'tester', at: expect.any(Date) });
  expect(after.revision).toBeGreaterThan(before.revision);
  expect((await restores.deal(other, id, chat!, true)).report[0]!.dealt!.by).toBe('tester');
  expect((await restores.list({ ids: [id] })).requests[0]!.lines).toEqual({ total: 2, undealt: 1 });
  await restores.deal(operator, id, survey!, true);
  expect(await count({ ids: [id], undealt: true })).toBe(0);
  // The step is done again, and says one thing more.
  const { report } = before;
  const said = report.map(({ key: _, dealt: __, ...line }) => line);
  const more = { severity: 'warning' as const, code: 'x', what: 'wiki', why: 'It is not there.', todo: '' };
  await campus.store.transaction((tx) => setReport(tx, id, 'restoring', [more, ...said]));
  expect((await restores.get(id)).report.map(({ dealt }) => dealt?.by)).toEqual([undefined, 'tester', 'tester']);
  expect((await restores.list({ ids: [id] })).requests[0]!.lines).toEqual({ total: 3, undealt: 1 });
  expect((await restores.deal(other, id, chat!, false)).report[1]!.dealt).toBeNull();
  await expect(restores.deal(operator, id, 'abcdefabcdef', true)).rejects.toMatchObject({ code: 'not-found' });
  expect(await audited('requests.deal')).toHaveLength(3);
});

test('what waits for a site that is paused says so, and why, until it goes on', async () => {
  const history = await campus.load('his110-moodle45-users1');
  const wish = { target: newCampus, person: 'prof.martin', items: [{ source: oldCampus, courseid: history }] };
  const { id } = (await restores.send(operator, wish))[0]!;
  await campus.sites.setPaused(operator, oldCampus, true, 'a new roof');
  // What is asked for during the pause is taken all the same, and whoever asks is told.
  const late = { ...wish, items: [{ source: oldCampus, courseid: await campus.load('bio101-moodle45-users1') }] };
  const checked = await campus.restores.check(operator, late);
  expect(checked).toMatchObject({ ok: true, items: [{ problems: [] }] });
  const { title } = await campus.sites.get(oldCampus);
  expect(checked.items[0]!.lines).toContainEqual(
    expect.objectContaining({
      code: 'site-paused-waits',
      severity: 'warning',
      what: title,
      why: expect.stringContaining('a new roof'),
    }),
  );
  const [second] = await restores.send(operator, late);
  const shown = async () => (await restores.list({ ids: [id] })).requests[0]!;
  const worker = await campus.work();
  // What operators have decided is remembered for a moment.
  await expect.poll(async () => (await shown()).waitingFor, { timeout: 10_000 }).toBe('source');
  expect((await restores.get(second!.id)).waitingFor).toBe('source');
  const paused = { code: 'site-paused', message: expect.stringContaining('a new roof'), because: 'a new roof' };
  expect((await shown()).error).toMatchObject(paused);
  await campus.sites.setPaused(operator, oldCampus, false);
  for (const each of [id, second!.id]) {
    const ended = await campus.until(each, ({ state }) => ['done', 'failed'].includes(state));
    expect(ended).toMatchObject({ state: 'done' });
    expect(ended.report.map(({ code }) => code)).not.toContain('site-paused-waits');
  }
  await worker.stop();
});

test('the category changes while the course is not there; the target is asked, and of two operators one is told', async () => {
  const biology = await campus.load('bio101-moodle45-users1');
  const wish = { target: newCampus, person: 'prof.martin', items: [{ source: oldCampus, courseid: biology }] };
  const { id } = (await restores.send(operator, wish))[0]!;
  const target = await campus.sites.client(newCampus, 'target');
  const { categories } = await target.call('list_categories', {});
  const [imported, bio] = ['IMPORT', 'BIO'].map(
    (idnumber) => categories.find((each) => each.idnumber === idnumber)!.id,
  );
  const changed = await restores.setCategory(operator, id, { kind: 'id', id: imported! });
  expect(changed.category).toEqual({ kind: 'id', id: imported });
  await expect(restores.setCategory(operator, id, { kind: 'id', id: 9999 })).rejects.toMatchObject({
    code: 'not-found',
  });
  const both = await Promise.allSettled([
    restores.setCategory(operator, id, { kind: 'id', id: bio! }),
    restores.setCategory(other, id, { kind: 'default' }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  await restores.setCategory(operator, id, { kind: 'id', id: bio! });
  await campus.work();
  const ended = await campus.until(id, ({ state }) => ['done', 'failed'].includes(state));
  expect(ended).toMatchObject({ state: 'done', newCourse: { category: expect.stringContaining('Biology') } });
  await expect(restores.setCategory(operator, id, { kind: 'default' })).rejects.toMatchObject({ code: 'conflict' });
});
