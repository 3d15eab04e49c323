import { afterEach, beforeEach, expect, test } from 'vitest';
import { audit, migrations as auditMigrations } from '../audit/index.ts';
import { systemClock } from '../clock.ts';
import { testStore } from '../store/testing.ts';
import { type Accounts, createAccounts, localOperator, migrations } from './index.ts';

let store: Awaited<ReturnType<typeof testStore>>;
let accounts: Accounts;
let now: number;
const clock = { ...systemClock, now: () => new Date(now), nowMs: () => now };
beforeEach(async () => {
  store = await testStore([...auditMigrations, ...migrations]);
  now = Date.parse('2026-11-01T08:00:00Z');
  accounts = createAccounts({ store, clock });
});
afterEach(() => store.close());

const password = 'sept lampes au grenier';
const visit = { address: '192.0.2.7', browser: 'Firefox' };
const minute = 60_000;

async function add(username: string, more: object = {}) {
  return accounts.operators.add(localOperator, { username, role: 'operator', siteIds: null, ...more });
}
async function addWithPassword(username: string, more: object = {}) {
  await add(username, more);
  return accounts.operators.setPassword(localOperator, username, password);
}
const signIn = (username: string, given = password, from = visit) =>
  accounts.signIn.byPassword({ username, password: given }, from);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    ({ code }) => code,
  );

test('an invitation chooses a password, once, for seven days; the newest counts', async () => {
  await add('Ada', { name: 'Ada L', email: 'Ada@Example.org' });
  const first = await accounts.operators.invite(localOperator, 'ada');
  const second = await accounts.operators.invite(localOperator, 'ada');
  expect(await accounts.operators.invited(first.key)).toBeNull();
  expect(await accounts.operators.invited(second.key)).toMatchObject({ username: 'ada', name: 'Ada L' });
  await expect(accounts.operators.choosePassword(second.key, 'ada')).rejects.toMatchObject({
    details: { fault: 'short' },
  });
  const chosen = await accounts.operators.choosePassword(second.key, password);
  expect(chosen).toMatchObject({ hasPassword: true, invitedUntil: null });
  await expect(accounts.operators.choosePassword(second.key, password)).rejects.toMatchObject({ code: 'not-found' });
  expect((await signIn(' ADA ')).operator.username).toBe('ada');

  const third = await accounts.operators.invite(localOperator, 'ada');
  now = third.expiresAt.getTime();
  expect(await accounts.operators.invited(third.key)).toBeNull();
  const { key } = await accounts.operators.invite(localOperator, 'ada');
  await add('eva');
  await accounts.operators.disable(localOperator, 'ada');
  expect(await accounts.operators.invited(key)).toBeNull();
  await expect(accounts.operators.invite(localOperator, 'ada')).rejects.toMatchObject({ code: 'conflict' });
});

test('who uses an invitation at the same moment as somebody else gets nothing', async () => {
  await add('ada');
  const { key } = await accounts.operators.invite(localOperator, 'ada');
  const both = [1, 2].map(() => codeOf(accounts.operators.choosePassword(key, password)));
  expect((await Promise.all(both)).sort()).toEqual(['not-found', 'ok']);
});

test.each([
  ['onze lettre', 'short'],
  ['é'.normalize('NFD').repeat(6), 'short'],
  ['a'.repeat(257), 'long'],
  ['ada.lovelace', 'name'],
  ['Ada.Lovelace2026', 'name'],
  ['AdaLovelace!', 'name'],
  ['analytical1843', 'name'],
  ['aaaaaaaaaaaaaa', 'plain'],
  ['123456789012', 'plain'],
  ['abcdefghijklmnop', 'plain'],
  ['password12345', 'plain'],
  ['motdepasse2026', 'plain'],
  ['azertyuiop123', 'plain'],
] as const)('the password %s is too plain: %s', async (given, fault) => {
  await add('ada.lovelace', { name: 'Ada Lovelace', email: 'analytical@example.org' });
  await expect(accounts.operators.setPassword(localOperator, 'ada.lovelace', given)).rejects.toMatchObject({
    code: 'invalid-parameter',
    details: { fault },
  });
});

test('what makes no sense is not added', async () => {
  await add('ada', { email: 'a@example.org' });
  for (const [input, code] of [
    [{ username: 'ADA' }, 'conflict'],
    [{ username: 'eva', email: 'A@Example.org' }, 'conflict'],
    [{ username: 'local' }, 'invalid-parameter'],
    [{ username: 'a b' }, 'invalid-parameter'],
    [{ username: 'eva', role: 'school' }, 'invalid-parameter'],
    [{ username: 'eva', role: 'school', siteIds: [] }, 'invalid-parameter'],
    [{ username: 'eva', email: 'none' }, 'invalid-parameter'],
    [{ username: 'eva', openidByEmail: true }, 'invalid-parameter'],
  ] as const)
    expect(await codeOf(add(input.username, input)), JSON.stringify(input)).toBe(code);
});

