import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { ownPath } from './own-path.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Operators in a browser: signing in, what only a page of ours may do, signing out. */
const publicUrl = 'https://jouvence.example';
const password = 'sept lampes au grenier';
let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;

beforeAll(async () => {
  api = await openTestApi({ publicUrl, ownNames: ['jouvence.example', 'localhost'], trustedProxies: ['192.0.2.0/24'] });
  app = await api.open('public');
  await api.accounts.operators.add(localOperator, {
    username: 'ada',
    name: '<b>Ada',
    language: 'fr',
    role: 'operator',
    siteIds: null,
  });
  await api.accounts.operators.setPassword(localOperator, 'ada', password);
});
afterAll(() => api[Symbol.asyncDispose]());

interface Sent {
  cookie?: string;
  form?: Record<string, string>;
  body?: object;
  headers?: Record<string, string | undefined>;
}

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  { cookie, form, body, headers }: Sent = {},
) {
  const all = {
    host: 'jouvence.example',
    ...(method !== 'GET' && { origin: publicUrl }),
    ...(cookie && { cookie }),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...headers,
  };
  const answer = await app.inject({
    method,
    url,
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    ...(form && { payload: new URLSearchParams(form).toString() }),
    ...(body && { payload: body }),
  });
  return Object.assign(answer, { set: [answer.headers['set-cookie'] ?? []].flat() });
}

const cookieOf = ({ set }: { set: string[] }): string =>
  set.find((line) => /^__Host-jouvence-operator=[^;]/.test(line))?.split(';')[0] ?? 'none';
const signIn = (form: Record<string, string> = {}, more: Sent = {}) =>
  call('POST', '/sign-in', { form: { username: 'ada', password, ...form }, ...more });

