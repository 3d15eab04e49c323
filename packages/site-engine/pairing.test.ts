import { verifyTicket } from '@jouvence/moodle-client';
import { enterPath, pairPath, profiles, readPairingCode } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { type Answer, startTestEngine, type TestEngine } from './testing.ts';

let t: TestEngine;
const host = 'pairing.localhost';
const control = 'https://jouvence.example/app';

beforeAll(async () => {
  t = await startTestEngine();
  for (const name of ['pairing', 'other'])
    await t.door('POST', '/sites', {
      name,
      host: `${name}.localhost`,
      url: `http://${name}.localhost:8080`,
      fullname: name,
    });
  const ada = { username: 'ada', email: 'a@x.org', firstname: 'Ada', lastname: 'L', password: 'bon mot' };
  await t.door('POST', '/sites/pairing/people', [ada]);
});
afterAll(async () => {
  expect(t.failures).toEqual([]);
  await t?.close();
});

const newCode = async (profile: string, site = 'pairing', days?: number) =>
  readPairingCode((await t.door('POST', `/sites/${site}/pairings`, { profile, days })).json().code)!;
const pair = (secret: string, to = control, on = host): Promise<Answer> =>
  t.ask({
    method: 'POST',
    path: pairPath,
    host: on,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ secret, control: to }).toString(),
  });

test.each(Object.keys(profiles))('a code for %s opens once, and its token is of that profile', async (profile) => {
  const { url, secret } = await newCode(profile, 'pairing', 2);
  expect(url).toBe('http://pairing.localhost:8080');
  const answer = await pair(secret);
  expect(answer.status).toBe(200);
  const { token, trust, ...said } = answer.json();
  const site = await t.call(host, token, 'local_jouvence_get_site');
  const connection = await t.call(host, token, 'local_jouvence_get_connection');
  expect(said).toEqual({ profile, expires: connection.tokenexpires, identifier: site.identifier });
  expect(connection).toMatchObject({ profile, username: `jouvence-${profile}`, secure: false });
  expect(connection.capabilities.every((entry: { held: boolean }) => entry.held)).toBe(true);
  expect(await t.call(host, token, 'local_jouvence_get_trust')).toEqual(trust);
  const inDays = (connection.tokenexpires - Date.now() / 1000) / 86_400;
  expect(inDays).toBeGreaterThan(1.99);
  expect(inDays).toBeLessThan(2.01);
  expect((await pair(secret)).json()).toMatchObject({ errorcode: 'not-found' });
});

test('a wrong code is refused, and does not use up the right one', async () => {
  const { secret } = await newCode('source');
  const wrong = secret.replaceAll(/./g, (letter) => (letter === '7' ? '8' : '7'));
  expect([(await pair(wrong)).status, (await pair(wrong)).json().errorcode]).toEqual([403, 'not-allowed']);
  expect((await pair(secret, control, 'other.localhost')).status).toBe(404);
  expect((await pair(secret)).status).toBe(200);
  expect((await pair(secret)).status).toBe(404);
});

test.each([
  ['javascript:alert(1)'],
  ['https://user:pass@x.example'],
  ['https://x.example/?a'],
  ['https://x.example/'],
  ['http://x.example'],
  ['ftp://x.example'],
  ['nothing'],
])('%s is no address that tickets go to, and the code stays', async (to) => {
  const { secret } = await newCode('source');
  expect((await pair(secret, to)).status).toBe(400);
  expect((await pair(secret)).status).toBe(200);
});

test('what is no pairing at all is refused as such', async () => {
  expect((await t.ask({ path: pairPath, host })).status).toBe(405);
  const post = (body: string) => t.ask({ method: 'POST', path: pairPath, host, body });
  expect((await post('')).status).toBe(400);
  expect((await post('secret=%ff&control=')).status).toBe(400);
  expect((await post(`secret=${'x'.repeat(100_000)}`)).status).toBe(413);
});