test('there is always somebody who may do everything', async () => {
  await add('ada');
  await add('school', { role: 'school', siteIds: [1] });
  for (const work of [
    () => accounts.operators.disable(localOperator, 'ada'),
    () => accounts.operators.remove(localOperator, 'ada'),
    () => accounts.operators.change(localOperator, 'ada', { role: 'auditor' }),
  ])
    expect(await codeOf(work())).toBe('conflict');
  await accounts.operators.change(localOperator, 'ada', { name: 'Ada' });
  await add('eva');
  const each = ['ada', 'eva'].map((name) => codeOf(accounts.operators.disable(localOperator, name)));
  expect((await Promise.all(each)).sort()).toEqual(['conflict', 'ok']);
});

test('one answer for everything that is wrong, and no name is told', async () => {
  await addWithPassword('ada');
  await add('invited');
  await addWithPassword('gone');
  await accounts.operators.disable(localOperator, 'gone');
  const messages = new Set<string>();
  for (const [username, given] of [
    ['ada', 'wrong'],
    ['nobody', password],
    ['invited', password],
    ['gone', password],
    ['', ''],
  ] as const)
    await signIn(username, given).catch((error) => messages.add(`${error.code} ${error.message}`));
  expect([...messages]).toEqual(['unauthenticated That is not right: the name, the password, or both.']);
  const took = async (username: string) => {
    const start = performance.now();
    await signIn(username, 'wrong', { ...visit, address: `192.0.2.${username.length}` }).catch(() => {});
    return performance.now() - start;
  };
  // An account that is not there costs a hash too: a hundred times what looking it up does.
  expect(await took('nobody-is-called-so')).toBeGreaterThan((await took('ada')) / 4);
});

test('waits grow with each failure, for that account from that address; the right password ends them', async () => {
  await addWithPassword('ada');
  const elsewhere = { ...visit, address: '198.51.100.1' };
  for (let n = 0; n < 5; n++) expect(await codeOf(signIn('ada', 'wrong'))).toBe('unauthenticated');
  const waits: number[] = [];
  for (let n = 0; n < 5; n++) {
    const wait = await signIn('ada').catch(({ code, details }) => (code === 'busy' ? details.retryAfterSeconds : code));
    waits.push(wait);
    now += wait * 1000;
    await codeOf(signIn('ada', 'wrong'));
  }
  expect(waits).toEqual([1, 2, 4, 8, 16]);
  // Neither the right password nor a name that is not there gets around it.
  expect(await codeOf(signIn('ada'))).toBe('busy');
  expect(await codeOf(signIn('ada', password, elsewhere))).toBe('ok');
  for (let n = 0; n < 5; n++) await codeOf(signIn('nobody', 'wrong'));
  expect(await codeOf(signIn('nobody', 'wrong'))).toBe('busy');
  now += 15 * minute;
  expect(await codeOf(signIn('ada'))).toBe('ok');
  for (let n = 0; n < 4; n++) expect(await codeOf(signIn('ada', 'wrong'))).toBe('unauthenticated');
});

test('many at once are no way around the waits', async () => {
  await addWithPassword('ada');
  const codes = await Promise.all(Array.from({ length: 12 }, () => codeOf(signIn('ada', 'wrong'))));
  expect(codes.filter((code) => code === 'unauthenticated')).toHaveLength(5);
});

test('an address that tries many names has to wait, this machine has not', async () => {
  const codes: string[] = [];
  for (let n = 0; n < 23; n++) codes.push(await codeOf(signIn(`name${n}`, 'wrong')));
  expect(codes.indexOf('busy')).toBe(21);
  expect(await codeOf(signIn('name23', 'wrong', { ...visit, address: '127.0.0.1' }))).toBe('unauthenticated');
});

test('failures are audited without a flood, and without what was typed', async () => {
  await addWithPassword('ada');
  for (let n = 0; n < 5; n++) await codeOf(signIn('ada', 'wrong'));
  await codeOf(signIn('hunter2-my-password', 'wrong'));
  const lines = await audit.list(store, { action: 'session.refuse' }, { limit: 50, before: null });
  expect(lines.map(({ object, after }) => [object, after]).reverse()).toEqual([
    ...[1, 2, 4].map((attempts) => ['operator ada', { address: visit.address, attempts }]),
    ['operator (unknown)', { address: visit.address, attempts: 1 }],
  ]);
});

