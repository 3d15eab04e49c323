import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type ApiClient,
  createApiClient,
  type Fetch,
  type ListedRequest,
  live,
  type StreamEvent,
} from '@jouvence/contract';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fillRequests } from '../restores/test/fill.ts';
import { openTestApi, type TestApi } from './testing.ts';

type Event = StreamEvent<'live.requests'>;

let api: TestApi;
let app: FastifyInstance;
let base: string;
let stop: AbortController;

const limits = { heartbeatMs: 50, checkMs: 1000, stuckMs: 400, perCaller: 250 };

beforeEach(async () => {
  api = await openTestApi({ streams: limits, callsPerMinute: 100_000 });
  app = await api.open('public');
  await app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await api[Symbol.asyncDispose]();
});

const fill = (count: number, openPerMille = 500) =>
  fillRequests(api.store, { count, people: 10, sources: 2, targets: [1, 2], openPerMille });

const client = async (...given: Parameters<TestApi['token']>): Promise<ApiClient> =>
  createApiClient({ fetch: fetch as Fetch, baseUrl: base, token: await api.token(...given) });

/** As a page keeps what it is told. */
class Page {
  readonly rows = new Map<string, ListedRequest>();
  events = 0;
  pages = 0;

  take({ event, data }: Event): void {
    this.events++;
    if (event === 'gone') return void this.rows.delete(data.id);
    if (event === 'request') return void this.rows.set(data.id, data);
    this.pages++;
    this.rows.clear();
    for (const row of data.requests) this.rows.set(row.id, row);
  }

  get shown(): ListedRequest[] {
    return [...this.rows.values()].sort((a, b) => b.number - a.number);
  }
}

/** A stream that is read in the background, and its page. */
function watch(of: ApiClient, query: Parameters<typeof live>[1]) {
  const page = new Page();
  let changed = Promise.withResolvers<void>();
  const ended = (async () => {
    for await (const event of of.stream('live.requests', { query }, { signal: stop.signal })) {
      page.take(event);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })();
  ended.catch(() => changed.resolve());
  return {
    page,
    ended,
    async until(is: (page: Page) => boolean): Promise<Page> {
      const over = ended.then(() => Promise.reject(new Error('the stream has ended')));
      over.catch(() => {});
      while (!is(page)) await Promise.race([over, changed.promise]);
      return page;
    },
  };
}

/** What a worker does: the job a step further, and whoever looks on is told. */
async function advance(ids: readonly string[], set = "step = 'delivering'"): Promise<void> {
  await api.store.query(
    `with moved as (update jobs set ${set}, revision = revision + 1 where subject = any($1) returning subject)
     select pg_notify('jobs', json_build_object('kind', 'restore', 'subject', subject, 'due', false)::text) from moved`,
    [ids],
  );
}

test('first the page, then what changes of it: a row whole, a row that leaves, one that comes', async () => {
  await fill(40);
  const watched = watch(await client(), { open: true, limit: 5 });
  const page = await watched.until(({ pages }) => pages > 0);
  const { requests } = await api.restores.list({ open: true }, { limit: 6 });
  await watched.until(({ shown }) => shown.length === 5);
  expect(page.shown.map(({ id }) => id)).toEqual(requests.slice(0, 5).map(({ id }) => id));
  const [first, second] = page.shown;
  await advance([first!.id]);
  await watched.until(({ rows }) => rows.get(first!.id)?.state === 'delivering');
  expect(page.rows.get(first!.id)!.revision).toBeGreaterThan(first!.revision);
  // One ends: it leaves, and the next one fills its place.
  await advance([second!.id], "outcome = 'done'");
  await watched.until(({ rows }) => !rows.has(second!.id) && rows.has(requests[5]!.id));
  // One that had ended is tried again: it is newer than the oldest on the page, so it comes.
  await advance([second!.id], 'outcome = null');
  await watched.until(({ rows }) => rows.has(second!.id) && !rows.has(requests[5]!.id));
  await api.restores.remove({ kind: 'system' }, second!.id).catch(() => {});
  await advance([second!.id], "outcome = 'failed'");
  await watched.until(({ rows }) => !rows.has(second!.id));
  expect(page.shown.length).toBeLessThanOrEqual(5);
});

test('what is deleted is said; nobody is told of what is not on the page, or not theirs', async () => {
  await fill(200, 0);
  const mine = watch(await client('all'), { person: 'person3', limit: 200 });
  const school = watch(await client('school', { role: 'school', siteIds: [2] }), { limit: 200 });
  await mine.until(({ pages }) => pages > 0);
  await school.until(({ pages }) => pages > 0);
  expect(new Set(mine.page.shown.map(({ person }) => person))).toEqual(new Set(['person3']));
  expect(new Set(school.page.shown.map(({ target }) => target))).toEqual(new Set(['target-2']));
  const victim = mine.page.shown.find(({ target }) => target === 'target-2')!;
  const events = { mine: mine.page.events, school: school.page.events };
  const foreign = (await api.restores.list({ person: 'person4', targetIds: [1] })).requests.map(({ id }) => id);
  expect(foreign.length).toBeGreaterThan(0);
  await advance(foreign, 'attempt = attempt + 1');
  await api.restores.remove({ kind: 'system' }, victim.id);
  await mine.until(({ rows }) => !rows.has(victim.id));
  await school.until(({ rows }) => !rows.has(victim.id));
  expect(mine.page.events).toBe(events.mine + 1);
  expect(school.page.events).toBe(events.school + 1);
});

test('a stream is answered so that nothing on the way keeps or gathers it, and is never silent', async () => {
  const token = await api.token();
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'last-event-id': '17; drop' };
  const response = await fetch(`${base}/api/v1/live`, { headers, signal: stop.signal });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  let text = '';
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString();
    if (text.split(':\n\n').length > 3) break;
  }
  expect(text).toMatch(/^retry: 2000\n\n(:\n\n)*event: page\ndata: \{"requests":\[\]/);
  // Who accepts no stream gets the page.
  const plain = await fetch(`${base}/api/v1/live`, { headers: { authorization: headers.authorization } });
  expect(await plain.json()).toMatchObject({ requests: [], total: { count: 0, exact: true } });
});