test('a code is over after half an hour, and with the tokens of its site', async () => {
  const { secret } = await newCode('source');
  const database = await openDatabase({ url: t.databaseUrl, log: () => {}, maxConnections: 1 });
  const [site] = await database.withoutSite((tx) =>
    tx.rows<{ id: number }>(`select id from sites where host = $1`, [host]),
  );
  const kept = await database.withSite(site!.id, (tx) => tx.rows<{ hash: Buffer }>('select hash from pairings'));
  expect(JSON.stringify(kept)).not.toContain(secret);
  await database.withSite(site!.id, (tx) => tx.run(`update pairings set expires = expires - interval '30 minutes'`));
  await database.close();
  expect((await pair(secret)).status).toBe(404);
  const later = await newCode('source');
  await t.door('DELETE', '/sites/pairing/tokens');
  expect((await pair(later.secret)).status).toBe(404);
});

test('pairing works while the site is in maintenance', async () => {
  const { secret } = await newCode('source');
  await t.door('PATCH', '/sites/pairing', { state: 'maintenance' });
  expect((await pair(secret)).status).toBe(200);
  await t.door('PATCH', '/sites/pairing', { state: 'active' });
});

test('a new token ends the old one when it is used, and not before', async () => {
  const first = (await pair((await newCode('source')).secret)).json().token;
  const call = (token: string, name: string) => t.call(host, token, `local_jouvence_${name}`);
  const lost = (await call(first, 'rotate_token')).token;
  const second = await call(first, 'rotate_token');
  expect((await call(first, 'get_site')).kind).toBe('embedded');
  const before = await call(first, 'get_connection');
  expect(Math.abs(second.expires - before.tokenexpires)).toBeLessThan(30);
  expect((await call(second.token, 'get_site')).kind).toBe('embedded');
  for (const over of [first, lost]) expect((await call(over, 'get_site')).errorcode).toBe('invalidtoken');
  expect((await call(second.token, 'get_connection')).profile).toBe('source');

  // Two processes at once: the one whose token is stored first goes on with it, and the other may still take over.
  const [one, two] = [
    (await call(second.token, 'rotate_token')).token,
    (await call(second.token, 'rotate_token')).token,
  ];
  expect((await call(one, 'get_site')).kind).toBe('embedded');
  expect((await call(second.token, 'get_site')).errorcode).toBe('invalidtoken');
  expect((await call(two, 'get_site')).kind).toBe('embedded');
  expect((await call(one, 'get_site')).errorcode).toBe('invalidtoken');
});

test('maintenance by call, ended by call; its message is what pages say', async () => {
  const { token } = (await pair((await newCode('fleet')).secret)).json();
  const set = (enabled: boolean, message?: string) =>
    t.call(host, token, 'local_jouvence_set_maintenance', { enabled, message });
  expect(await set(true, 'Back <b>soon</b>')).toEqual({ before: { enabled: false, message: '' } });
  const page = await t.ask({ path: '/', host });
  expect([page.status, page.text.includes('Back &lt;b&gt;soon&lt;/b&gt;')]).toEqual([503, true]);
  expect(await t.call(host, token, 'local_jouvence_get_site')).toMatchObject({ maintenance: true });
  expect(await set(false)).toEqual({ before: { enabled: true, message: 'Back <b>soon</b>' } });
  expect((await t.ask({ path: '/', host })).status).toBe(200);
});

