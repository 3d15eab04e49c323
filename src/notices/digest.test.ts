import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdAdministration, holdOwn } from './hold.ts';
import type { EndedFacts } from './index.ts';
import { type Desk, openDesk } from './test/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

const failed = (more: Partial<EndedFacts> = {}): EndedFacts =>
  desk.ended({ outcome: 'failed', person: null, requester: { kind: 'operator', name: 'local' }, ...more });
const mails = async () => (await desk.messages()).filter(({ way }) => way === 'mail');

test('to those who look after a site the first goes at once, what follows together, with numbers and the first few', async () => {
  await desk.set('notices.administrators', ['admin@example.org']);
  await desk.set('notices.digestMinutes', 60);
  await desk.work();
  await desk.tell(failed({ course: { id: 1, name: 'First' } }));
  await desk.post.until(1);
  for (let i = 1; i <= 8; i++) await desk.tell(failed({ course: { id: i, name: `Course ${i}` } }));
  const full = { code: 'spool-full' as const, message: 'no room' };
  for (let i = 1; i <= 3; i++) await desk.tell(failed({ course: { id: i, name: `Large ${i}` }, error: full }));
  await desk.tell({
    kind: 'site',
    site: desk.source,
    state: 'failing',
    since: '2026-11-02T08:00:00.000Z',
    waiting: 3,
    error: null,
  });
  await desk.settled((states) => states.length === 2);
  expect(desk.post.caught).toHaveLength(1);
  expect((await mails())[1]).toMatchObject({ state: 'waiting', notices: 12 });
  expect((await mails())[1]!.inMs).toBeGreaterThan(50 * 60_000);
  await desk.pass(61);
  const [, digest] = await desk.post.until(2);
  expect(digest!.mail.subject).toBe('Jouvence: 1 about sites, 11 failures');
  const text = digest!.mail.text!;
  expect(text).toContain('8 courses: The site could not be reached.');
  expect(text).toContain('3 courses: There is not enough room on the worker');
  expect(text).toContain('Course 5');
  expect(text).not.toContain('Course 6');
  expect(text).toContain('and 3 more');
  expect(text).toContain('has not answered since');
  await desk.settled();
  // The window is over: the next one goes at once again.
  await desk.pass(61);
  await desk.tell(failed());
  await desk.post.until(3);
});

test('forty courses of one send are no forty mails; a failure is not held for long, and nothing is told twice', async () => {
  const courier = await desk.work();
  const batch = { id: 'send', size: 40 };
  const course = (index: number) => ({ id: index, name: `Cours n° ${index}` });
  for (let i = 1; i <= 20; i++) await desk.tell(desk.ended({ batch, course: course(i) }));
  await desk.settled((states) => states.length === 2);
  expect(desk.post.caught).toEqual([]);
  await desk.tell(desk.ended({ batch, course: course(21), outcome: 'failed' }));
  await desk.settled((states) => states.length === 2);
  expect((await mails())[0]!.inMs).toBeLessThanOrEqual(61_000);
  await desk.pass(2);
  const [first] = await desk.post.until(1);
  expect(first!.mail.subject).toBe('Vos cours : 1 pas arrivé, 20 arrivés');
  await desk.settled();
  for (let i = 22; i <= 39; i++) await desk.tell(desk.ended({ batch, course: course(i) }));
  await desk.settled((states) => states.length === 4);
  expect((await mails())[1]!.inMs).toBeGreaterThan(30 * 60_000);
  // The last one is withdrawn by its owner: that is not told, and the rest is held for nothing any more.
  await desk.pass(6);
  await desk.tell(
    desk.ended({ batch, outcome: 'cancelled', cancelledBy: { kind: 'person', username: 'prof.martin' } }),
  );
  const [, second] = await desk.post.until(2);
  expect(second!.mail.subject).toBe('Vos cours : 18 arrivés');
  await desk.settled();
  await courier.stop();
  const told = desk.post.caught.flatMap(({ mail }) =>
    [...mail.text!.matchAll(/Cours n° (\d+)/g)].map(([, n]) => Number(n)),
  );
  expect(told.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 39 }, (_, index) => index + 1));
  expect(await desk.onSite('prof.martin')).toHaveLength(2);
});

