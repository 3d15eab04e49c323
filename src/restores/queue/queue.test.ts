import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { RequestStep } from '../types.ts';
import { restoreKind } from './queue.ts';
import { openQueueStand, type QueueStand } from './testing.ts';

let stand: QueueStand;
afterEach(() => stand.close());

const sourceSteps: RequestStep[] = ['backing-up', 'fetching'];
const targetSteps: RequestStep[] = ['delivering', 'restoring'];

/** Waits for notifications until all have ended. */
async function allEnded(ids: readonly string[]): Promise<void> {
  const open = new Set(ids);
  for await (const _ of stand.jobs.changes(restoreKind, new AbortController().signal)) {
    const jobs = await stand.jobs.get(stand.store, restoreKind, [...open]);
    for (const [id, { outcome }] of jobs) if (outcome) open.delete(id);
    if (open.size === 0) return;
  }
}

/** Which have a turn now, in the order in which they were given. */
async function granted(): Promise<string[]> {
  const { rows } = await stand.store.query<{ id: string }>(
    'select request_id as id from restore_turns where granted_at is not null order by granted_at',
  );
  return rows.map(({ id }) => id);
}

test('however many workers, no site has more courses at once than its limit', async () => {
  stand = await openQueueStand({ sources: ['old', 'older'], targets: ['new'] });
  await stand.set('queue.backups', 1, { source: 'old' });
  await stand.set('queue.backups', 3, { source: 'older' });
  await stand.set('queue.restores', 2, { target: 'new' });
  const sourceOf = new Map<string, string>();
  const now = { old: 0, older: 0, new: 0 };
  const most = { ...now };
  stand.onStep = async ({ id, step }) => {
    const at = sourceSteps.includes(step) ? sourceOf.get(id) : targetSteps.includes(step) ? 'new' : undefined;
    if (!at) return;
    const site = at as keyof typeof now;
    most[site] = Math.max(most[site], ++now[site]);
    // Long enough for every other worker to come by.
    await stand.store.query('select pg_sleep(0.02)');
    now[site]--;
  };
  const wishes = Array.from({ length: 24 }, (_, n) => ({ person: `p${n % 5}`, source: n % 3 ? 'older' : 'old' }));
  for (let host = 0; host < 3; host++) await stand.work({ hostId: `host${host}`, concurrency: 6 });
  const ids = await stand.send(wishes);
  for (const [index, id] of ids.entries()) sourceOf.set(id, wishes[index]!.source);
  await allEnded(ids);
  expect(most.old).toBe(1);
  expect(most.new).toBeLessThanOrEqual(2);
  expect(most.older).toBeLessThanOrEqual(3);
  // And a limit is there to be used.
  expect(most.older).toBeGreaterThan(1);
  expect((await stand.store.query('select from restore_turns')).rows).toEqual([]);
});

test('a course that waits for its turn holds no place of a worker', async () => {
  stand = await openQueueStand({ sources: ['old', 'other'], targets: ['new'] });
  await stand.set('queue.backups', 1, { source: 'old' });
  const released = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  let stuck = '';
  stand.onStep = async ({ id, step }) => {
    if (step !== 'backing-up' || stuck !== id) return;
    first.resolve();
    await released.promise;
  };
  // One place, taken by nobody while five wait; then two, of which one is taken for long.
  const ids = await stand.send(Array.from({ length: 6 }, () => ({ person: 'a', source: 'old' })));
  stuck = ids[0]!;
  await stand.work({ concurrency: 2 });
  await first.promise;
  const others = await stand.send(Array.from({ length: 3 }, () => ({ person: 'b', source: 'other' })));
  await allEnded(others);
  released.resolve();
  await allEnded(ids);
});

