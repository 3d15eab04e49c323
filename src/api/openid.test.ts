import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOpenid, localOperator } from '../accounts/index.ts';
import { systemClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Operators by OpenID Connect, with a real provider over HTTP. */
const publicUrl = 'https://jouvence.example';
const back = `${publicUrl}/sign-in/openid/back`;
let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;
let issuer: string;
const server = createServer();
/** What the provider says of its accounts; an account’s subject is what was typed as its name. */
const claims: Record<string, object> = {};

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'jouvence',
        client_secret: 'the secret of a client',
        redirect_uris: [back],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: ['only for a test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims[sub] }) }),
  });
  server.on('request', provider.callback());
  api = await openTestApi({ publicUrl, ownNames: ['jouvence.example'], openid: openidOf() });
  app = await api.open('public');
  for (const [username, openidByEmail] of [
    ['ada', true],
    ['eva', false],
    ['zoe', true],
  ] as const)
    await api.accounts.operators.add(localOperator, {
      username,
      email: `${username}@example.org`,
      openidByEmail,
      role: 'auditor',
      siteIds: null,
    });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

function openidOf(more: object = {}) {
  return createOpenid({
    issuer,
    clientId: 'jouvence',
    clientSecret: 'the secret of a client',
    scopes: ['openid', 'email'],
    claim: 'email',
    log: silentLog,
    clock: systemClock,
    ...more,
  });
}

const get = (url: string, cookie = '') =>
  app.inject({ method: 'GET', url, headers: { host: 'jouvence.example', ...(cookie && { cookie }) } });
const setCookies = (answer: Awaited<ReturnType<typeof get>>) => [answer.headers['set-cookie'] ?? []].flat();
const cookieOf = (answer: Awaited<ReturnType<typeof get>>, name: string) =>
  setCookies(answer)
    .find((line) => line.startsWith(`__Host-jouvence-${name}=`) && !line.includes('Max-Age=0'))
    ?.split(';')[0];

/** As a browser does it at the provider: follows, types a name, agrees, until it is sent back to us. */
async function throughProvider(address: string, name: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = address;
  let form: URLSearchParams | undefined;
  for (let hop = 0; hop < 12; hop++) {
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; ') },
      ...(form && { body: form }),
    });
    form = undefined;
    for (const line of answer.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(key!, value!);
    }
    const location = answer.headers.get('location');
    if (location !== null) {
      url = new URL(location, url).href;
      if (url.startsWith(back)) return url.slice(publicUrl.length);
      continue;
    }
    const page = await answer.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (!action) throw new Error(`the provider said: ${page.slice(0, 500)}`);
    url = new URL(action, url).href;
    form = new URLSearchParams(
      page.includes('name="login"') ? { prompt: 'login', login: name, password: 'x' } : { prompt: 'consent' },
    );
  }
  throw new Error('the provider never came to an end');
}

async function signIn(name: string, next = '') {
  const start = await get(`/sign-in/openid${next}`);
  expect(start.statusCode, start.body).toBe(303);
  const flow = cookieOf(start, 'openid')!;
  const path = await throughProvider(start.headers.location!, name);
  return { flow, path, start, entered: await get(path, flow) };
}

test('away with state, nonce and a challenge, and back as the operator of that verified e-mail', async () => {
  claims.sub1 = { email: 'Ada@example.org', email_verified: true };
  expect((await get('/sign-in')).body).toContain('href="/sign-in/openid?next=%2F"');
  const { start, entered } = await signIn('sub1', '?next=/account%3Fdone%3Dx');
  const asked = new URL(start.headers.location!).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    client_id: 'jouvence',
    redirect_uri: back,
    response_type: 'code',
    code_challenge_method: 'S256',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(setCookies(start)[0]).toMatch(/; Secure; HttpOnly; SameSite=Lax; Max-Age=900$/);
  expect([entered.statusCode, entered.headers.location]).toEqual([303, '/account?done=x']);
  const session = await get('/api/v1/session', cookieOf(entered, 'operator'));
  expect(session.json()).toMatchObject({ username: 'ada', role: 'auditor' });
  // Bound: another address there changes nothing.
  claims.sub1 = { email: 'zoe@example.org', email_verified: true };
  const again = await signIn('sub1');
  expect((await get('/api/v1/session', cookieOf(again.entered, 'operator'))).json()).toMatchObject({ username: 'ada' });
  const { rows } = await api.store.query(`select actor_name, after from audit where action = 'operators.bind'`);
  expect(rows).toEqual([{ actor_name: 'ada', after: { issuer, subject: 'sub1' } }]);
});

