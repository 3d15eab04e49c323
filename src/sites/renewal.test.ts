import { type SiteClient, SiteError } from '@jouvence/moodle-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localOperator } from '../accounts/index.ts';
import type { Sites } from './index.ts';
import { openOddSite } from './test/odd-site.ts';
import { openRegistry, type Registry } from './test/registry.ts';

let registry: Registry;
let sites: Sites;

beforeEach(async () => {
  registry = await openRegistry();
  sites = registry.open();
  await registry.campuses.create('alpha', 'source');
  await sites.pair(localOperator, { name: 'alpha', code: await registry.code('alpha', 'source', 90) });
});
afterEach(() => registry[Symbol.asyncDispose]());

const ask = async (from: Sites | SiteClient) =>
  ('client' in from ? await from.client('alpha', 'source') : from).call('get_site', {});
const row = async () => (await registry.store.query('select * from site_tokens')).rows[0]!;

test('a new token in place of the old, for every process, also in the middle of its work', async () => {
  const elsewhere = registry.open();
  const inUse = await elsewhere.client('alpha', 'source');
  await ask(inUse);
  const before = await row();
  const site = await sites.rotate(localOperator, 'alpha');
  const after = await row();
  expect(after.sealed).not.toBe(before.sealed);
  expect(after).toMatchObject({ previous: null, renewing_until: null, renew_error: null });
  expect(site.tokens[0]!.expiresAt!.getTime()).toBeGreaterThanOrEqual(before.expires_at.getTime());
  // The old one opens nothing any more: this client has found the new one by itself.
  await ask(inUse);
  expect((await elsewhere.get('alpha')).health.state).toBe('ok');
  expect(await registry.actions()).toEqual(['sites.pair', 'sites.rotate']);
});

test('what is due is renewed, by one of several; what is not stays', async () => {
  expect(await sites.renewDue()).toBe(0);
  // 90 days: the last third begins after 60.
  expect(await registry.open({ days: 59 }).renewDue()).toBe(0);
  const counts = await Promise.all([1, 2, 3].map(() => registry.open({ days: 61 }).renewDue()));
  expect(counts.reduce((sum, each) => sum + each)).toBe(1);
  await ask(sites);
  expect(await registry.actions()).toEqual(['sites.pair', 'sites.rotate']);
  expect((await registry.store.query("select actor_kind from audit where action = 'sites.rotate'")).rows).toEqual([
    { actor_kind: 'system' },
  ]);
});

test('killed after the new token was written: whoever comes next goes on with it', async () => {
  const old = await row();
  await sites.rotate(localOperator, 'alpha');
  const written = await row();
  // As it was just before the new token was used.
  const previous = { sealed: old.sealed, setAt: old.set_at, expiresAt: old.expires_at };
  await registry.store.query("update site_tokens set previous = $1, renewing_until = now() + interval '1 hour'", [
    JSON.stringify(previous),
  ]);
  expect(await sites.renewDue()).toBe(0);
  expect((await row()).previous).not.toBeNull();
  await registry.store.query("update site_tokens set renewing_until = now() - interval '1 minute'");
  await sites.renewDue();
  expect(await row()).toMatchObject({ sealed: written.sealed, previous: null, renewing_until: null });
  await ask(sites);
});

test('a lost answer costs nothing', async () => {
  await using campus = await openOddSite({ token: 'first-token-0001', identifier: 'odd-one' });
  const { name } = await sites.add(localOperator, {
    name: 'odd',
    url: campus.url,
    profile: 'source',
    token: campus.token,
  });
  campus.misbehave = (request) => void request.socket.destroy();
  await expect(sites.rotate(localOperator, name)).rejects.toBeInstanceOf(SiteError);
  campus.misbehave = undefined;
  const [token] = (await sites.get(name)).tokens;
  expect(token!.renewal).toMatchObject({ tries: 1, code: 'site-unreachable' });
  await expect((await sites.client(name, 'source')).call('get_site', {})).resolves.toMatchObject({
    identifier: 'odd-one',
  });
  // It works, and the failure is forgotten.
  campus.answers.rotate_token = () => {
    campus.token = 'second-token-0002';
    return { token: campus.token, expires: 2_000_000_000 };
  };
  const renewed = await sites.rotate(localOperator, name);
  expect(renewed.tokens[0]).toMatchObject({ expiresAt: new Date(2_000_000_000_000), renewal: null });
});

test('a token that the site does not know after all gives way to the one before', async () => {
  await using campus = await openOddSite({ token: 'first-token-0001', identifier: 'odd-two' });
  await sites.add(localOperator, { name: 'odd', url: campus.url, profile: 'source', token: campus.token });
  campus.answers.rotate_token = () => ({ token: 'never-valid-0003', expires: 2_000_000_000 });
  await expect(sites.rotate(localOperator, 'odd')).rejects.toMatchObject({
    message: expect.stringContaining('does not accept the token it has just given'),
  });
  expect((await sites.get('odd')).tokens[0]).toMatchObject({ expiresAt: null, renewal: { tries: 1 } });
  await (await sites.client('odd', 'source')).call('get_site', {});
  expect((await registry.actions()).slice(-2)).toEqual(['sites.rotate', 'sites.takeBackToken']);
  expect(await registry.dump()).not.toContain('never-valid');
});

test('a failure waits, ever longer, and shows', async () => {
  await registry.campuses.door('PATCH', '/sites/alpha', JSON.stringify({ state: 'suspended' }));
  const at = async (days: number) => {
    const process = registry.open({ days });
    const renewed = await process.renewDue();
    return { renewed, tries: (await process.get('alpha')).tokens[0]!.renewal?.tries };
  };
  expect(await at(70)).toEqual({ renewed: 0, tries: 1 });
  // Not again within the hour.
  expect(await at(70.01)).toEqual({ renewed: 0, tries: 1 });
  expect(await at(70.1)).toEqual({ renewed: 0, tries: 2 });
  await registry.campuses.door('PATCH', '/sites/alpha', JSON.stringify({ state: 'active' }));
  expect(await at(71)).toEqual({ renewed: 1, tries: undefined });
});

test('there is nothing to renew where there is no token', async () => {
  await expect(sites.rotate(localOperator, 'alpha', 'target')).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(sites.rotate(localOperator, 'nobody')).rejects.toMatchObject({ code: 'not-found' });
});
