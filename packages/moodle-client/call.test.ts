import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { createSiteClient, SiteError, type SiteLimits } from './index.ts';
import { answerJson, openSite, readForm } from './test/misbehaving-site.ts';

const token = 'canary-4711-token';

async function failureOf(listener: RequestListener, limits?: Partial<SiteLimits>): Promise<SiteError> {
  await using site = await openSite(listener);
  const client = createSiteClient({ site: 'old', url: site.url, token, limits });
  try {
    const error = await client.call('get_job', { key: '7.backup.1' }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SiteError);
    const failure = error as SiteError;
    expect(`${failure.message} ${JSON.stringify(failure)} ${JSON.stringify(failure.details)}`).not.toContain('canary');
    expect(failure.message).toMatch(/^old: /);
    return failure;
  } finally {
    await client.close();
  }
}

test('a call is a form; its token is in the body and its result is read by the protocol', async () => {
  const calls: { url: string; form: URLSearchParams }[] = [];
  await using site = await openSite(async (request, response) => {
    calls.push({ url: request.url!, form: await readForm(request) });
    answerJson(response, { checks: [{ capability: 'moodle/course:create', exists: 1, allowed: '0', later: 'x' }] });
  });
  const client = createSiteClient({ site: 'old', url: `${site.url}/`, token });
  const result = await client.call('check_rights', {
    userid: 3,
    checks: [{ capability: 'moodle/course:create', level: 'category', instanceid: 9 }],
  });
  expect(result).toEqual({ checks: [{ capability: 'moodle/course:create', exists: true, allowed: false }] });
  expect(calls[0]!.url).toBe('/webservice/rest/server.php');
  expect(Object.fromEntries(calls[0]!.form)).toEqual({
    wstoken: token,
    wsfunction: 'local_jouvence_check_rights',
    moodlewsrestformat: 'json',
    userid: '3',
    'checks[0][capability]': 'moodle/course:create',
    'checks[0][level]': 'category',
    'checks[0][instanceid]': '9',
  });
  await client.close();
});

test('a list that may be long travels as one text', async () => {
  let people = '';
  await using site = await openSite(async (request, response) => {
    people = (await readForm(request)).get('people') ?? '';
    answerJson(response, { people: [] });
  });
  const client = createSiteClient({ site: 'old', url: site.url, token });
  const asked = [{ username: 'a', email: 'a@b', idnumber: '' }];
  await client.call('match_people', { people: asked });
  expect(JSON.parse(people)).toEqual(asked);
  await client.close();
});

test('what breaks the protocol’s rules is not sent', async () => {
  const client = createSiteClient({ site: 'old', url: 'http://localhost:1', token });
  await expect(client.call('get_job', { key: '../x' })).rejects.toMatchObject({ code: 'invalid-parameter' });
});

const html = '<!doctype html><html><title>Site en travaux</title></html>';

test.each<[string, RequestListener, RegExp]>([
  ['a page', (_, response) => response.end(html), /"Site en travaux", not JSON/],
  ['status 500', (_, response) => response.writeHead(500).end('Fatal error'), /status 500 and the text "Fatal error"/],
  ['status 404', (_, response) => response.writeHead(404).end(html), /status 404 and a page called/],
  ['nothing', (_, response) => response.end(), /is nothing, not JSON/],
  ['null', (_, response) => response.end('null'), /get_job is not what was agreed/],
  ['half a document', (_, response) => response.end('{"key": "7.b'), /not JSON/],
  ['wrong JSON', (_, response) => answerJson(response, { key: '7.backup.1' }), /not what was agreed at kind/],
  ['wrong UTF-8', (_, response) => response.end(Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/],
  ['something that is not HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n'), /not HTTP/],
  ['the token it was sent', (_, response) => response.end(`no: ${token}`), /no: \[hidden\]/],
])('%s is a bad answer', async (_, listener, message) => {
  const failure = await failureOf(listener);
  expect(failure).toMatchObject({ code: 'site-bad-answer', retry: true });
  expect(failure.message).toMatch(message);
});

