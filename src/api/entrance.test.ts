import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../packages/site-engine/testing.ts';
import { localOperator } from '../accounts/index.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** People come from an embedded site, where they sign in with their password. */
const publicUrl = 'http://localhost';
const host = 'campus.localhost';
let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;
let engine: TestEngine;
let browser: Awaited<ReturnType<TestEngine['browse']>>;

beforeAll(async () => {
  engine = await startTestEngine();
  api = await openTestApi({ publicUrl });
  app = await api.open('public');
  const url = `http://${host}:${engine.addresses.sites.port}`;
  for (const [name, address] of [
    ['campus', url],
    ['other', url.replace('campus', 'other')],
  ] as const) {
    await engine.door('POST', '/sites', {
      name,
      host: new URL(address).hostname,
      url: address,
      fullname: `<b>${name}`,
    });
    const { code } = (await engine.door('POST', `/sites/${name}/pairings`, { profile: 'target' })).json();
    await api.sites.pair(localOperator, { name, code });
    const ada = { username: 'ada', email: 'a@x.org', firstname: 'Ada', lastname: 'L', password: 'bon mot' };
    await engine.door('POST', `/sites/${name}/people`, [ada]);
  }
  browser = await engine.browse(host);
  await browser.signIn('ada', 'bon mot');
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await engine.close();
});

const get = (url: string, cookie = '', headers: object = {}) =>
  app.inject({ method: 'GET', url, headers: { host: 'localhost', cookie, ...headers } });
const post = (url: string, cookie: string, form: Record<string, string> = {}, headers: object = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: { host: 'localhost', cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  });
type Answer = Awaited<ReturnType<typeof get>>;

const setCookies = ({ headers }: Answer): string[] => [headers['set-cookie'] ?? []].flat();
const cookieOf = (answer: Answer, name: string): string =>
  setCookies(answer)
    .find((line) => line.startsWith(`${name}=`))!
    .split(';')[0]!;

/** As a browser does it: away with a state, and back with a ticket. */
async function fetchTicket(site = 'campus', from = browser, next = '') {
  const start = await get(`/enter/${site}${next && `?next=${encodeURIComponent(next)}`}`);
  expect(start.statusCode).toBe(303);
  const { pathname, search } = new URL(start.headers.location!);
  const page = await from.get(pathname + search);
  const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1];
  return { ticket: ticket!, state: cookieOf(start, '__Host-jouvence-state'), start };
}

async function enter(): Promise<string> {
  const { ticket, state } = await fetchTicket();
  const answer = await post('/enter', state, { ticket });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/courses']);
  return cookieOf(answer, '__Host-jouvence-person');
}

test('from the site and back: one is who one is there, and sees one’s own', async () => {
  const { start } = await fetchTicket();
  expect(setCookies(start)[0]).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=None; Max-Age=900$/);
  const cookie = await enter();
  const session = { kind: 'person', username: 'ada', sites: ['campus'], language: 'fr' };
  expect((await get('/api/v1/session', cookie)).json()).toMatchObject(session);
  expect((await get('/enter', cookie)).headers.location).toBe('/requests');
  expect((await get('/api/v1/requests', cookie)).json()).toMatchObject({ requests: [], next: null });
  expect((await get('/api/v1/sites', cookie)).statusCode).toBe(403);
  const { rows } = await api.store.query(`select actor_name, site from audit where action = 'people.enter'`);
  expect(rows[0]).toEqual({ actor_name: 'ada (campus)', site: 'campus' });
});

test('by the identifier too, which is what the site knows of itself', async () => {
  const { identifier } = await api.sites.get('campus');
  const { ticket, state } = await fetchTicket(encodeURIComponent(identifier));
  expect((await post('/enter', state, { ticket })).statusCode).toBe(303);
});

test('a ticket opens once, and only in the browser that was sent for it', async () => {
  const { ticket, state } = await fetchTicket();
  const other = await fetchTicket();
  for (const [cookie, given] of [
    ['', ticket],
    [other.state, ticket],
    [state.replace(/=\d+\./, '=9999.'), ticket],
    [state.replace(/=\d+\./, '='), ticket],
    [state, ''],
    [state, `${ticket}x`],
    [state, ticket.replace(/\.[^.]+$/, '.AAAA')],
  ] as const) {
    const refused = await post('/enter', cookie, { ticket: given });
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('<h1>You could not be signed in</h1>');
    expect(setCookies(refused).join()).not.toMatch(/__Host-jouvence-person=[^;]/);
  }
  expect((await post('/enter', state, { ticket })).statusCode).toBe(303);
  expect((await post('/enter', state, { ticket })).statusCode).toBe(403);
  const twice = await fetchTicket();
  const answers = await Promise.all([1, 2, 3].map(() => post('/enter', twice.state, { ticket: twice.ticket })));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 403, 403]);
});

