import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Desk, openDesk } from './test/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

test('ten thousand at once: bounded memory and connections, each told once, those who look after it by two mails', async () => {
  const count = Number(process.env.JOUVENCE_TEST_FLOOD ?? 10_000);
  await desk.set('notices.administrators', ['admin@example.org']);
  await desk.set('notices.web', false);
  const people = Array.from({ length: count / 2 }, (_, index) => ({
    username: `p${index}`,
    email: `p${index}@example.org`,
    firstname: 'P',
    lastname: String(index),
  }));
  for (let i = 0; i < people.length; i += 1000)
    await desk.campuses.door('POST', '/sites/new/people', JSON.stringify(people.slice(i, i + 1000)));
  // Half of them arrive for as many people, half fail for nobody: all in one transaction, as an outage would end them.
  await desk.store.transaction(async (tx) => {
    for (const { username } of people) await desk.notices.tell(tx, desk.ended({ person: username }));
    for (let i = 0; i < count / 2; i++)
      await desk.notices.tell(
        tx,
        desk.ended({ outcome: 'failed', person: null, requester: { kind: 'operator', name: 'local' } }),
      );
  });
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 100);
  const start = performance.now();
  await desk.work();
  await desk.post.until(people.length + 1);
  const seconds = (performance.now() - start) / 1000;
  await desk.pass(61);
  await desk.settled();
  clearInterval(watching);
  const to = desk.post.caught.map(({ to }) => to[0]!);
  const toPeople = to.filter((address) => address !== 'admin@example.org');
  expect(toPeople).toHaveLength(people.length);
  expect(new Set(toPeople).size).toBe(people.length);
  const toAdmin = desk.post.caught.filter((each) => each.to[0] === 'admin@example.org');
  expect(toAdmin.length).toBeLessThanOrEqual(2);
  const failures = toAdmin.map(({ mail }) => Number(/(\d+) failures/.exec(mail.subject!)?.[1] ?? 1));
  expect(failures.reduce((sum, each) => sum + each, 0)).toBe(count / 2);
  for (const { raw } of toAdmin) expect(raw.length).toBeLessThan(100_000);
  // Every mail that was caught is in it, parsed: some 20 kB each.
  expect(most - before).toBeLessThan(150e6 + people.length * 60_000);
  expect(desk.post.mostConnections()).toBeLessThanOrEqual(5);
  console.log(
    `${count} notices in ${seconds.toFixed(1)} s; RSS ${(before / 1e6).toFixed(0)} to at most ${(most / 1e6).toFixed(0)} MB with the engine, the mail server and every mail in it`,
  );
}, 1_200_000);