test('by a page, in one’s language: a cookie that only this host gets', async () => {
  const form = await call('GET', '/sign-in', { headers: { 'accept-language': 'fr' } });
  expect(form.statusCode).toBe(200);
  expect(form.body).toContain('Mot de passe');
  expect(form.body).not.toContain('/sign-in/openid');
  expect(form.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const entered = await signIn();
  expect([entered.statusCode, entered.headers.location]).toEqual([303, '/']);
  expect(entered.set[0]).toMatch(/^__Host-jouvence-operator=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  expect((await call('GET', '/api/v1/session', { cookie: cookieOf(entered) })).json().name).toBe('<b>Ada');
  // Who is in already need not sign in again.
  const again = await call('GET', '/sign-in?next=/requests', { cookie: cookieOf(entered) });
  expect(again.headers.location).toBe('/requests');
});

test('by the API: who one is, and that one is gone', async () => {
  const signed = await call('POST', '/api/v1/session', { body: { username: 'ADA', password } });
  const session = { kind: 'operator', username: 'ada', name: '<b>Ada', role: 'operator', sites: null, language: 'fr' };
  expect(signed.json()).toMatchObject({ ...session, expiresAt: expect.any(String) });
  const cookie = cookieOf(signed);
  expect((await call('GET', '/api/v1/session', { cookie })).json()).toMatchObject(session);
  const { sessions } = (await call('GET', '/api/v1/sessions', { cookie })).json();
  expect(sessions.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  const ended = await call('DELETE', '/api/v1/session', { cookie });
  expect(ended.set[0]).toMatch(/^__Host-jouvence-operator=; .*Max-Age=0$/);
  expect((await call('GET', '/api/v1/session', { cookie })).statusCode).toBe(401);
  const wrong = await call('POST', '/api/v1/session', { body: { username: 'ada', password: 'wrong' } });
  expect([wrong.statusCode, wrong.json().error.code, wrong.set]).toEqual([401, 'unauthenticated', []]);
});

test('what somebody’s token, the socket and a person are', async () => {
  const authorization = `Bearer ${await api.token('nightly', { role: 'auditor' })}`;
  expect((await call('GET', '/api/v1/session', { headers: { authorization } })).json()).toEqual({
    kind: 'operator',
    username: 'nightly',
    name: 'nightly',
    role: 'auditor',
    sites: null,
    site: null,
    language: null,
    expiresAt: null,
  });
  const change = { current: password, password: 'huit lampes au grenier' };
  expect((await call('PUT', '/api/v1/session/password', { headers: { authorization }, body: change })).statusCode).toBe(
    403,
  );
  const local = await api.open('local');
  expect((await local.inject('/api/v1/session')).json()).toMatchObject({ username: 'local', role: 'operator' });
});

const elsewhere = [
  'https://evil.example',
  'https://jouvence.example.evil.example',
  'http://jouvence.example',
  'https://jouvence.example:8443',
  'null',
  undefined,
];

test.each(elsewhere)('a page of %s changes nothing, and signs nobody in or out', async (origin) => {
  const cookie = cookieOf(await signIn());
  const headers = { origin };
  expect((await signIn({}, { headers })).statusCode).toBe(403);
  expect((await call('POST', '/api/v1/session', { body: { username: 'ada', password }, headers })).statusCode).toBe(
    403,
  );
  expect((await call('DELETE', '/api/v1/session', { cookie, headers })).statusCode).toBe(403);
  const token = { cookie, body: { name: 'stolen', days: 1 }, headers };
  expect((await call('POST', '/api/v1/tokens', token)).statusCode).toBe(403);
  expect((await call('GET', '/api/v1/session', { cookie, headers })).statusCode).toBe(200);
  // A program has no cookie, and so no page that could have sent it.
  const authorization = `Bearer ${await api.token(`program ${origin}`)}`;
  const own = await call('POST', '/api/v1/tokens', {
    body: { name: `own ${origin}`, days: 1 },
    headers: { ...headers, authorization },
  });
  expect(own.statusCode, own.body).toBe(200);
});

test('on this machine without a public address: pages of this very port, and of no other', async () => {
  await using plain = await openTestApi();
  const server = await plain.open('public');
  await plain.accounts.operators.add(localOperator, { username: 'ada', role: 'operator', siteIds: null });
  await plain.accounts.operators.setPassword(localOperator, 'ada', password);
  const tryFrom = async (host: string, origin: string) =>
    (
      await server.inject({
        method: 'POST',
        url: '/api/v1/session',
        headers: { host, origin },
        payload: { username: 'ada', password },
      })
    ).statusCode;
  for (const name of ['localhost:8080', '127.0.0.1:9000', '[::1]:8080', 'localhost'])
    expect(await tryFrom(name, `http://${name}`), name).toBe(200);
  for (const [host, origin] of [
    ['localhost:8080', 'http://localhost:3000'],
    ['localhost:8080', 'https://localhost:8080'],
    ['localhost:8080', 'http://campus.localhost:8080'],
    ['localhost:8080', 'http://127.0.0.1:8080'],
    ['10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['evil.example', 'http://evil.example'],
  ] as const)
    expect(await tryFrom(host, origin), `${host} ${origin}`).toBe(403);
});

test('the key of a session is never one that was there before', async () => {
  const planted = `__Host-jouvence-operator=${'A'.repeat(43)}`;
  const first = cookieOf(await signIn({}, { cookie: planted }));
  expect(first).not.toBe(planted);
  expect((await call('GET', '/api/v1/session', { cookie: planted })).statusCode).toBe(401);
  // Signing in again ends the session before.
  const second = cookieOf(await signIn({}, { cookie: first }));
  expect(second).not.toBe(first);
  expect((await call('GET', '/api/v1/session', { cookie: first })).statusCode).toBe(401);
});

test('a browser is an operator or a person, whoever came last', async () => {
  const person = { kind: 'person' as const, siteId: 1, site: 'campus', username: 'eva' };
  const ticket = { jti: 'one', until: new Date(Date.now() + 60_000) };
  const personCookie = `__Host-jouvence-person=${await api.accounts.sessions.start({ person, language: 'en', ticket })}`;
  expect((await call('GET', '/api/v1/session', { cookie: personCookie })).json()).toMatchObject({
    kind: 'person',
    username: 'eva',
    role: 'person',
    sites: ['campus'],
  });
  const entered = await signIn({}, { cookie: personCookie });
  expect(entered.set.some((line) => /^__Host-jouvence-person=;.*Max-Age=0/.test(line))).toBe(true);
  expect((await call('GET', '/api/v1/session', { cookie: personCookie })).statusCode).toBe(401);
});

test.each([
  ['/account?done=x', '/account?done=x'],
  ['/requests/abc', '/requests/abc'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/%5cevil.example', '/%5cevil.example'],
  // What is read as this by a browser.
  ['/.//evil.example', '/'],
  ['/x/..//evil.example', '/'],
  ['/%2e//evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/\tx', '/'],
  ['/a\r\nset-cookie: x=y', '/'],
  ['', '/'],
  [['/a', '/b'], '/'],
])('%j leads to %s', async (next, expected) => {
  expect(ownPath(next, '/')).toBe(expected);
  if (typeof next !== 'string') return;
  const entered = await signIn({ next });
  expect(entered.headers.location).toBe(expected);
});

test('no header makes an address of ours another', async () => {
  for (const headers of [{ 'x-forwarded-host': 'evil.example' }, { forwarded: 'host=evil.example' }]) {
    const entered = await signIn({}, { headers });
    expect(entered.headers.location).toBe('/');
  }
  expect((await call('GET', '/sign-in', { headers: { host: 'evil.example' } })).statusCode).toBe(403);
  const authorization = `Bearer ${await api.token('inviter')}`;
  const invited = await call('POST', '/api/v1/operators', {
    body: { username: 'new.one', role: 'auditor' },
    headers: { authorization, host: 'localhost', 'x-forwarded-host': 'evil.example' },
  });
  expect(invited.json().invitation.link).toMatch(/^https:\/\/jouvence\.example\/invitation\/[\w-]{43}$/);
});

test('from where somebody comes is believed of a proxy that is named, and of nobody else', async () => {
  const addressFrom = async (remoteAddress: string) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/session',
      remoteAddress,
      headers: { host: 'jouvence.example', origin: publicUrl, 'x-forwarded-for': '203.0.113.9' },
      payload: { username: 'ada', password },
    });
    const cookie = cookieOf({ set: [answer.headers['set-cookie'] ?? []].flat() });
    const { sessions } = (await call('GET', '/api/v1/sessions', { cookie })).json();
    return sessions.find(({ current }: { current: boolean }) => current).address;
  };
  expect(await addressFrom('192.0.2.1')).toBe('203.0.113.9');
  expect(await addressFrom('198.51.100.1')).toBe('198.51.100.1');
});

test('what is typed comes back as text, and never the password', async () => {
  const refused = await signIn({ username: '"><script>', password: 'not this one' });
  expect(refused.statusCode).toBe(401);
  expect(refused.body).toContain('value="&quot;&gt;&lt;script&gt;"');
  expect(refused.body).toContain('role="alert"');
  expect(refused.body).not.toContain('not this one');
});

test('too many that failed: wait, and it is said how long', async () => {
  for (let n = 0; n < 5; n++) expect((await signIn({ username: 'guessed', password: 'wrong' })).statusCode).toBe(401);
  const waiting = await signIn({ username: 'guessed', password: 'wrong' });
  expect(waiting.statusCode).toBe(503);
  expect(waiting.headers['retry-after']).toBe('1');
  expect(waiting.body).toContain('Try again in one second');
  const asJson = await call('POST', '/api/v1/session', { body: { username: 'guessed', password: 'wrong' } });
  expect([asJson.statusCode, asJson.headers['retry-after']]).toEqual([503, '1']);
});

test('a page left open, which asks by itself, keeps no session alive', async () => {
  const cookie = cookieOf(await signIn());
  const seenAt = async () =>
    (await api.store.query('select seen_at from operator_sessions order by id desc limit 1')).rows;
  await api.store.query("update operator_sessions set seen_at = now() - interval '50 minutes'");
  const before = await seenAt();
  const headers = { 'x-jouvence-background': '1' };
  for (const url of ['/api/v1/session', '/api/v1/notices?limit=1', '/api/v1/live', '/ready'])
    expect((await call('GET', url, { cookie, headers })).statusCode, url).toBeLessThan(300);
  expect(await seenAt()).toEqual(before);
  await api.store.query("update operator_sessions set seen_at = now() - interval '61 minutes'");
  expect((await call('GET', '/api/v1/session', { cookie, headers })).statusCode).toBe(401);
  // And what somebody does keeps it.
  const used = cookieOf(await signIn());
  await api.store.query("update operator_sessions set seen_at = now() - interval '50 minutes'");
  expect((await call('GET', '/api/v1/session', { cookie: used })).statusCode).toBe(200);
  expect(await seenAt()).not.toEqual(before);
});

test('the pages are in the language and the colours that this browser has chosen', async () => {
  const look = async (url: string, headers: Record<string, string> = {}) => {
    const { body, set } = await call('GET', url, { headers: { 'accept-language': 'en', ...headers } });
    return { tag: /<html[^>]*>/.exec(body)?.[0], set, body };
  };
  expect((await look('/sign-in')).tag).toBe('<html lang="en">');
  const chosen = await look('/sign-in?next=%2Faudit&language=fr');
  expect(chosen.tag).toBe('<html lang="fr">');
  expect(chosen.set).toEqual(['jouvence-language=fr; Path=/; SameSite=Lax; Max-Age=31536000']);
  expect(chosen.body).toContain('href="/sign-in?next=%2Faudit&amp;language=en"');
  const kept = 'jouvence-language=fr; jouvence-theme=dark';
  expect((await look('/sign-in', { cookie: kept })).tag).toBe('<html lang="fr" data-theme="dark">');
  const forged = await look('/sign-in?language="><script>', { cookie: 'jouvence-language=<b>; jouvence-theme="x' });
  expect([forged.tag, forged.set]).toEqual(['<html lang="en">', []]);
});

test('an invitation: a page that chooses the password, and signs in', async () => {
  await api.accounts.operators.add(localOperator, { username: 'eva', language: 'fr', role: 'auditor', siteIds: null });
  const { key } = await api.accounts.operators.invite(localOperator, 'eva');
  const url = `/invitation/${key}`;
  // Looking does not use it up: mail programs do that by themselves.
  for (let n = 0; n < 2; n++) expect((await call('GET', url)).body).toContain('Choisissez votre mot de passe');
  const choose = (form: Record<string, string>, headers = {}) => call('POST', url, { form, headers });
  expect((await choose({ password, again: password }, { origin: 'https://evil.example' })).statusCode).toBe(403);
  expect((await choose({ password, again: 'another' })).body).toContain('ne sont pas identiques');
  expect((await choose({ password: 'court', again: 'court' })).body).toContain('trop court');
  const chosen = await choose({ password, again: password });
  expect([chosen.statusCode, chosen.headers.location]).toEqual([303, '/']);
  expect((await call('GET', '/api/v1/session', { cookie: cookieOf(chosen) })).json()).toMatchObject({
    username: 'eva',
    role: 'auditor',
  });
  const used = await call('GET', url);
  expect([used.statusCode, used.body.includes('This link opens nothing')]).toEqual([404, true]);
  expect((await choose({ password, again: password })).statusCode).toBe(404);
});

test('another password, and another browser signed out', async () => {
  await api.accounts.operators.add(localOperator, { username: 'zoe', role: 'auditor', siteIds: null });
  await api.accounts.operators.setPassword(localOperator, 'zoe', password);
  const enter = () => signIn({ username: 'zoe' }).then(cookieOf);
  const [first, second] = [await enter(), await enter()];
  const { sessions } = (await call('GET', '/api/v1/sessions', { cookie: second })).json();
  const { id } = sessions.find(({ current }: { current: boolean }) => !current);
  const end = (headers = {}) => call('DELETE', `/api/v1/sessions/${id}`, { cookie: second, headers });
  expect((await end({ origin: 'null' })).statusCode).toBe(403);
  expect((await end()).statusCode).toBe(200);
  expect((await call('GET', '/api/v1/session', { cookie: first })).statusCode).toBe(401);
  const next = 'huit lampes au grenier';
  const change = (body: object) => call('PUT', '/api/v1/session/password', { cookie: second, body });
  expect((await change({ current: 'wrong', password: next })).statusCode).toBe(401);
  expect((await change({ current: password, password: 'zoe' })).json().error.details.fault).toBe('short');
  const third = await enter();
  const changed = await change({ current: password, password: next });
  expect(changed.statusCode).toBe(200);
  for (const cookie of [second, third]) expect((await call('GET', '/api/v1/session', { cookie })).statusCode).toBe(401);
  expect((await call('GET', '/api/v1/session', { cookie: cookieOf(changed) })).statusCode).toBe(200);
});
