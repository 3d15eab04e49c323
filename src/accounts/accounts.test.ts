import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrations as auditMigrations } from '../audit/index.ts';
import { systemClock } from '../clock.ts';
import { testStore } from '../store/testing.ts';
import { createAccounts, localOperator, migrations } from './index.ts';

let store: Awaited<ReturnType<typeof testStore>>;
beforeEach(async () => {
  store = await testStore([...auditMigrations, ...migrations]);
});
afterEach(() => store.close());

const at = (iso: string) => ({ ...systemClock, now: () => new Date(iso), nowMs: () => Date.parse(iso) });
const accountsAt = (iso: string) => createAccounts({ store, clock: at(iso) }).tokens;

test('a token opens the API in its name until it expires', async () => {
  const created = await accountsAt('2026-11-01T00:00:00Z').create(localOperator, { name: 'nightly', days: 30 });
  expect(created.token).toMatch(/^jvt_[A-Za-z0-9_-]{43}$/);
  expect(created.expiresAt).toEqual(new Date('2026-12-01T00:00:00Z'));
  const operator = { ...localOperator, name: 'nightly', tokenId: created.id };
  expect(await accountsAt('2026-11-30T23:59:59Z').authenticate(created.token)).toEqual(operator);
  expect(await accountsAt('2026-12-01T00:00:00Z').authenticate(created.token)).toBeNull();
});

test('nobody is behind a token that is another, none or revoked', async () => {
  const tokens = accountsAt('2026-11-01T00:00:00Z');
  const { token } = await tokens.create(localOperator, { name: 'nightly', days: 30 });
  expect(await tokens.authenticate(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
  expect(await tokens.authenticate(token.slice(4))).toBeNull();
  expect(await tokens.authenticate('')).toBeNull();
  const revoked = await tokens.revoke(localOperator, 'nightly');
  expect(revoked.revokedAt).toEqual(new Date('2026-11-01T00:00:00Z'));
  expect(await tokens.authenticate(token)).toBeNull();
  expect(await tokens.revoke(localOperator, revoked.id)).toEqual(revoked);
  await expect(tokens.revoke(localOperator, 'other')).rejects.toMatchObject({ code: 'not-found' });
});

test('a name is free again once its token opens nothing', async () => {
  const tokens = accountsAt('2026-11-01T00:00:00Z');
  await tokens.create(localOperator, { name: 'nightly', days: 1 });
  await expect(tokens.create(localOperator, { name: 'nightly', days: 1 })).rejects.toMatchObject({ code: 'conflict' });
  await accountsAt('2026-11-03T00:00:00Z').create(localOperator, { name: 'nightly', days: 1 });
  expect((await tokens.list(localOperator)).map(({ revokedAt }) => revokedAt === null)).toEqual([true, false]);
});

test.each([0, 367, 1.5, Number.NaN])('a token of %s days is refused', async (days) => {
  const creating = accountsAt('2026-11-01T00:00:00Z').create(localOperator, { name: 'nightly', days });
  await expect(creating).rejects.toMatchObject({ code: 'invalid-parameter' });
});

test('the token itself is kept nowhere, and its use is noted to the minute', async () => {
  const { token } = await accountsAt('2026-11-01T00:00:00Z').create(localOperator, { name: 'nightly', days: 30 });
  await accountsAt('2026-11-01T10:00:00Z').authenticate(token);
  await accountsAt('2026-11-01T10:00:59Z').authenticate(token);
  const [listed] = await accountsAt('2026-11-02T00:00:00Z').list(localOperator);
  expect(listed!.lastUsedAt).toEqual(new Date('2026-11-01T10:00:00Z'));
  const { rows } = await store.query<{ dump: string }>(
    `select (select jsonb_agg(t)::text from api_tokens t) || (select jsonb_agg(a)::text from audit a) as dump`,
  );
  expect(rows[0]!.dump).toContain('nightly');
  expect(rows[0]!.dump).not.toContain(token.slice(4));
  expect(JSON.stringify(listed)).not.toContain(token.slice(4));
});