test('an answer without end is cut off', async () => {
  const failure = await failureOf(
    (_, response) => {
      const write = (): void =>
        void (response.destroyed || response.write('x'.repeat(10_000), () => setImmediate(write)));
      write();
    },
    { answerBytes: 100_000 },
  );
  expect(failure.code).toBe('site-bad-answer');
  expect(failure.message).toContain('100000 bytes');
});

test.each([
  [
    'a redirect to another site',
    'https://elsewhere.example/login?wstoken=canary',
    /redirects calls to https:\/\/elsewhere.example\/login;/,
  ],
  [
    'a redirect within the site',
    '/login/index.php',
    /redirects calls to http:\/\/old-campus.localhost:\d+\/login\/index.php/,
  ],
])('%s is refused', async (_, location, message) => {
  let calls = 0;
  const failure = await failureOf((_, response) => {
    calls += 1;
    response.writeHead(302, { location }).end();
  });
  expect(failure.code).toBe('site-bad-answer');
  expect(failure.message).toMatch(message);
  expect(calls).toBe(1);
});

test.each([
  ['moodle_exception', 'invalidtoken', 'token-expired', false],
  ['webservice_access_exception', 'accessexception', 'token-expired', false],
  ['local_jouvence\\error', 'not-allowed', 'not-allowed', false],
  ['local_jouvence\\error', 'busy', 'busy', true],
  ['moodle_exception', 'sitemaintenance', 'busy', true],
  ['dml_write_exception', 'dmlwriteexception', 'site-error', false],
  ['moodle_exception', 'not-allowed', 'site-error', false],
])('%s with %s is %s', async (exception, errorcode, code, retry) => {
  const failure = await failureOf((_, response) => answerJson(response, { exception, errorcode, message: 'Non !' }));
  expect(failure).toMatchObject({ code, errorcode, retry, site: 'old' });
  expect(failure.message).toBe(`old: get_job was refused: Non !`);
});

test('a site that never answers is given up, in three ways', async () => {
  const silent: RequestListener = () => {};
  const stalling: RequestListener = (_, response) => void response.write('{');
  expect(await failureOf(silent, { headersMs: 50 })).toMatchObject({ code: 'site-timeout', retry: true });
  expect(await failureOf(stalling, { idleMs: 50 })).toMatchObject({ code: 'site-timeout' });
  expect(await failureOf(silent, { callMs: 50 })).toMatchObject({ code: 'site-timeout' });
});

test('a dead site is unreachable', async () => {
  const site = await openSite(() => {});
  site.kill();
  const client = createSiteClient({ site: 'old', url: site.url, token });
  await expect(client.call('get_site', {})).rejects.toMatchObject({ code: 'site-unreachable', retry: true });
});

test('only what may be repeated is asked again after a lost connection', async () => {
  let calls = 0;
  await using site = await openSite((request) => {
    calls += 1;
    request.socket.destroy();
  });
  const client = createSiteClient({ site: 'old', url: site.url, token });
  const start = { key: '7.backup.1', courseid: 1, people: false };
  await expect(client.call('get_site', {})).rejects.toMatchObject({ code: 'site-unreachable' });
  expect(calls).toBe(2);
  await expect(client.call('start_backup', start)).rejects.toMatchObject({ code: 'site-unreachable' });
  expect(calls).toBe(3);
  await expect(client.call('start_backup', start, { retry: true })).rejects.toMatchObject({ code: 'site-unreachable' });
  expect(calls).toBe(5);
});

test('an aborted call ends with the reason it was given', async () => {
  const stop = new AbortController();
  await using site = await openSite(() => stop.abort(new Error('the lease is lost')));
  const client = createSiteClient({ site: 'old', url: site.url, token });
  await expect(client.call('get_site', {}, { signal: stop.signal })).rejects.toThrow('the lease is lost');
  await client.close();
});

test.each([
  'http://campus.example',
  'http://localhost.example',
  'ftp://campus.example',
  'https://a:b@campus.example',
  'campus',
])('the address %s is refused', (url) => {
  expect(() => createSiteClient({ site: 'old', url, token })).toThrow(
    expect.objectContaining({ code: 'invalid-parameter' }),
  );
});