test('a ticket of another site is not one of this', async () => {
  const elsewhere = await engine.browse('other.localhost');
  await elsewhere.signIn('ada', 'bon mot');
  const { ticket } = await fetchTicket('other', elsewhere);
  const { state } = await fetchTicket();
  expect((await post('/enter', state, { ticket })).statusCode).toBe(403);
});

test('from where nobody comes in, and when we have no address', async () => {
  expect((await get('/enter/nowhere')).statusCode).toBe(404);
  const closed = await openTestApi();
  const public_ = await closed.open('public');
  expect((await public_.inject({ url: '/enter/campus', headers: { host: 'localhost' } })).statusCode).toBe(404);
  await closed[Symbol.asyncDispose]();
  // The operators' socket knows no people.
  const local = await api.open('local');
  expect((await local.inject({ url: '/enter', headers: { host: 'localhost' } })).statusCode).toBe(404);
});

test.each([
  ['/requests/abcdefghijkl?tab=report', '/requests/abcdefghijkl?tab=report'],
  ['//evil.example', '/courses'],
  ['/.//evil.example', '/courses'],
  ['https://evil.example/', '/courses'],
  ['/\nx', '/courses'],
  [`/${'x'.repeat(1000)}`, '/courses'],
])('%j is gone on to as %s, and only in the browser that was sent away with it', async (next, expected) => {
  const { ticket, state } = await fetchTicket('campus', browser, next);
  expect((await post('/enter', state, { ticket })).headers.location).toBe(expected);
  // Whoever can plant a cookie: still one of ours.
  const planted = await fetchTicket();
  const cookie = planted.state.replace(/[^.]+$/, Buffer.from('//evil.example').toString('base64url'));
  expect((await post('/enter', cookie, { ticket: planted.ticket })).headers.location).toBe('/courses');
});

test('a refusal leads back to where it began', async () => {
  const { state } = await fetchTicket('campus', browser, '/requests');
  const refused = await post('/enter', state, { ticket: 'none' });
  expect(refused.body).toContain('href="/enter/campus?next=%2Frequests"');
  expect(refused.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-.*frame-ancestors 'none'$/,
    ),
    'x-content-type-options': 'nosniff',
  });
  expect((await post('/enter', '', { ticket: 'none' })).body).toContain('href="/"');
});

test('anybody is told from where people come in, as far as a setting lets it be', async () => {
  const entrances = async () => (await get('/api/v1/entrances')).json().entrances;
  const campus = { name: 'campus', title: '<b>campus', address: '/enter/campus' };
  const other = { name: 'other', title: '<b>other', address: '/enter/other' };
  expect(await entrances()).toEqual([campus, other]);
  const { id } = await api.sites.get('campus');
  await api.settings.set(localOperator, 'entrance.listed', false, { target: id });
  expect(await entrances()).toEqual([other]);
  // It can be come in from all the same.
  expect((await get('/enter/campus')).statusCode).toBe(303);
  await api.settings.set(localOperator, 'entrance.listed', false);
  await api.settings.set(localOperator, 'entrance.listed', true, { target: id });
  expect(await entrances()).toEqual([campus]);
  await api.settings.unset(localOperator, 'entrance.listed');
});

test('signing out, from a page of ours', async () => {
  const cookie = await enter();
  const leave = (origin: string) =>
    app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { host: 'localhost', cookie, origin } });
  expect((await leave('https://evil.example')).statusCode).toBe(403);
  expect((await get('/api/v1/session', cookie)).statusCode).toBe(200);
  expect(setCookies(await leave(publicUrl))[0]).toMatch(/^__Host-jouvence-person=; .*Max-Age=0$/);
  expect((await get('/api/v1/session', cookie)).statusCode).toBe(401);
});

test('where the pages were not built, a browser is told so, a program what there is, and one can sign in', async () => {
  await using bare = await openTestApi({ publicUrl, pages: '/nowhere' });
  const server = await bare.open('public');
  const at = (url: string, accept: string) => server.inject({ url, headers: { host: 'localhost', accept } });
  for (const url of ['/', '/courses']) {
    const page = await at(url, 'text/html');
    expect([page.statusCode, page.body.includes('npm run build')], url).toEqual([503, true]);
  }
  expect((await at('/', 'application/json')).json()).toMatchObject({ api: '/api/v1' });
  expect((await at('/sign-in', 'text/html')).statusCode).toBe(200);
  expect((await at('/api/v1/entrances', '*/*')).json()).toEqual({ entrances: [] });
});
