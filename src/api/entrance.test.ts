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
async function fetchTicket(site = 'campus', from = browser) {
  const start = await get(`/enter/${site}`);
  expect(start.statusCode).toBe(303);
  const { pathname, search } = new URL(start.headers.location!);
  const page = await from.get(pathname + search);
  const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1];
  return { ticket: ticket!, state: cookieOf(start, '__Host-jouvence-state'), start };
}

async function enter(): Promise<string> {
  const { ticket, state } = await fetchTicket();
  const answer = await post('/enter', state, { ticket });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/enter']);
  return cookieOf(answer, '__Host-jouvence-person');
}

test('from the site and back: one is who one is there, and sees one’s own', async () => {
  const { start } = await fetchTicket();
  expect(setCookies(start)[0]).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=None; Max-Age=900$/);
  const cookie = await enter();
  const page = await get('/enter', cookie);
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<html lang="fr">');
  expect(page.body).toContain('<bdi>ada</bdi>');
  // A site may be called anything.
  expect(page.body).toContain('&lt;b&gt;campus');
  expect(page.body).toContain('aucun cours');
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; style-src 'sha256-.*frame-ancestors 'none'$/,
    ),
    'x-content-type-options': 'nosniff',
  });
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

test('signing out, from a page of ours; and nobody', async () => {
  const cookie = await enter();
  expect((await post('/enter/leave', cookie, {}, { origin: 'https://evil.example' })).statusCode).toBe(403);
  expect((await get('/enter', cookie)).statusCode).toBe(200);
  const left = await post('/enter/leave', cookie, {}, { origin: publicUrl, 'accept-language': 'fr' });
  expect(left.body).toContain('Vous êtes déconnecté');
  expect(setCookies(left)[0]).toMatch(/^__Host-jouvence-person=; .*Max-Age=0$/);
  const nobody = await get('/enter', cookie, { 'accept-language': 'fr' });
  expect([nobody.statusCode, nobody.body.includes('Vous n’êtes pas connecté')]).toEqual([401, true]);
});