test('who is signed in is said to the paired control plane, by a form of its own', async () => {
  await pair((await newCode('source')).secret);
  for (const profile of ['target', 'fleet']) await pair((await newCode(profile)).secret, '');
  const state = 'abcdefghijklmnopqrstuvwx';
  const browser = await t.browse(host);
  const asked = await browser.get(`${enterPath}?state=${state}`);
  expect([asked.status, asked.headers.location]).toEqual([
    303,
    `/login/index.php?wantsurl=${encodeURIComponent(`${enterPath}?state=${state}`)}`,
  ]);
  const back = await browser.signIn('ada', 'bon mot', `${enterPath}?state=${state}`);
  const page = await browser.get(back.headers.location!);
  expect(page.text).toContain(`action="${control}/enter"`);
  expect(page.headers['content-security-policy']).toMatch(/form-action 'self' https:\/\/jouvence.example; /);

  const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)![1]!;
  const { token } = (await pair((await newCode('source')).secret)).json();
  const trust = await t.call(host, token, 'local_jouvence_get_trust');
  const { identifier } = await t.call(host, token, 'local_jouvence_get_site');
  const expected = { trust, identifier, audience: control, state, nowSeconds: Math.floor(Date.now() / 1000) };
  const claims = expect.objectContaining({ username: 'ada', lang: 'fr' });
  expect(verifyTicket(ticket, expected)).toEqual({ claims });
  expect(verifyTicket(ticket, { ...expected, state: `${state}x` })).toEqual({ refused: 'other-browser' });
});

test('of several control planes one is named; without a state the way begins there', async () => {
  const second = 'http://127.0.0.1:8080';
  await pair((await newCode('source')).secret);
  await pair((await newCode('target')).secret, second);
  const browser = await t.browse(host);
  await browser.signIn('ada', 'bon mot');
  const start = await browser.get(enterPath);
  for (const to of [control, second]) expect(start.text).toContain(`<a href="${to}/enter/`);
  const state = 'abcdefghijklmnopqrstuvwx';
  const named = await browser.get(`${enterPath}?state=${state}&aud=${encodeURIComponent(second)}`);
  expect(named.text).toContain(`action="${second}/enter"`);
  for (const wrong of ['', '&aud=https://evil.example'])
    expect((await browser.get(`${enterPath}?state=${state}${wrong}`)).status).toBe(400);
  await pair((await newCode('target')).secret, '');
});

test('a profile that is paired again is paired with the new one only', async () => {
  const first = (await pair((await newCode('source')).secret)).json().token;
  const closed = await newCode('source');
  const { secret } = await newCode('source');
  expect((await pair(closed.secret)).status).toBe(403);
  expect((await pair(secret)).status).toBe(200);
  expect((await t.call(host, first, 'local_jouvence_get_site')).errorcode).toBe('invalidtoken');
});

test('nobody is sent anywhere with a wrong state, or from a site that is not paired', async () => {
  const browser = await t.browse(host);
  await browser.signIn('ada', 'bon mot');
  expect((await browser.get(`${enterPath}?state=short`)).status).toBe(400);
  expect((await browser.get(`${enterPath}?state=<script>`)).status).toBe(400);
  await t.door('POST', '/sites/other/people', [
    { username: 'bob', email: 'b@x.org', firstname: 'B', lastname: 'B', password: 'bon mot' },
  ]);
  const elsewhere = await t.browse('other.localhost');
  await elsewhere.signIn('bob', 'bon mot');
  const page = await elsewhere.get(`${enterPath}?state=abcdefghijklmnopqrstuvwx`);
  expect([page.status, page.text.includes('<form id="enter"')]).toEqual([404, false]);
});

test('roles say where they may be given, and by whom', async () => {
  const { token } = (await pair((await newCode('target')).secret)).json();
  const { roles } = await t.call(host, token, 'local_jouvence_list_roles');
  const byName = new Map(roles.map((role: { shortname: string }) => [role.shortname, role]));
  expect(byName.get('editingteacher')).toMatchObject({
    name: 'Enseignant',
    archetype: 'editingteacher',
    levels: ['course'],
    assignable: true,
  });
  expect(byName.get('manager')).toMatchObject({ levels: ['system', 'category', 'course'] });
  expect(byName.get('jouvencetarget')).toMatchObject({ archetype: '', levels: ['system'], assignable: false });
  const source = (await pair((await newCode('source')).secret)).json().token;
  const seen = await t.call(host, source, 'local_jouvence_list_roles');
  expect(seen.roles.some((role: { assignable: boolean }) => role.assignable)).toBe(false);
});