test('a message that is longer than a site takes is cut, and arrives', async () => {
  const family = '👩🏽‍👩🏽‍👧🏽'.repeat(200);
  const report = Array.from({ length: 3 }, () => ({
    severity: 'error' as const,
    code: 'x',
    what: family,
    why: family,
    todo: family,
  }));
  await desk.work();
  await desk.tell(desk.ended({ course: { id: 1, name: family }, report }));
  await desk.settled();
  const batch = { id: 'long', size: 60 };
  for (let i = 0; i < 60; i++) await desk.tell(desk.ended({ batch, course: { id: i, name: family }, report }));
  await desk.settled((states) => states.length === 4);
  await desk.pass(90);
  await desk.settled();
  expect((await desk.messages()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent']);
  expect(await desk.onSite('prof.martin')).toHaveLength(2);
});

test('how long a notice is held: never for ever, a failure for minutes', () => {
  fc.assert(
    fc.property(
      fc.option(fc.integer({ min: -1e9, max: 1e9 })),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 10_080 }),
      (lastSentAgoMs, othersUnderWay, bad, digestMinutes) => {
        const own = holdOwn({ lastSentAgoMs, othersUnderWay, bad });
        expect(own).toBeGreaterThanOrEqual(0);
        expect(own).toBeLessThanOrEqual((bad ? 5 : 60) * 60_000);
        if (lastSentAgoMs === null && !othersUnderWay) expect(own).toBe(0);
        const administration = holdAdministration(lastSentAgoMs, digestMinutes);
        expect(administration).toBeGreaterThanOrEqual(0);
        expect(administration).toBeLessThanOrEqual(digestMinutes * 60_000);
        if (lastSentAgoMs === null) expect(administration).toBe(0);
      },
    ),
  );
});

test('whatever happens, in whatever order, with workers that come and go: each thing is in one message, once', async () => {
  await desk.set('notices.administrators', ['admin@example.org', 'other@example.org']);
  await desk.set('notices.digestMinutes', 30);
  const outcomes = fc.constantFrom('done' as const, 'failed' as const, 'refused' as const, 'cancelled' as const);
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('end' as const),
        outcome: outcomes,
        batch: fc.integer({ min: 0, max: 3 }),
        who: fc.constantFrom('prof.martin', 'prof.smith'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 45 }) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'kill' as const }) },
  );
  let courier = await desk.work(desk.another(), 800);
  for (const steps of fc.sample(fc.array(step, { minLength: 12, maxLength: 25 }), { numRuns: 4, seed: 20261127 })) {
    for (const each of steps) {
      if (each.do === 'end') {
        const batch = each.batch === 0 ? null : { id: `${each.who} ${each.batch}`, size: 8 };
        await desk.tell(desk.ended({ outcome: each.outcome, person: each.who, batch }));
      } else if (each.do === 'pass') await desk.pass(each.minutes);
      else {
        // One lets go of everything while another begins: whatever was under way is tried by the next.
        const next = desk.work(desk.another(), 800);
        await courier.stop();
        courier = await next;
      }
    }
  }
  for (let left = 1; left > 0; ) {
    await desk.pass(70);
    await desk.settled(() => true);
    const { rows } = await desk.store.query<{ left: number }>(
      `select count(*)::int as left from notice_messages where state = 'waiting'`,
    );
    left = rows[0]!.left;
  }
  const { rows: wrong } = await desk.store.query(
    `select n.id, m.way, m.recipient, m.name, count(*) from notices n
     join notice_message_items i on i.notice_id = n.id join notice_messages m on m.id = i.message_id
     group by 1, 2, 3, 4 having count(*) > 1`,
  );
  expect(wrong).toEqual([]);
  // A person by both ways, both addresses by mail.
  const { rows: counts } = await desk.store.query<{ audience: string; ways: number; notices: number }>(
    `select n.audience, count(*)::int as ways, count(distinct n.id)::int as notices from notices n
     join notice_message_items i on i.notice_id = n.id group by 1 order by 1`,
  );
  const all = await desk.store.query<{ audience: string; notices: number }>(
    'select audience, count(*)::int as notices from notices group by 1 order by 1',
  );
  expect(counts).toEqual(all.rows.map(({ audience, notices }) => ({ audience, ways: notices * 2, notices })));
  const messages = await desk.messages();
  expect(messages.every(({ state }) => state === 'sent')).toBe(true);
  // Fewer messages than notices: that is what it is for.
  expect(messages.length).toBeLessThan(counts.reduce((sum, { ways }) => sum + ways, 0));
  // And what was sent twice, by a worker that was stopped, says so.
  const ids = new Set(desk.post.caught.map(({ mail }) => mail.messageId));
  expect(ids.size).toBe(messages.filter(({ way }) => way === 'mail').length);
}, 120_000);
