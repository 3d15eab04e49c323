import { connect } from 'node:net';
import { type Operation, resources, routes } from '@jouvence/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { errorCatalogue, isErrorCode } from '../errors.ts';
import { openLog } from '../log.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let app: Awaited<ReturnType<TestApi['open']>>;
let authorization: string;
const logged: string[] = [];

beforeAll(async () => {
  const log = openLog({ level: 'trace', destination: { write: (line: string) => void logged.push(line) } });
  api = await openTestApi({ log, ownNames: ['localhost', 'jouvence.example.org'] });
  app = await api.open('public');
  authorization = `Bearer ${await api.token()}`;
});
afterAll(() => api[Symbol.asyncDispose]());

const filled = (operation: Operation): { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; url: string } => ({
  method: routes[operation].method,
  url: routes[operation].path
    .replace(/:id/, 'aaaabbbbcccc')
    .replace(/:courseid/, '1')
    .replace(/:profile/, 'source')
    .replace(/:\w+/g, 'x'),
});

/** Every refusal has one shape, a known code, and the status that goes with it. */
function refusal(response: { statusCode: number; body: string; headers: Record<string, unknown> }) {
  const { error } = resources.errorBody.parse(JSON.parse(response.body));
  expect(isErrorCode(error.code)).toBe(true);
  expect(error.requestId).toBe(response.headers['x-request-id']);
  return { status: response.statusCode, ...error };
}

test.each((Object.keys(routes) as Operation[]).filter((operation) => routes[operation].who !== 'anyone'))(
  '%s is not for anyone',
  async (operation) => {
    const revoked = await api.accounts.tokens.create({ kind: 'system' }, { name: `revoked ${operation}`, days: 1 });
    await api.accounts.tokens.revoke({ kind: 'system' }, revoked.id);
    const expired = await api.accounts.tokens.create({ kind: 'system' }, { name: `expired ${operation}`, days: 1 });
    await api.store.query(`update api_tokens set expires_at = now() - interval '1 second' where id = $1`, [expired.id]);
    for (const given of [
      undefined,
      'Bearer',
      'Bearer jvt_',
      `Bearer ${revoked.token}`,
      `Bearer ${expired.token}`,
      `Basic ${authorization.slice(7)}`,
    ]) {
      const response = await app.inject({
        ...filled(operation),
        headers: given === undefined ? {} : { authorization: given },
      });
      expect(refusal(response), String(given)).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
    const known = await app.inject({ ...filled(operation), headers: { authorization } });
    expect(known.statusCode).not.toBe(401);
  },
);

test('no header makes anyone the local operator; the socket does', async () => {
  for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { 'x-operator': 'local' }, { host: 'api.sock' }])
    expect((await app.inject({ url: '/api/v1/sites', headers })).statusCode).toBeGreaterThanOrEqual(401);
  const local = await api.open('local');
  expect((await local.inject('/api/v1/sites')).json()).toEqual({ sites: [] });
});

test.each([
  ['a field that is missing', { name: 'x', profile: 'source', token: 'aaaaaaaa' }, ['url']],
  [
    'a field of the wrong shape',
    { name: 'X Y', url: 'http://a.example', profile: 'source', token: 'aaaaaaaa' },
    ['name'],
  ],
  [
    'a misspelt field',
    { name: 'x', url: 'http://a.example', profile: 'source', token: 'aaaaaaaa', profil: 1 },
    ['profil'],
  ],
  [
    'an address that is not http',
    { name: 'x', url: 'file:///etc/passwd', profile: 'source', token: 'aaaaaaaa' },
    ['url'],
  ],
  ['several', { url: 1, profile: 'both', token: 'a b' }, ['name', 'url', 'profile', 'token']],
])('%s is named', async (_, payload, fields) => {
  const response = await app.inject({ method: 'POST', url: '/api/v1/sites', headers: { authorization }, payload });
  const { status, code, details, message } = refusal(response);
  expect({ status, code }).toEqual({ status: 400, code: 'invalid-parameter' });
  const named = (details!.fields as { field: string }[]).map(({ field }) => field);
  expect(new Set(named)).toEqual(new Set(fields));
  for (const field of fields) expect(message).toContain(field);
});

test('a wrong field deep inside is named by its path', async () => {
  const payload = {
    target: 't',
    person: 'p',
    items: [
      { source: 's', courseid: 1 },
      { source: 's', courseid: -1 },
    ],
  };
  const response = await app.inject({ method: 'POST', url: '/api/v1/requests', headers: { authorization }, payload });
  expect(refusal(response)).toMatchObject({ details: { in: 'body', fields: [{ field: 'items.1.courseid' }] } });
});

