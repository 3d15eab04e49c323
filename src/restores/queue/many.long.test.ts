import { afterEach, expect, test } from 'vitest';
import { restoreKind } from './queue.ts';
import { openQueueStand, type QueueStand } from './testing.ts';
import { selectPlaces } from './turns.sql.ts';

let stand: QueueStand;
afterEach(() => stand.close());

const many = Number(process.env.MANY ?? 10_000);
const people = Math.round(many * 0.1);
const sources = Array.from({ length: 8 }, (_, n) => `old-${n}`);

test('10,000 requests in one hour: who is next is found as fast at the end as at the beginning, and nobody is forgotten', async () => {
  stand = await openQueueStand({ sources, targets: ['new'] });
  for (const source of sources) await stand.set('queue.backups', 1, { source });
  await stand.set('queue.restores', 64, { target: 'new' });
  const sentAt = performance.now();
  const ids: string[] = [];
  const personOf = new Map<string, string>();
  // As September is: most send a few, some send all that they ever taught.
  for (let at = 0; ids.length < many; at++) {
    const person = `p${at % people}`;
    const count = at % 50 === 0 ? 40 : 1 + (at % 4);
    const wishes = Array.from({ length: Math.min(count, many - ids.length) }, (_, n) => ({
      person,
      source: sources[(at + n) % sources.length]!,
    }));
    const sent = await stand.send(wishes);
    for (const id of sent) personOf.set(id, person);
    ids.push(...sent);
  }
  const sentSeconds = (performance.now() - sentAt) / 1000;
  await stand.store.query('analyze');

  const plan = await stand.store.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers off, timing off) select j.id from jobs j where (select count(*) from schema_migrations) > 0
       and j.outcome is null and not j.parked and j.kind = any('{restore}') and j.next_at <= clock_timestamp()
       and (j.lease_until is null or j.lease_until <= clock_timestamp()) order by j.next_at, j.id limit 1 for update skip locked`,
  );
  expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('jobs_due');

  const pageAt = performance.now();
  for (let page = 0; page < 20; page++) await selectPlaces(stand.store, ids.slice(page * 50, page * 50 + 50));
  const pageMs = (performance.now() - pageAt) / 20;

  const ended: number[] = [];
  const waitedFor = new Map<string, number>();
  let done = 0;
  stand.onStep = async ({ id, step }) => {
    if (step !== 'backing-up') return;
    waitedFor.set(personOf.get(id)!, Math.min(waitedFor.get(personOf.get(id)!) ?? Number.POSITIVE_INFINITY, ++done));
    ended.push(performance.now());
  };
  const memoryBefore = process.memoryUsage().heapUsed;
  for (const hostId of ['one', 'two']) await stand.work({ hostId, concurrency: 8, leaseMs: 5000 });
  const wanted = Math.round(many * 0.14);
  for await (const _ of stand.jobs.changes(restoreKind, new AbortController().signal)) if (done >= wanted) break;
  const rate = (from: number, to: number) => ((to - from) / (ended[to - 1]! - ended[from]!)) * 1000;
  const tenth = Math.round(wanted / 10);
  const [first, last] = [rate(tenth, 3 * tenth), rate(wanted - 2 * tenth, wanted)];
  console.log(
    `${many} sent in ${sentSeconds.toFixed(0)} s; places of a page of 50: ${pageMs.toFixed(1)} ms; begun a second: ${first.toFixed(0)} at first, ${last.toFixed(0)} at the end; heap ${((process.memoryUsage().heapUsed - memoryBefore) / 1e6).toFixed(0)} MB more`,
  );
  // Each person's first course is begun before anybody's third: in the first rounds all are served.
  expect(waitedFor.size).toBe(people);
  expect(process.memoryUsage().heapUsed - memoryBefore).toBeLessThan(150e6);
}, 900_000);