test.each([
  ['whose e-mail nobody verified', 'sub2', { email: 'zoe@example.org', email_verified: false }],
  ['whose e-mail says nothing of that', 'sub3', { email: 'zoe@example.org' }],
  ['of an operator who does not let itself be found', 'sub4', { email: 'eva@example.org', email_verified: true }],
  ['whom nobody knows', 'sub5', { email: 'nobody@example.org', email_verified: true }],
  ['without an e-mail', 'sub6', {}],
])('somebody %s does not get in', async (_, sub, said) => {
  claims[sub] = said;
  const { entered } = await signIn(sub);
  expect(entered.statusCode).toBe(401);
  expect(cookieOf(entered, 'operator')).toBeUndefined();
  expect(entered.body).toContain('is not that of an operator here');
  expect(await api.accounts.operators.list()).toHaveLength(3);
});

test('an answer opens once, in the browser that asked, and unchanged', async () => {
  claims.zoe = { email: 'zoe@example.org', email_verified: true };
  const start = await get('/sign-in/openid');
  const flow = cookieOf(start, 'openid')!;
  const other = cookieOf(await get('/sign-in/openid'), 'openid')!;
  const path = await throughProvider(start.headers.location!, 'zoe');
  const [state, nonce, , next] = flow.split('=')[1]!.split('.');
  const altered = (...parts: (string | undefined)[]) => `__Host-jouvence-openid=${parts.join('.')}`;
  const elsewhere = altered(state, nonce, 'a'.repeat(43), next);
  for (const [what, url, cookie] of [
    ['no cookie', path, ''],
    ['another browser', path, other],
    ['an empty cookie', path, '__Host-jouvence-openid='],
    ['another state', path.replace(/state=[^&]+/, 'state=x'), flow],
    ['no code', '/sign-in/openid/back', flow],
    ['refused there', `/sign-in/openid/back?error=access_denied&state=${state}`, flow],
    ['another issuer', path.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'), flow],
    ['a code of others', path.replace(/code=[^&]+/, 'code=stolen'), flow],
  ] as const) {
    const refused = await get(url, cookie);
    expect(refused.statusCode, what).toBe(401);
    expect(cookieOf(refused, 'operator'), what).toBeUndefined();
  }
  expect((await get(path, elsewhere)).statusCode).toBe(401);
  expect((await get(path, flow)).statusCode).toBe(303);
  expect((await get(path, flow)).statusCode).toBe(401);
});

test('another nonce than the one that was sent is refused', async () => {
  const openid = openidOf();
  const { address, flow } = await openid.begin(back);
  const path = await throughProvider(address, 'zoe');
  await expect(openid.finish(new URL(path, publicUrl), { ...flow, nonce: 'another' })).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});

test('by a username, when that is what the configuration says', async () => {
  const openid = openidOf({ claim: 'sub' });
  const { address, flow } = await openid.begin(back);
  const path = await throughProvider(address, 'zoe');
  expect(await openid.finish(new URL(path, publicUrl), flow)).toEqual({
    issuer,
    subject: 'zoe',
    email: null,
    username: 'zoe',
  });
});

test('a provider that is not there is said, and the password still works', async () => {
  await using closed = await openTestApi({
    publicUrl,
    ownNames: ['jouvence.example'],
    openid: openidOf({ issuer: 'http://localhost:9' }),
  });
  const down = await closed.open('public');
  const answer = await down.inject({ url: '/sign-in/openid', headers: { host: 'jouvence.example' } });
  expect(answer.statusCode).toBe(502);
  expect(answer.body).toContain('cannot be reached just now');
  expect(answer.body).toContain('name="password"');
});