test('a session ends after an hour without use, and after twelve in any case', async () => {
  await addWithPassword('ada');
  const idle = await signIn('ada');
  now += 59 * minute;
  expect((await accounts.operatorSessions.find(idle.key))!.actor).toMatchObject({ name: 'ada', role: 'operator' });
  now += 61 * minute;
  expect(await accounts.operatorSessions.find(idle.key)).toBeNull();
  const { key } = await signIn('ada');
  for (let n = 0; n < 13; n++) {
    now += 55 * minute;
    expect(await accounts.operatorSessions.find(key), `after ${(n + 1) * 55} min`).not.toBeNull();
  }
  now += 6 * minute;
  expect(await accounts.operatorSessions.find(key)).toBeNull();
  expect(await accounts.operatorSessions.find('x'.repeat(43))).toBeNull();
  // Looked at only, by a stream of a page that nobody is at.
  const watched = await signIn('ada');
  for (let n = 0; n < 5; n++) {
    now += 10 * minute;
    expect(await accounts.operatorSessions.find(watched.key, { touch: false })).not.toBeNull();
  }
  now += 10 * minute;
  expect(await accounts.operatorSessions.find(watched.key, { touch: false })).toBeNull();
});

test('sessions are seen and ended, one’s own only; a new password ends all but this', async () => {
  await addWithPassword('ada');
  await addWithPassword('eva');
  const [first, second, other] = [await signIn('ada'), await signIn('ada'), await signIn('eva')];
  const { actor, session } = (await accounts.operatorSessions.find(first.key))!;
  expect((await accounts.operatorSessions.list(actor)).map(({ browser }) => browser)).toEqual(['Firefox', 'Firefox']);
  const [theirs] = await accounts.operatorSessions.list((await accounts.operatorSessions.find(other.key))!.actor);
  expect(await codeOf(accounts.operatorSessions.endOne(actor, theirs!.id))).toBe('not-found');
  await accounts.operatorSessions.endOne(actor, session.id);
  expect(await accounts.operatorSessions.find(first.key)).toBeNull();

  const asAda = (await accounts.operatorSessions.find(second.key))!.actor;
  const change = (current: string) =>
    accounts.signIn.changePassword(asAda, { current, password: 'huit lampes au grenier' }, visit);
  expect(await codeOf(change('wrong'))).toBe('unauthenticated');
  const third = await signIn('ada');
  const { key } = await change(password);
  for (const gone of [second.key, third.key]) expect(await accounts.operatorSessions.find(gone)).toBeNull();
  expect(await accounts.operatorSessions.find(key)).not.toBeNull();
  expect(await codeOf(signIn('ada'))).toBe('unauthenticated');
});

test('what an operator may do now is what sessions and tokens may', async () => {
  await addWithPassword('ada');
  await addWithPassword('eva');
  const { key } = await signIn('ada');
  const { actor } = (await accounts.operatorSessions.find(key))!;
  const tokens = accounts.tokens;
  const all = await tokens.create(actor, { name: 'all', days: 10 });
  const some = await tokens.create(actor, { name: 'some', days: 10, role: 'school', siteIds: [1, 2] });
  const powers = async () =>
    Promise.all(
      [all, some].map(async ({ token }) => {
        const found = await tokens.authenticate(token);
        return found && [found.role, found.siteIds];
      }),
    );
  expect(await powers()).toEqual([
    ['operator', null],
    ['school', [1, 2]],
  ]);
  await accounts.operators.change(localOperator, 'ada', { role: 'school', siteIds: [2, 3] });
  expect((await accounts.operatorSessions.find(key))!.actor).toMatchObject({ role: 'school', siteIds: [2, 3] });
  expect(await powers()).toEqual([
    ['school', [2, 3]],
    ['school', [2]],
  ]);
  await accounts.operators.change(localOperator, 'ada', { role: 'auditor', siteIds: [3] });
  expect(await powers()).toEqual([['auditor', [3]], null]);
  await accounts.operators.disable(localOperator, 'ada');
  expect([await accounts.operatorSessions.find(key), ...(await powers())]).toEqual([null, null, null]);
  await accounts.operators.enable(localOperator, 'ada');
  expect([await accounts.operatorSessions.find(key), ...(await powers())]).toEqual([null, ['auditor', [3]], null]);
  await accounts.operators.remove(localOperator, 'ada');
  expect(await powers()).toEqual([null, null]);
  expect((await tokens.list(localOperator)).every(({ revokedAt }) => revokedAt !== null)).toBe(true);
});

