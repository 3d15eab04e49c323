import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { silentLog } from '../log.ts';
import type { Store } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import {
  createJobs,
  createWorker,
  type Job,
  type JobKind,
  type Jobs,
  migrations,
  type Step,
  type StepResult,
  type Worker,
} from './index.ts';
import { changeJob, claimJob, renewLease, schemaVersion } from './jobs.sql.ts';

const kind = 'parcel';
const leaseMs = 500;

let store: Store;
let jobs: Jobs;
let workers: Worker[];
/** What the outside world has seen, in order. */
let effects: string[];

beforeEach(async () => {
  store = await testStore(migrations);
  jobs = createJobs({ store });
  workers = [];
  effects = [];
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await store.close();
});

function parcel(steps: Record<string, Step>, decide?: JobKind['decide']): JobKind {
  return {
    name: kind,
    steps: new Map(Object.entries(steps)),
    decide: decide ?? (() => ({ do: 'fail', retry: false })),
    leftBehind: async (_tx, { key }) => void effects.push(`left ${key}`),
  };
}

async function startWorker(work: JobKind, options: { host?: string; concurrency?: number; leaseMs?: number } = {}) {
  const { host = 'here', concurrency = 2 } = options;
  const worker = createWorker({
    store,
    kinds: [work],
    concurrency,
    hostId: host,
    leaseMs: options.leaseMs ?? leaseMs,
    hostGoneMs: 1500,
    log: silentLog,
    clock: systemClock,
  });
  workers.push(worker);
  await worker.start();
  return worker;
}

function noteUndo(effect: string): 'undone' {
  effects.push(effect);
  return 'undone';
}

const add = (subject: string) => store.transaction((tx) => jobs.add(tx, { kind, subject, step: 'pack' }));
const cancel = (subject: string) => store.transaction((tx) => jobs.cancel(tx, kind, subject));

async function read(subject: string): Promise<Job> {
  const job = (await jobs.get(store, kind, [subject])).get(subject);
  if (!job) throw new Error(`no job ${subject}`);
  return job;
}

/** Waits for notifications, not for time. */
async function until(subject: string, is: (job: Job) => boolean): Promise<Job> {
  for await (const _ of jobs.changes(kind, new AbortController().signal)) {
    const job = await read(subject);
    if (is(job)) return job;
  }
  throw new Error('not reached');
}

const ended = (job: Job) => job.outcome !== null;

test('goes through its steps in order, each once, under its key', async () => {
  const step = { run: async ({ key }: { key: string }) => void effects.push(key) };
  await startWorker(parcel({ pack: step, send: step, thank: step }));
  await add('p1');
  const job = await until('p1', ended);
  expect(effects).toEqual(['p1.pack.1', 'p1.send.1', 'p1.thank.1']);
  expect(job.outcome).toBe('done');
  expect(job.steps.map(({ step, attempt }) => [step, attempt])).toEqual([
    ['pack', 1],
    ['send', 1],
    ['thank', 1],
  ]);
  expect(job.steps.every(({ endedAt }) => endedAt !== null)).toBe(true);
});

test('several workers share the work and none does it twice', async () => {
  const work = parcel({ pack: { run: async ({ key }) => void effects.push(key) } });
  const subjects = Array.from({ length: 30 }, (_, index) => `p${index}`);
  for (const subject of subjects) await add(subject);
  await Promise.all([startWorker(work), startWorker(work, { host: 'there' }), startWorker(work)]);
  for (const subject of subjects) await until(subject, ended);
  expect(effects.sort()).toEqual(subjects.map((subject) => `${subject}.pack.1`).sort());
});

test('a worker that stalls past its lease changes nothing when it wakes', async () => {
  const asleep = Promise.withResolvers<void>();
  const takenOver = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<unknown>();
  let stalled = true;
  const work = parcel({
    pack: {
      async run({ attempt, write, key }) {
        if (stalled) {
          stalled = false;
          asleep.resolve();
          await takenOver.promise;
          await write(async () => void effects.push('stalled')).then(
            () => refused.resolve('it wrote'),
            refused.resolve,
          );
          return undefined;
        }
        // The other one wakes while this one is in the middle of the same attempt.
        takenOver.resolve();
        await refused.promise;
        effects.push(`second ${key} ${attempt}`);
      },
    },
  });
  // Its timers never fire: a process under SIGSTOP.
  const frozen = createWorker({
    store,
    kinds: [work],
    concurrency: 1,
    hostId: 'here',
    leaseMs,
    log: silentLog,
    clock: { ...systemClock, setTimer: () => () => {} },
  });
  workers.push(frozen);
  await add('p1');
  await frozen.start();
  await asleep.promise;
  await startWorker(work);
  expect(await until('p1', ended)).toMatchObject({ outcome: 'done' });
  expect(await refused.promise).toMatchObject({ code: 'lost-lease' });
  expect(effects).toEqual(['second p1.pack.1 1']);
});

