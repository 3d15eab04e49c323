import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { sourceAnswers, targetAnswers } from './test/campus.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Somebody who entered from the site `new` as prof.martin, and what that opens. */
const publicUrl = 'https://jouvence.example';
let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;
let source: Awaited<ReturnType<typeof openOddSite>>;
let target: Awaited<ReturnType<typeof openOddSite>>;
let cookie: string;

beforeAll(async () => {
  api = await openTestApi({ publicUrl, ownNames: ['jouvence.example'] });
  source = await openOddSite({ identifier: 'one', answers: sourceAnswers });
  target = await openOddSite({ identifier: 'two', profile: 'target', answers: targetAnswers });
  const add = (name: string, { url, token }: typeof source, profile: 'source' | 'target') =>
    api.sites.add(localOperator, { name, url, token, profile });
  await add('old', source, 'source');
  await add('new', target, 'target');
  await api.sites.pairs.add(localOperator, { source: 'old', target: 'new' });
  app = await api.open('public');
  cookie = await enter('new', 'prof.martin');
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

let tickets = 0;
async function enter(site: string, username: string): Promise<string> {
  const { id: siteId } = await api.sites.get(site);
  const ticket = { jti: `ticket-number-${tickets++}`, until: new Date(Date.now() + 60_000) };
  const person = { kind: 'person' as const, siteId, site, username };
  return `__Host-jouvence-person=${await api.accounts.sessions.start({ person, language: 'fr', ticket })}`;
}

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object, headers: object = {}) =>
  app.inject({
    method,
    url,
    headers: Object.fromEntries(
      Object.entries({ host: 'jouvence.example', origin: publicUrl, cookie, ...headers }).filter(([, value]) => value),
    ),
    ...(body && { payload: body }),
  });

const wish = { source: 'old', courseid: 1 };
const send = (body: object, headers?: object) =>
  call('POST', '/api/v1/requests', { target: 'new', person: 'prof.martin', items: [wish], ...body }, headers);

test('one’s own courses are asked for, followed, and cancelled', async () => {
  const sent = await send({});
  expect(sent.statusCode, sent.body).toBe(200);
  const [request] = sent.json().requests;
  expect(request).toMatchObject({ target: 'new', person: 'prof.martin', actor: 'prof.martin (new)' });
  const list = (await call('GET', '/api/v1/requests')).json();
  expect(list.requests.map(({ id }: { id: string }) => id)).toEqual([request.id]);
  expect((await call('GET', `/api/v1/requests/${request.id}`)).json().id).toBe(request.id);
  expect((await call('GET', `/api/v1/requests/${request.id}/report`)).statusCode).toBe(200);
  expect((await call('POST', `/api/v1/requests/${request.id}/cancel`)).statusCode).toBe(200);
  const lines = await api.store.query('select actor_kind, actor_name from audit where action like $1', ['requests.%']);
  expect(lines.rows[0]).toEqual({ actor_kind: 'person', actor_name: 'prof.martin (new)' });
});

test('of somebody else there is nothing, and nothing is done in somebody else’s name', async () => {
  const authorization = `Bearer ${await api.token('other')}`;
  const items = [{ source: 'old', courseid: 2 }];
  const body = { target: 'new', person: 'prof.martin', items, key: 'shared' };
  const [theirs] = (await call('POST', '/api/v1/requests', body, { authorization })).json().requests;
  const other = { cookie: await enter('new', 'somebody.else') };
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/report'],
    ['POST', '/cancel'],
  ] as const)
    expect((await call(method, `/api/v1/requests/${theirs.id}${path}`, undefined, other)).statusCode).toBe(404);
  expect((await call('GET', '/api/v1/requests', undefined, other)).json().requests).toEqual([]);
  for (const query of ['person=prof.martin', 'target=old', 'person=prof.martin&target=new'])
    expect((await call('GET', `/api/v1/requests?${query}`, undefined, other)).statusCode).toBe(403);
  expect((await send({}, other)).statusCode).toBe(403);
  expect((await send({ target: 'old' })).statusCode).toBe(403);
  // The same name on another site is another person.
  const elsewhere = { cookie: await enter('old', 'prof.martin') };
  expect((await call('GET', `/api/v1/requests/${theirs.id}`, undefined, elsewhere)).statusCode).toBe(404);
  expect((await send({}, elsewhere)).statusCode).toBe(403);
  // A key of one's own is not that of others.
  const same = await send({ key: 'shared', items: [{ ...wish, courseid: 3 }] });
  expect(same.statusCode, same.body).toBe(200);
  expect(same.json().requests[0].id).not.toBe(theirs.id);
});

test('who asks for others follows those too, and nobody else sees them there', async () => {
  const sent = await send({ person: 'prof.weber', items: [{ ...wish, courseid: 4 }] });
  expect(sent.statusCode, sent.body).toBe(200);
  const { id } = sent.json().requests[0];
  const idsOf = async (query: string, username: string, site = 'new') => {
    const answer = await call('GET', `/api/v1/requests?${query}`, undefined, { cookie: await enter(site, username) });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json().requests.map((each: { id: string }) => each.id);
  };
  expect(await idsOf('forOthers=true', 'prof.martin')).toEqual([id]);
  expect(await idsOf('', 'prof.martin')).not.toContain(id);
  // For whom it is has it among their own; it is not one that they asked for.
  expect(await idsOf('', 'prof.weber')).toEqual([id]);
  expect(await idsOf('forOthers=true', 'prof.weber')).toEqual([]);
  expect(await idsOf('forOthers=true', 'somebody.else')).toEqual([]);
  // Nor does saying more open what is somebody else's.
  expect(await idsOf(`forOthers=true&actor=${encodeURIComponent('prof.martin (new)')}`, 'somebody.else')).toEqual([]);
  expect(await idsOf('forOthers=true', 'prof.martin', 'old')).toEqual([]);
  const other = { cookie: await enter('new', 'somebody.else') };
  for (const query of ['person=prof.martin', 'target=old'])
    expect((await call('GET', `/api/v1/requests?forOthers=true&${query}`, undefined, other)).statusCode).toBe(403);
  const operator = { authorization: `Bearer ${await api.token('others')}` };
  expect((await call('GET', '/api/v1/requests?forOthers=true', undefined, operator)).statusCode).toBe(400);
});

test('a page of another origin changes nothing, whatever the browser sends along', async () => {
  for (const origin of [
    'https://evil.example',
    'null',
    'https://jouvence.example.evil',
    'http://jouvence.example',
    undefined,
  ])
    expect((await send({}, { origin })).statusCode, String(origin)).toBe(403);
  expect((await call('GET', '/api/v1/requests', undefined, { origin: undefined })).statusCode).toBe(200);
});

test('a session ends; a wrong one is nobody; a token beside it decides alone', async () => {
  const own = await enter('new', 'prof.martin');
  await api.accounts.sessions.end(own.split('=')[1]!);
  for (const given of [own, '__Host-jouvence-person=', `${own}x`, 'jouvence-person=x'])
    expect((await call('GET', '/api/v1/requests', undefined, { cookie: given })).statusCode).toBe(401);
  expect((await call('GET', '/api/v1/requests', undefined, { authorization: 'Bearer jvt_wrong' })).statusCode).toBe(
    401,
  );
  await api.store.query(`update person_sessions set expires_at = now() - interval '1 second'`);
  expect((await call('GET', '/api/v1/requests')).statusCode).toBe(401);
  const dump = await api.store.query<{ dump: string }>('select jsonb_agg(t)::text as dump from person_sessions t');
  expect(dump.rows[0]!.dump).not.toContain(cookie.split('=')[1]);
});
