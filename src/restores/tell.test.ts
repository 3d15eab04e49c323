import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Actor, localOperator } from '../accounts/index.ts';
import type { EndedFacts } from '../notices/index.ts';
import { type Campus, hasEnded, newCampus, oldCampus, openCampus } from './test/campus.ts';

let campus: Campus;
beforeEach(async () => {
  campus = await openCampus();
});
afterEach(() => campus.close());

const told = async () =>
  (await campus.store.query<{ facts: EndedFacts }>('select facts from notice_events order by id')).rows.map(
    ({ facts }) => facts,
  );

test('how each request ended is written down with its end: for whom, who asked, what came of it, and with which others', async () => {
  const courseid = await campus.load('bio101-moodle45-users1');
  const other = await campus.load('bio101-moodle45-users1');
  const { id: siteId } = await campus.sites.get(newCampus);
  const items = [courseid, other].map((each) => ({ source: oldCampus, courseid: each }));
  const operator: Actor = { ...localOperator, name: 'dana' };
  const [one, two] = await campus.restores.send(operator, { target: newCampus, person: 'prof.martin', items });
  const martin: Actor = { kind: 'person', siteId, site: newCampus, username: 'prof.martin' };
  await campus.restores.cancel(martin, two!.id);
  await campus.work();
  const done = await campus.until(one!.id, hasEnded);
  await campus.until(two!.id, hasEnded);
  const facts = await told();
  const [arrived, withdrawn] = [one, two].map((request) => facts.find((each) => each.request === request!.id)!);
  expect(arrived).toMatchObject({
    kind: 'ended',
    outcome: 'done',
    target: { name: newCampus, id: siteId },
    source: { name: oldCampus },
    person: 'prof.martin',
    requester: { kind: 'operator', name: 'dana' },
    newCourse: { url: done.newCourse!.url },
    cancelledBy: null,
    batch: { size: 2 },
  });
  expect(withdrawn).toMatchObject({
    outcome: 'cancelled',
    cancelledBy: { kind: 'person', username: 'prof.martin' },
    batch: arrived!.batch,
  });
  expect(facts).toHaveLength(2);
  // Chat has gone from the target: that is worth saying, that people were taken out is not.
  expect(arrived!.report.every(({ severity }) => severity !== 'info')).toBe(true);
  const missing = arrived!.report.find(({ code }) => code === 'module-missing');
  expect(missing, 'by name in every language').toMatchObject({ values: { module: 'survey', target: newCampus } });
});

test('work that stands still is told once, what waits for its turn is not; and how somebody is reached is known from the sending on', async () => {
  const courseid = await campus.load('bio101-moodle45-users1');
  const items = [{ source: oldCampus, courseid }];
  const [request] = await campus.restores.send(localOperator, { target: newCampus, person: 'prof.martin', items });
  const contacts = await campus.store.query('select username, email from notice_contacts');
  expect(contacts.rows).toEqual([{ username: 'prof.martin', email: 'prof.martin@example.org' }]);
  await campus.store.query(`update jobs set updated_at = now() - interval '5 hours'`);
  await campus.store.query('update restore_turns set granted_at = null');
  await campus.restores.tellStuck();
  expect(await told()).toEqual([]);
  await campus.store.query('update restore_turns set granted_at = now()');
  for (let i = 0; i < 3; i++) await campus.restores.tellStuck();
  expect(await told()).toMatchObject([
    { kind: 'stuck', why: 'request', request: request!.id, step: 'queued', site: { name: oldCampus } },
  ]);
  // It stood, moved, and stands again: that is another standstill.
  await campus.store.query(`update jobs set updated_at = now() - interval '3 hours'`);
  await campus.restores.tellStuck();
  expect(await told()).toHaveLength(2);
  await campus.store.query(
    `update jobs set error = '{"code": "site-cron", "message": "its cron has not run", "retry": true, "step": "queued"}',
       waiting_for = 'source', waiting_since = now() - interval '3 hours'`,
  );
  for (let i = 0; i < 3; i++) await campus.restores.tellStuck();
  expect((await told())[2]).toMatchObject({ why: 'cron', count: 1, site: { name: oldCampus } });
  await campus.store.query(`insert into job_hosts (host, seen_at) values ('gone', now() - interval '4 hours')`);
  await campus.store.query(`update jobs set host = 'gone'`);
  for (let i = 0; i < 3; i++) await campus.restores.tellStuck();
  expect((await told()).map((each) => (each as { why?: string }).why)).toEqual([
    'request',
    'request',
    'cron',
    'worker',
  ]);
});

test('a notice that cannot be written keeps no course from arriving', async () => {
  const courseid = await campus.load('bio101-moodle45-users1');
  await campus.store.query('drop table notice_events cascade');
  const [request] = await campus.restores.send(localOperator, {
    target: newCampus,
    person: 'prof.martin',
    items: [{ source: oldCampus, courseid }],
  });
  await campus.work();
  expect((await campus.until(request!.id, hasEnded)).state).toBe('done');
});