test.each([
  ['the token is revoked', () => api.accounts.tokens.revoke({ kind: 'system' }, 'test')],
  ['the token expires', () => api.store.query("update api_tokens set expires_at = now() - interval '1 s'")],
])('%s: the stream says so and ends', async (_, end) => {
  const watched = watch(await client(), {});
  await watched.until(({ pages }) => pages > 0);
  await end();
  await expect(watched.ended).rejects.toMatchObject({ name: 'ApiError', status: 401, code: 'unauthenticated' });
});

test('a person is told of that person’s requests only, until the session ends', async () => {
  await fill(50);
  const person = { kind: 'person' as const, siteId: 1, site: 'target-1', username: 'person3' };
  const ticket = { jti: 'once', until: new Date(Date.now() + 60_000) };
  const key = await api.accounts.sessions.start({ person, language: 'fr', ticket });
  const withCookie: Fetch = (address, init) =>
    fetch(address, { ...init, headers: { ...init.headers, cookie: `__Host-jouvence-person=${key}` } }) as never;
  const watched = watch(createApiClient({ fetch: withCookie, baseUrl: base }), { limit: 200 });
  await watched.until(({ pages }) => pages > 0);
  const own = (await api.restores.list({ person: 'person3', target: 'target-1', targetIds: [1] })).requests;
  expect(watched.page.shown.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
  await api.accounts.sessions.end(key);
  await expect(watched.ended).rejects.toMatchObject({ status: 401 });
});

test('too many streams of one caller are refused, and room is made when one goes', async () => {
  const narrow = await openTestApi({ streams: { ...limits, perCaller: 2 }, callsPerMinute: 100_000 });
  try {
    const other = await narrow.open('public');
    await other.listen({ port: 0, host: '127.0.0.1' });
    const baseUrl = `http://localhost:${(other.server.address() as AddressInfo).port}`;
    const caller = createApiClient({ fetch: fetch as Fetch, baseUrl, token: await narrow.token() });
    const first = new AbortController();
    const open = (signal: AbortSignal) => caller.stream('live.requests', {}, { signal });
    const [one, two] = [open(first.signal), open(stop.signal)];
    await one.next();
    await two.next();
    await expect(open(stop.signal).next()).rejects.toMatchObject({ code: 'busy', status: 503 });
    const waiting = one.next();
    first.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    const again = async (): Promise<unknown> =>
      open(stop.signal)
        .next()
        .catch(() => turn().then(again));
    await again();
  } finally {
    stop.abort();
    await narrow[Symbol.asyncDispose]();
  }
});

test('200 streams and a storm of changes: in the end each shows what is true', async () => {
  await fill(300, 700);
  const caller = await client();
  const queries = Array.from(
    { length: 200 },
    (_, index) =>
      [{ open: true }, { person: `person${index % 10}` }, { source: 'source-1', state: 'queued,delivering' }, {}].map(
        (query) => ({ ...query, limit: 5 + (index % 20) }),
      )[index % 4]!,
  );
  const watched = queries.map((query) => watch(caller, query));
  await Promise.all(watched.map(({ until }) => until(({ pages }) => pages > 0)));
  const { requests } = await api.restores.list({ open: true }, { limit: 200 });
  for (let round = 0; round < 12; round++) {
    const ids = requests.filter((_, index) => (index * 7 + round) % 5 === 0).map(({ id }) => id);
    const ends = "case when random() < 0.1 then 'done' end";
    await advance(
      ids,
      `step = (array['fetching', 'delivering', 'queued'])[1 + (random() * 2)::int], outcome = ${ends}`,
    );
  }
  const filters = queries.map(({ state, ...rest }: { state?: string } & (typeof queries)[number]) => ({
    ...rest,
    ...(state && { state: state.split(',') as never }),
  }));
  const wanted = await Promise.all(filters.map(({ limit, ...filter }) => api.restores.list(filter, { limit })));
  const revisions = (rows: readonly { id: string; revision: number }[]) =>
    rows.map(({ id, revision }) => `${id} ${revision}`).join();
  await Promise.all(
    watched.map(({ until }, index) => until(({ shown }) => revisions(shown) === revisions(wanted[index]!.requests))),
  );
  // And nobody was told the whole page again and again.
  const told = watched.reduce((sum, { page }) => sum + page.pages, 0);
  expect(told).toBeLessThan(watched.length * 15);
}, 120_000);

test('who does not read is let go of, and holds up nobody', async () => {
  await fill(400, 1000);
  const token = await api.token('slow');
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const closed = Promise.withResolvers<void>();
  const slow = get(`${base}/api/v1/live?limit=200`, { headers, agent: false }, (response) => {
    response.pause();
    response.on('close', closed.resolve);
    response.on('error', () => {});
  });
  slow.on('error', () => {});
  slow.on('close', closed.resolve);
  const reader = watch(await client(), { limit: 200 });
  await reader.until(({ pages }) => pages > 0);
  const ids = reader.page.shown.map(({ id }) => id);
  const server = app.server;
  const connections = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const before = await connections();
  let gone = false;
  const wide = 'x'.repeat(20_000);
  for (let round = 0; round < 200 && !gone; round++) {
    // Errors are long sometimes; so the socket is full before long.
    await advance(
      ids,
      `error = '{"code": "quota", "message": "${round} ${wide}", "retry": false, "step": "fetching"}'`,
    );
    await reader.until(({ rows }) => rows.get(ids[0]!)?.error?.message.startsWith(`${round} `) === true);
    gone = (await connections()) < before;
  }
  expect(gone).toBe(true);
  slow.destroy();
}, 60_000);

test('a lost database connection: what was missed is told, and the stream stays', async () => {
  await fill(20);
  const watched = watch(await client(), { open: true });
  await watched.until(({ pages }) => pages > 0);
  const admin = new pg.Client({ connectionString: api.store.databaseUrl });
  await admin.connect();
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  // While nobody listens.
  const id = watched.page.shown[0]!.id;
  await admin.query("update jobs set step = 'comparing', revision = revision + 1 where subject = $1", [id]);
  await admin.end();
  await watched.until(({ rows }) => rows.get(id)?.state === 'comparing');
});

test('a server that is started again: the client is there again, with the whole page', async () => {
  await fill(20);
  const token = await api.token();
  const states: string[] = [];
  const caller = createApiClient({ fetch: fetch as Fetch, baseUrl: base, token });
  const page = new Page();
  const events = live(caller, { open: true }, { signal: stop.signal, onState: (state) => states.push(state) });
  page.take((await events.next()).value as Event);
  const { port } = app.server.address() as AddressInfo;
  await app.close();
  const id = page.shown[0]!.id;
  await advance([id]);
  const next = events.next();
  const again = await api.open('public');
  await again.listen({ port, host: '127.0.0.1' });
  page.take((await next).value as Event);
  expect(page.pages).toBe(2);
  expect(page.rows.get(id)!.state).toBe('delivering');
  await advance([id], "step = 'restoring'");
  page.take((await events.next()).value as Event);
  expect(page.rows.get(id)!.state).toBe('restoring');
  expect(states[0]).toBe('live');
  await events.return(undefined);
});

test('where no stream comes through, the page is asked for; what is refused is thrown', async () => {
  await fill(20);
  const token = await api.token();
  // A proxy that answers every stream with an error of its own.
  const through: Fetch = async (address, init) =>
    init.headers.accept === 'text/event-stream'
      ? { status: 502, text: async () => 'Bad Gateway' }
      : ((await fetch(address, init)) as never);
  const caller = createApiClient({ fetch: through, baseUrl: base, token });
  const states: string[] = [];
  const options = { signal: stop.signal, pollMs: 50, onState: (state: string) => states.push(state) };
  const events = live(caller, { open: true }, options);
  const first = (await events.next()).value as Event;
  const id = first.event === 'page' ? first.data.requests[0]!.id : '';
  await advance([id]);
  const second = (await events.next()).value as Event;
  const row = second.event === 'page' && second.data.requests.find((each) => each.id === id);
  expect(row).toMatchObject({ state: 'delivering' });
  expect(states).toContain('polling');
  await events.return(undefined);
  const nobody = createApiClient({ fetch: fetch as Fetch, baseUrl: base, token: 'jvt_nobody' });
  await expect(live(nobody, {}).next()).rejects.toMatchObject({ status: 401 });
  await expect(live(caller, { state: 'lost' }).next()).rejects.toMatchObject({ code: 'invalid-parameter' });
});