test('a guard finds out that the lease is lost before the effect', async () => {
  const guarded = Promise.withResolvers<unknown>();
  const work = parcel({
    pack: {
      async run({ guard }) {
        // Another worker claims it meanwhile.
        await store.query("update jobs set fence = fence + 1, next_at = now() + interval '1 hour'");
        while (true) {
          try {
            await guard();
          } catch (error) {
            guarded.resolve(error);
            throw error;
          }
        }
      },
    },
  });
  await startWorker(work);
  await add('p1');
  expect(await guarded.promise).toMatchObject({ code: 'lost-lease' });
  expect((await read('p1')).outcome).toBeNull();
});

test('a worker that is stopped lets go at once, and another goes on with the same attempt', async () => {
  const begun = Promise.withResolvers<void>();
  let first = true;
  const work = parcel({
    pack: {
      async run({ key, sleep }) {
        effects.push(key);
        if (!first) return undefined;
        first = false;
        begun.resolve();
        await sleep(3_600_000);
        return undefined;
      },
    },
  });
  // A lease that nobody could wait for.
  const worker = await startWorker(work, { leaseMs: 3_600_000 });
  await add('p1');
  await begun.promise;
  await worker.stop();
  await startWorker(work);
  await until('p1', ended);
  expect(effects).toEqual(['p1.pack.1', 'p1.pack.1']);
});

test('a renewal that comes after the release renews nothing', async () => {
  await add('p1');
  const claim = { kinds: [kind], host: 'here', worker: 'w', leaseMs: 3_600_000, hostGoneMs: 1500 };
  const schema = await schemaVersion(store);
  const claimed = await store.transaction((tx) => claimJob(tx, { ...claim, schema }));
  expect(await renewLease(store, claimed!, claim.leaseMs)).toEqual({ cancelAsked: false });
  await store.transaction((tx) => changeJob(tx, claimed!, { lease_until: null, worker: null }));
  expect(await renewLease(store, claimed!, claim.leaseMs)).toBeUndefined();
  expect(await store.transaction((tx) => claimJob(tx, { ...claim, schema }))).toMatchObject({ subject: 'p1' });
});

test('waits with the same attempt, tries again with a new one, undoes the old one first', async () => {
  let runs = 0;
  const work = parcel(
    {
      pack: {
        async run({ key }) {
          runs++;
          effects.push(`run ${key}`);
          if (runs === 1) throw new AppError('site-unreachable', 'nobody home');
          if (runs === 2) throw new AppError('archive-altered', 'torn');
        },
        async undo({ key, ending, finished }) {
          effects.push(`undo ${key} ${ending} ${finished}`);
          return 'undone';
        },
      },
    },
    (error, { tries }) =>
      (error as AppError).code === 'archive-altered'
        ? { do: 'again', for: 'source', afterMs: 1 }
        : { do: 'wait', for: 'source', afterMs: tries + 1 },
  );
  await add('p1');
  await startWorker(work);
  const job = await until('p1', ended);
  expect(effects).toEqual(['run p1.pack.1', 'run p1.pack.1', 'undo p1.pack.1 null false', 'run p1.pack.2']);
  expect(job).toMatchObject({ outcome: 'done', error: null });
});

