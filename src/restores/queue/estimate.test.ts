import { afterEach, expect, test } from 'vitest';
import { selectLight } from '../requests.sql.ts';
import { restoreKind } from './queue.ts';
import { openQueueStand, type QueueStand } from './testing.ts';

let stand: QueueStand;
afterEach(() => stand.close());

async function estimateOf(id: string) {
  const { store, jobs, queue } = stand;
  const [[row], found] = [await selectLight(store, [id]), await jobs.get(store, restoreKind, [id])];
  const pictures = await queue.pictures.of(store, [{ row: row!, job: found.get(id)! }]);
  return pictures.get(id)!.queue!.estimate;
}

/** As a worker says of itself; none is at work here, so that all stands as it was put. */
const beSeen = (secondsAgo: number) =>
  stand.store.query(
    `insert into job_hosts (host, seen_at, places) values ('here', clock_timestamp() - $1 * interval '1 s', 4)
     on conflict (host) do update set seen_at = excluded.seen_at`,
    [secondsAgo],
  );

async function one(): Promise<{ holder: string; waiting: string }> {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  await stand.set('queue.backups', 1, { source: 'old' });
  const [holder, waiting] = await stand.send([
    { person: 'a', source: 'old' },
    { person: 'b', source: 'old' },
  ]);
  return { holder: holder!, waiting: waiting! };
}

const hold = (id: string, minutes: number) =>
  stand.store.query(
    `update restore_turns set part_at = clock_timestamp() - $2 * interval '1 min' where request_id = $1`,
    [id, minutes],
  );

test('with no worker alive nobody says when a course arrives', async () => {
  const { waiting } = await one();
  expect(await estimateOf(waiting)).toBeNull();
  await beSeen(5);
  expect(await estimateOf(waiting)).toMatchObject({ basis: 'rough' });
  await beSeen(60);
  expect(await estimateOf(waiting)).toBeNull();
});

test('the longer the one before has its turn already, the later the next is expected', async () => {
  const { holder, waiting } = await one();
  await beSeen(1);
  const waits = async () => {
    const { from, until } = (await estimateOf(waiting))!;
    return [from.getTime() - Date.now(), until.getTime() - Date.now()] as const;
  };
  await hold(holder, 0);
  const fresh = await waits();
  await hold(holder, 60);
  const long = await waits();
  await hold(holder, 120);
  const longer = await waits();
  expect(long[1]).toBeGreaterThan(fresh[1] + 20 * 60_000);
  expect(longer[0]).toBeGreaterThan(long[0]);
  expect(longer[1]).toBeGreaterThan(long[1] + 20 * 60_000);
});

test('nobody says when, while whoever has the turns stands waiting', async () => {
  const { holder, waiting } = await one();
  await beSeen(1);
  await stand.store.query("update jobs set waiting_for = 'source' where subject = $1", [holder]);
  expect(await estimateOf(waiting)).toBeNull();
  // Another turn is free for it.
  await stand.set('queue.backups', 2, { source: 'old' });
  await stand.store.query('select pg_sleep(1)');
  expect(await estimateOf(waiting)).not.toBeNull();
});

test('nobody says when either, while whoever has the turns of the target stands waiting', async () => {
  const { holder, waiting } = await one();
  await beSeen(1);
  await stand.set('queue.restores', 1, { target: 'new' });
  await stand.store.query("update restore_turns set side = 'target' where request_id = $1", [holder]);
  await stand.store.query("update jobs set waiting_for = 'target' where subject = $1", [holder]);
  await stand.store.query('select pg_sleep(1)');
  expect(await estimateOf(waiting)).toBeNull();
  await stand.set('queue.restores', 2, { target: 'new' });
  await stand.store.query('select pg_sleep(1)');
  expect(await estimateOf(waiting)).not.toBeNull();
});
