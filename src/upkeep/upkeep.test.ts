import { afterEach, beforeEach, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { audit } from '../audit/index.ts';
import { choresOf } from '../chores.ts';
import { systemClock } from '../clock.ts';
import { allMigrations } from '../compose.ts';
import { createJobs } from '../jobs/index.ts';
import { silentLog } from '../log.ts';
import { createMetrics } from '../metrics/index.ts';
import { createSettings } from '../settings/index.ts';
import type { Store } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { holdings, tidyOnce } from './index.ts';

let store: Store;
beforeEach(async () => {
  store = await testStore(allMigrations);
});
afterEach(() => store.close());

const dayMs = 86_400_000;

/** Upkeep as it would be done in so many days. */
function inDays(days: number) {
  const nowMs = () => Date.now() + days * dayMs;
  const clock = { ...systemClock, nowMs, now: () => new Date(nowMs()) };
  const settings = createSettings({ store });
  const metrics = createMetrics({ store, log: silentLog, clock, version: '1', process: 'worker', host: 'h' });
  const modules = { store, settings, jobs: createJobs({ store }), metrics } as never;
  return { store, chores: choresOf(modules, clock), log: silentLog, clock, settings, onDeleted: metrics.deleted };
}

async function fill(ended: number): Promise<void> {
  await store.query(
    `insert into restore_requests (id, send_item, send_digest, actor, target_id, target, source_id, source, courseid,
       course_name, shortname, person, people, enrolments, category)
     select 'r' || n, 0, '', 'x', 1, 'new', 2, 'old', n, 'Course', 'c', 'p', false, 'never', '{}' from generate_series(1, $1::int) n`,
    [ended + 1],
  );
  await store.query(
    `insert into jobs (kind, subject, step, outcome) select 'restore', 'r' || n, 'cleaning', case when n <= $1 then 'done' end
     from generate_series(1, $1::int + 1) n`,
    [ended],
  );
  await store.query("insert into job_steps (job_id, step, attempt) select id, 'cleaning', 1 from jobs");
  await store.query(
    `insert into person_sessions (sha256, site_id, site, username, language, created_at, expires_at)
     values ('a', 1, 'new', 'p', 'fr', now(), now() + interval '2 hours')`,
  );
  await store.query("insert into used_tickets (site_id, jti, until) values (1, 'j', now() + interval '1 hour')");
  await store.query("insert into job_hosts (host, seen_at) values ('gone', now())");
  await store.query(
    `insert into api_tokens (name, sha256, created_at, created_by, expires_at, role) values ('t', 'x', now(), 'l', now() + interval '1 day', 'operator')`,
  );
  for (const object of ['one', 'two', 'three'])
    await store.transaction((tx) => audit.write(tx, { actor: localOperator, action: 'sites.setUrl', object }));
}

const count = async (table: string): Promise<number> =>
  (await store.query<{ count: number }>(`select count(*) as count from ${table}`)).rows[0]!.count;

test('each table is kept as long as is said, and no longer; what is under way stays', async () => {
  await fill(1203);
  expect(await tidyOnce(inDays(0))).toEqual(new Map());
  expect([...(await tidyOnce(inDays(1)))!]).toEqual([
    ['person_sessions', 1],
    ['used_tickets', 1],
  ]);
  const later = inDays(400);
  await later.settings.set(localOperator, 'retention.requestDays', 300);
  expect(Object.fromEntries((await tidyOnce(later))!)).toMatchObject({
    api_tokens: 1,
    restore_requests: 1203,
    job_hosts: 1,
  });
  expect(await count('restore_requests')).toBe(1);
  expect([await count('jobs'), await count('job_steps'), await count('restore_list')]).toEqual([
    1,
    1,
    await count('restore_list'),
  ]);
  await tidyOnce(inDays(2000));
  // The audit says itself that its beginning is gone, and what is left holds.
  expect(await audit.verify(store)).toMatchObject({ ok: true, findings: [] });
  expect(await count("audit where object in ('one', 'two')")).toBe(0);
});

test('one at a time over all workers; a table that fails does not keep the others', async () => {
  await fill(3);
  let entered: () => void = () => {};
  let leave: () => void = () => {};
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const gate = new Promise<void>((resolve) => (leave = resolve));
  const run = async (): Promise<number> => {
    entered();
    await gate;
    return 0;
  };
  const slow = { ...inDays(1), chores: [{ table: 'slow', run }] };
  const first = tidyOnce(slow);
  await inside;
  expect(await tidyOnce(inDays(1))).toBeNull();
  leave();
  await first;
  const broken = inDays(1);
  broken.chores.unshift({ table: 'broken', run: async () => Promise.reject(new Error('no')) });
  expect((await tidyOnce(broken))!.get('person_sessions')).toBe(1);
});

test('every table of the schema says what it holds, why, and how long', async () => {
  const { rows } = await store.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const tables = rows.map(({ name }) => name).sort();
  const missing = tables.filter((name) => !Object.hasOwn(holdings, name));
  expect(missing, 'add a line to src/upkeep/holdings.ts for each').toEqual([]);
});
