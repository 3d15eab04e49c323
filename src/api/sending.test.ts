import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, publicUrl } from './test/world.ts';
import type { TestApi } from './testing.ts';

/** A session that ends while somebody sends: nothing that was ticked is lost, and nothing comes twice. */
let world: Awaited<ReturnType<typeof openWorld>>;
let app: Awaited<ReturnType<TestApi['open']>>;

beforeAll(async () => {
  world = await openWorld();
  app = await world.api.open('public');
});
afterAll(() => world[Symbol.asyncDispose]());

const ticked = [2, 3, 4].map((courseid) => ({ source: 'old', courseid }));
const send = (cookie: string, key: string, items: object[] = ticked) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/requests',
    headers: { host: 'jouvence.example', origin: publicUrl, cookie },
    payload: { target: 'new', person: 'prof.martin', key, items },
  });
const end = (cookie: string) => world.api.accounts.sessions.end(cookie.split('=')[1]!);
const requests = async () =>
  (await world.api.store.query<{ id: string }>('select id from restore_requests where courseid in (2, 3, 4, 5)')).rows;
const idsOf = (answer: Awaited<ReturnType<typeof send>>): string[] =>
  answer.json().requests.map(({ id }: { id: string }) => id);

test('it ended before: nothing is written, and after signing in again the same key sends once', async () => {
  const gone = await world.enter(world.target, 'prof.martin');
  await end(gone);
  const refused = await send(gone, 'basket-1');
  expect([refused.statusCode, refused.json().error.code]).toEqual([401, 'unauthenticated']);
  expect(await requests()).toEqual([]);
  const again = await world.enter(world.target, 'prof.martin');
  const sent = await send(again, 'basket-1');
  expect(sent.statusCode, sent.body).toBe(200);
  expect(idsOf(sent)).toHaveLength(3);
  expect(await requests()).toHaveLength(3);

  // The answer was lost, and with it the session: whoever sends again is told the same requests.
  await end(again);
  expect((await send(again, 'basket-1')).statusCode).toBe(401);
  const third = await world.enter(world.target, 'prof.martin');
  const repeated = await Promise.all([send(third, 'basket-1'), send(third, 'basket-1')]);
  for (const answer of repeated) expect(idsOf(answer)).toEqual(idsOf(sent));
  expect(await requests()).toHaveLength(3);
  const { rows } = await world.api.store.query(
    `select 1 from audit where action = 'requests.send' and actor_kind = 'person'`,
  );
  expect(rows).toHaveLength(3);
});

test('it ends in the middle: what was begun is written whole, and its answer can be had again', async () => {
  const cookie = await world.enter(world.target, 'prof.martin');
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  // Rules are asked of the sites between the session and the rows: then the session ends.
  const answer = world.source.answers.list_courses!;
  world.source.answers.list_courses = async (params) => {
    world.source.answers.list_courses = answer;
    asked.resolve();
    await ended.promise;
    return answer(params);
  };
  const sending = send(cookie, 'basket-2', [{ source: 'old', courseid: 5 }]);
  await asked.promise;
  await end(cookie);
  ended.resolve();
  const first = await sending;
  expect(first.statusCode, first.body).toBe(200);
  const again = await world.enter(world.target, 'prof.martin');
  expect(idsOf(await send(again, 'basket-2', [{ source: 'old', courseid: 5 }]))).toEqual(idsOf(first));
  expect(await requests()).toHaveLength(4);
});

test('a key is one’s own: somebody else’s is no way to their requests', async () => {
  const other = await world.enter(world.target, 'somebody.else');
  expect((await send(other, 'basket-1')).statusCode).toBe(403);
});