test('a changed limit holds for what comes next, without a restart', async () => {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  await stand.set('queue.backups', 1, { source: 'old' });
  const held = Promise.withResolvers<void>();
  let atOnce = 0;
  const three = Promise.withResolvers<void>();
  stand.onStep = async ({ step }) => {
    if (step !== 'backing-up') return;
    if (++atOnce === 3) three.resolve();
    await held.promise;
  };
  await stand.work({ concurrency: 8 });
  const ids = await stand.send(Array.from({ length: 5 }, () => ({ person: 'a', source: 'old' })));
  expect(await granted()).toHaveLength(1);
  await stand.set('queue.backups', 3, { source: 'old' });
  await three.promise;
  expect(await granted()).toHaveLength(3);
  held.resolve();
  await allEnded(ids);
});

test('a turn is kept while its worker is dead, and gone on with', async () => {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  await stand.set('queue.backups', 1, { source: 'old' });
  const begun = Promise.withResolvers<void>();
  let first = true;
  const seen: string[] = [];
  stand.onStep = async ({ id, step, signal }) => {
    if (step !== 'backing-up') return;
    seen.push(id);
    if (!first) return;
    first = false;
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const worker = await stand.work({ hostId: 'one' });
  const ids = await stand.send(Array.from({ length: 2 }, () => ({ person: 'a', source: 'old' })));
  await begun.promise;
  // As if it had been killed: nobody renews its lease, and its step goes on nowhere.
  await stand.store.query(
    "update jobs set lease_until = now() - interval '1 s', fence = fence + 1 where lease_until is not null",
  );
  await stand.queue.tend();
  expect(await granted()).toEqual([ids[0]]);
  await stand.work({ hostId: 'two' });
  await allEnded(ids);
  expect(seen).toEqual([ids[0], ids[0], ids[1]]);
  await worker.stop();
});

test('too many ready courses before the door of a target stop new ones', async () => {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  await stand.set('queue.backups', 3, { source: 'old' });
  await stand.set('queue.restores', 1, { target: 'new' });
  const door = Promise.withResolvers<void>();
  stand.onStep = async ({ step }) => {
    if (step === 'restoring') await door.promise;
  };
  const ids = await stand.send(Array.from({ length: 30 }, (_, n) => ({ person: `p${n}`, source: 'old' })));
  await stand.work({ concurrency: 8 });
  const reached = async () => {
    const { rows } = await stand.store.query<{ side: string; count: number }>(
      'select side, count(*) as count from restore_turns group by side',
    );
    return new Map(rows.map(({ side, count }) => [side, count]));
  };
  for await (const _ of stand.jobs.changes(restoreKind, new AbortController().signal))
    if (((await reached()).get('target') ?? 0) >= 3) break;
  await stand.queue.tend();
  // One restoring, two ready, and at most the three that were on their way when the second became ready.
  expect((await reached()).get('source')).toBeGreaterThanOrEqual(30 - 1 - 2 - 3);
  door.resolve();
  await allEnded(ids);
});

test('out of the hours nothing begins; what has begun is finished', async () => {
  stand = await openQueueStand({ sources: ['old'], targets: ['new'] });
  const now = new Date();
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(now.getUTCDay() + 2) % 7];
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  stand.onStep = async ({ step }) => {
    if (step !== 'backing-up') return;
    begun.resolve();
    await held.promise;
  };
  await stand.set('queue.backups', 1, { source: 'old' });
  await stand.work();
  const [first, second] = await stand.send([
    { person: 'a', source: 'old' },
    { person: 'a', source: 'old' },
  ]);
  await begun.promise;
  await stand.set('queue.hours', `${day} 00:00-24:00`, { source: 'old', target: 'new' });
  await stand.set('queue.zone', 'UTC', { source: 'old', target: 'new' });
  // Settings are looked at about once a second.
  while (stand.queue.board.lane(stand.site('old'), stand.site('new'))!.hours.windows.length === 0) {
    await stand.store.query('select pg_sleep(0.1)');
    await stand.queue.tend();
  }
  held.resolve();
  await allEnded([first!]);
  await stand.queue.tend();
  expect(await granted()).toEqual([]);
  await stand.set('queue.hours', '', { source: 'old', target: 'new' });
  await allEnded([second!]);
});

/**
 * Whatever is sent, cancelled and tried again, and however many workers take what is next: whoever waits with one course
 * waits for at most one of each other who had asked before, and for none of those who asked later.
 */
