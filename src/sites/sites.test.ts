import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import { migrations as auditMigrations } from '../audit/index.ts';
import { systemClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { openSecrets } from '../store/index.ts';
import { testStore } from '../store/testing.ts';
import { courseAddress, createSites, mayMatch, migrations, type NewPair, type Sites } from './index.ts';
import { openOddSite } from './test/odd-site.ts';

let store: Awaited<ReturnType<typeof testStore>>;
let dataDir: string;
let sites: Sites;

const open = (directory = dataDir): Sites =>
  createSites({ store, secrets: openSecrets(directory, {}), log: silentLog, clock: systemClock });

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'jouvence-sites-'));
  store = await testStore([...auditMigrations, ...migrations]);
  sites = open();
});
afterEach(async () => {
  await sites.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const token = 'canary-4711-token';

async function dump(): Promise<string> {
  const tables = ['sites', 'site_tokens', 'site_pairs', 'audit'];
  const parts = tables.map((table) => `coalesce((select jsonb_agg(t)::text from ${table} t), '')`);
  return (await store.query<{ dump: string }>(`select ${parts.join(' || ')} as dump`)).rows[0]!.dump;
}

test('a site that is added says who it is, and its token is nowhere to be read', async () => {
  await using campus = await openOddSite({ token });
  const added = await sites.add(localOperator, { name: 'Old-2023', url: `${campus.url}/`, profile: 'source', token });
  expect(added).toMatchObject({
    name: 'old-2023',
    title: 'Odd campus',
    url: campus.url,
    kind: 'moodle',
    release: '4.5.6 (Build: 20250811)',
    branch: 405,
    identifier: 'odd',
    profiles: ['source'],
    defaultCategoryId: 1,
    demo: false,
    pausedAt: null,
    pauseReason: '',
  });
  expect((await sites.get('old-2023')).health).toMatchObject({ state: 'ok', lastError: null });
  expect(await sites.list()).toEqual([await sites.get(added.id)]);
  expect(`${await dump()} ${JSON.stringify(await sites.list())}`).not.toContain('canary');
  const client = await sites.client('old-2023', 'source');
  expect((await client.call('get_site', {})).identifier).toBe('odd');
  expect(await sites.client(added.id, 'source')).toBe(client);
  await expect(sites.client('old-2023', 'target')).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(sites.client('other', 'target')).rejects.toMatchObject({ code: 'not-found' });
});

test('a token whose service lacks something is refused, and what is missing is named', async () => {
  await using campus = await openOddSite({ token, lacking: ['start_backup', 'get_job'] });
  const adding = sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  await expect(adding).rejects.toMatchObject({
    code: 'not-allowed',
    message: expect.stringContaining('local_jouvence_start_backup, local_jouvence_get_job'),
  });
  await expect(adding).rejects.not.toThrow('canary');
  expect(await sites.list()).toEqual([]);
});

test('a token that the site does not know, and a site that is not one, are refused', async () => {
  await using campus = await openOddSite({ token: 'another-token' });
  const input = { name: 'old', url: campus.url, profile: 'source', token } as const;
  await expect(sites.add(localOperator, input)).rejects.toMatchObject({ code: 'token-expired' });
  campus.misbehave = (_, response) => void response.end('<title>Wordpress</title>');
  await expect(sites.add(localOperator, input)).rejects.toMatchObject({ code: 'site-bad-answer' });
  expect(await sites.list()).toEqual([]);
});

test('a clone, and a second name for one address, are refused', async () => {
  await using campus = await openOddSite({ token, identifier: 'one' });
  await using clone = await openOddSite({ token, identifier: 'one' });
  await sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  const add = (name: string, url: string) => sites.add(localOperator, { name, url, profile: 'source', token });
  await expect(add('copy', clone.url)).rejects.toMatchObject({ code: 'conflict', details: { other: 'old' } });
  await expect(add('again', campus.url)).rejects.toMatchObject({ code: 'conflict' });
  clone.identifier = 'two';
  await expect(add('old', clone.url)).rejects.toMatchObject({ code: 'conflict' });
  campus.identifier = 'three';
  await expect(add('old', campus.url)).rejects.toThrow('not the site any more');
  expect(await add('copy', clone.url)).toMatchObject({ name: 'copy', identifier: 'two' });
});

test('of the same site added twice at once under two names, one stays', async () => {
  await using campus = await openOddSite({ token });
  const add = (name: string) => sites.add(localOperator, { name, url: campus.url, profile: 'source', token });
  const results = await Promise.allSettled([add('a'), add('b'), add('c')]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
  expect(await sites.list()).toHaveLength(1);
});

test('a new token reaches every process with its next piece of work', async () => {
  await using campus = await openOddSite({ token });
  await sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  const elsewhere = open();
  const before = await elsewhere.client('old', 'source');
  campus.token = 'another-token';
  await expect(before.call('get_site', {})).rejects.toMatchObject({ code: 'token-expired' });
  expect((await elsewhere.get('old')).health).toMatchObject({ state: 'expired', lastError: { code: 'token-expired' } });
  await sites.setToken(localOperator, 'old', { profile: 'source', token: 'another-token' });
  const after = await elsewhere.client('old', 'source');
  expect(after).not.toBe(before);
  expect((await after.call('get_site', {})).identifier).toBe('odd');
  expect((await elsewhere.get('old')).health.state).toBe('ok');
  await elsewhere.close();
});

test('a site that falls silent shows as failing, and as well again when it is', async () => {
  await using campus = await openOddSite({ token });
  await sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  campus.misbehave = (_, response) => void response.writeHead(500).end('<title>Erreur</title>');
  expect((await sites.check('old')).site.health).toMatchObject({
    state: 'failing',
    lastError: { code: 'site-bad-answer' },
  });
  const { since } = (await sites.get('old')).health;
  const { health } = (await sites.check('old')).site;
  expect(health.since).toEqual(since);
  expect(health.checkedAt!.getTime()).toBeGreaterThan(since!.getTime());
  campus.misbehave = undefined;
  const well = (await sites.check('old')).site.health;
  expect(well).toMatchObject({ state: 'ok', lastError: null });
  expect(well.since!.getTime()).toBeGreaterThan(since!.getTime());
  campus.identifier = 'another';
  expect((await sites.check('old')).site.health).toMatchObject({ state: 'failing' });
  expect((await sites.get('old')).identifier).toBe('odd');
});

test('a refusal shows that a site is alive', async () => {
  await using campus = await openOddSite({ token });
  const { id } = await sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  const client = await sites.client(id, 'source');
  campus.misbehave = (_, response) =>
    void response.end('{"exception": "local_jouvence\\\\error", "errorcode": "not-found", "message": "no course"}');
  await expect(client.call('get_course', { courseid: 5 })).rejects.toMatchObject({ code: 'not-found' });
  expect((await sites.get(id)).health.state).toBe('ok');
});

test('without its key the server lists its sites and says which to pair again', async () => {
  await using campus = await openOddSite({ token });
  await using other = await openOddSite({ token, identifier: 'two', profile: 'target' });
  await sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  await sites.add(localOperator, { name: 'new', url: other.url, profile: 'target', token });
  const empty = mkdtempSync(join(tmpdir(), 'jouvence-keyless-'));
  const keyless = open(empty);
  expect((await keyless.list()).map(({ name }) => name)).toEqual(['new', 'old']);
  await expect(keyless.client('old', 'source')).rejects.toMatchObject({
    code: 'key-missing',
    message: expect.stringContaining('new (target), old (source)'),
  });
  await keyless.setToken(localOperator, 'old', { profile: 'source', token });
  await expect(keyless.client('old', 'source')).resolves.toBeDefined();
  await expect(keyless.client('new', 'target')).rejects.toThrow(/again without that key: new \(target\)$/);
  await keyless.close();
  rmSync(empty, { recursive: true });
});

test('a site is paused, goes on, and goes', async () => {
  await using campus = await openOddSite({ token });
  await sites.add(localOperator, { name: 'old', url: campus.url, profile: 'source', token });
  const paused = await sites.setPaused(localOperator, 'old', true, 'moving house');
  expect(paused).toMatchObject({ pausedAt: expect.any(Date), pauseReason: 'moving house' });
  // The reason alone changes.
  const renamed = await sites.setPaused(localOperator, 'old', true, 'new roof');
  expect(renamed).toMatchObject({ pausedAt: paused.pausedAt, pauseReason: 'new roof' });
  expect(await sites.setPaused(localOperator, 'old', false)).toMatchObject({ pausedAt: null, pauseReason: '' });
  await sites.remove(localOperator, 'old');
  await expect(sites.get('old')).rejects.toMatchObject({ code: 'not-found' });
  await expect(sites.client('old', 'source')).rejects.toMatchObject({ code: 'not-found' });
  const { rows } = await store.query<{ action: string }>('select action from audit order by id');
  expect(rows.map(({ action }) => action)).toEqual([
    'sites.add',
    'sites.pause',
    'sites.pause',
    'sites.resume',
    'sites.remove',
  ]);
});

test('a site that moved is reached at its new address', async () => {
  await using before = await openOddSite({ token });
  await using after = await openOddSite({ token });
  await sites.add(localOperator, { name: 'old', url: before.url, profile: 'source', token });
  await (await sites.client('old', 'source')).call('get_site', {});
  expect(await sites.setUrl(localOperator, 'old', `${after.url}/`)).toMatchObject({ url: after.url });
  await (await sites.client('old', 'source')).call('get_site', {});
  expect(after.calls).toEqual(['get_site']);
  await using other = await openOddSite({ token, identifier: 'two' });
  await sites.add(localOperator, { name: 'new', url: other.url, profile: 'source', token });
  await expect(sites.setUrl(localOperator, 'old', other.url)).rejects.toMatchObject({ code: 'conflict' });
});

test('a pair has rules, and keeps its sites', async () => {
  await using from = await openOddSite({ token });
  await using to = await openOddSite({ token, identifier: 'two', profile: 'target' });
  await sites.add(localOperator, { name: 'old', url: from.url, profile: 'source', token });
  await sites.add(localOperator, { name: 'new', url: to.url, profile: 'target', token });
  const { pairs } = sites;
  expect(await pairs.add(localOperator, { source: 'old', target: 'new' })).toMatchObject({
    roles: ['editingteacher'],
    identity: 'username',
    auth: [],
    createPeople: false,
  });
  const rules = { source: 'old', target: 'new', roles: ['teacher', 'manager', 'teacher'], identity: 'email' } as const;
  await pairs.add(localOperator, { ...rules, roles: [...rules.roles] });
  expect(await pairs.list()).toMatchObject([
    { source: { name: 'old' }, target: { name: 'new' }, roles: ['teacher', 'manager'], identity: 'email' },
  ]);
  expect(await pairs.sourcesOf('new')).toEqual(await pairs.list());
  expect(await pairs.sourcesOf('old')).toEqual([]);
  await expect(sites.remove(localOperator, 'old')).rejects.toMatchObject({ code: 'conflict' });
  await pairs.remove(localOperator, 'old', 'new');
  await expect(pairs.get('old', 'new')).rejects.toMatchObject({ code: 'not-found' });
  await sites.remove(localOperator, 'old');
});

test('a pair says whose accounts are matched, and whether accounts are created', async () => {
  await using from = await openOddSite({ token });
  await using to = await openOddSite({ token, identifier: 'two', profile: 'target' });
  await sites.add(localOperator, { name: 'old', url: from.url, profile: 'source', token });
  await sites.add(localOperator, { name: 'new', url: to.url, profile: 'target', token });
  const add = (rules: Pick<NewPair, 'identity' | 'auth' | 'createPeople'>) =>
    sites.pairs.add(localOperator, { source: 'old', target: 'new', ...rules });
  const methods = ['manual', 'saml2', 'email', 'mnet', 'nologin', 'webservice'];
  const matched = async () => {
    const pair = await sites.pairs.get('old', 'new');
    return methods.filter((method) => mayMatch(pair, method));
  };
  await add({});
  expect(await matched()).toEqual(['manual', 'saml2']);
  await add({ auth: ['ldap', 'email', 'ldap'], createPeople: true });
  expect(await sites.pairs.get('old', 'new')).toMatchObject({ auth: ['ldap', 'email'], createPeople: true });
  expect(await matched()).toEqual(['email']);
  await expect(add({ auth: ['mnet'] })).rejects.toMatchObject({
    code: 'invalid-parameter',
    message: expect.stringContaining('not matched by username'),
  });
  await add({ identity: 'email', auth: ['mnet'] });
  expect(await matched()).toEqual(['mnet']);
  await expect(add({ auth: ["x'; drop"] })).rejects.toMatchObject({ code: 'invalid-parameter' });
});

test('what somebody else makes of a pair meanwhile is not overwritten unseen', async () => {
  await using from = await openOddSite({ token });
  await using to = await openOddSite({ token, identifier: 'two', profile: 'target' });
  await sites.add(localOperator, { name: 'old', url: from.url, profile: 'source', token });
  await sites.add(localOperator, { name: 'new', url: to.url, profile: 'target', token });
  const { pairs } = sites;
  const ends = { source: 'old', target: 'new' };
  const zoe = { ...localOperator, name: 'zoe' };
  const first = await pairs.add(localOperator, { ...ends, seen: 'never' });
  const second = await pairs.add(zoe, { ...ends, roles: ['manager'], seen: first.changed.at });
  expect(await pairs.get('old', 'new')).toMatchObject({ roles: ['manager'], changed: second.changed });
  for (const seen of [first.changed.at, 'never' as const])
    await expect(pairs.add(localOperator, { ...ends, identity: 'email', seen })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/changed meanwhile, by zoe.*--role manager --identity username/),
      details: { reason: 'pair-changed' },
    });
  await expect(pairs.remove(localOperator, 'old', 'new', first.changed.at)).rejects.toMatchObject({ code: 'conflict' });
  // Whoever names one rule leaves the others as somebody else has made them.
  expect(await pairs.add(localOperator, { ...ends, identity: 'email' })).toMatchObject({
    roles: ['manager'],
    identity: 'email',
  });
  const { changed } = await pairs.get('old', 'new');
  // Of two at once, one wins.
  const both = await Promise.allSettled(
    ['teacher', 'editor'].map((role) => pairs.add(zoe, { ...ends, roles: [role], seen: changed.at })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await pairs.remove(localOperator, 'old', 'new');
  await expect(pairs.add(zoe, { ...ends, seen: changed.at })).rejects.toMatchObject({
    details: { reason: 'pair-removed' },
  });
});

test('a pair needs a token at each end, and two ends', async () => {
  await using from = await openOddSite({ token });
  await sites.add(localOperator, { name: 'old', url: from.url, profile: 'source', token });
  const add = (source: string, target: string, roles?: string[]) =>
    sites.pairs.add(localOperator, { source, target, roles });
  await expect(add('old', 'old')).rejects.toMatchObject({ code: 'invalid-parameter' });
  await expect(add('old', 'gone')).rejects.toMatchObject({ code: 'not-found' });
  await expect(add('old', 'old', [])).rejects.toMatchObject({ code: 'invalid-parameter' });
  await expect(add('old', 'old', ["x'; drop"])).rejects.toMatchObject({ code: 'invalid-parameter' });
  await using to = await openOddSite({ token, identifier: 'two' });
  await sites.add(localOperator, { name: 'new', url: to.url, profile: 'source', token });
  await expect(add('old', 'new')).rejects.toMatchObject({ code: 'not-allowed' });
});

test('the address of a course is below that of its site, and is one of the web', () => {
  expect(courseAddress({ url: 'https://moodle.example/old' }, 7)).toBe(
    'https://moodle.example/old/course/view.php?id=7',
  );
  expect(courseAddress({ url: 'http://campus-2024.localhost:8080' }, 2)).toBe(
    'http://campus-2024.localhost:8080/course/view.php?id=2',
  );
  for (const url of ['javascript:alert(1)//', 'data:text/html,x', 'moodle.example', ''])
    expect(courseAddress({ url }, 7), url).toBeNull();
});