test('a token is never more than whoever makes it, nor longer', async () => {
  const { tokens } = accounts;
  await add('ada', { role: 'school', siteIds: [1, 2] });
  const { id: operatorId } = await accounts.operators.get('ada');
  const ada = { kind: 'operator', name: 'ada', role: 'school', siteIds: [1, 2], operatorId } as const;
  const create = (input: object, actor: Parameters<typeof tokens.create>[0] = ada) =>
    codeOf(tokens.create(actor, { name: `t${Math.random()}`, days: 5, ...input }));
  expect(await create({ role: 'operator' })).toBe('not-allowed');
  expect(await create({ siteIds: [1, 3] })).toBe('not-allowed');
  expect(await create({ role: 'auditor', siteIds: [3] })).toBe('not-allowed');
  expect(await create({ role: 'operator', siteIds: [1] })).toBe('invalid-parameter');
  expect(await create({ role: 'auditor' })).toBe('ok');
  const mine = await tokens.create(ada, { name: 'mine', days: 5 });
  expect(mine).toMatchObject({ role: 'school', siteIds: [1, 2] });
  const asToken = (await tokens.authenticate(mine.token))!;
  expect(await create({ days: 5 }, asToken)).toBe('ok');
  expect(await create({ days: 6 }, asToken)).toBe('not-allowed');
  await tokens.create(localOperator, { name: 'of others', days: 5 });
  expect((await tokens.list(asToken)).every(({ createdBy }) => createdBy !== 'local')).toBe(true);
  expect(await codeOf(tokens.revoke(asToken, 'of others'))).toBe('not-found');
  expect(await codeOf(tokens.revoke(localOperator, 'mine'))).toBe('ok');
});

test('an identity is bound to an operator who lets itself be found, and nobody is made', async () => {
  await add('ada', { email: 'ada@example.org', openidByEmail: true });
  await add('eva', { email: 'eva@example.org' });
  const who = (subject: string, email: string | null, username: string | null = null) => ({
    issuer: 'https://idp',
    subject,
    email,
    username,
  });
  const enter = (identity: ReturnType<typeof who>) => codeOf(accounts.signIn.byIdentity(identity, visit));
  expect(await enter(who('1', null))).toBe('unauthenticated');
  expect(await enter(who('1', 'eva@example.org'))).toBe('unauthenticated');
  expect(await enter(who('1', 'nobody@example.org'))).toBe('unauthenticated');
  expect(await enter(who('1', 'ADA@example.org'))).toBe('ok');
  // Bound now: the address no longer matters, and nobody else comes in by it.
  expect(await enter(who('1', null))).toBe('ok');
  expect(await enter(who('2', 'ada@example.org'))).toBe('unauthenticated');
  expect(await enter({ ...who('2', 'ada@example.org'), issuer: 'https://other' })).toBe('ok');
  await accounts.operators.disable(localOperator, 'ada');
  expect(await enter(who('1', 'ada@example.org'))).toBe('unauthenticated');
  expect((await accounts.operators.list()).map(({ username }) => username)).toEqual(['ada', 'eva']);
});

test('every change is in the audit, which is whole and holds no secret', async () => {
  await addWithPassword('ada');
  await add('eva');
  const { key: invitation } = await accounts.operators.invite(localOperator, 'eva');
  await accounts.operators.choosePassword(invitation, password);
  const { key } = await signIn('ada');
  const { actor } = (await accounts.operatorSessions.find(key))!;
  const changed = await accounts.signIn.changePassword(
    actor,
    { current: password, password: `${password} encore` },
    visit,
  );
  await accounts.operatorSessions.end(changed.key);
  await accounts.operators.change(actor, 'eva', { role: 'auditor' });
  await accounts.operators.disable(actor, 'eva');
  await accounts.operators.enable(actor, 'eva');
  await accounts.operators.remove(actor, 'eva');
  const lines = await audit.list(store, {}, { limit: 50, before: null });
  expect(lines.reverse().map(({ actorName, action, object }) => `${actorName}: ${action} ${object}`)).toEqual([
    'local: operators.add operator ada',
    'local: operators.setPassword operator ada',
    'local: operators.add operator eva',
    'local: operators.invite operator eva',
    'eva: operators.choosePassword operator eva',
    'ada: session.signIn operator ada',
    'ada: session.password operator ada',
    'ada: session.end operator ada',
    'ada: operators.change operator eva',
    'ada: operators.disable operator eva',
    'ada: operators.enable operator eva',
    'ada: operators.remove operator eva',
  ]);
  expect(await audit.verify(store)).toMatchObject({ ok: true, lines: 12 });
  const { rows } = await store.query<{ dump: string }>(
    `select (select jsonb_agg(a)::text from audit a) || coalesce((select jsonb_agg(s)::text from operator_sessions s), '') ||
       (select jsonb_agg(o)::text from operators o) as dump`,
  );
  for (const secret of [password, invitation, key, changed.key]) expect(rows[0]!.dump).not.toContain(secret);
  expect(rows[0]!.dump).toContain('$argon2id$v=19$m=65536,t=3,p=1$');
  expect(JSON.stringify(lines)).not.toContain('argon2');
});
