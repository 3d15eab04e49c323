import { type Answer, createApiClient, type Input, type Operation } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { openOddSite } from '../sites/test/odd-site.ts';
import { nastyName, nastyNames, sourceAnswers, targetAnswers } from './test/campus.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Through the typed client, as portal and command line do it. */
let api: TestApi;
let source: Awaited<ReturnType<typeof openOddSite>>;
let target: Awaited<ReturnType<typeof openOddSite>>;
let call: <O extends Operation>(operation: O, input?: Input<O>) => Promise<Answer<O>>;

beforeAll(async () => {
  api = await openTestApi();
  source = await openOddSite({ identifier: 'one', token: 'token-of-source', answers: sourceAnswers });
  target = await openOddSite({
    identifier: 'two',
    token: 'token-of-target',
    profile: 'target',
    answers: targetAnswers,
  });
  const app = await api.open('public');
  const client = createApiClient({
    baseUrl: '',
    token: await api.token(),
    fetch: async (url, { method, headers, body }) => {
      const response = await app.inject({ method: method as 'GET', url, headers, payload: body });
      return { status: response.statusCode, text: async () => response.body };
    },
  });
  call = (operation, input) => client.call(operation, ...([input] as never));
  await call('sites.add', { body: { name: 'old', url: source.url, profile: 'source', token: source.token } });
  await call('sites.add', { body: { name: 'new', url: target.url, profile: 'target', token: target.token } });
  await call('pairs.add', { body: { source: 'old', target: 'new' } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

test('sites: what was added is listed and shown, without its token', async () => {
  const { sites } = await call('sites.list');
  expect(sites.map(({ name, profiles }) => [name, profiles])).toEqual([
    ['new', ['target']],
    ['old', ['source']],
  ]);
  const shown = await call('sites.show', { params: { site: 'old' } });
  expect(shown).toMatchObject({ url: source.url, kind: 'moodle', branch: 405, health: { state: 'ok' } });
  expect(shown.health.checkedAt).toBeInstanceOf(Date);
  expect(JSON.stringify(sites)).not.toContain('token-of');
  await expect(call('sites.show', { params: { site: 'nobody' } })).rejects.toMatchObject({
    code: 'not-found',
    status: 404,
  });
});

test('sites: one that refuses the token, or is none, says so and is not kept', async () => {
  const add = (url: string, token: string) =>
    call('sites.add', { body: { name: 'third', url, profile: 'source', token } });
  await expect(add(source.url, 'another-token')).rejects.toMatchObject({
    code: expect.stringMatching(/token-expired|conflict/),
  });
  await expect(add('http://127.0.0.1:1', 'another-token')).rejects.toMatchObject({
    code: 'site-unreachable',
    status: 502,
  });
  expect((await call('sites.list')).sites).toHaveLength(2);
});

test('sites and pairs: removed is removed', async () => {
  await using other = await openOddSite({ identifier: 'three', token: 'token-of-other' });
  await call('sites.add', { body: { name: 'other', url: other.url, profile: 'source', token: other.token } });
  const pair = await call('pairs.add', {
    body: { source: 'other', target: 'new', roles: ['editingteacher', 'manager'], identity: 'email' },
  });
  expect(pair).toEqual({
    source: 'other',
    target: 'new',
    roles: ['editingteacher', 'manager'],
    identity: 'email',
    auth: [],
    createPeople: false,
    changed: { at: expect.any(Date), by: expect.any(String) },
  });
  expect((await call('pairs.list', { query: { source: 'other' } })).pairs).toEqual([pair]);
  await call('pairs.remove', { params: { source: 'other', target: 'new' } });
  await call('sites.remove', { params: { site: 'other' } });
  expect((await call('pairs.list')).pairs.map((each) => each.source)).toEqual(['old']);
  await expect(call('sites.remove', { params: { site: 'other' } })).rejects.toMatchObject({ code: 'not-found' });
});

test.each(nastyNames)('tokens: one may be called %j', async (name) => {
  const created = await call('tokens.create', { body: { name, days: 30 } });
  expect(created).toMatchObject({ name, token: expect.stringMatching(/^jvt_/), createdBy: 'test' });
  expect(created.expiresAt.getTime() - created.createdAt.getTime()).toBeCloseTo(30 * 86_400_000, -4);
  const { tokens } = await call('tokens.list');
  expect(tokens.find((token) => token.id === created.id)).toMatchObject({ name, revokedAt: null });
  expect(await call('tokens.revoke', { params: { name } })).toMatchObject({ name, revokedAt: expect.any(Date) });
});

test('courses: whatever they are called', async () => {
  const { sources } = await call('courses.list', { query: { target: 'new', person: 'prof.martin' } });
  expect(sources).toMatchObject([{ source: 'old', state: 'ok', person: 'found', error: null }]);
  expect(sources[0]!.courses.map(({ fullname }) => fullname).sort()).toEqual([...nastyNames].sort());
  const found = await call('courses.list', {
    query: { target: 'new', person: 'prof.martin', search: 'jaune', year: 2024 },
  });
  expect(found.sources[0]!.courses).toHaveLength(0);
});

test('courses: a source that fails is shown as failing', async () => {
  source.misbehave = (_, response) => void response.writeHead(500).end('<h1>PHP Fatal error</h1>');
  try {
    const { sources } = await call('courses.list', { query: { target: 'new', person: 'prof.martin', refresh: true } });
    expect(sources).toMatchObject([
      { source: 'old', state: 'failing', courses: [], error: { code: 'site-bad-answer' } },
    ]);
  } finally {
    source.misbehave = undefined;
  }
});

test('courses: what is inside, and what would become of it', async () => {
  const { outline, verdict } = await call('courses.show', {
    params: { source: 'old', courseid: 1 },
    query: { target: 'new' },
  });
  expect(outline).toMatchObject({ id: 1, fullname: nastyName(1), fileBytes: 2048 });
  expect(outline!.sections[0]!.activities[0]).toMatchObject({ module: 'quiz', fileBytes: 2048 });
  expect(verdict).toMatchObject({ kind: 'partly', reasons: [{ code: 'module-missing' }] });
});

test('courses of a source, whoever holds them: by words, page after page', async () => {
  const search = (query: { search?: string; limit?: number; after?: string; target?: string } = {}) =>
    call('courses.search', { params: { site: 'old' }, query });
  const all = await search({ target: 'new' });
  expect(all).toMatchObject({ source: 'old', total: 9, next: null });
  expect(all.courses.map(({ id }) => id)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(all.courses[8]).toMatchObject({ fullname: nastyName(1), roles: [], fileBytes: 2048, carried: null });
  const page = await search({ limit: 5 });
  expect(page.next).toBe('5');
  expect((await search({ limit: 5, after: page.next! })).courses.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
  expect((await search({ search: 'Histoire art' })).courses.map(({ id }) => id)).toEqual([1]);
  await expect(call('courses.search', { params: { site: 'nowhere' } })).rejects.toMatchObject({ code: 'not-found' });
});

test('requests: sent, listed by page, shown, withdrawn, tried again; the same key asks once', async () => {
  const items = [1, 2, 3].map((courseid) => ({ source: 'old', courseid }));
  const send = () => call('requests.send', { body: { target: 'new', person: 'prof.martin', key: 'k1', items } });
  const [first, again] = await Promise.all([send(), send()]);
  expect(first.requests.map(({ id }) => id)).toEqual(again.requests.map(({ id }) => id));
  expect(first.requests.map(({ courseName }) => courseName)).toEqual([1, 2, 3].map(nastyName));
  expect(first.requests[0]).toMatchObject({ state: 'queued', people: false, enrolments: 'withusers', actor: 'test' });

  const page = await call('requests.list', { query: { target: 'new', limit: 2 } });
  expect(page.requests).toHaveLength(2);
  const rest = await call('requests.list', { query: { target: 'new', limit: 2, after: page.next! } });
  expect(rest.next).toBeNull();
  const listed = [...page.requests, ...rest.requests].map(({ id }) => id);
  expect(listed.sort()).toEqual(first.requests.map(({ id }) => id).sort());

  const { id } = first.requests[0]!;
  // When it arrives is estimated anew each time.
  const asItIs = { ...first.requests[0]!, queue: expect.anything() };
  expect(await call('requests.show', { params: { id } })).toEqual(asItIs);
  await expect(call('requests.retry', { params: { id } })).rejects.toMatchObject({ code: 'conflict', status: 409 });
  expect((await call('requests.cancel', { params: { id } })).state).toMatch(/^cancel/);
  expect(await call('requests.report', { params: { id } })).toMatchObject({ id, report: expect.any(Array) });
  expect((await call('requests.list', { query: { open: true, state: 'done' } })).requests).toEqual([]);
  await expect(call('requests.show', { params: { id: 'aaaabbbbcccc' } })).rejects.toMatchObject({ code: 'not-found' });
});

test('requests: the same key, while the rules of the first are still asked, is the same request', async () => {
  const items = [{ source: 'old', courseid: 7 }];
  const send = () => call('requests.send', { body: { target: 'new', person: 'prof.martin', key: 'k-slow', items } });
  const usual = source.answers.list_courses!;
  const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  source.answers.list_courses = async (query) => {
    asked.resolve();
    await go.promise;
    return usual(query);
  };
  const slow = send();
  await asked.promise;
  source.answers.list_courses = usual;
  const quick = await send();
  go.resolve();
  expect((await slow).requests.map(({ id }) => id)).toEqual(quick.requests.map(({ id }) => id));
  await call('requests.cancel', { params: { id: quick.requests[0]!.id } });
});

test('requests: refused for who may not, and for what is not', async () => {
  const send = (person: string, courseid: number, sourceName = 'old') =>
    call('requests.send', { body: { target: 'new', person, items: [{ source: sourceName, courseid }] } });
  await expect(send('nobody', 1)).rejects.toMatchObject({ code: 'not-found' });
  await expect(send('prof.martin', 999)).rejects.toMatchObject({
    code: expect.stringMatching(/not-found|not-allowed/),
  });
  await expect(send('prof.martin', 1, 'nowhere')).rejects.toMatchObject({ code: 'not-found' });
});

test('where a course stands is told wherever it is named, made from the address that its site has here', async () => {
  const at = (id: number) => `${source.url}/course/view.php?id=${id}`;
  const { sources } = await call('courses.list', { query: { target: 'new', person: 'prof.martin', refresh: true } });
  expect(sources[0]!.courses.map(({ id, url }) => url === at(id))).toEqual(nastyNames.map(() => true));
  const found = await call('courses.search', { params: { site: 'old' } });
  expect(found.courses.map(({ url }) => url)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1].map(at));
  const looked = await call('courses.show', { params: { source: 'old', courseid: 7 }, query: { target: 'new' } });
  expect(looked.url).toBe(at(7));
  const items = [{ source: 'old', courseid: 7 }];
  const sent = await call('requests.send', { body: { target: 'new', person: 'prof.martin', items } });
  const { id } = sent.requests[0]!;
  const urlOf = async () => (await call('requests.show', { params: { id } })).courseUrl;
  expect(await urlOf()).toBe(at(7));
  // Whatever gets into the registry as an address: no browser is led to what is none of the web.
  await api.sites.setUrl(localOperator, 'old', 'javascript:alert(document.cookie)//');
  try {
    expect(await urlOf()).toBeNull();
    expect((await call('requests.list', { query: { ids: [id] } })).requests[0]!.courseUrl).toBeNull();
  } finally {
    await api.sites.setUrl(localOperator, 'old', source.url);
  }
  await call('requests.cancel', { params: { id } });
});
