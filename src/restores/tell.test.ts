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