test('nobody waits for more than one course of anybody else', async () => {
  stand = await openQueueStand({ sources: ['old', 'older'], targets: ['new', 'newer'] });
  for (const source of ['old', 'older']) await stand.set('queue.backups', 1, { source });
  for (const target of ['new', 'newer']) await stand.set('queue.restores', 64, { target });
  const person = fc.constantFrom('a', 'b', 'c', 'd', '');
  const act = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        person,
        source: fc.constantFrom('old', 'older'),
        target: fc.constantFrom('new', 'newer'),
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), at: fc.nat() }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('finish' as const), at: fc.nat() }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
      await stand.store.query('delete from restore_requests');
      await stand.store.query('delete from jobs');
      await play(acts);
    }),
    { numRuns: Number(process.env.RUNS ?? 12), endOnFailure: true },
  );
}, 120_000);

interface Waiting {
  id: string;
  person: string;
  source: string;
  target: string;
  askedAt: number;
}

type Act =
  | { do: 'send'; person: string; source: string; target: string; count: number }
  | { do: 'cancel' | 'retry' | 'finish'; at: number };

/** The model: who waits since when, and who has begun since. It knows nothing of how turns are kept. */
async function play(acts: readonly Act[]): Promise<void> {
  let time = 0;
  const waiting = new Map<string, Waiting>();
  const known = new Map<string, Waiting>();
  const running = new Set<string>();
  const cancelled = new Set<string>();
  const begun: (Waiting & { at: number })[] = [];

  async function look(): Promise<void> {
    for (const id of await granted()) {
      const now = waiting.get(id);
      if (!now) continue;
      waiting.delete(id);
      running.add(id);
      begun.push({ ...now, at: ++time });
      judge(
        now,
        begun.filter(({ at }) => at < time),
      );
    }
  }

  /** Promised to who had nothing begun for that target meanwhile, from whatever source: others have had their turn. */
  function judge(one: Waiting, before: readonly (Waiting & { at: number })[]): void {
    const since = before.filter((each) => each.at > one.askedAt && each.target === one.target);
    if (since.some((each) => each.person === one.person)) return;
    const others = since.filter((each) => each.source === one.source);
    const counts = new Map<string, number>();
    for (const other of others) {
      counts.set(other.person, (counts.get(other.person) ?? 0) + 1);
    }
    for (const [person, count] of counts) expect(count, `${one.person} waited for ${person}`).toBeLessThanOrEqual(1);
    for (const { person } of others) {
      const asked = [...known.values()].some((each) => each.person === person && each.askedAt < one.askedAt);
      expect(asked, `${person} came later than ${one.person}, and went first`).toBe(true);
    }
  }

  for (const act of acts) {
    if (act.do === 'send') {
      const { person, source, target, count } = act;
      const ids = await stand.send(Array.from({ length: count }, () => ({ person, source, target })));
      for (const id of ids) {
        const one = { id, person, source, target, askedAt: ++time };
        waiting.set(id, one);
        known.set(id, one);
      }
    } else if (act.do === 'cancel') {
      const id = [...waiting.keys()][act.at % Math.max(1, waiting.size)];
      if (id) {
        await stand.cancel(id);
        waiting.delete(id);
        cancelled.add(id);
      }
    } else if (act.do === 'retry') {
      const id = [...cancelled][act.at % Math.max(1, cancelled.size)];
      if (id) {
        await stand.retry(id);
        cancelled.delete(id);
        const one = { ...known.get(id)!, askedAt: ++time };
        waiting.set(id, one);
        known.set(id, one);
      }
    } else {
      const id = [...running][act.at % Math.max(1, running.size)];
      if (id) {
        running.delete(id);
        await stand.store.transaction((tx) => stand.queue.enter(tx, id, 'enrolling'));
      }
    }
    await look();
  }
  // And nobody is forgotten.
  while (running.size > 0) {
    const [id] = running;
    running.delete(id!);
    await stand.store.transaction((tx) => stand.queue.enter(tx, id!, 'enrolling'));
    await look();
  }
  expect([...waiting.keys()]).toEqual([]);
}