test('what waits says for what, why, and until when', async () => {
  const work = parcel({ pack: { run: async () => Promise.reject(new AppError('busy', 'too many')) } }, () => ({
    do: 'wait',
    for: 'target',
    afterMs: 3_600_000,
  }));
  await startWorker(work);
  await add('p1');
  const job = await until('p1', ({ waitingFor }) => waitingFor !== null);
  expect(job).toMatchObject({
    waitingFor: 'target',
    error: { code: 'busy', message: 'too many', retry: true },
    outcome: null,
  });
  expect(job.nextAt.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
  // And a cancel does not wait for it.
  await cancel('p1');
  expect(await until('p1', ended)).toMatchObject({ outcome: 'cancelled', waitingFor: null });
});

test('a failure undoes all, last first, and keeps what is meant to stay', async () => {
  const undo: Step['undo'] = async ({ key, ending }) => {
    effects.push(`undo ${key} ${ending}`);
    return key.includes('send') ? 'keep' : 'undone';
  };
  const work = parcel({
    pack: { run: async () => undefined, undo },
    send: { run: async () => undefined, undo },
    thank: { run: async () => Promise.reject(new AppError('site-error', 'no')), undo },
  });
  await startWorker(work);
  await add('p1');
  const job = await until('p1', ended);
  expect(job).toMatchObject({ outcome: 'failed', error: { code: 'site-error', step: 'thank' } });
  expect(effects).toEqual(['undo p1.thank.1 failed', 'undo p1.send.1 failed', 'undo p1.pack.1 failed']);
});

test('what cannot be undone is written down, and the rest is undone', async () => {
  const work = parcel({
    pack: { run: async () => undefined, undo: async ({ key }) => noteUndo(`undo ${key}`) },
    send: {
      run: async () => ({ refuse: { code: 'archive-invalid', message: 'torn' } }),
      undo: () => Promise.reject(new Error('locked')),
    },
  });
  await startWorker(work);
  await add('p1');
  expect(await until('p1', ended)).toMatchObject({ outcome: 'refused', error: { message: 'torn', step: 'send' } });
  expect(effects).toEqual(['left p1.send.1', 'undo p1.pack.1']);
});

test('a cancel ends the step under way, undoes it, and cannot come twice or too late', async () => {
  const begun = Promise.withResolvers<void>();
  const work = parcel({
    pack: {
      async run({ sleep }) {
        begun.resolve();
        await sleep(3_600_000);
      },
      undo: async ({ key, ending }) => noteUndo(`undo ${key} ${ending}`),
    },
  });
  await startWorker(work);
  await add('p1');
  await begun.promise;
  await cancel('p1');
  expect(await until('p1', ended)).toMatchObject({ outcome: 'cancelled', error: null });
  expect(effects).toEqual(['undo p1.pack.1 cancelled']);
  await expect(cancel('p1')).rejects.toMatchObject({ code: 'conflict' });
});

test('a cancel during the last moments still counts', async () => {
  const work = parcel({
    pack: {
      async run() {
        // Nobody tells the worker: it has to look.
        await store.query('update jobs set cancel_asked = true');
      },
    },
  });
  await startWorker(work, { leaseMs: 3_600_000 });
  await add('p1');
  expect((await until('p1', ended)).outcome).toBe('cancelled');
});

test('a failed one is tried again from the step that is named, as a new attempt', async () => {
  let broken = true;
  const work = parcel({
    pack: { run: async ({ key }) => void effects.push(key) },
    send: {
      async run({ key }) {
        effects.push(key);
        if (broken) throw new AppError('site-error', 'no');
      },
    },
  });
  await startWorker(work);
  await add('p1');
  expect((await until('p1', ended)).outcome).toBe('failed');
  broken = false;
  const retry = () => store.transaction((tx) => jobs.retry(tx, { kind, subject: 'p1', step: 'send' }));
  await retry();
  expect(await until('p1', ended)).toMatchObject({ outcome: 'done', error: null });
  expect(effects).toEqual(['p1.pack.1', 'p1.send.1', 'p1.send.2']);
  await expect(retry()).rejects.toMatchObject({ code: 'conflict' });
});

test('work bound to a host goes elsewhere only when that host has gone', async () => {
  const work = parcel({
    pack: { run: ({ bindHost }) => bindHost(true).then(() => undefined) },
    send: {
      async run({ host }): Promise<StepResult> {
        effects.push(host);
        return host === 'here' ? { wait: { for: 'x', afterMs: 1 } } : undefined;
      },
    },
  });
  const here = await startWorker(work, { host: 'here' });
  await add('p1');
  await until('p1', ({ waitingFor, step }) => step === 'send' && waitingFor === 'x');
  await here.stop();
  effects = [];
  await startWorker(work, { host: 'there' });
  await store.query("update job_hosts set seen_at = now() - interval '1 minute' where host = 'here'");
  await until('p1', ended);
  expect(new Set(effects)).toEqual(new Set(['there']));
});

test('a worker of another schema claims nothing', async () => {
  const work = parcel({ pack: { run: async ({ host }) => void effects.push(host) } });
  await startWorker(work, { host: 'old' });
  await store.query("insert into schema_migrations (name, checksum) values ('9999-newer', '')");
  await add('p1');
  await startWorker(work, { host: 'new' });
  await until('p1', ended);
  expect(effects).toEqual(['new']);
});

test('progress is written seldom, and the last of a step does not outlive it', async () => {
  let revisions = 0;
  const work = parcel({
    pack: {
      async run({ progress, sleep }) {
        const before = (await read('p1')).revision;
        for (let i = 1; i <= 50; i++) {
          progress(i / 100, { done: i, total: 100 });
          await sleep(4);
        }
        revisions = (await read('p1')).revision - before;
      },
    },
    send: { run: async () => ({ wait: { for: 'x', afterMs: 3_600_000 } }) },
  });
  await startWorker(work);
  await add('p1');
  const job = await until('p1', ({ waitingFor }) => waitingFor === 'x');
  expect(revisions).toBeGreaterThanOrEqual(1);
  expect(revisions).toBeLessThanOrEqual(3);
  expect(job).toMatchObject({ step: 'send', progress: 0, bytesDone: 0 });
});
