import { en } from '@jouvence/i18n';
import type { FunctionName, Result } from '@jouvence/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { type Finding, findingCodes, type Sites } from './index.ts';
import { openMeddlingProxy } from './test/meddling-proxy.ts';
import { openOddSite } from './test/odd-site.ts';
import { openRegistry, type Registry } from './test/registry.ts';

let registry: Registry;
let sites: Sites;
let proxy: Awaited<ReturnType<typeof openMeddlingProxy>>;

beforeAll(async () => {
  registry = await openRegistry();
  sites = registry.open();
  // So that a site that says nothing is given up soon.
  const enginePort = Number(new URL((await registry.campuses.create('direct', 'source')).url).port);
  proxy = await openMeddlingProxy(() => enginePort);
  const url = `http://campus.localhost:${proxy.port}`;
  await registry.campuses.create('campus', 'source', { url });
  for (const profile of ['source', 'target'])
    await sites.pair(localOperator, { name: 'campus', code: await registry.code('campus', profile) });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

const found = async (name: string, from = sites) => {
  const { findings } = await from.check(name);
  findings.forEach(expectSentences);
  return findings.map(({ code, profile }) => (profile ? `${code} ${profile}` : code));
};

/** Every finding has its sentences, and they speak of nothing that it does not give. */
function expectSentences({ code, values }: Finding): void {
  for (const part of ['why', 'todo'] as const) {
    const holes = [...en[`check.${code}.${part}`].matchAll(/\{\{(\w+)\}\}/g)].map(([, hole]) => hole!);
    expect(Object.keys(values), `${code}.${part}`).toEqual(expect.arrayContaining(holes));
  }
}

async function meddling(meddle: typeof proxy.meddle) {
  proxy.meddle = meddle;
  try {
    const check = await sites.check('campus');
    check.findings.forEach(expectSentences);
    return check;
  } finally {
    proxy.meddle = undefined;
  }
}

test('every finding has sentences', () => {
  for (const code of Object.keys(findingCodes)) expect(en).toHaveProperty([`check.${code}.why`]);
});

test('a site with which all is in order', async () => {
  const { ok, findings, facts, site } = await sites.check('campus');
  expect(findings).toEqual([]);
  expect(ok).toBe(true);
  expect(facts).toMatchObject({ address: '127.0.0.1', partBytes: 4_194_304, agent: expect.any(String) });
  expect(Math.abs(facts.clockSeconds!)).toBeLessThanOrEqual(1);
  expect(site.health.state).toBe('ok');
});

test('a site that is gone is one finding, whatever could not be asked', async () => {
  await using campus = await openOddSite({ identifier: 'gone' });
  await sites.add(localOperator, { name: 'gone', url: campus.url, profile: 'source', token: campus.token });
  await campus[Symbol.asyncDispose]();
  const { ok, findings, site } = await sites.check('gone');
  expect(findings.map(({ code }) => code)).toEqual(['unreachable']);
  expect(ok).toBe(false);
  expect(site.health).toMatchObject({ state: 'failing', lastError: { code: 'site-unreachable' } });
});

test('a site that never answers is given up', async () => {
  await using campus = await openOddSite({ identifier: 'silent' });
  await sites.add(localOperator, { name: 'silent', url: campus.url, profile: 'source', token: campus.token });
  campus.misbehave = () => {};
  expect(await found('silent', registry.open({ limits: { headersMs: 300, callMs: 500 } }))).toEqual(['silent']);
});

test('a firewall’s page instead of an archive', async () => {
  const { findings, ok } = await meddling((request, response) => {
    if (!request.url!.includes('archive.php')) return false;
    response.writeHead(403, { 'content-type': 'text/html' }).end('<html><title>Blocked by policy</title></html>');
    return true;
  });
  expect(ok).toBe(false);
  expect(findings).toMatchObject([
    { code: 'transfer-blocked', profile: 'source', what: '/local/jouvence/archive.php' },
  ]);
  expect(findings[0]!.values.said).toContain('Blocked by policy');
});

test('a sign-in in front of everything under /local', async () => {
  const { findings } = await meddling((request, response) => {
    if (!request.url!.startsWith('/local/')) return false;
    request.resume();
    response.writeHead(302, { location: 'https://sso.example/login' }).end();
    return true;
  });
  expect(findings.map(({ code, profile }) => `${code} ${profile}`).sort()).toEqual([
    'transfer-blocked source',
    'transfer-blocked target',
  ]);
});

test('a header that is dropped on the way', async () => {
  const { findings } = await meddling((request) => {
    delete request.headers['x-jouvence-grant'];
    return false;
  });
  expect(findings.map(({ code }) => code)).toEqual(['grant-lost', 'grant-lost']);
});

const limitTo =
  (bytes: number) =>
  (
    request: Parameters<NonNullable<typeof proxy.meddle>>[0],
    response: Parameters<NonNullable<typeof proxy.meddle>>[1],
  ) => {
    if (Number(request.headers['content-length'] ?? 0) <= bytes) return false;
    request.resume();
    response.writeHead(413).end('<title>413 Request Entity Too Large</title>');
    return true;
  };

test('a limit of 1 MB makes uploads slow, one of 100 kB makes them impossible', async () => {
  const small = await meddling(limitTo(1_048_576));
  expect(small.findings).toMatchObject([{ code: 'parts-small', values: { asked: 4_194_304, taken: 1_048_576 } }]);
  expect(small).toMatchObject({ ok: true, facts: { partBytes: 1_048_576 } });
  const none = await meddling(limitTo(100_000));
  expect(none.findings.map(({ code }) => code)).toEqual(['parts-refused']);
});

test('HEAD that does not arrive', async () => {
  const { findings } = await meddling((request, response) => {
    if (request.method !== 'HEAD') return false;
    response.writeHead(405).end();
    return true;
  });
  expect(findings.map(({ code, profile }) => `${code} ${profile}`).sort()).toEqual([
    'head-blocked source',
    'head-blocked target',
  ]);
});

test('a revoked token is said of its profile', async () => {
  await registry.campuses.create('revoked', 'source');
  await sites.pair(localOperator, { name: 'revoked', code: await registry.code('revoked', 'source') });
  await registry.campuses.door('DELETE', '/sites/revoked/tokens');
  const { findings, site } = await sites.check('revoked');
  expect(findings).toMatchObject([{ code: 'token-refused', profile: 'source' }]);
  expect(site.health.state).toBe('expired');
});

test('one profile alone may be checked; one that has no token says so', async () => {
  expect((await sites.check('campus', { profile: 'target' })).findings).toEqual([]);
  expect((await sites.check('campus', { profile: 'fleet' })).findings).toMatchObject([
    { code: 'no-token', profile: 'fleet' },
  ]);
  await expect(sites.check('nobody')).rejects.toMatchObject({ code: 'not-found' });
});

const now = Math.floor(Date.now() / 1000);
const day = 86_400;

/** What a Moodle says of itself, and what is to be found then; `connection` and `site` are changed from a good one. */
const said: [
  string,
  { site?: Partial<Result<'get_site'>>; connection?: Partial<Result<'get_connection'>> },
  string[],
][] = [
  ['nothing odd', {}, []],
  ['cron never ran', { site: { lastcron: 0 } }, ['cron-never']],
  ['cron ran two hours ago', { site: { lastcron: now - 7200 } }, ['cron-stopped']],
  ['cron ran 20 minutes ago', { site: { lastcron: now - 1200 } }, ['cron-late']],
  ['its clock is fast', { site: { clock: now + 120, lastcron: now + 100 } }, ['clock']],
  ['maintenance', { site: { maintenance: true } }, ['maintenance']],
  ['Moodle 3.9', { site: { release: '3.9.25', branch: 39 } }, []],
  ['Moodle 3.8', { site: { release: '3.8.9', branch: 38 } }, ['release-old source']],
  ['Moodle 3.11', { site: { release: '3.11.18', branch: 311 } }, []],
  ['Moodle 5.0', { site: { release: '5.0.1', branch: 500 } }, ['release-untried']],
  ['Moodle 5.1', { site: { release: '5.1.6', branch: 501 } }, []],
  ['Moodle 5.2', { site: { release: '5.2', branch: 502 } }, ['release-untried']],
  ['a newer protocol', { site: { protocol: { min: 7, max: 9 } } }, ['protocol']],
  ['another address', { site: { url: 'https://moved.example' } }, ['address-other']],
  ['another site', { site: { identifier: 'somebody-else' } }, ['other-site']],
  ['a token that ends in five days', { connection: { tokenexpires: now + 5 * day } }, ['token-ends source']],
  ['a token that never ends', { connection: { tokenexpires: 0 } }, ['token-endless source']],
  ['a token of another profile', { connection: { profile: 'target' } }, ['wrong-profile source']],
  [
    'capabilities that are not held',
    {
      connection: {
        capabilities: [
          { capability: 'moodle/backup:userinfo', held: false },
          { capability: 'a:b', held: true },
        ],
      },
    },
    ['capabilities-missing source'],
  ],
  ['tasks that nobody takes', { connection: { waiting: { tasks: 2, since: now - 3600 } } }, ['tasks-waiting']],
  ['tasks that have just come', { connection: { waiting: { tasks: 2, since: now - 30 } } }, []],
];

test.each(said)('what a site says: %s', async (_, { site = {}, connection = {} }, expected) => {
  await using campus = await openOddSite({ identifier: 'odd' });
  await sites.add(localOperator, { name: 'odd', url: campus.url, profile: 'source', token: campus.token });
  try {
    campus.change = {
      get_site: { clock: now, lastcron: now - 30, ...site },
      get_connection: { tokenexpires: now + 365 * day, ...connection },
    };
    expect(await found('odd')).toEqual(expected);
  } finally {
    await sites.remove(localOperator, 'odd');
  }
});

test('functions that are missing, a clone, roles of pairs that are unknown there', async () => {
  await using campus = await openOddSite({ identifier: 'odd-two' });
  await sites.add(localOperator, { name: 'odd-two', url: campus.url, profile: 'source', token: campus.token });
  await sites.pairs.add(localOperator, { source: 'odd-two', target: 'campus', roles: ['teacher', 'profesor'] });
  const role = { id: 1, name: '', archetype: '', levels: ['course' as const], assignable: true };
  campus.answers.list_roles = () => ({ roles: [{ ...role, shortname: 'teacher' }] });
  const change = { get_connection: { tokenexpires: now + 365 * day }, get_site: { clock: now, lastcron: now } };
  campus.change = change;
  const check = await sites.check('odd-two');
  expect(check.findings).toMatchObject([{ code: 'roles-unknown', what: 'profesor' }]);
  campus.lacking = ['start_backup', 'list_roles'] satisfies FunctionName[];
  expect((await sites.check('odd-two')).findings[0]).toMatchObject({
    code: 'functions-missing',
    what: 'local_jouvence_start_backup, local_jouvence_list_roles',
  });
  campus.lacking = [];
  const identifier = (await sites.get('campus')).identifier;
  campus.change = { ...change, get_site: { ...change.get_site, identifier } };
  expect((await sites.check('odd-two')).findings[0]).toMatchObject({ code: 'clone', values: { other: 'campus' } });
  await sites.pairs.remove(localOperator, 'odd-two', 'campus');
});

test('a target: roles that it drops, and accounts that it may not create', async () => {
  await using campus = await openOddSite({ identifier: 'odd-three', profile: 'target' });
  await sites.add(localOperator, { name: 'odd-three', url: campus.url, profile: 'target', token: campus.token });
  await sites.pairs.add(localOperator, { source: 'campus', target: 'odd-three', createPeople: true });
  const role = { id: 1, name: '', archetype: '', levels: ['course' as const] };
  campus.answers.list_roles = () => ({
    roles: [
      { ...role, shortname: 'teacher', assignable: true },
      { ...role, shortname: 'tutor', assignable: false },
      { ...role, shortname: 'manager', archetype: 'manager', assignable: false },
      { ...role, shortname: 'service', levels: ['system'], assignable: false },
    ],
  });
  campus.change = {
    get_site: { clock: now, lastcron: now },
    get_connection: {
      tokenexpires: now + 365 * day,
      capabilities: [{ capability: 'moodle/restore:createuser', held: false }],
    },
  };
  const wished = ['people-not-created target', 'roles-unassignable target'];
  expect((await found('odd-three')).sort()).toEqual(wished);
  await sites.pairs.add(localOperator, { source: 'campus', target: 'odd-three', createPeople: false });
  expect(await found('odd-three')).toEqual(['roles-unassignable target']);
  // In which people are to be enrolled there: one that it has, and two that nobody could be given.
  let enrolRole = 'teacher';
  const asks = registry.open({ enrolRoleOf: async () => enrolRole });
  expect(await found('odd-three', asks)).toEqual(['roles-unassignable target']);
  for (enrolRole of ['profprincipal', 'tutor'])
    expect((await asks.check('odd-three')).findings).toContainEqual(
      expect.objectContaining({ code: 'enrol-role-unknown', what: enrolRole, profile: 'target' }),
    );
  await sites.pairs.remove(localOperator, 'campus', 'odd-three');
});

test('another key, and another address of ours, than when it was paired', async () => {
  await registry.store.query(
    `update sites set trust = '{"kid":"other-key","alg":"EdDSA","publickey":"x"}' where name = 'campus'`,
  );
  const elsewhere = registry.open({ publicUrl: 'https://jouvence.example' });
  expect((await found('campus', elsewhere)).sort()).toEqual(['entrance-other', 'key-changed']);
  await sites.pair(localOperator, { name: 'campus', code: await registry.code('campus', 'target') });
  expect(await found('campus')).toEqual([]);
});
