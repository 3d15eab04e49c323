import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { allMigrations } from '../compose.ts';
import { silentLog } from '../log.ts';
import type { Store } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { createMetrics } from './index.ts';

let store: Store;
beforeEach(async () => {
  store = await testStore(allMigrations);
});
afterEach(() => store.close());

const open = (process: string) =>
  createMetrics({ store, log: silentLog, clock: systemClock, version: '1', process, host: 'here' });

/** `how many` requests, of which the first ten wait since an hour and the rest have ended. */
async function fill(howMany: number): Promise<void> {
  await store.query(
    `insert into restore_requests (id, send_item, send_digest, actor, target_id, target, source_id, source, courseid,
       course_name, shortname, person, people, enrolments, category)
     select 'r' || n, 0, '', 'x', 1, 'new', 2, case n % 2 when 0 then 'old-a' else 'old-b' end, n, 'Course', 'c', 'p', false, 'never', '{}'
     from generate_series(1, $1::int) n`,
    [howMany],
  );
  await store.query(
    `insert into jobs (kind, subject, step, outcome, waiting_for, created_at)
     select 'restore', 'r' || n, case when n <= 10 then 'queued' else 'cleaning' end,
       case when n > 10 then case n % 5 when 0 then 'failed' else 'done' end end,
       case when n <= 4 then 'source' end, now() - interval '1 hour'
     from generate_series(1, $1::int) n`,
    [howMany],
  );
  await store.query('analyze');
}

test('what waits, by site, and how long the oldest has', async () => {
  await fill(110);
  const text = await open('api').text();
  expect(text).toContain('jouvence_requests_open{state="queued"} 10\n');
  expect(text).toContain('jouvence_requests_waiting{for="source"} 4\n');
  expect(text).toContain('jouvence_queue_requests{role="source",site="old-a"} 5\n');
  expect(text).toContain('jouvence_queue_requests{role="target",site="new"} 10\n');
  expect(Number(/^jouvence_queue_oldest_seconds\{role="target",site="new"\} (.*)$/m.exec(text)![1])).toBeCloseTo(
    3600,
    -2,
  );
  expect(text).toContain('jouvence_requests_kept{outcome="failed"} 20\n');
  await store.query(
    `insert into notice_messages (key, way, recipient, name, stream, next_at, tries, created_at)
     select 'k' || n, 'mail', 'address', 'a' || n || '@example.org', 'administration', now(), n - 1, now() - interval '1 hour' from generate_series(1, 3) n`,
  );
  const told = await open('api').text();
  expect(told).toContain('jouvence_notices_waiting{way="mail"} 3\n');
  expect(told).toContain('jouvence_notices_failing{way="mail"} 2\n');
  expect(told).not.toContain('example.org');
});

test('what a worker counted is in the answer of another process, and goes when it stops', async () => {
  const [api, worker] = [open('api'), open('worker')];
  worker.jobs.stepEnded({ kind: 'restore', step: 'fetching', how: 'failed', ms: 1500 });
  worker.sites.called({ site: 'a "b"\\c', function: 'get_site', code: 'site-timeout', ms: 20 });
  const publishing = worker.keepPublished();
  const line = /^jouvence_step_duration_seconds_sum\{.*process="worker".*\} 1\.5$/m;
  await expect.poll(() => api.text(), { timeout: 20_000 }).toMatch(line);
  // Labels are escaped: a name cannot end its line, or begin another.
  expect(await api.text()).toMatch(/^jouvence_site_calls_total\{.*site="a \\"b\\"\\\\c".*\} 1$/m);
  await publishing.stop();
  expect(await api.text()).not.toMatch(line);
});

test('without its database it answers what it knows, and that the database is away', async () => {
  const api = open('api');
  await store.query('drop table jobs cascade');
  const text = await api.text();
  expect(text).toContain('jouvence_database_up 0\n');
  expect(text).toContain('process_cpu_seconds_total{process="api"');
});

test('however many ask at once, the tables are looked at once', async () => {
  await fill(100);
  const asked: string[] = [];
  const query: Store['query'] = (sql, values) => {
    asked.push(sql);
    return store.query(sql, values);
  };
  const counted: Store = { ...store, query };
  const api = createMetrics({
    store: counted,
    log: silentLog,
    clock: systemClock,
    version: '1',
    process: 'api',
    host: 'here',
  });
  await Promise.all(Array.from({ length: 20 }, () => api.text()));
  const ofJobs = asked.filter((sql) => /from jobs/.test(sql));
  expect(ofJobs.length).toBeGreaterThan(0);
  expect(ofJobs.length).toBe(new Set(ofJobs).size);
});