test.each([
  ['/api/v1/requests?limit=0', 'query', 'limit'],
  ['/api/v1/requests?limit=201', 'query', 'limit'],
  ['/api/v1/requests?state=lost', 'query', 'state.0'],
  ['/api/v1/requests?sate=done', 'query', 'sate'],
  ['/api/v1/requests?person=one&person=two', 'query', 'person'],
  ['/api/v1/courses?target=t', 'query', 'person'],
  ['/api/v1/requests/1%27;--', 'path', 'id'],
  ['/api/v1/courses/s/0?target=t', 'path', 'courseid'],
])('%s: what is wrong is named', async (url, place, field) => {
  const response = await app.inject({ url, headers: { authorization } });
  expect(refusal(response)).toMatchObject({ status: 400, details: { in: place, fields: [{ field }] } });
});

test('what is no JSON, too large, of another type, or nowhere', async () => {
  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/api/v1/pairs', headers: { authorization, 'content-type': type }, payload });
  expect(refusal(await post('{"source":'))).toMatchObject({ status: 400, code: 'invalid-parameter' });
  expect(refusal(await post('{"__proto__":{"x":1}}'))).toMatchObject({ status: 400 });
  expect(refusal(await post(JSON.stringify('x'.repeat(300_000))))).toMatchObject({ status: 413 });
  expect(refusal(await post('source=a', 'application/x-www-form-urlencoded'))).toMatchObject({ status: 415 });
  expect(refusal(await app.inject({ url: '/api/v1/nothing?token=abc' }))).toMatchObject({
    status: 404,
    code: 'not-found',
    message: 'There is no GET /api/v1/nothing here.',
  });
  expect(refusal(await app.inject({ url: '/api/v1/pairs/%ff' }))).toMatchObject({
    status: 400,
    code: 'invalid-parameter',
  });
});

test('the address alone says where to go on', async () => {
  for (const [what, path] of Object.entries((await app.inject('/')).json() as Record<string, string>)) {
    if (path.startsWith('/') && what !== 'api') expect((await app.inject(path)).statusCode, what).not.toBe(404);
  }
  expect((await app.inject('/')).json()).toMatchObject({ name: 'Jouvence', api: '/api/v1' });
});

test('what nobody foresaw says nothing of the inside, and the log says all', async () => {
  logged.length = 0;
  await using broken = await openTestApi({
    log: openLog({ destination: { write: (line: string) => void logged.push(line) } }),
  });
  const local = await broken.open('local');
  await broken.store.query('alter table sites rename to sites_gone');
  const failed = refusal(await local.inject('/api/v1/sites'));
  expect(failed).toMatchObject({ status: 500, code: 'internal' });
  expect(failed.message).not.toMatch(/sites|relation/);
  const line = logged.find((each) => each.includes(failed.requestId) && each.includes('call failed'));
  expect(line).toContain('relation');
});

test('names of this server only', async () => {
  for (const host of [
    'localhost',
    'localhost:8080',
    '127.0.0.1:8080',
    '[::1]:8080',
    'JOUVENCE.example.org',
    '10.0.0.7',
  ])
    expect((await app.inject({ url: '/health', headers: { host } })).statusCode, host).toBe(200);
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    'localhost:8080@evil',
    'a b',
    '127.1',
    '[::1',
    'jouvence.example.org.evil',
  ])
    expect(refusal(await app.inject({ url: '/health', headers: { host } })), host).toMatchObject({ status: 403 });
});

test('no page of another origin may read an answer, and answers are not kept', async () => {
  const { headers } = await app.inject({
    url: '/api/v1/sites',
    headers: { authorization, origin: 'http://evil.example' },
  });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/v1/sites',
    headers: { origin: 'http://evil.example' },
  });
  expect(preflight.statusCode).toBe(404);
});

test('too many calls from one address are put off; the socket is not counted', async () => {
  await using busy = await openTestApi({ callsPerMinute: 3 });
  const [open, local] = [await busy.open('public'), await busy.open('local')];
  for (let call = 0; call < 3; call++) expect((await open.inject('/ready')).statusCode).toBe(200);
  const response = await open.inject('/ready');
  expect(refusal(response)).toMatchObject({ status: errorCatalogue.busy.httpStatus, code: 'busy' });
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  expect((await open.inject('/health')).statusCode).toBe(200);
  for (let call = 0; call < 5; call++) expect((await local.inject('/ready')).statusCode).toBe(200);
});

