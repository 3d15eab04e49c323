import { afterEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../clock.ts';
import { createWorker } from '../../jobs/index.ts';
import { silentLog } from '../../log.ts';
import { readHours } from '../../settings/index.ts';
import { isOpen } from './calendar.ts';
import { restoreKind } from './queue.ts';
import { idleKind, openQueueStand, type QueueStand } from './testing.ts';

let stand: QueueStand;
afterEach(() => stand.close());

const hourMs = 3_600_000;

/** A worker's machine whose clock is put forward or back, again and again, by somebody who means well. */
function jumpingClock(): Clock & { jump(byMs: number): void } {
  let offMs = 0;
  return {
    ...systemClock,
    now: () => new Date(Date.now() + offMs),
    nowMs: () => Date.now() + offMs,
    jump: (byMs) => {
      offMs += byMs;
    },
  };
}

test.each([
  ['forward', hourMs],
  ['back', -hourMs],
])('a clock that is put an hour %s loses no lease, no place on its host and no turn', async (_name, byMs) => {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  await stand.set('queue.backups', 1, { source: 'old' });
  const clock = jumpingClock();
  const seen: string[] = [];
  const jumped = Promise.withResolvers<void>();
  const on = Promise.withResolvers<void>();
  stand.onStep = async ({ id, step, host, signal }) => {
    if (step !== 'backing-up') return;
    seen.push(`${id} ${host}`);
    if (seen.length > 1) return;
    clock.jump(byMs);
    jumped.resolve();
    // Longer than the lease, while others look for work of those that have died.
    await stand.store.query('select pg_sleep(1.2)');
    signal.throwIfAborted();
    await on.promise;
  };
  const worker = createWorker({
    store: stand.store,
    kinds: [idleKind(stand)],
    concurrency: 1,
    hostId: 'jumping',
    leaseMs: 500,
    hostGoneMs: 800,
    log: silentLog,
    clock,
  });
  await worker.start();
  const [first, second] = await stand.send([
    { person: 'a', source: 'old' },
    { person: 'a', source: 'old' },
  ]);
  await jumped.promise;
  await stand.work({ hostId: 'steady', leaseMs: 500 });
  await stand.store.query('select pg_sleep(1.5)');
  const after = await stand.store.query<{ fresh: boolean }>(
    `select seen_at > clock_timestamp() - interval '1.5 s' as fresh from job_hosts where host = 'jumping'`,
  );
  expect(after.rows[0]!.fresh).toBe(true);
  on.resolve();
  for await (const _ of stand.jobs.changes(restoreKind, new AbortController().signal)) {
    const jobs = await stand.jobs.get(stand.store, restoreKind, [first!, second!]);
    if ([...jobs.values()].every(({ outcome }) => outcome === 'done')) break;
  }
  expect(seen.filter((each) => each.startsWith(first!))).toEqual([`${first} jumping`]);
  expect(seen.filter((each) => each.startsWith(second!))).toHaveLength(1);
  await worker.stop();
});

test('hours and estimates go by the clock of the database, whatever the one of the worker says', async () => {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  // Open now, and closed both an hour ago and in an hour, in UTC.
  const { rows } = await stand.store.query<{ minutes: number; day: string; ms: number }>(
    `select (extract(hour from n) * 60 + extract(minute from n))::int as minutes, lower(to_char(n, 'dy')) as day,
       (extract(epoch from clock_timestamp()) * 1000)::bigint as ms
     from (select clock_timestamp() at time zone 'UTC' as n) now`,
  );
  const time = (minutes: number) => {
    const ofDay = (minutes + 1440) % 1440;
    return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
  };
  const { minutes, ms } = rows[0]!;
  const text = `${time(minutes - 20)}-${time(minutes + 20)}`;
  expect([-hourMs, 0, hourMs].map((off) => isOpen(readHours(text), 'UTC', ms + off))).toEqual([false, true, false]);
  await stand.set('queue.hours', text, { source: 'old', target: 'new' });
  await stand.set('queue.zone', 'UTC', { source: 'old', target: 'new' });
  for (const byMs of [hourMs, -hourMs]) {
    const clock = jumpingClock();
    clock.jump(byMs);
    const [id] = await stand.send([{ person: 'a', source: 'old' }]);
    const worker = createWorker({
      store: stand.store,
      kinds: [idleKind(stand)],
      concurrency: 1,
      hostId: 'wrong',
      leaseMs: 500,
      log: silentLog,
      clock,
    });
    await worker.start();
    for await (const _ of stand.jobs.changes(restoreKind, new AbortController().signal))
      if ((await stand.jobs.get(stand.store, restoreKind, [id!])).get(id!)?.outcome === 'done') break;
    await worker.stop();
  }
});
