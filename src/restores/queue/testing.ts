import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { systemClock } from '../../clock.ts';
import { createJobs, createWorker, type JobKind, type Jobs, type StepContext, type Worker } from '../../jobs/index.ts';
import { silentLog } from '../../log.ts';
import { createSettings, type SettingKey, type Settings } from '../../settings/index.ts';
import { createSites, type Sites } from '../../sites/index.ts';
import { openSecrets, type Store } from '../../store/index.ts';
import { testStore } from '../../store/testing.ts';
import { insertRequest } from '../requests.sql.ts';
import { allMigrations, operator } from '../test/campus.ts';
import { type RequestStep, requestSteps } from '../types.ts';
import { Queue, restoreKind } from './queue.ts';

/** The queue on a real database, with work that does nothing in place of carrying courses. */
export interface QueueStand {
  store: Store;
  jobs: Jobs;
  settings: Settings;
  queue: Queue;
  /** Ids by name. */
  site(name: string): number;
  set(key: SettingKey, value: unknown, place: { source?: string; target?: string }): Promise<void>;
  /** As `sendRequests` does once all is decided; the ids, in order. */
  send(wishes: readonly { person: string; source: string; target?: string; sizeBytes?: number }[]): Promise<string[]>;
  cancel(id: string): Promise<void>;
  retry(id: string): Promise<void>;
  /** Does nothing in each step but what it is told to, in all workers. */
  work(options?: { hostId?: string; concurrency?: number; leaseMs?: number }): Promise<Worker>;
  /** Called in each step; throws or waits as it likes. */
  onStep: (about: { id: string; step: RequestStep; host: string; signal: AbortSignal }) => Promise<void>;
  close(): Promise<void>;
}

export async function openQueueStand(names: { sources: string[]; targets: string[] }): Promise<QueueStand> {
  const store = await testStore(allMigrations);
  const common = { store, log: silentLog, clock: systemClock };
  const settings = createSettings({ store });
  const sites: Sites = createSites({ ...common, secrets: openSecrets(tmpdir()) });
  const jobs = createJobs({ store });
  const queue = new Queue({ ...common, settings, sites, jobs, goneMs: 60_000, firstProbeMs: 50, longestProbeMs: 200 });
  const ids = new Map<string, number>();
  for (const name of [...names.sources, ...names.targets]) {
    const { rows } = await store.query<{ id: number }>(
      `insert into sites (name, title, url, kind, release, branch, identifier, timezone)
       values ($1, $1, $2, 'embedded', '4.5', 405, $3, 'Europe/Paris') returning id`,
      [name, `http://${name}.localhost`, randomUUID()],
    );
    ids.set(name, rows[0]!.id);
  }
  const site = (name: string): number => ids.get(name)!;
  const workers: Worker[] = [];
  const stand: QueueStand = {
    store,
    jobs,
    settings,
    queue,
    site,
    set: async (key, value, { source, target }) => {
      const place = { ...(source && { source: site(source) }), ...(target && { target: site(target) }) };
      await settings.set(operator, key, value, place);
    },
    async send(wishes) {
      const target = names.targets[0]!;
      await queue.prepare(
        wishes.map((wish) => ({ sourceId: site(wish.source), targetId: site(wish.target ?? target) })),
      );
      return store.transaction(async (tx) => {
        const queued = wishes.map(({ sizeBytes }) => ({ id: randomUUID().slice(-12), sizeBytes: sizeBytes ?? null }));
        for (const [index, wish] of wishes.entries()) {
          await insertRequest(tx, requestOf(queued[index]!.id, { target, ...wish }, site));
          await jobs.add(tx, { kind: restoreKind, subject: queued[index]!.id, step: 'queued', park: 'turn' });
        }
        await queue.ask(tx, queued);
        return queued.map(({ id }) => id);
      });
    },
    cancel: (id) =>
      store.transaction(async (tx) => {
        await queue.withdraw(tx, id);
        const { ended } = await jobs.cancel(tx, restoreKind, id);
        if (ended) await queue.ended(tx, id, 'cancelled');
      }),
    retry: (id) =>
      store.transaction(async (tx) => {
        await queue.lock(tx);
        await jobs.retry(tx, { kind: restoreKind, subject: id, step: 'queued', park: 'turn' });
        await queue.ask(tx, [{ id, sizeBytes: null }]);
      }),
    async work({ hostId = 'here', concurrency = 3, leaseMs = 1000 } = {}) {
      const worker = createWorker({ ...common, kinds: [idleKind(stand)], concurrency, hostId, leaseMs });
      workers.push(worker);
      await worker.start();
      return worker;
    },
    onStep: async () => {},
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await sites.close();
      await store.close();
    },
  };
  return stand;
}

/** Steps that do nothing, in the real queue. */
export function idleKind(stand: QueueStand): JobKind {
  const run =
    (step: RequestStep) =>
    async ({ subject: id, host, signal }: StepContext): Promise<undefined> => {
      await stand.onStep({ id, step, host, signal });
    };
  return {
    name: restoreKind,
    steps: new Map(requestSteps.map((step) => [step, { run: run(step), undo: async () => 'undone' as const }])),
    decide: () => ({ do: 'fail', retry: true }),
    entering: (tx, { subject, step }) => stand.queue.enter(tx, subject, step as RequestStep),
    tend: () => stand.queue.tend(),
    ended: (tx, { subject, outcome }) => stand.queue.ended(tx, subject, outcome),
  };
}

function requestOf(
  id: string,
  { person, source, target }: { person: string; source: string; target: string },
  site: (name: string) => number,
): Parameters<typeof insertRequest>[1] {
  return {
    id,
    sendKey: null,
    sendItem: 0,
    sendDigest: '',
    actor: 'tester',
    targetId: site(target),
    target,
    sourceId: site(source),
    source,
    courseid: 1,
    courseName: 'A course',
    shortname: 'A',
    person,
    people: false,
    enrolments: 'withusers',
    category: { kind: 'default' },
    keepIdnumber: false,
    keepFileAuthors: false,
    sender: { kind: 'operator' },
    asked: null,
    instanceKey: null,
    report: {},
  } as unknown as Parameters<typeof insertRequest>[1];
}