test('who has proved who they are has a limit of their own: the others at their address do not shut them out', async () => {
  await using busy = await openTestApi({ callsPerMinute: 3 });
  const open = await busy.open('public');
  const token = async (name: string) =>
    `Bearer ${(await busy.accounts.tokens.create(localOperator, { name, days: 1, role: 'operator' })).token}`;
  const [one, other] = [await token('one'), await token('other')];
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await open.inject({ url: authorization ? '/api/v1/sites' : '/ready', headers })).statusCode;
  };
  // The first call of each proves it, and is the address's.
  expect([await ask(one), await ask(other)]).toEqual([200, 200]);
  expect([await ask(), await ask()]).toEqual([200, 503]);
  for (const authorization of [one, other]) {
    expect([await ask(authorization), await ask(authorization), await ask(authorization)]).toEqual([200, 200, 200]);
    expect(await ask(authorization)).toBe(503);
  }
  // What is made up opens no limit of its own.
  expect([await ask('Bearer jvt_made-up'), await ask('Bearer jvt_made-up-too')]).toEqual([503, 503]);
});

test('whoever has just come in is known at once, by the cookie', async () => {
  await using busy = await openTestApi({ callsPerMinute: 4, publicUrl: 'http://localhost' });
  const open = await busy.open('public');
  const password = 'sept lampes au grenier';
  await busy.accounts.operators.add(localOperator, { username: 'ada', role: 'operator', siteIds: null });
  await busy.accounts.operators.setPassword(localOperator, 'ada', password);
  const headers = { host: 'localhost', origin: 'http://localhost' };
  const entered = await open.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ username: 'ada', password }).toString(),
  });
  expect(entered.statusCode).toBe(303);
  const cookie = String(entered.headers['set-cookie']).split(';')[0]!;
  for (let call = 0; call < 4; call++) await open.inject('/ready');
  expect((await open.inject('/ready')).statusCode).toBe(503);
  for (let call = 0; call < 4; call++)
    expect((await open.inject({ url: '/api/v1/session', headers: { ...headers, cookie } })).statusCode).toBe(200);
  expect((await open.inject({ url: '/api/v1/session', headers: { ...headers, cookie } })).statusCode).toBe(503);
});

test('ready says what is missing, to anyone, and not why', async () => {
  const checks = [
    { name: 'database' as const, ask: async () => {} },
    { name: 'worker' as const, ask: async () => Promise.reject(new Error('/home/someone/secret')) },
  ];
  await using half = await openTestApi({ checks });
  const response = await (await half.open('public')).inject('/ready');
  expect(response.statusCode).toBe(503);
  expect(response.json()).toMatchObject({
    ready: false,
    checks: [
      { name: 'database', ok: true },
      { name: 'worker', ok: false },
    ],
  });
  expect(response.body).not.toContain('secret');
});

test('the description is complete', async () => {
  const { paths } = (await app.inject('/api/v1/openapi.json')).json() as {
    paths: Record<
      string,
      Record<string, { operationId: string; security?: unknown; responses: Record<string, unknown> }>
    >;
  };
  const described = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(routes).sort());
  for (const { operationId, security } of described)
    expect(security !== undefined, operationId).toBe(routes[operationId as Operation].who !== 'anyone');
  expect(JSON.stringify(paths)).toContain('"date-time"');
});

test('a token never comes out, in an answer or in the log', async () => {
  logged.length = 0;
  const { token, name } = (
    await app.inject({
      method: 'POST',
      url: '/api/v1/tokens',
      headers: { authorization },
      payload: { name: 'canary', days: 1 },
    })
  ).json() as { token: string; name: string };
  const answers = [
    await app.inject({ url: '/api/v1/tokens', headers: { authorization: `Bearer ${token}` } }),
    await app.inject({ url: `/health?token=${token}` }),
    await app.inject({ method: 'DELETE', url: `/api/v1/tokens/${name}`, headers: { authorization } }),
    await app.inject({ url: '/api/v1/tokens', headers: { authorization: `Bearer ${token}` } }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 401]);
  expect(logged.join('') + answers.map(({ body }) => body).join('')).not.toContain(token);
  expect(logged.some((line) => line.includes('"route":"GET /api/v1/tokens"') && line.includes('"operator"'))).toBe(
    true,
  );
});

test('one port: names of sites go to the engine, the rest stays here; upgrades are refused', async () => {
  await using shared = await openTestApi({
    handleSite: (request, response) => void response.end(`site ${request.headers.host}`),
  });
  const server = await shared.open('public');
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(address).port);
  const get = (host: string, extra = '') =>
    new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${extra}\r\n`),
      );
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
    });
  expect(await get(`campus-2026.localhost:${port}`)).toContain(`site campus-2026.localhost:${port}`);
  expect(await get(`localhost:${port}`)).toContain('"status":"ok"');
  expect(await get('campus-2026.localhost', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')).toMatch(
    /^HTTP\/1.1 501 /,
  );
});
